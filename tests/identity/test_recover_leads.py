"""Recovery tries what is due, links what it can, and lets the rest wait for evidence (I12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.actions import link_leads
from identity.actions.draining import recover, seed
from identity.actions.linking import applying
from identity.models import Attempt, BacklogEvent, Case, Lead, Link, QueueItem
from identity.rules import Via
from tenants.jobs.runner.run import DryRun
from tests.identity.fleet import a_driver, a_lead, a_person, linked

pytestmark = pytest.mark.usefixtures("in_acme")

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def recovered(now: datetime = NOW, limit: int | None = None) -> dict[str, int]:
    """Recover; return the stats that are not zero."""
    stats = recover(DryRun({}), limit=limit, clock=lambda: now)
    return {name: count for name, count in stats.items() if count}


def seeded(now: datetime = NOW) -> None:
    seed(DryRun({}), now=now)


def woken(at: datetime) -> None:
    """Let a key of every case come up."""
    Case.objects.update(woken_at=at)


def item(lead: Lead) -> QueueItem:
    return QueueItem.objects.get(source_pk=lead.source_pk)


def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine stumble over a lead called Poison, whatever the batch."""
    apply = applying.apply

    def stumbling(decided: Any, *args: Any, **kwargs: Any) -> Any:
        if any("POISON" in one.lead.name_key for one in decided):
            raise ValueError("poison")
        return apply(decided, *args, **kwargs)

    monkeypatch.setattr("identity.actions.linking.batches.apply", stumbling)


def test_who_can_be_linked_is_and_the_others_wait() -> None:
    """I12: with link, event, and reason."""
    a_driver("d1", phone="999888777", name="Rosa Quispe")
    found = a_lead("L1", phone="999888777", name="Rosa Quispe")
    lost = a_lead("L2", phone="911222333", name="Ana Mamani")
    seeded()
    assert recovered() == {"processed": 2, "matched": 1, "retry": 1}
    link = Link.objects.get(source="cabinet_lead")
    assert (link.source_pk, link.via) == ("L1", Via.RECOVER)
    assert (item(found).status, item(found).closed_at, item(found).job) == ("matched", NOW, link.job)
    waiting = item(lost)
    assert (waiting.status, waiting.attempts, waiting.reason) == ("pending", 1, "NO_CANDIDATES")
    assert (waiting.tried_at, waiting.retry_at) == (NOW, NOW + HOUR)
    assert BacklogEvent.objects.filter(kind="matched_by_recovery").count() == 1


def test_a_second_run_tries_nobody_again() -> None:
    """I12: nothing is new, so rows wait, and none is written."""
    a_lead("L1", phone="911222333")
    seeded()
    recovered()
    before = [list(table.objects.order_by("pk").values()) for table in (QueueItem, Case, Attempt)]
    assert recovered(NOW + 5 * HOUR) == {"backoff": 1}
    assert [list(table.objects.order_by("pk").values()) for table in (QueueItem, Case, Attempt)] == before


def test_evidence_alone_does_not_shorten_the_back_off() -> None:
    """I12: evidence and patience, both; the wait doubles."""
    lead = a_lead("L1", phone="911222333")
    seeded()
    recovered()
    woken(NOW + timedelta(minutes=10))
    assert recovered(NOW + timedelta(minutes=59)) == {"backoff": 1}
    assert recovered(NOW + HOUR) == {"processed": 1, "retry": 1}
    assert (item(lead).attempts, item(lead).retry_at) == (2, NOW + 3 * HOUR)
    woken(NOW + timedelta(minutes=90))
    assert recovered(NOW + 2.9 * HOUR) == {"backoff": 1}
    assert recovered(NOW + 3 * HOUR) == {"processed": 1, "retry": 1}


def test_the_fifth_attempt_in_vain_is_the_last() -> None:
    """I12: failed, with its reason, until there is news (I11)."""
    lead = a_lead("L1", phone="911222333")
    seeded()
    for attempt in range(4):
        woken(NOW + timedelta(days=attempt))
        assert recovered(NOW + timedelta(days=attempt)) == {"processed": 1, "retry": 1}
    now = NOW + timedelta(days=4)
    woken(now)
    assert recovered(now) == {"processed": 1, "failed": 1}
    failed = item(lead)
    assert (failed.status, failed.attempts, failed.reason) == ("failed", 5, "NO_CANDIDATES")
    assert (failed.closed_at, failed.retry_at) == (now, None)
    assert Attempt.objects.filter(via="recover").count() == 5
    assert recovered(now + timedelta(days=9)) == {}


def test_fewest_attempts_come_first_then_the_oldest() -> None:
    """I12: and no more than the limit."""
    for number, (attempts, age) in enumerate([(2, 9), (0, 1), (0, 5), (1, 7)]):
        lead = a_lead(f"L{number}")
        QueueItem.objects.create(
            source_pk=lead.source_pk, attempts=attempts, queued_at=NOW - timedelta(days=age)
        )
    order: list[str] = []
    for _turn in range(4):
        recovered(limit=1)
        done = set(QueueItem.objects.filter(tried_at__isnull=False).values_list("pk", flat=True))
        order.append((done - set(order)).pop())
    assert order == ["L2", "L1", "L3", "L0"]


def test_what_others_linked_costs_no_attempt() -> None:
    """I12"""
    lead = a_lead("L1")
    seeded()
    linked(lead, a_person(), via=Via.MANUAL)
    assert recovered() == {"processed": 1, "resolved_elsewhere": 1}
    assert (item(lead).status, item(lead).attempts) == ("resolved_elsewhere", 0)
    assert not Attempt.objects.exists()


def test_a_row_whose_lead_is_gone_fails_at_once() -> None:
    """I6: LEAD_NOT_FOUND; nobody waits for it."""
    QueueItem.objects.create(source_pk="gone")
    assert recovered() == {"processed": 1, "failed": 1}
    found = QueueItem.objects.get()
    assert (found.status, found.reason, found.attempts) == ("failed", "LEAD_NOT_FOUND", 0)


def test_an_error_is_no_attempt_and_waits_as_long_as_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """I6, I12: a bad lead touches only itself."""
    poisoned(monkeypatch)
    a_driver("d1", phone="999888777", name="Rosa Quispe")
    good = a_lead("L1", phone="999888777", name="Rosa Quispe")
    bad = a_lead("L2", phone="911222333", name="Poison")
    seeded()
    assert recovered() == {"processed": 2, "matched": 1, "errors": 1}
    assert item(good).status == "matched"
    case = Case.objects.get(lead=bad)
    found = item(bad)
    assert (found.status, found.attempts, found.reason) == ("pending", 0, "ERROR")
    assert found.retry_at == case.retry_at
    assert case.retry_at
    assert recovered(case.retry_at - timedelta(seconds=1)) == {"backoff": 1}
    assert recovered(case.retry_at) == {"processed": 1, "errors": 1}
    monkeypatch.undo()
    again = Case.objects.get(lead=bad).retry_at
    assert again
    assert recovered(again) == {"processed": 1, "retry": 1}
    assert item(bad).attempts == 1


def test_an_ignored_lead_is_not_tried() -> None:
    """I12: a person's ignore stays."""
    lead = a_lead("L1")
    Case.objects.create(
        lead=lead, outcome="unmatched", reason="NO_CANDIDATES", state="ignored", closed_at=NOW
    )
    seeded()
    assert recovered() == {"backoff": 1}


def test_a_lead_tried_by_others_is_tried_once_by_recovery() -> None:
    """I12: its row is new, so it has its attempt."""
    lead = a_lead("L1", phone="911222333")
    link_leads(leads=[lead.id], via=Via.RECONCILE, now=NOW - HOUR)
    seeded()
    assert recovered() == {"processed": 1, "retry": 1}
    assert recovered(NOW + 9 * HOUR) == {"backoff": 1}


def test_stats_are_the_same_in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: each row is met once in a run."""
    monkeypatch.setattr("identity.actions.draining.recovering.BATCH", 3)
    for number in range(10):
        a_driver(f"d{number}", phone=f"99988877{number}", name=f"Rosa Quispe{'abcdefghij'[number]}")
        a_lead(phone=f"9998887{number % 2}{number}", name=f"Rosa Quispe{'abcdefghij'[number]}")
    seeded()
    run = DryRun({})
    stats = recover(run, clock=lambda: NOW)
    assert stats == {
        "processed": 10,
        "matched": Link.objects.filter(source="cabinet_lead").count(),
        "retry": Lead.objects.red().count(),
        "failed": 0,
        "resolved_elsewhere": 0,
        "errors": 0,
        "backoff": 0,
    }
    assert (run.done, run.total) == (10, 10)
