"""The red backlog day by day: a chain without a gap, the tenant's days, and the reason of each (I15)."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from identity.models import BacklogEvent
from identity.queries.backlog import backlog_days, current_backlog, recovery_metrics
from identity.rules import BacklogEventKind, Outcome, Reason
from tenants.models import Tenant
from tenants.scope import owner_scope
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.numbers import ago, at, moved, today, tried, view

pytestmark = pytest.mark.usefixtures("in_acme")
DAILY = "v_cabinet_kpi_red_recovery_metrics_daily"
Kind = BacklogEventKind


def days(*names: str) -> list[tuple[object, ...]]:
    return [tuple(day[name] for name in names) for day in view(DAILY, "metric_date")]


def test_there_are_no_days_before_the_first_event() -> None:
    """I15"""
    assert days("metric_date") == []


def test_days_follow_one_another_from_the_first_event_to_today() -> None:
    """I15: empty days are rows of zeros; each begins where the one before ended."""
    moved(Kind.ENTERED, ago(4), 5)
    moved(Kind.MATCHED_BY_RECOVERY, ago(4), 1)
    moved(Kind.LINKED_ELSEWHERE, ago(2), 2)
    moved(Kind.RESOLVED_MANUALLY, ago(2), 1)
    moved(Kind.REMOVED, ago(2), 1)
    moved(Kind.RE_ENTERED, ago(1), 3)
    names = ("backlog_start", "new_backlog_in", "matched_out", "other_out", "backlog_end", "net_change")
    assert days("metric_date", *names) == [
        (ago(4), 0, 5, 1, 0, 4, 4),
        (ago(3), 4, 0, 0, 0, 4, 0),
        (ago(2), 4, 0, 0, 4, 0, -4),
        (ago(1), 0, 3, 0, 0, 3, 3),
        (today(), 3, 0, 0, 0, 3, 0),
    ]


def test_a_day_is_the_tenants() -> None:
    """I15: by the event's moment in Santiago, three or four hours behind UTC."""
    moved(Kind.ENTERED, ago(3), clock=time(23, 59, 59))
    moved(Kind.ENTERED, ago(2), 2, clock=time(0, 0))
    assert days("new_backlog_in")[:2] == [(1,), (2,)]


@pytest.mark.parametrize("zone", ["America/Havana", "Pacific/Kiritimati", "America/Lima"])
def test_every_zone_has_its_days(zone: str, acme: Tenant) -> None:
    """I15: 23:30 UTC is another day in each of them; the reason's day is the event's."""
    with owner_scope():
        Tenant.objects.filter(pk=acme.pk).update(timezone=zone)
    moment = at(ago(5), time(20, 30))
    lead = a_lead("L1")
    BacklogEvent.objects.all().delete()
    BacklogEvent.objects.create(source_pk="L1", kind=Kind.ENTERED, happened_at=moment)
    tried(lead, Reason.NO_CANDIDATES, moment)
    assert days("metric_date", "top_fail_reason")[0] == (
        moment.astimezone(ZoneInfo(zone)).date(),
        "NO_CANDIDATES",
    )


def test_the_commonest_reason_of_the_days_attempts_is_shown() -> None:
    """I15: matched tries and errors are no vain attempts; of equally many, the first in the order of I6."""
    lead = a_lead("L1", on=ago(9))
    moved(Kind.ENTERED, ago(6))
    vain = [
        (6, Reason.NO_CANDIDATES, 2),
        (6, Reason.MISSING_IDENTIFIERS, 3),
        (5, Reason.NO_CANDIDATES, 1),
        (5, Reason.NAME_MISMATCH, 1),
        (4, Reason.ERROR, 5),
    ]
    for days_ago, reason, number in vain:
        for _ in range(number):
            outcome = Outcome.ERROR if reason is Reason.ERROR else Outcome.UNMATCHED
            tried(lead, reason, at(ago(days_ago)), outcome)
    tried(lead, Reason.LOW_CONFIDENCE, at(ago(3), time(23, 59, 59)))
    tried(lead, Reason.WEAK_MATCH_ONLY, at(ago(2), time(0, 0)))
    assert [reason for (reason,) in days("top_fail_reason")] == [
        "MISSING_IDENTIFIERS",
        "NAME_MISMATCH",
        None,
        "LOW_CONFIDENCE",
        "WEAK_MATCH_ONLY",
        None,
        None,
    ]


def test_the_days_asked_for_end_today_and_exist_before_the_first_event() -> None:
    """I15"""
    moved(Kind.ENTERED, ago(10), 4)
    moved(Kind.MATCHED_BY_RECOVERY, ago(1))
    week = backlog_days(days=7)
    assert [day.metric_date for day in week] == [today() - timedelta(6 - at) for at in range(7)]
    assert [(day.backlog_start, day.backlog_end) for day in week] == [(4, 4)] * 5 + [(4, 3), (3, 3)]
    early = backlog_days(days=12)
    assert (early[0].metric_date, early[0].backlog_end, early[1].backlog_start) == (ago(11), 0, 0)


def test_metrics_of_nothing_are_zeros() -> None:
    """I15"""
    found = recovery_metrics()
    assert (len(found.last_7_days), found.current_backlog) == (7, 0)
    assert (found.today.metric_date, found.yesterday.metric_date) == (today(), ago(1))
    assert {day.backlog_end for day in found.last_7_days} == {0}


def test_todays_end_is_the_live_count() -> None:
    """I15: leads are counted, never subtracted."""
    for number in range(3):
        a_lead(f"L{number}", on=ago(2))
    lead = a_lead("linked", on=ago(2))
    linked(lead, a_person())
    moved(Kind.MATCHED_BY_RECOVERY, today())
    found = recovery_metrics()
    assert found.today.backlog_end == found.current_backlog == current_backlog() == 3


def test_the_backlog_lists_leads_without_link_with_their_age() -> None:
    """Red: a lead without a link."""
    linked(a_lead("linked", on=ago(2)), a_person())
    a_lead("old", on=ago(40))
    a_lead("undated", on=None)
    names = ("lead_source_pk", "lead_date", "age_days", "reason")
    found = view("v_cabinet_kpi_red_backlog", "lead_source_pk")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("old", ago(40), 40, None),
        ("undated", None, None, None),
    ]
