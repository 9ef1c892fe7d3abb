"""Lists and overviews stay cheap and readable: fixed query counts, short moments, words (W5)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.records import actions as records
from tenants.scope import tenant_scope


def queries_of(client, path: str) -> int:
    """Return how many queries a page costs once the process is warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def fill(tenant: Tenant, by, rows: int) -> None:
    """Write jobs and audit entries."""
    with tenant_scope(tenant.schema_name):
        for number in range(rows):
            job = jobs.enqueue(kind="test.kind", subject=f"{rows}-{number}", by=by.id)
            records.note(verb="added", of="jobs.job", id=job.id, by=by.id)


@pytest.mark.parametrize("path", ["/admin/", "/admin/jobs/job/", "/admin/records/auditentry/", "/", "/jobs/"])
def test_it_asks_as_many_queries_for_thirty_rows_as_for_two(alice, acme, page, path):
    """Pinned: no query per row."""
    client = page(alice)
    fill(acme, alice, 2)
    few = queries_of(client, path)
    fill(acme, alice, 28)
    assert queries_of(client, path) == few <= 14


def test_it_shows_red_lights_first(alice, acme, page):
    """Failed, silent and waiting jobs stand above everything else, each leading to its rows."""
    now = timezone.now()
    fill(acme, alice, 2)
    with tenant_scope(acme.schema_name):
        late, failed = Job.objects.order_by("id")
        Job.objects.filter(pk=late.pk).update(due_at=now - timedelta(minutes=6))
        Job.objects.filter(pk=failed.pk).update(state="failed", finished_at=now)
    said = page(alice).get("/admin/").content.decode()
    assert "1 job failed since yesterday" in said
    assert "1 job waits for more than 5 minutes" in said
    assert said.index("?trouble=failed") < said.index("?trouble=overdue") < said.index("Key figures")
    rows = page(alice).get("/admin/jobs/job/?trouble=failed").content.decode()
    assert str(failed.pk) in rows
    assert str(late.pk) not in rows


def test_it_is_calm_when_nothing_waits(alice, page):
    """An overview without trouble says so."""
    assert "Nothing waits for a person." in page(alice).get("/admin/").content.decode()


def test_it_shows_the_health_of_all_tenants(sam, acme, alice, page):
    """Staff see whether work goes on, by tickets, without reading a tenant's rows (S1)."""
    fill(acme, alice, 3)
    said = page(sam).get("/platform/").content.decode()
    assert "Acme" in said
    assert "Birch" in said
    assert "-template" not in said


def test_it_writes_moments_short_with_the_exact_one_on_hover(alice, acme, page):
    """In the tenant's zone, named (W5)."""
    fill(acme, alice, 1)
    with tenant_scope(acme.schema_name):
        Job.objects.update(created_at=timezone.now() - timedelta(hours=3))
    said = page(alice).get("/admin/jobs/job/").content.decode()
    assert "3 hr. ago" in said
    assert "Chile" in said


def test_it_writes_a_no_as_a_word(sam, page):
    """A red cross would call every "no" a fault."""
    said = page(sam).get("/platform/tenants/user/").content.decode()
    assert "close_small" not in said
    assert ">No<" in "".join(said.split())
