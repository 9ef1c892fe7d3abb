"""Two recoveries at the same moment, and people beside them: a lead is tried once, linked once (I12)."""

from uuid import UUID

import pytest

from identity.actions import Choice, resolve_case
from identity.actions.draining import recovering, seed
from identity.actions.people.refusals import AlreadyLinked
from identity.models import Attempt, Lead, Link, QueueItem
from identity.rules import JobKind
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.run import DryRun
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.identity.draining import check_all, populate
from tests.identity.test_recover_leads import NOW

pytestmark = pytest.mark.real_roles


def two_jobs(acme: Tenant) -> list[UUID]:
    """Seed, and enqueue two recoveries that single flight would never let run together."""
    with tenant_scope(acme.schema_name):
        seed(DryRun({}), now=NOW)
        return [jobs.enqueue(kind=JobKind.RECOVER, subject=subject).id for subject in ("one", "two")]


@pytest.mark.services
def test_two_recoveries_try_each_lead_once(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: rows are claimed by one of them."""
    # Small, so that the first is not done before the second has begun.
    monkeypatch.setattr(recovering, "BATCH", 2)
    with tenant_scope(acme.schema_name):
        populate(found=60, lost=40, disputed=20)
    both = two_jobs(acme)
    at_once(2, lambda number: work_on(DueTicket(both[number], acme.schema_name)))
    with tenant_scope(acme.schema_name):
        check_all()
        done = list(Job.objects.filter(kind=JobKind.RECOVER).values_list("state", "counters"))
        assert {state for state, _counters in done} == {"completed"}
        assert all(counters for _state, counters in done), "one of them had nothing to do"
        assert sum(counters.get("matched", 0) for _state, counters in done) == 60
        assert sum(counters.get("retry", 0) for _state, counters in done) == 60 == Attempt.objects.count()
        assert not QueueItem.objects.filter(status="pending", attempts=0).exists()


def test_a_person_who_resolves_meanwhile_is_not_overwritten(
    acme: Tenant, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I9, I12: whoever is first; never both, never nobody."""
    monkeypatch.setattr(recovering, "BATCH", 5)
    with tenant_scope(acme.schema_name):
        populate(found=50, lost=10, disputed=10)
        leads = list(Lead.objects.order_by("source_pk").values_list("id", flat=True))
    both = two_jobs(acme)

    def work(number: int) -> int:
        if number:
            work_on(DueTicket(both[0], acme.schema_name))
            return 0
        resolved = 0
        with tenant_scope(acme.schema_name):
            for lead in leads[::3]:
                try:
                    resolve_case(lead_id=lead, choice=Choice(), by=alice.pk)
                    resolved += 1
                except AlreadyLinked:
                    pass
        return resolved

    resolved = sum(at_once(2, work))
    work_on(DueTicket(both[1], acme.schema_name))
    with tenant_scope(acme.schema_name):
        check_all()
        assert resolved
        assert Link.objects.filter(source="cabinet_lead", via="manual").count() == resolved
        assert Link.objects.filter(source="cabinet_lead").count() >= 50


def test_seeding_again_and_again_beside_a_recovery_changes_nothing(
    acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I11, I12: what recovery settles at this moment is neither queued twice nor closed wrongly."""
    monkeypatch.setattr(recovering, "BATCH", 5)
    with tenant_scope(acme.schema_name):
        populate(found=60, lost=20, disputed=10)
    both = two_jobs(acme)

    def work(number: int) -> int:
        if number:
            work_on(DueTicket(both[0], acme.schema_name))
            return 0
        wrong = 0
        with tenant_scope(acme.schema_name):
            for _turn in range(40):
                stats = seed(DryRun({}), now=NOW)
                wrong += stats["inserted"] + stats["requeued"] + stats["closed"]
        return wrong

    assert sum(at_once(2, work)) == 0
    with tenant_scope(acme.schema_name):
        check_all()
        assert QueueItem.objects.filter(status="matched").count() == 60
