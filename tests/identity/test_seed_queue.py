"""The queue follows the backlog: what is red waits, what is not waits no more (I11)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from identity.actions.draining import seed
from identity.matching.weighing import SHIPPED
from identity.models import Case, Lead, Link, QueueItem
from identity.queries.ruleset import stored_ruleset
from tenants.jobs.runner.run import DryRun
from tests.identity.fleet import a_lead, a_person, linked

pytestmark = pytest.mark.usefixtures("in_acme")

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)


def seeded(now: datetime = NOW) -> dict[str, int]:
    """Seed; return the stats that are not zero."""
    return {name: count for name, count in seed(DryRun({}), now=now).items() if count}


def queued(source_pk: str, status: str, **fields: Any) -> QueueItem:
    closed = None if status == "pending" else BEFORE
    return QueueItem.objects.create(
        source_pk=source_pk, status=status, **{"closed_at": closed, "queued_at": BEFORE} | fields
    )


def tried(lead: Lead, **fields: Any) -> Case:
    """Write the case of a lead that was tried yesterday with what is known today."""
    ruleset = stored_ruleset(shipped=SHIPPED.version).text
    known = {"inputs": lead.inputs, "ruleset": ruleset, "tried_at": BEFORE}
    return Case.objects.create(lead=lead, outcome="unmatched", reason="NO_CANDIDATES", **known | fields)


def rows() -> list[tuple[str, str, int]]:
    return list(QueueItem.objects.order_by("source_pk").values_list("source_pk", "status", "attempts"))


def test_red_leads_are_queued_and_linked_ones_are_not() -> None:
    """I11"""
    a_lead("L1")
    linked(a_lead("L2"), a_person())
    assert seeded() == {"inserted": 1}
    assert rows() == [("L1", "pending", 0)]


def test_a_second_run_writes_nothing() -> None:
    """I11: idempotent; unchanged rows are the backlog."""
    for _lead in range(3):
        a_lead()
    seeded()
    before = list(QueueItem.objects.order_by("pk").values())
    assert seeded(NOW + timedelta(hours=1)) == {"unchanged": 3}
    assert list(QueueItem.objects.order_by("pk").values()) == before


def test_what_is_no_longer_red_waits_no_more() -> None:
    """I11: somebody else linked it."""
    linked(a_lead("L1"), a_person())
    queued("L1", "pending", attempts=2)
    assert seeded() == {"closed": 1}
    assert rows() == [("L1", "resolved_elsewhere", 2)]
    assert seeded() == {}


def test_a_failed_lead_rests_without_new_evidence() -> None:
    """I11: the same facts, the same rules: trying again would be in vain."""
    lead = a_lead("L1")
    tried(lead)
    queued("L1", "failed", attempts=5)
    assert seeded() == {"unchanged": 1}
    assert rows() == [("L1", "failed", 5)]


@pytest.mark.parametrize(
    "evidence",
    [
        {"inputs": UUID(int=7)},
        {"ruleset": "other rules"},
        {"woken_at": NOW - timedelta(hours=1)},
        {"tried_at": None},
    ],
    ids=str,
)
def test_new_evidence_queues_a_failed_lead_again(evidence: dict[str, Any]) -> None:
    """I11: with no attempts."""
    tried(a_lead("L1"), **evidence)
    queued("L1", "failed", attempts=5, reason="NO_CANDIDATES", tried_at=BEFORE)
    assert seeded() == {"requeued": 1}
    found = QueueItem.objects.get()
    assert (found.status, found.attempts, found.tried_at, found.closed_at) == ("pending", 0, None, None)
    assert found.queued_at == NOW


def test_a_persons_ask_queues_a_failed_lead_again_once() -> None:
    """I11: an ask before the last failure has been answered."""
    lead = a_lead("L1")
    tried(lead)
    queued("L1", "failed", attempts=5, asked_at=BEFORE - timedelta(hours=1))
    assert seeded() == {"unchanged": 1}
    QueueItem.objects.update(asked_at=NOW)
    assert seeded() == {"requeued": 1}


def test_an_ignored_lead_rests_whatever_comes_up() -> None:
    """I11: a person's ignore stays."""
    tried(a_lead("L1"), state="ignored", closed_at=BEFORE, woken_at=NOW)
    queued("L1", "failed", attempts=5)
    assert seeded() == {"unchanged": 1}


def test_a_matched_lead_that_is_red_again_is_told() -> None:
    """I11: pending, no attempts, counted for the alert."""
    a_lead("L1")
    queued("L1", "matched", attempts=3)
    assert seeded() == {"requeued": 1, "matched_but_in_backlog": 1}
    assert rows() == [("L1", "pending", 0)]


def test_what_others_had_resolved_and_is_red_again_waits_again() -> None:
    """I11: a link that was taken back."""
    a_lead("L1")
    queued("L1", "resolved_elsewhere", attempts=3)
    assert seeded() == {"requeued": 1}


def test_it_counts_the_backlog_over_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """I11: inserted, requeued and unchanged are the backlog, whatever the size of a page."""
    monkeypatch.setattr("identity.actions.draining.seeding.LEADS", 3)
    leads = [a_lead() for _lead in range(10)]
    linked(leads[0], a_person())
    queued(leads[1].source_pk, "matched")
    queued(leads[2].source_pk, "pending")
    run = DryRun({})
    assert seed(run, now=NOW) == {
        "inserted": 7,
        "requeued": 1,
        "unchanged": 1,
        "closed": 0,
        "matched_but_in_backlog": 1,
    }
    assert (run.done, run.total) == (10, 10)
    assert QueueItem.objects.filter(status="pending").count() == Lead.objects.count() - Link.objects.count()
