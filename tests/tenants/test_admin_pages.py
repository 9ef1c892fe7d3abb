"""Both admin sites: who comes in, what every page answers, what it may touch (S1; web, Admin)."""

from urllib.parse import unquote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tenants.jobs.models import Schedule
from tenants.jobs.schedules import PREFIX
from tenants.models import Domain
from tenants.scope import tenant_scope
from tests.tenants.admin_walk import PLATFORM_PAGES, REFUSED, TENANT_PAGES


@pytest.mark.parametrize("path", TENANT_PAGES)
def test_it_answers_every_page_of_the_tenant_site(alice, page, path):
    """An administrator sees lists and forms; a model without form refuses its form."""
    assert page(alice).get(path).status_code == (403 if path in REFUSED else 200)


@pytest.mark.parametrize("path", PLATFORM_PAGES)
def test_it_answers_every_page_of_the_platform_site(sam, page, path):
    """Staff see shared rows without an open tenant."""
    assert page(sam).get(path).status_code == (403 if path in REFUSED else 200)


def test_it_shows_staff_a_schedule_that_a_tenant_owns(sam, page):
    """J9: the mirrored row is read, not changed, and its page still opens."""
    often = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    row = PeriodicTask.objects.create(name=f"{PREFIX}x:1", task="any.task", interval=often)
    answer = page(sam).get(f"/platform/django_celery_beat/periodictask/{row.pk}/change/")
    assert answer.status_code == 200
    assert 'name="_save"' not in answer.content.decode()


@pytest.mark.parametrize("path", TENANT_PAGES)
def test_it_keeps_viewers_out_of_the_tenant_site(bob, page, path):
    """Viewers have dashboards, not the admin."""
    assert page(bob).get(path).status_code == 403


@pytest.mark.parametrize("path", [TENANT_PAGES[0], PLATFORM_PAGES[0]])
def test_it_sends_strangers_to_log_in(db, path):
    """One log-in page for all, with the way back."""
    answer = Client().get(path)
    assert (answer.status_code, unquote(answer["Location"])) == (302, f"/login/?next={path}")


def test_it_keeps_tenants_administrators_out_of_the_platform(alice, page):
    """A tenant's admin never reaches shared tables."""
    assert page(alice).get("/platform/").status_code == 403


def test_it_hides_the_platform_on_a_tenants_own_host(sam, acme, page):
    """There, the platform site does not exist."""
    Domain.objects.create(domain="acme.localhost", tenant=acme)
    assert page(sam).get("/platform/", headers={"Host": "acme.localhost"}).status_code == 404


def test_it_lets_support_into_the_tenant(sam, acme, page):
    """Staff enter by their support membership."""
    answer = page(sam).get("/admin/")
    assert answer.status_code == 200
    assert "Acme" in answer.content.decode()


def test_it_sends_staff_without_any_tenant_to_the_platform(sam, page):
    """Without an open tenant staff go to the platform (architecture, Admin)."""
    sam.memberships.all().delete()
    answer = page(sam).get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/platform/"


@pytest.mark.parametrize("path", TENANT_PAGES)
def test_it_asks_no_shared_table_inside_a_tenant(alice, page, path):
    """In a process that knows nothing yet; the database would refuse a query on a shared table (S1)."""
    ContentType.objects.clear_cache()
    client = page(alice)
    cold, warm = client.get(path), client.get(path)
    assert {cold.status_code, warm.status_code} == {403 if path in REFUSED else 200}


def test_it_leads_log_out_and_password_to_the_public_pages(alice, page):
    """A tenant's role can touch neither sessions nor people; 307 keeps the POST a POST."""
    client = page(alice)
    out = client.post("/admin/logout/")
    password = client.get("/admin/password_change/")
    again = client.get("/admin/login/?next=/admin/")
    assert (out.status_code, out["Location"]) == (307, "/logout/")
    assert (password.status_code, password["Location"]) == (302, "/password/")
    assert (again.status_code, again["Location"]) == (302, "/login/?next=/admin/")


@pytest.mark.parametrize("path", ["/admin/", "/admin/jobs/job/", "/platform/", "/platform/tenants/user/"])
def test_it_relaxes_the_content_policy_for_the_theme(sam, acme, page, path):
    """The theme evaluates expressions and sets styles; only here may it."""
    policy = page(sam).get(path)["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy


@pytest.mark.parametrize("path", ["/", "/jobs/", "/choose/", "/password/"])
def test_it_keeps_the_content_policy_strict_elsewhere(alice, page, path):
    """Our own pages need neither."""
    assert "unsafe" not in page(alice).get(path)["Content-Security-Policy"]


def test_it_stays_strict_when_it_refuses(bob, page):
    """The page that says no is our own."""
    assert "unsafe" not in page(bob).get("/admin/")["Content-Security-Policy"]


def test_it_names_the_place_and_its_groups(alice, page):
    """The sidebar names the tenant and leads to what its people may see; the branding is there (trap 7)."""
    said = page(alice).get("/admin/").content.decode()
    assert said.count('id="site-name"') == 1
    assert "Acme" in said
    assert 'href="/admin/jobs/job/"' in said
    assert "/platform/" not in said


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 403),
        ("app_label=jobs&model_name=job&field_name=nothing", 403),
        ("app_label=%00&model_name=x&field_name=y", 404),
        ("app_label=tenants&model_name=domain&field_name=tenant&term=%00", 404),
    ],
)
@pytest.mark.parametrize("place", ["/admin/", "/platform/"])
def test_it_refuses_suggestions_for_nothing_without_a_traceback(
    alice, sam, page, caplog, place, asked, status
):
    """A stranger's question is no defect: one line in the log."""
    client = page(alice if place == "/admin/" else sam)
    assert client.get(f"{place}autocomplete/?{asked}").status_code == status
    assert not any(record.exc_info for record in caplog.records)


def test_it_suggests_a_domains_tenant(sam, acme, page):
    """The refusals leave the questions of our own forms alone."""
    asked = "app_label=tenants&model_name=domain&field_name=tenant&term=Acm"
    found = page(sam).get(f"/platform/autocomplete/?{asked}").json()["results"]
    assert [row["text"] for row in found] == [str(acme)]


def test_it_asks_about_a_row_by_its_title_before_it_is_deleted(alice, acme, page):
    """W7: a schedule is called as on its page, not by the code of its job."""
    with tenant_scope(acme.schema_name):
        schedule = Schedule.objects.filter(kind="personas.compute_metrics").get()
    asked = page(alice).get(f"/admin/jobs/schedule/{schedule.pk}/delete/").content.decode()
    assert asked.count("Compute metrics ·") >= 2
    assert "personas.compute_metrics" not in asked
