"""Two imports of two profiles at the same moment (L6, P7)."""

import pytest

from personas import actions
from personas.models import Contact, ContactPersona, JobTitle
from personas.samples.linkedin import make_linkedin_export
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.personas.importing import ANA, import_rows, start

pytestmark = pytest.mark.real_roles


@pytest.mark.services
def test_two_imports_at_once_make_nobody_twice(acme: Tenant) -> None:
    """L6: whoever comes second meets what the first one made, and neither waits for the other for ever."""
    sample = make_linkedin_export(rows=600)
    jobs = []
    with tenant_scope(acme.schema_name):
        for profile in ("ana", "berta"):
            found = actions.upload_linkedin(content=sample.content, filename="C.csv", profile=profile)
            jobs.append(start(found))
    at_once(2, lambda n: work_on(DueTicket(jobs[n].id, acme.schema_name)))
    with tenant_scope(acme.schema_name):
        for job in jobs:
            job.refresh_from_db()
        assert [job.state for job in jobs] == ["completed", "completed"]
        reachable = Contact.objects.exclude(linkedin_url="")
        assert len(set(reachable.values_list("linkedin_url", flat=True))) == reachable.count()
        counts = sum(JobTitle.objects.values_list("contacts_count", flat=True))
        assert counts == Contact.objects.count() == ContactPersona.objects.count()
        assert sum(job.counters["created"] for job in jobs) == Contact.objects.count()


def test_a_lock_set_while_an_import_runs_wins(acme: Tenant, alice: User) -> None:
    """P7: the write itself asks."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        ana = Contact.objects.get().pk

    def act(number: int) -> None:
        with tenant_scope(acme.schema_name):
            if number:
                actions.lock_contact(contact_id=ana, by=alice.id)
            else:
                actions.change_title(contact_id=ana, job_title="Gerente Comercial")

    at_once(2, act)
    with tenant_scope(acme.schema_name):
        kept = ContactPersona.objects.select_related("persona").get()
        assert kept.locked
        before = kept.persona.code
        actions.change_title(contact_id=ana, job_title="Gerente Médico")
        kept.refresh_from_db()
        assert kept.persona.code == before
