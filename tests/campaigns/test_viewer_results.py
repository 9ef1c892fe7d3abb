"""The viewers' figures are those of the tallies and of the first clients, whichever way they are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from campaigns import queries
from campaigns.api.batch_shapes import summary_shape
from campaigns.dispatch.alerts import raise_alert
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.queries.call_rows import CallChoice, all_call_rows, call_page
from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import EntryChoice, PromiseKind, Step, all_entry_rows, entry_page
from campaigns.queries.hours import timetable
from campaigns.queries.lookout import lookout
from campaigns.queries.outlook import outlook_of
from campaigns.queries.promised import promised_days, promises_of
from campaigns.queries.results import people_of, results, standing
from campaigns.queries.stops import stops_of
from campaigns.rules import AT_WORK, AlertKind, EntryState
from tests.campaigns.called import a_called_campaign, call_everybody

pytestmark = pytest.mark.usefixtures("in_acme")
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
DAY = date(2026, 4, 15)
LIFE = Choice(start=date(2026, 4, 1), end=date(2026, 4, 30), zone="America/Santiago")


@pytest.fixture
def campaign() -> Campaign:
    """Ten people called once, each with another end; those due again, called again the day after."""
    made = a_called_campaign(now=NOON)
    Entry.objects.filter(state=EntryState.RETRY_WAIT).update(earliest_at=NOON)
    call_everybody(made.account, now=NOON + timedelta(days=1))
    return Campaign.objects.select_related("tally", "account").get(pk=made.pk)


def test_a_life_is_what_the_tally_counted(campaign):
    """API, one definition each: dialled, reached, promised, ended, won of all days are the counters."""
    found = results(choice=LIFE)
    assert found.now.people == people_of(campaign)
    told = summary_shape(queries.summary(campaign), outlook_of(campaign, now=NOON))["rates"]
    people = found.now.people
    assert told == {"success": people.success, "contact": people.contact, "promise": people.promise}
    assert found.now.calls == campaign.tally.calls == CallAttempt.objects.count()
    assert found.now.talk_ms == campaign.tally.talk_ms
    assert found.now.charged == {"USD": campaign.tally.charged}
    assert min(found.now.people.dialled, found.now.people.promised, found.now.people.succeeded) > 0
    assert found.before.calls == found.before.people.dialled == found.before.people.finished == 0


def test_a_period_stands_against_as_many_days_before(campaign):
    """Screens: change against the previous period."""
    found = results(choice=replace(LIFE, start=date(2026, 4, 16), end=date(2026, 4, 16)))
    on = {day: CallAttempt.objects.filter(claimed_at__date=day).count() for day in (DAY, date(2026, 4, 16))}
    assert (found.before.calls, found.now.calls) == tuple(on.values())
    assert found.before.people.dialled == 10
    assert found.now.people.dialled == found.now.calls > 0
    assert len(found.now.days) == len(found.before.days) == 1


def test_a_figure_is_as_long_as_its_list(campaign):
    """W1: the list behind a figure has as many rows, of a day as of all days."""
    for of in (LIFE, *(replace(LIFE, start=day, end=day) for day in (DAY, DAY + timedelta(days=1)))):
        people = results(choice=of).now.people
        for step in Step:
            listed = entry_page(chosen=EntryChoice(of, step=step), after=None, size=50)
            assert listed.total == len(listed.rows) == getattr(people, step), (of.start, step)


def test_calls_by_time_are_as_many_as_their_lists(campaign):
    """W1: each hour, weekday and outcome leads to as many calls, by the campaign's clock."""
    found = timetable(choice=LIFE)
    assert found.outcomes(hour=12).total() == found.calls == results(choice=LIFE).now.calls
    assert found.outcomes(weekday=3).total() == 10
    assert {cell.weekday for cell in found.cells} == {3, 4}
    for choice, calls in (
        (CallChoice(LIFE, hour=12, weekday=3), found.outcomes(hour=12, weekday=3).total()),
        (CallChoice(LIFE, hour=16), 0),
        (CallChoice(LIFE, outcome="conversed"), found.outcomes()["conversed"]),
        (CallChoice(LIFE, is_contact=True, weekday=4), found.contacts(weekday=4)),
    ):
        assert call_page(chosen=choice, before=None, size=50).total == calls
    summed = {hour.hour: (hour.calls, hour.contacts) for hour in queries.summary(campaign).hours}
    assert summed == {12: (found.calls, found.contacts())}


def test_promises_add_up_to_their_rows(campaign):
    """Screens: amounts, shortfall and dates; the debt is the larger one, which the call spoke of (C7)."""
    (found,) = promises_of(choice=LIFE)
    rows = list(all_entry_rows(chosen=EntryChoice(LIFE, promise=PromiseKind.ANY)))
    named = [row for row in rows if row.promise_amount is not None]
    assert found.currency == "CLP"
    assert found.promises == len(rows) == campaign.tally.promised
    assert found.amount == sum(row.promise_amount or 0 for row in named)
    assert found.owed == 100_000 * len(named)
    assert found.shortfall == sum(row.promise_shortfall or 0 for row in named)
    # What is promised beyond the debt leaves nothing open, and makes up for nobody else's shortfall.
    assert {row.promise_shortfall for row in named} == {Decimal(40_000), Decimal(0)}
    for kind, count in ((PromiseKind.LATE, found.late), (PromiseKind.OPEN, found.open)):
        assert entry_page(chosen=EntryChoice(LIFE, promise=kind), after=None, size=50).total == count > 0
    days = promised_days(choice=LIFE, most=10)
    assert sum(day.promises for day in days) == found.promises
    assert [day.on for day in days] == sorted(day.on for day in days)


def test_everybody_stands_somewhere_and_says_why(campaign):
    """W1: who is neither called now nor won is counted once, by state and reason, with its list."""
    stops = stops_of(choice=LIFE, now=NOON)
    here = standing(choice=Choice())
    won = campaign.tally.succeeded
    assert sum(stop.entries for stop in stops) + won + here.at_work == here.entries == 10
    assert here.at_work == sum(getattr(campaign.tally, state) for state in AT_WORK)
    for stop in stops:
        chosen = EntryChoice(Choice(), state=stop.state, reason=stop.reason)
        assert entry_page(chosen=chosen, after=None, size=50).total == stop.entries
    assert [stop.is_final for stop in stops] == sorted(stop.is_final for stop in stops)


def test_pages_together_are_the_file(campaign):
    """W10: a list walked by pages is the file, none lost or doubled, for people and for calls."""
    pages = [entry_page(chosen=EntryChoice(LIFE), after=None, size=3)]
    while (after := pages[-1].after) is not None:
        pages.append(entry_page(chosen=EntryChoice(LIFE), after=after, size=3))
    people = [row for page in pages for row in page.rows]
    assert people == list(all_entry_rows(chosen=EntryChoice(LIFE)))
    assert len(people) == pages[0].total == 10
    found = [call_page(chosen=CallChoice(LIFE), before=None, size=3)]
    while found[-1].before:
        found.append(call_page(chosen=CallChoice(LIFE), before=UUID(found[-1].before), size=3))
    calls = [row for each in found for row in each.rows]
    assert calls == list(all_call_rows(chosen=CallChoice(LIFE)))
    assert len(calls) == found[0].total > 10


def test_an_account_a_use_case_and_a_number_narrow_everything(campaign):
    """W6: filters; what is archived stands in no sum, but answers by its number."""
    Campaign.objects.filter(pk=campaign.pk).update(state="archived", completed_at=NOON)
    number = replace(LIFE, campaign=campaign.pk)
    assert results(choice=LIFE).now.calls == standing(choice=Choice()).entries == 0
    assert results(choice=number).now.calls == campaign.tally.calls
    Campaign.objects.filter(pk=campaign.pk).update(state="running", completed_at=None)
    chosen = (replace(LIFE, account="acc-1"), replace(LIFE, use_case="custom"))
    others = (replace(LIFE, account="acc-2"), replace(LIFE, use_case="survey"))
    assert {results(choice=choice).now.calls for choice in chosen} == {campaign.tally.calls}
    assert {results(choice=choice).now.calls for choice in others} == {0}


def test_who_waits_for_somebody_is_looked_out_for(campaign):
    """W5: campaigns with people for review, and live alerts with the campaign they are about."""
    raise_alert(AlertKind.NO_FUNDS, str(campaign.pk))
    raise_alert(AlertKind.BREAKER_OPEN, "1")
    raise_alert(AlertKind.COUNTERS_DIFFER, str(campaign.pk))
    found = lookout(choice=Choice(), most=5)
    assert [(alert.kind, about) for alert, about in found.alerts] == [
        ("no_funds", campaign),
        ("breaker_open", None),
        ("counters_differ", campaign),
    ]
    assert found.held == [campaign]
    assert [alert.kind for alert, _about in lookout(choice=Choice(use_case="survey"), most=5).alerts] == [
        "breaker_open"
    ]


def test_results_cost_three_queries(campaign, django_assert_num_queries):
    """Fixed query counts, whatever the number of people and days."""
    with django_assert_num_queries(3):
        results(choice=LIFE)
    with django_assert_num_queries(1):
        standing(choice=LIFE)
    with django_assert_num_queries(3):
        entry_page(chosen=EntryChoice(LIFE, step=Step.REACHED), after=None, size=50)
    with django_assert_num_queries(2):
        call_page(chosen=CallChoice(LIFE, hour=12), before=None, size=50)
