"""May this person be called now? Clause by clause, and when it would be yes (C8, C12–C16)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from campaigns.legality import DaysOff, Limit, Why, calendar_for, frame_named
from campaigns.legality.verdicts import WORDS
from tests.campaigns.hours import (
    EASTER,
    PUNTA_ARENAS,
    SANTIAGO,
    a_calendar,
    a_window,
    asked,
    at,
    following,
    shown,
    some_settings,
)

SECOND = timedelta(seconds=1)
TINY = timedelta(microseconds=1)
ALL_DAY = ((a_window("00:00-24:00"),),) * 7
TUESDAY = "2026-07-14"  # Chile's winter; Thursday 16 is a holiday


@pytest.mark.parametrize(
    ("now", "why", "earliest"),
    [
        (f"{TUESDAY} 09:00", Why.ALLOWED, f"{TUESDAY} 09:00"),
        (f"{TUESDAY} 08:59", Why.CLOSED_HOUR, f"{TUESDAY} 09:00"),
        (f"{TUESDAY} 19:59", Why.ALLOWED, f"{TUESDAY} 19:59"),
        (f"{TUESDAY} 20:00", Why.CLOSED_HOUR, "2026-07-15 09:00"),
        ("2026-07-15 20:00", Why.CLOSED_HOUR, "2026-07-17 09:00"),
        ("2026-07-16 12:00", Why.HOLIDAY, "2026-07-17 09:00"),
        ("2026-07-18 19:00", Why.ALLOWED, "2026-07-18 19:00"),
        ("2026-07-19 12:00", Why.CLOSED_DAY, "2026-07-20 09:00"),
        ("2026-09-18 12:00", Why.HOLIDAY, "2026-09-21 09:00"),
    ],
)
def test_it_keeps_hours_weekdays_and_holidays(now, why, earliest):
    """C12, C13: Chilean collections 09–20, Monday to Saturday, no holidays; the end is no longer in it."""
    verdict = asked(at(now), a_calendar())
    assert (verdict.why, shown(verdict.earliest)) == (why, earliest)


def test_it_is_half_open_to_the_microsecond():
    """C12: [start, end)."""
    calendar = a_calendar()
    opening, closing = at(f"{TUESDAY} 09:00"), at(f"{TUESDAY} 20:00")
    answers = [asked(now, calendar).is_allowed for now in (opening - TINY, opening, closing - TINY, closing)]
    assert answers == [False, True, True, False]
    assert following(opening - TINY, calendar) == opening
    assert following(closing - TINY, calendar) == closing - TINY


def test_it_calls_until_midnight_only_when_told_so():
    """C12: 24:00 is the last end, and the next day begins closed."""
    all_day = replace(frame_named("cl_collection"), week=ALL_DAY)
    calendar = a_calendar(some_settings("18:00-24:00"), frame=all_day)
    midnight = at("2026-07-15 00:00")
    assert asked(midnight - SECOND, calendar).is_allowed
    assert shown(asked(midnight, calendar).earliest) == "2026-07-15 18:00"


def test_it_is_open_through_the_midnight_of_other_places():
    """C12: at 18:00 in Mexico a day ends in Greenwich, which is nobody's business there."""
    mexico = "America/Mexico_City"
    calendar = a_calendar(some_settings("07:00-22:00", mexico, legal_frame="mx_collection"), mexico)
    assert shown(calendar.schedule.open_until(at(f"{TUESDAY} 12:00", mexico)), mexico) == f"{TUESDAY} 22:00"
    spans = list(calendar.schedule.openings(at(f"{TUESDAY} 00:00"), at("2026-07-16 00:00")))
    assert [(shown(start, mexico), shown(end, mexico)) for start, end in spans] == [
        (f"{TUESDAY} 07:00", f"{TUESDAY} 22:00"),
        ("2026-07-15 07:00", "2026-07-15 22:00"),
    ]


def test_it_keeps_several_windows_a_day():
    """C12: the pause at noon is closed."""
    calendar = a_calendar(some_settings(windows=(a_window("09:00-13:00"), a_window("15:00-19:00"))))
    verdict = asked(at(f"{TUESDAY} 13:00"), calendar)
    assert (verdict.why, shown(verdict.earliest)) == (Why.CLOSED_HOUR, f"{TUESDAY} 15:00")


def test_it_keeps_the_campaign_s_days():
    """C12: days_of_week are ISO weekdays of the place."""
    calendar = a_calendar(some_settings(days_of_week=(3,)))
    assert asked(at(f"{TUESDAY} 12:00"), calendar).why is Why.CLOSED_DAY
    assert asked(at("2026-07-15 12:00"), calendar).is_allowed


def test_it_opens_by_the_wall_on_the_day_that_has_no_midnight():
    """C12: on 2026-09-06 Santiago has no 00:30; hours added to midnight would open at ten."""
    every_day = replace(frame_named("cl_collection"), week=ALL_DAY)
    calendar = a_calendar(some_settings("00:00-20:00"), frame=every_day)
    before = at("2026-09-05 23:30")
    assert shown(following(before, calendar)) == "2026-09-06 01:00"
    assert following(before, calendar) == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert shown(calendar.schedule.open_until(at("2026-09-06 10:00"))) == "2026-09-06 20:00"


def test_it_looks_at_the_clock_of_the_place_not_of_the_campaign():
    """C14: at 19:30 in Santiago's winter it is 20:30 in Punta Arenas."""
    now = at(f"{TUESDAY} 19:30")
    assert asked(now, a_calendar()).is_allowed
    verdict = asked(now, a_calendar(some_settings(), PUNTA_ARENAS))
    assert (verdict.why, shown(verdict.earliest)) == (Why.CLOSED_HOUR, "2026-07-15 09:00")


@pytest.mark.parametrize(
    ("zones", "opens", "closes"),
    [
        ((SANTIAGO,), "09:00", "20:00"),
        ((PUNTA_ARENAS,), "09:00", "19:00"),
        ((EASTER,), "11:00", "20:00"),
        ((SANTIAGO, EASTER), "11:00", "20:00"),
        ((PUNTA_ARENAS, EASTER), "11:00", "19:00"),
    ],
)
def test_it_is_legal_only_where_every_clock_agrees(zones, opens, closes):
    """C14: all zones of the entry, and the campaign's own clock, read on Santiago's wall."""
    calendar = a_calendar(some_settings(), *zones)
    opening = following(at(f"{TUESDAY} 00:00"), calendar)
    assert shown(opening) == f"{TUESDAY} {opens}"
    assert shown(calendar.schedule.open_until(opening)) == f"{TUESDAY} {closes}"


def test_it_holds_who_is_nowhere():
    """C14: an unknown zone or country is held with its reason, never called."""
    settings, frame = some_settings(), frame_named("cl_collection")
    now = at(f"{TUESDAY} 12:00")
    nowhere = asked(now, calendar_for(settings, frame, (), DaysOff.of("CL")))
    nobody = asked(now, calendar_for(settings, frame, (SANTIAGO,), DaysOff.of("XX")))
    assert (nowhere.why, nowhere.earliest, nowhere.is_held) == (Why.ZONE_UNKNOWN, None, True)
    assert (nobody.why, nobody.earliest, nobody.is_held) == (Why.COUNTRY_UNKNOWN, None, True)


def test_it_holds_whom_no_moment_suits():
    """C14: two clocks twelve hours apart never agree on nine to eight; the entry waits for a cure."""
    verdict = asked(
        at(f"{TUESDAY} 12:00"), a_calendar(some_settings("09:00-18:00"), SANTIAGO, "Asia/Shanghai")
    )
    assert (verdict.why, verdict.earliest, verdict.is_held) == (Why.NEVER_OPEN, None, True)


def test_it_never_calls_who_is_suppressed():
    """C15: a wish not to be called outweighs everything."""
    verdict = asked(at(f"{TUESDAY} 12:00"), a_calendar(), is_suppressed=True)
    assert (verdict.why, verdict.earliest, verdict.is_held, verdict.is_over) == (
        Why.SUPPRESSED,
        None,
        False,
        False,
    )


def test_it_spares_a_person_for_168_hours_after_a_contact():
    """C13: one contact per 168 elapsed hours since the last one ended, to the second."""
    ended = at(f"{TUESDAY} 12:00")
    free = ended + timedelta(hours=168)
    calendar = a_calendar()
    early = asked(free - SECOND, calendar, contacts=(ended,))
    assert (early.why, early.earliest) == (Why.CONTACT_LIMIT, free)
    assert asked(free, calendar, contacts=(ended,)).is_allowed
    assert asked(free - SECOND, calendar, attempts=(ended,)).is_allowed


def test_it_counts_elapsed_hours_across_a_change_of_the_clock():
    """C13: 168 hours end an hour later on the wall after Chile's clocks jump."""
    ended = at("2026-09-02 12:00")
    assert shown(following(ended, a_calendar(), contacts=(ended,))) == "2026-09-09 13:00"


def test_it_moves_the_end_of_a_contact_limit_into_legal_hours():
    """C13, C21: free at night is called in the morning; the holidays of September are closed."""
    ended = at("2026-09-11 19:59")
    assert shown(following(ended, a_calendar(), contacts=(ended,))) == "2026-09-21 09:00"


def test_it_ends_ringing_as_well():
    """C13: whether ringing in vain is a contact is open, so ten attempts in 168 hours are the end of it."""
    first = at("2026-07-13 09:00")
    attempts = [first + timedelta(hours=hour) for hour in range(10)]
    now = at(f"{TUESDAY} 10:00")
    verdict = asked(now, a_calendar(), attempts=attempts)
    assert (verdict.why, verdict.earliest) == (Why.ATTEMPT_LIMIT, first + timedelta(hours=168))
    assert asked(now, a_calendar(), attempts=attempts[1:]).is_allowed


def test_it_does_not_call_colombians_twice_a_day_nor_thrice_a_week():
    """C13: days of the callee; the next one begins at midnight, not 24 hours later."""
    settings = some_settings("07:00-19:00", "America/Bogota", legal_frame="co_collection_marketing")
    calendar = a_calendar(settings, "America/Bogota")
    monday, tuesday = at("2026-07-13 17:00", "America/Bogota"), at("2026-07-14 18:00", "America/Bogota")
    once = asked(monday + timedelta(hours=1), calendar, contacts=(monday,))
    assert (once.why, shown(once.earliest, "America/Bogota")) == (Why.CONTACT_LIMIT, "2026-07-14 07:00")
    twice = asked(tuesday + timedelta(days=1), calendar, contacts=(tuesday, monday))
    # Monday's contact is a week old on Monday at five, which is a holiday.
    assert (twice.why, shown(twice.earliest, "America/Bogota")) == (Why.CONTACT_LIMIT, "2026-07-21 07:00")


def test_it_lets_a_local_day_end_on_every_clock():
    """C13, C14: late on Tuesday in Bogotá is Wednesday in Madrid, so Wednesday has to be over there."""
    zones = ("America/Bogota", "Europe/Madrid")
    once = (Limit(most=1, local_days=1),)
    frame = replace(frame_named("generic"), week=ALL_DAY, limits=once, calls_on_holidays=True)
    calendar = a_calendar(some_settings("00:00-24:00", zones[0]), *zones, frame=frame)
    ended = at(f"{TUESDAY} 23:30", zones[0])
    assert shown(following(ended, calendar, contacts=(ended,)), zones[1]) == "2026-07-16 00:00"


def test_it_finds_an_end_of_being_open_for_ever():
    """C12: day and night, holidays too: who asks until when gets an answer more than a year ahead."""
    frame = replace(frame_named("generic"), week=ALL_DAY, calls_on_holidays=True)
    calendar = a_calendar(some_settings("00:00-24:00"), frame=frame)
    now = at(f"{TUESDAY} 12:00")
    until = calendar.schedule.open_until(now)
    assert until is not None
    assert until - now > timedelta(days=365)


@pytest.mark.parametrize(
    ("now", "why", "earliest"),
    [
        (f"{TUESDAY} 12:00", Why.ALLOWED, f"{TUESDAY} 12:00"),
        (f"{TUESDAY} 20:00", Why.NO_MOMENT_LEFT, "never"),
        ("2026-07-15 00:00", Why.PAST_LAST_DAY, "never"),
        ("2026-07-13 20:00", Why.CLOSED_HOUR, f"{TUESDAY} 09:00"),
    ],
)
def test_it_calls_up_to_the_last_day(now, why, earliest):
    """C8: after fecha_maxima, a local day, nobody is called: the entry is exhausted."""
    verdict = asked(at(now), a_calendar(), last_day=date(2026, 7, 14))
    assert (verdict.why, shown(verdict.earliest)) == (why, earliest)
    assert verdict.is_over == (earliest == "never")


def test_it_ends_the_last_day_where_it_ends_first():
    """C8, C14: with several clocks the day is over when it is over on one of them."""
    calendar = a_calendar(some_settings("00:00-24:00", legal_frame="cl_general"), PUNTA_ARENAS)
    late = at("2026-07-14 23:30")
    assert asked(late, calendar, last_day=date(2026, 7, 14)).why is Why.PAST_LAST_DAY


def test_it_ends_with_the_campaign():
    """C21: what would come after the campaign's end never comes."""
    end = at("2026-07-15 00:00")
    calendar = a_calendar()
    assert asked(end - timedelta(hours=5), calendar, not_after=end).is_allowed
    assert asked(end - timedelta(hours=3), calendar, not_after=end).why is Why.NO_MOMENT_LEFT
    assert asked(end, calendar, not_after=end).why is Why.PAST_LAST_DAY


def test_it_waits_for_the_moment_that_was_set():
    """C21: a retry or a callback is not before its time, and then inside the law."""
    later = at(f"{TUESDAY} 21:00")
    verdict = asked(at(f"{TUESDAY} 12:00"), a_calendar(), earliest_at=later)
    assert (verdict.why, shown(verdict.earliest)) == (Why.NOT_BEFORE, "2026-07-15 09:00")


def test_it_keeps_an_account_s_own_days():
    """C13: a day the account adds is closed, a holiday it works is open."""
    extra, worked = date(2026, 7, 14), date(2026, 7, 16)
    calendar = a_calendar(days_off=DaysOff.of("CL", extra=[extra], worked=[worked]))
    assert asked(at("2026-07-14 12:00"), calendar).why is Why.HOLIDAY
    assert asked(at("2026-07-16 12:00"), calendar).is_allowed


def test_it_refuses_a_time_without_a_zone():
    """C12: a naive time is nobody's: asking with one is a mistake of ours, not a yes."""
    with pytest.raises(ValueError, match="naive"):
        asked(datetime(2026, 7, 14, 12), a_calendar())  # noqa: DTZ001 - the mistake under test


def test_it_lists_the_openings_of_a_forecast():
    """C12: spans of two days, clipped to what was asked for; the holiday between them is none."""
    spans = a_calendar().schedule.openings(at("2026-07-15 19:00"), at("2026-07-17 10:00"))
    assert [(shown(start), shown(end)) for start, end in spans] == [
        ("2026-07-15 19:00", "2026-07-15 20:00"),
        ("2026-07-17 09:00", "2026-07-17 10:00"),
    ]
    assert list(a_calendar().schedule.openings(at("2026-07-19 00:00"), at("2026-07-20 00:00"))) == []


def test_it_shares_one_calendar_between_equal_questions():
    """C16: equal settings, frame, zones and days off are one object, so that its days are computed once."""
    assert a_calendar() is a_calendar()
    assert a_calendar() is not a_calendar(some_settings("09:00-19:00"))


def test_it_has_words_for_every_reason():
    """C15: the board answers why somebody is not called."""
    assert WORDS.keys() == set(Why)
    with translation.override("en"):
        assert str(asked(at("2026-07-16 12:00"), a_calendar()).words) == "It is a holiday there."
