"""Lists and overviews stay cheap and readable: fixed query counts, short moments, words (W5)."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from personas.models import Persona
from tenants.admin import platform_site, tenant_site
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.records import actions as records
from tenants.scope import tenant_scope

admin.autodiscover()
TENANT_MODELS = list(tenant_site._registry)
PLATFORM_MODELS = list(platform_site._registry)
GENERAL = (
    "o=99.99", "o=1e999", "p=-1", "p=999999999999", "page=-1", "q=%00", "q=%ED%A0%80", "all=1", "_popup=%00",
    "_to_field=nowhere", "e=1&id=%00", "__proto__=1", "%00=1", "nowhere__year=1", "id__in=1e999", "&&=&",
    "persona=%00", "persona=nobody", "held=%00", "kind=__proto__", "trouble=%1f", f"q={'x' * 5_000}",
)  # fmt: skip
# Each column gets these; the last pairs still carry the mark of a query that was refused.
NONSENSE = (
    "__year=99999", "__year=-1", "__exact=%00", "=a%00b", "=1e999", f"={'9' * 400}", "__gte=2024-13-45",
    "__year=99999&e=1", "__exact=%00&e=1",
)  # fmt: skip


def hostile(site: AdminSite, model: type[Model]) -> list[str]:
    """Return query strings for a model's list that nobody writes by clicking."""
    return [*GENERAL, *(name + nonsense for name in told_apart(site, model) for nonsense in NONSENSE)]


def told_apart(site: AdminSite, model: type[Model]) -> list[str]:
    """Return the columns that a list filters by, and of the others one of each kind: they are read alike."""
    chosen = site.get_model_admin(model).list_filter
    filtered = {one if isinstance(one, str) else one[0] for one in chosen if isinstance(one, str | tuple)}
    found: dict[object, str] = {}
    for field in model._meta.concrete_fields:
        found.setdefault(field.name if field.name in filtered else type(field), field.name)
    return list(found.values())


def broken(client: Client, site: AdminSite, model: type[Model]) -> list[str]:
    """Return the hostile query strings that a model's list answers by a crash."""
    label = f"{model._meta.app_label}_{model._meta.model_name}"
    path = reverse(f"admin:{label}_changelist", current_app=site.name)
    return [asked for asked in hostile(site, model) if client.get(f"{path}?{asked}").status_code >= 500]


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


@pytest.mark.long
@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label_lower)
def test_no_query_string_breaks_a_list_of_the_tenant_site(alice, acme, page, model):
    """S13: what makes no sense leads to the whole list, or is refused."""
    fill(acme, alice, 2)
    assert broken(page(alice), tenant_site, model) == []


@pytest.mark.long
@pytest.mark.parametrize("model", PLATFORM_MODELS, ids=lambda model: model._meta.label_lower)
def test_no_query_string_breaks_a_list_of_the_platform_site(sam, acme, page, model):
    """S13: what makes no sense leads to the whole list, or is refused."""
    assert broken(page(sam), platform_site, model) == []


@pytest.mark.parametrize("asked", ["created_at__year=99999", "state__exact=%00", "kind=a%00b"])
def test_it_answers_a_senseless_query_by_the_whole_list(alice, page, asked):
    """As Django answers look-ups that it knows to be wrong."""
    answer = page(alice).get(f"/admin/jobs/job/?{asked}")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/jobs/job/?e=1")


def test_lists_and_pages_write_numbers_and_moments_by_the_tenants_country(alice, acme, page):
    """W7: Chile's thousands in Spanish; a moment of a read-only field is relative nowhere, exact on hover."""
    with tenant_scope(acme.schema_name):
        Persona.objects.create(code="far", name="Far", priority=1500)
        job = jobs.enqueue(kind="test.kind", subject="a")
    client = page(alice, "es")
    assert ">1.500<" in client.get("/admin/personas/persona/").content.decode().replace("\n", "")
    shown = client.get(f"/admin/jobs/job/{job.id}/change/").content.decode()
    assert shown.count("<time datetime=") >= 2
    assert "(hora de verano de Chile)" in shown
