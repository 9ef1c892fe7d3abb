"""Is recovery a success, by which criterion, and if red does not fall, why? (I16, I17)"""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.models import BacklogEvent, Case, QueueItem
from identity.queries.backlog import (
    BacklogDay,
    Cause,
    Standing,
    backlog_days,
    matched_lately,
    standing,
    verdict,
)
from identity.rules import (
    BacklogEventKind,
    CauseOfRed,
    Criterion,
    Movement,
    Outcome,
    QueueStatus,
    Reason,
    Source,
)
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked
from tests.identity.numbers import ago, moved

NOBODY = Standing(0, dict.fromkeys(CauseOfRed, 0), 0)


def a_day(start: int, came: int, matched: int, other: int = 0) -> BacklogDay:
    end = start + came - matched - other
    return BacklogDay(ago(0), start, came, matched, other, end, end - start, None)


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize(
    ("day", "criteria", "movement"),
    [
        ((10, 2, 5), {Criterion.OUT_EXCEEDS_IN, Criterion.BACKLOG_FELL}, Movement.FALLS),
        ((10, 5, 2, 4), {Criterion.BACKLOG_FELL}, Movement.FALLS),
        ((10, 5, 5), set(), Movement.HOLDS),
        ((10, 5, 4), set(), Movement.GROWS),
        ((0, 0, 0), set(), Movement.HOLDS),
    ],
)
def test_it_says_which_criterion_holds(
    day: tuple[int, ...], criteria: set[Criterion], movement: Movement
) -> None:
    """I16: more out than in and/or an end below the start; grows, falls or holds by net_change."""
    found = verdict(days=[a_day(*day)], standing=NOBODY)
    assert (set(found.criteria), found.movement, found.success) == (criteria, movement, bool(criteria))


@pytest.mark.usefixtures("in_acme")
def test_a_matched_lead_in_the_backlog_is_no_success() -> None:
    """I16: none may be there."""
    one = Standing(1, dict.fromkeys(CauseOfRed, 0), 1)
    found = verdict(days=[a_day(10, 2, 5)], standing=one)
    assert (found.success, found.matched_in_backlog, len(found.criteria)) == (False, 1, 2)


def a_red(reason: Reason | None, number: int = 1) -> None:
    for _ in range(number):
        lead = a_lead(on=ago(2))
        if reason:
            Case.objects.create(lead=lead, reason=reason, outcome=Outcome.UNMATCHED)


@pytest.mark.usefixtures("in_acme")
def test_it_says_why_red_does_not_fall_with_shares() -> None:
    """I16: data missing (missing, none, weak), conflicts (several, mismatch, low), inflow."""
    for reason in (Reason.MISSING_IDENTIFIERS, Reason.NO_CANDIDATES, Reason.WEAK_MATCH_ONLY):
        a_red(reason, 2)
    for reason in (Reason.MULTIPLE_CANDIDATES, Reason.NAME_MISMATCH, Reason.LOW_CONFIDENCE):
        a_red(reason)
    a_red(None, 2)
    a_red(Reason.ERROR)
    found = verdict(days=backlog_days(days=1), standing=standing())
    assert (found.movement, found.net_change, found.success) == (Movement.GROWS, 12, False)
    assert found.causes == (
        Cause(CauseOfRed.DATA_MISSING, 6, 50.0),
        Cause(CauseOfRed.CONFLICTS, 3, 25.0),
        Cause(CauseOfRed.INFLOW, 3, 25.0),
    )


@pytest.mark.usefixtures("in_acme")
def test_inflow_is_named_when_more_came_than_recovery_matched() -> None:
    """I16: although everybody has been judged already."""
    a_red(Reason.NO_CANDIDATES)
    found = verdict(days=backlog_days(days=7), standing=standing())
    assert found.causes == (Cause(CauseOfRed.DATA_MISSING, 1, 100.0), Cause(CauseOfRed.INFLOW, 0, 0.0))


@pytest.mark.usefixtures("in_acme")
def test_what_falls_needs_no_excuse() -> None:
    """I16"""
    a_red(Reason.NO_CANDIDATES)
    assert verdict(days=[a_day(10, 2, 5)], standing=standing()).causes == ()


@pytest.mark.usefixtures("in_acme")
def test_the_queues_matched_are_looked_for_in_the_backlog() -> None:
    """I16: by the lead's key."""
    red, linked_lead = a_lead("red", on=ago(1)), a_lead("linked", on=ago(1))
    linked(linked_lead, a_person())
    for lead in (red, linked_lead):
        QueueItem.objects.create(
            source_pk=lead.source_pk, status=QueueStatus.MATCHED, closed_at=timezone.now()
        )
    assert (standing().red, standing().matched_in_backlog) == (1, 1)


@pytest.mark.usefixtures("in_acme")
def test_days_are_judged_together() -> None:
    """I16: sums, the first start and the last end."""
    moved(BacklogEventKind.ENTERED, ago(6), 4)
    moved(BacklogEventKind.ENTERED, ago(3), 4)
    moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(1), 7)
    found = verdict(days=backlog_days(days=4), standing=NOBODY)
    assert (found.since, found.until) == (ago(3), ago(0))
    assert (found.new_backlog_in, found.matched_out, found.backlog_start, found.backlog_end) == (4, 7, 4, 1)
    assert found.success


@pytest.mark.usefixtures("in_acme")
def test_matched_last_24_hours_counts_every_new_link() -> None:
    """I17: red before or not, which is another figure; accounts follow their persons and do not count."""
    now = timezone.now()
    person = a_person()
    linked(a_lead("new"), person, at=now - timedelta(hours=1))
    linked(a_scout("scout"), person, at=now - timedelta(hours=23))
    linked(a_lead("old"), person, at=now - timedelta(hours=25))
    linked(a_driver(), person, at=now)
    for kind in (BacklogEventKind.LINKED_ELSEWHERE, BacklogEventKind.ENTERED):
        BacklogEvent.objects.create(source_pk="new", kind=kind, happened_at=now - timedelta(hours=1))
    found = matched_lately(now=now)
    assert (found.total, found.by_source, found.were_red) == (2, {Source.CABINET: 1, Source.SCOUT: 1}, 1)
