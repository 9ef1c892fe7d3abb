"""Properties of `next_allowed` over zones, years of DST, holidays, frames and people (C8, C12–C14, C16)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.legality import (
    CallSettings,
    DaysOff,
    Limit,
    Standing,
    calendar_for,
    frame_named,
    may_call,
    next_allowed,
)
from campaigns.legality.frame_table import FRAMES
from campaigns.legality.windows import Window
from tests.campaigns.hours import MINUTE, PUNTA_ARENAS, SANTIAGO, is_legal

CLOCKS = (
    SANTIAGO,
    PUNTA_ARENAS,
    "America/Coyhaique",
    "Pacific/Easter",
    "America/Mexico_City",
    "America/Tijuana",
    "America/Ciudad_Juarez",
    "America/Cancun",
    "America/Sao_Paulo",
    "America/Manaus",
    "America/Rio_Branco",
    "America/Bogota",
    "America/Lima",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "Europe/Madrid",
    "Europe/London",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
)
COUNTRIES = ("CL", "CO", "PE", "MX", "BR", "AR", "ES")
# Open day and night, so that spans cross midnights; twice a local day is forbidden.
ALWAYS = replace(
    frame_named("generic"),
    key="always",
    week=((Window(0, 1440),),) * 7,
    limits=(Limit(most=1, local_days=1),),
    calls_on_holidays=True,
)
# The night of the change and the day before, so that windows meet it.
JUMPS = (
    datetime(2026, 9, 5, 22, tzinfo=UTC),  # Chile's clocks jump at midnight: 00:30 does not exist
    datetime(2026, 4, 4, 12, tzinfo=UTC),  # … and show 23:30 twice
    datetime(2026, 3, 8, 4, tzinfo=UTC),  # the Mexican border, not Mexico
    datetime(2026, 11, 1, 2, tzinfo=UTC),
    datetime(2026, 3, 29, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, tzinfo=UTC),
    datetime(2018, 11, 4, 2, tzinfo=UTC),  # Brazil's last summer time, at midnight
    datetime(2019, 2, 16, 22, tzinfo=UTC),
    datetime(2026, 9, 17, 12, tzinfo=UTC),  # two holidays in a row, a Sunday behind them
    datetime(2027, 12, 24, 12, tzinfo=UTC),
)

clock_minutes = st.integers(0, 1440 // 5).map(lambda fives: fives * 5)
windows = (
    st.tuples(clock_minutes, clock_minutes)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: Window(min(pair), max(pair)))
)
wide = st.sampled_from((Window(0, 1440), Window(540, 1200), Window(0, 60), Window(1380, 1440)))
instants = st.one_of(
    st.builds(
        lambda jump, minutes, seconds: jump + timedelta(minutes=minutes, seconds=seconds),
        st.sampled_from(JUMPS),
        st.integers(-600, 1800),
        st.sampled_from((0, 0, 1, 59)),
    ),
    st.datetimes(datetime(2018, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - aware by `timezones`
)
campaigns = st.builds(
    CallSettings,
    timezone=st.sampled_from(CLOCKS[:5]),
    hours=st.one_of(wide, windows),
    legal_frame=st.just("generic"),
    windows=st.lists(windows, max_size=2).map(tuple),
    days_of_week=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
)
ends = st.lists(st.integers(-12 * 1440, 60), max_size=3)


@st.composite
def questions(draw):
    """Return an instant, the arguments of a calendar, and a person's standing around that instant."""
    instant = draw(instants)
    zones = tuple(draw(st.lists(st.sampled_from(CLOCKS), min_size=1, max_size=2, unique=True)))
    extra = draw(st.sets(st.integers(0, 4), max_size=2))
    off = DaysOff.of(
        draw(st.sampled_from(COUNTRIES)), extra={instant.date() + timedelta(days=day) for day in extra}
    )
    standing = Standing(
        contacts=tuple(instant + timedelta(minutes=minute) for minute in draw(ends)),
        attempts=tuple(instant + timedelta(minutes=minute) for minute in draw(ends)),
        last_day=draw(
            st.none() | st.integers(0, 6).map(lambda days: (instant + timedelta(days=days)).date())
        ),
        not_after=draw(st.none() | st.integers(0, 9000).map(lambda gap: instant + timedelta(minutes=gap))),
        earliest_at=draw(st.none() | st.integers(0, 3000).map(lambda gap: instant + timedelta(minutes=gap))),
    )
    return instant, (draw(campaigns), draw(st.sampled_from(FRAMES) | st.just(ALWAYS)), zones, off), standing


def minutes_between(start: datetime, end: datetime):
    """Yield `start` and every whole minute up to but without `end`."""
    yield start
    at = start.replace(second=0, microsecond=0) + MINUTE
    while at < end:
        yield at
        at += MINUTE


@given(question=questions())
def test_it_answers_the_first_legal_minute(question):
    """C12, C13, C14: the answer is legal, and no minute before it is."""
    instant, told, standing = question
    found = next_allowed(instant=instant, calendar=calendar_for(*told), standing=standing)
    until = found or instant + timedelta(days=4)
    if found is not None:
        assert found >= instant
        assert is_legal(found, told, standing)
        assert not is_legal(found - timedelta(microseconds=1), told, standing) or found == instant
    if found != instant:
        near = max(instant, until - timedelta(days=2))
        # A week's wait has too many minutes: far from the answer every thirteenth is asked.
        asked = chain(islice(minutes_between(instant, near), 0, None, 13), minutes_between(near, until))
        assert not [at for at in asked if is_legal(at, told, standing)]


@given(question=questions())
def test_it_says_the_same_at_the_claim_and_before_the_request(question):
    """C15, C16: one pure question; `may_call` allows exactly what is legal, and says when else."""
    instant, told, standing = question
    calendar = calendar_for(*told)
    verdict = may_call(now=instant, calendar=calendar, standing=standing)
    assert verdict.is_allowed == is_legal(instant, told, standing)
    assert verdict.earliest == next_allowed(instant=instant, calendar=calendar, standing=standing)
    if verdict.earliest is not None:
        assert may_call(now=verdict.earliest, calendar=calendar, standing=standing).is_allowed


@given(question=questions(), later=st.integers(1, 10_000))
def test_it_never_comes_earlier_when_asked_later(question, later):
    """C21: asked later, the answer is the same or later, and one that lies ahead still stands."""
    instant, told, standing = question
    calendar = calendar_for(*told)
    first = next_allowed(instant=instant, calendar=calendar, standing=standing)
    then = instant + timedelta(minutes=later)
    second = next_allowed(instant=then, calendar=calendar, standing=standing)
    if first is None:
        assert second is None
    elif second is not None:
        assert second >= first
        assert second == first or then > first


@given(question=questions())
def test_it_says_until_when_a_calendar_is_open(question):
    """C12: open up to but without the end that `open_until` names, for a whole group of entries."""
    instant, told, _standing = question
    calendar = calendar_for(*told)
    until = calendar.schedule.open_until(instant)
    nothing_known = Standing()
    if until is None:
        assert not is_legal(instant, told, nothing_known)
        return
    if until - instant < timedelta(days=300):  # else it is open for ever, as far as anybody looks
        assert not is_legal(until, told, nothing_known)
    minutes = islice(minutes_between(instant, until), 4_000)
    assert all(is_legal(at, told, nothing_known) for at in minutes)


@pytest.mark.parametrize("zone", CLOCKS)
def test_it_opens_and_closes_with_the_clock_on_the_wall(zone):
    """C12: around every change of the clock each minute is as the wall says, gaps and repeats too."""
    asked = CallSettings(
        timezone=zone,
        hours=Window(0, 1440),
        legal_frame="generic",
        windows=(Window(0, 45), Window(90, 1395), Window(1410, 1440)),
    )
    day_and_night = replace(frame_named("cl_collection"), week=ALWAYS.week, limits=())
    told = (asked, day_and_night, (zone,), DaysOff.of("CL"))
    calendar = calendar_for(*told)
    for jump in JUMPS:
        start = jump - timedelta(hours=14)
        for at in minutes_between(start, start + timedelta(hours=40)):
            expected = is_legal(at, told, Standing())
            assert calendar.schedule.is_open(at) == expected, at
