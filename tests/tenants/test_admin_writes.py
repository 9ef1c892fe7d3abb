"""Every write in the admin is an action, and leaves its trace in our log (S6, S19; architecture, Admin)."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from tenants.jobs import actions as jobs
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import State
from tenants.jobs.runner import schedulable_kinds
from tenants.models import ApiKey, Domain, Membership, Tenant, User
from tenants.queries import tenant_of_host
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.cast import PASSWORD

SCHEDULE = {
    "subject": "trial",
    "params": "{}",
    "initial-params": "{}",
    "crontab": "0 3 * * *",
    "is_active": "on",
}


def some_kind() -> str:
    """Return a kind that a tenant may schedule."""
    return str(min(schedulable_kinds()))


def test_it_notes_additions_changes_and_deletions(alice, acme, page):
    """Our audit log, not Django's; names of fields, never their texts."""
    client, form = page(alice), SCHEDULE | {"kind": some_kind()}
    assert client.post("/admin/jobs/schedule/add/", form).status_code == 302
    with tenant_scope(acme.schema_name):
        made = Schedule.objects.get(subject="trial")
    client.post(f"/admin/jobs/schedule/{made.pk}/change/", form | {"crontab": "30 4 * * *"})
    client.post(f"/admin/jobs/schedule/{made.pk}/delete/", {"post": "yes"})
    with tenant_scope(acme.schema_name):
        noted = AuditEntry.objects.filter(object_type="jobs.schedule").order_by("id")
        told = [(entry.verb, entry.actor, entry.object_id, entry.change) for entry in noted]
    fields = {"fields": ["Crontab"]}
    assert told == [
        ("added", alice.id, str(made.pk), {}),
        ("changed", alice.id, str(made.pk), fields),
        ("deleted", alice.id, str(made.pk), {}),
    ]
    assert not LogEntry.objects.exists()


# Celery breaks on the first two; the rest it takes, and the scheduler would never run them.
UNREAD = ["0 -1 * * *", "1,,2 3 * * *", "0 22-6 * * *", "0 3 * * monday", "*/90 * * * *"]


@pytest.mark.parametrize("words", ["", "every day", "0 3 * *", "61 3 * * *", "0 3 * * funday", *UNREAD])
def test_it_refuses_a_schedule_that_no_clock_understands(alice, page, words):
    """Five crontab words that Celery and the scheduler read alike, or a sentence that says so (S13, J9)."""
    answer = page(alice).post("/admin/jobs/schedule/add/", SCHEDULE | {"kind": some_kind(), "crontab": words})
    assert answer.status_code == 200
    assert "crontab" in answer.context_data["adminform"].form.errors


def test_it_makes_a_tenant_by_its_job(sam, page):
    """The form only asks; the job makes the schema, and its bar is the next page (W2)."""
    given = {
        "name": "Cedar",
        "slug": "cedar",
        "country": "MX",
        "timezone": "America/Mexico_City",
        "domain": "Cedar.localhost",
    }
    answer = page(sam).post("/platform/tenants/tenant/add/", given)
    made, job = Tenant.objects.get(slug="cedar"), Job.objects.latest("id")
    assert (answer.status_code, answer["Location"]) == (302, f"/platform/jobs/job/{job.id}/change/")
    assert (job.subject, job.created_by, made.status) == (str(made.id), sam.id, "creating")
    assert Domain.objects.get().domain == "cedar.localhost"


NEW = {
    "tenant": {"name": "Cedar", "slug": "cedar", "country": "MX", "timezone": "America/Mexico_City"},
    "domain": {"is_primary": "on"},
}


@pytest.mark.parametrize("of", NEW)
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Birch.Example", "unique"),
        ("cedar.example:8000", "invalid"),
        ("https://cedar.example", "invalid"),
        ("cedar..example", "invalid"),
    ],
)
def test_it_refuses_a_domain_at_its_field(sam, acme, birch, page, of, typed, code):
    """S13: one that somebody has, and what no request could name; what was typed stays in the form."""
    Domain.objects.create(domain="birch.example", tenant=birch)
    given = NEW[of] | {"domain": typed} | ({"tenant": str(acme.pk)} if of == "domain" else {})
    answer = page(sam).post(f"/platform/tenants/{of}/add/", given)
    errors = answer.context_data["adminform"].form.errors.as_data()
    assert {field: [one.code for one in found] for field, found in errors.items()} == {"domain": [code]}
    assert typed in answer.content.decode()
    assert Domain.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" Acme.Example.com. ", "acme.example.com"), ("Ñandú.cl", "xn--and-6ma2c.cl"), ("intranet", "intranet")],
)
def test_a_domain_is_kept_as_requests_name_it(sam, acme, page, typed, kept):
    """However it is typed, that host leads to the tenant."""
    page(sam).post("/platform/tenants/domain/add/", {"domain": typed, "tenant": str(acme.pk)})
    assert Domain.objects.get().domain == kept
    assert tenant_of_host(host=kept) == acme


def test_it_tells_a_refusal_and_writes_nothing(sam, page):
    """A refused action comes back as words on the page, not as a crash."""
    page(sam).post("/platform/tenants/tenant/press/migrate/")
    answer = page(sam).post("/platform/tenants/tenant/press/migrate/", follow=True)
    assert Job.objects.filter(kind="tenants.migrate").count() == 1
    assert "already waiting or running" in answer.content.decode()


def test_it_makes_a_person_with_a_checked_password(sam, page):
    """The validators speak in the form (S8)."""
    given = {"email": "dora@birch.example", "name": "Dora", "password": "short"}
    assert page(sam).post("/platform/tenants/user/add/", given).status_code == 200
    page(sam).post("/platform/tenants/user/add/", given | {"password": PASSWORD})
    assert User.objects.get(email="dora@birch.example").check_password(PASSWORD)


def test_it_locks_a_person_out(sam, bob, page):
    """Deactivating ends the session at the next request (S6)."""
    bobs = page(bob)
    page(sam).post(f"/platform/tenants/user/{bob.id}/press/deactivate/")
    assert bobs.get("/")["Location"].startswith("/login/")


def test_it_leaves_the_life_cycle_out_of_forms(sam, bob, page):
    """Flags are read-only: a forged field changes nothing."""
    forged = {"name": "Robert", "language": "", "is_staff": "on", "is_active": "", "email": "x@y.example"}
    page(sam).post(f"/platform/tenants/user/{bob.id}/change/", forged)
    bob.refresh_from_db()
    assert (bob.name, bob.is_staff, bob.is_active, bob.email) == ("Robert", False, True, "bob@acme.example")


def test_it_gives_and_takes_roles_by_actions(sam, carol, acme, page):
    """Every change ends the tokens issued before (S6)."""
    client = page(sam)
    given = {"user": str(carol.id), "tenant": str(acme.id), "role": "viewer"}
    assert client.post("/platform/tenants/membership/add/", given).status_code == 302
    membership = Membership.objects.get(user=carol, tenant=acme)
    client.post(f"/platform/tenants/membership/{membership.id}/press/admin/")
    client.post(f"/platform/tenants/membership/{membership.id}/press/end/")
    membership.refresh_from_db()
    assert (membership.role, membership.is_active, membership.version) == ("admin", False, 3)


def test_it_refuses_support_for_somebody_who_is_not_staff(sam, carol, acme, page):
    """Support is for platform staff and ends."""
    ends = timezone.now() + timedelta(days=3)
    given = {
        "user": str(carol.id),
        "tenant": str(acme.id),
        "role": "support",
        "ends_at_0": ends.strftime("%Y-%m-%d"),
        "ends_at_1": "12:00:00",
    }
    answer = page(sam).post("/platform/tenants/membership/add/", given, follow=True)
    assert "Support access is for platform staff" in answer.content.decode()
    assert not Membership.objects.filter(user=carol, tenant=acme).exists()


def test_it_shows_a_keys_secret_once(sam, acme, page):
    """Only the hash is kept (W14)."""
    given = {"tenant": str(acme.id), "name": "robot", "role": "viewer"}
    answer = page(sam).post("/platform/tenants/apikey/add/", given, follow=True)
    key = ApiKey.objects.get()
    assert key.prefix in answer.content.decode()
    page(sam).post(f"/platform/tenants/apikey/{key.id}/press/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_it_cancels_a_job_and_hides_the_button_then(alice, acme, page):
    """A move that may not be made has no button and no door (experience, trap 10)."""
    with tenant_scope(acme.schema_name):
        job = jobs.enqueue(kind=some_kind(), subject="x")
    client, press = page(alice), f"/admin/jobs/job/{job.id}/press/cancel/"
    assert press in client.get(f"/admin/jobs/job/{job.id}/change/").content.decode()
    assert client.get(press).status_code == 405
    assert client.post(press).status_code == 302
    with tenant_scope(acme.schema_name):
        ended = Job.objects.get(pk=job.id)
    assert (ended.state, ended.cancel_requested_by) == (State.CANCELLED, alice.id)
    assert press not in client.get(f"/admin/jobs/job/{job.id}/change/").content.decode()
    assert client.post(press).status_code == 404


def test_it_stops_asking_once_the_job_has_ended(alice, acme, page):
    """The bar of an ended job carries no trigger and asks for the page anew: other buttons (W2)."""
    with tenant_scope(acme.schema_name):
        job = jobs.enqueue(kind=some_kind(), subject="x")
    client, bar = page(alice), f"/admin/jobs/job/{job.id}/bar/"
    lives = client.get(bar)
    assert f'hx-get="{bar}"' in lives.content.decode()
    assert "HX-Refresh" not in lives.headers
    with tenant_scope(acme.schema_name):
        jobs.cancel(job_id=job.id)
    ended = client.get(bar)
    assert "hx-get" not in ended.content.decode()
    assert ended.headers["HX-Refresh"] == "true"


def test_it_finds_nothing_of_another_tenant(carol, acme, page):
    """Somebody else's job is not there."""
    with tenant_scope(acme.schema_name):
        job = jobs.enqueue(kind=some_kind(), subject="x")
    client = page(carol)
    assert client.get(f"/admin/jobs/job/{job.id}/bar/").status_code == 404
    assert client.post(f"/admin/jobs/job/{job.id}/press/cancel/").status_code == 404
    assert client.get(f"/admin/jobs/job/{job.id}/change/").status_code == 404


@pytest.mark.parametrize("wrong", [{"country": "ZZ"}, {"timezone": "Mars/Olympus"}, {"slug": "a b"}])
def test_it_refuses_a_country_or_clock_that_does_not_exist(sam, page, wrong):
    """The tenant's figures and schedules are written by them (W7)."""
    given = {"name": "Cedar", "slug": "cedar", "country": "MX", "timezone": "America/Mexico_City"} | wrong
    answer = page(sam).post("/platform/tenants/tenant/add/", given)
    assert set(answer.context_data["adminform"].form.errors) == set(wrong)
    assert not Tenant.objects.filter(name="Cedar").exists()
