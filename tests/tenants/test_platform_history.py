"""What staff and commands do on the platform is history: written with the act, changed by nobody (S20)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tenants import actions
from tenants.actions import members, second_factors
from tenants.actions.people import EmailTaken
from tenants.jobs.models import Job
from tenants.models import ApiKey, Domain, Membership, PlatformAct, Tenant, User
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tests.cast import PASSWORD
from tests.reading import text_of
from tests.tenants.test_housekeeping import counted, forget

Pages = Callable[[User], Client]
LISTED = "/platform/tenants/platformact/"
Told = tuple[str, str, str, UUID | None, UUID | None]


@pytest.fixture(autouse=True)
def _nothing_happened(any_db: None) -> None:
    with owner_scope():
        PlatformAct.objects.all().delete()


def told(by: User | None) -> list[Told]:
    acts = PlatformAct.objects.filter(actor=by.pk if by else None).order_by("id")
    return list(acts.values_list("verb", "object_type", "object_id", "tenant", "person"))


def press(client: Client, row: Any, button: str) -> Any:
    where = f"/platform/{row._meta.label_lower.replace('.', '/')}/{row.pk}/press/{button}/"
    answer = client.post(where)
    assert answer.status_code == 302
    return answer


def test_people_and_roles(sam: User, bob: User, carol: User, acme: Tenant, page: Pages) -> None:
    """S20: who, what, on whom, in which tenant, and the request whose lines the log holds."""
    client, given = page(sam), {"email": "dora@birch.example", "name": "Dora", "password": PASSWORD}
    client.post("/platform/tenants/user/add/", given)
    dora = User.objects.get(email="dora@birch.example")
    press(client, bob, "log-out")
    press(client, bob, "deactivate")
    client.post(f"/platform/tenants/user/{carol.pk}/change/", {"name": "Caro", "language": ""})
    role = {"user": str(dora.pk), "tenant": str(acme.pk), "role": "viewer"}
    client.post("/platform/tenants/membership/add/", role)
    made = Membership.objects.get(user=dora)
    press(client, made, "admin")
    ended = press(client, made, "end")
    second_factors.reset(user=carol, by=sam.pk)
    user, belongs = "tenants.user", ("tenants.membership", str(made.pk), acme.pk, dora.pk)
    assert told(sam) == [
        ("user_made", user, str(dora.pk), None, dora.pk),
        ("logged_out", user, str(bob.pk), None, bob.pk),
        ("deactivated", user, str(bob.pk), None, bob.pk),
        ("changed", user, str(carol.pk), None, carol.pk),
        ("role_given", *belongs),
        ("role_given", *belongs),
        ("role_taken", *belongs),
        ("second_factor_reset", user, str(carol.pk), None, carol.pk),
    ]
    assert str(PlatformAct.objects.get(verb="role_taken").request) == ended["X-Request-Id"]
    # Whatever was typed stands nowhere (S19).
    assert PlatformAct.objects.get(verb="changed").change == {"fields": ["Name"]}
    stored = repr(list(PlatformAct.objects.values_list("change", flat=True)))
    assert not [word for word in ("Dora", "dora@", "Caro") if word in stored]
    assert told(None) == []


def test_tenants_domains_keys_and_work(sam: User, acme: Tenant, page: Pages) -> None:
    """S20: forms without an action of their own are noted by the site, in the same transaction."""
    client = page(sam)
    given = {"name": "Cedar", "slug": "cedar", "country": "MX", "timezone": "America/Mexico_City"}
    client.post("/platform/tenants/tenant/add/", given)
    cedar = Tenant.objects.get(slug="cedar")
    job = Job.objects.get(subject=str(cedar.pk))
    press(client, job, "cancel")
    client.post("/platform/tenants/domain/add/", {"domain": "a.example", "tenant": str(acme.pk)})
    domain = Domain.objects.get(domain="a.example")
    client.post(f"/platform/tenants/domain/{domain.pk}/delete/", {"post": "yes"})
    client.post("/platform/tenants/apikey/add/", {"tenant": str(acme.pk), "name": "n", "role": "viewer"})
    key = ApiKey.objects.get()
    press(client, key, "revoke")
    every = IntervalSchedule.objects.create(every=1, period="days")
    task = PeriodicTask.objects.create(name="own", task="jobs.sweep", interval=every)
    client.post(f"/platform/django_celery_beat/periodictask/{task.pk}/delete/", {"post": "yes"})
    assert told(sam) == [
        ("tenant_made", "tenants.tenant", str(cedar.pk), cedar.pk, None),
        ("job_cancelled", "jobs.job", str(job.pk), None, None),
        ("added", "tenants.domain", str(domain.pk), acme.pk, None),
        ("deleted", "tenants.domain", str(domain.pk), acme.pk, None),
        ("key_made", "tenants.apikey", str(key.pk), acme.pk, None),
        ("key_revoked", "tenants.apikey", str(key.pk), acme.pk, None),
        ("deleted", "django_celery_beat.periodictask", str(task.pk), None, None),
    ]
    assert PlatformAct.objects.get(verb="tenant_made").job == job.pk


def test_only_staff_and_commands(alice: User, sam: User, acme: Tenant) -> None:
    """S20: an administrator's acts are the tenant's audit alone; support's, in any tenant, are ours too."""
    members.invite(tenant=acme, email="e@acme.example", name="E", role=Role.VIEWER, by=alice.pk)
    assert not PlatformAct.objects.exists()
    members.invite(tenant=acme, email="f@acme.example", name="F", role=Role.VIEWER, by=sam.pk)
    assert [verb for verb, *_more in told(sam)] == ["user_made", "role_given"]
    actions.make_api_key(tenant=acme, name="n", role=Role.VIEWER)
    ends = timezone.now() + timedelta(hours=1)
    actions.give_support(user=sam, tenant=acme, ends_at=ends)
    assert [verb for verb, *_more in told(None)] == ["key_made", "role_given"]


def test_a_refused_act_is_none(sam: User, bob: User) -> None:
    """S20: act and entry are one transaction."""
    with pytest.raises(EmailTaken):
        actions.create_user(email=bob.email, name="x", password=None, by=sam.pk)
    with transaction.atomic():
        actions.deactivate_user(user=bob, by=sam.pk)
        transaction.set_rollback(True)
    assert not PlatformAct.objects.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_changes_it(sam: User, bob: User, acme: Tenant, change: str) -> None:
    """S20: the public role adds and reads; the owner, who migrates and forgets by age, may do more."""
    actions.throw_out(user=bob, by=sam.pk)
    acts = PlatformAct.objects.filter(verb="logged_out")

    def do() -> int:
        # Below Django's collector, which would first read.
        return acts.update(verb="x") if change == "update" else acts._raw_delete(acts.db)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        do()
    with tenant_scope(acme.schema_name), pytest.raises(ProgrammingError), transaction.atomic():
        acts.exists()
    assert acts.count() == 1
    with owner_scope():
        assert do() == 1


def test_the_page_is_narrowed_and_names_who_is_still_there(
    sam: User, alice: User, bob: User, acme: Tenant, birch: Tenant, page: Pages
) -> None:
    """S20, W6: by who, tenant, person and thing; of who is gone stays the id."""
    given = actions.give_role(user=bob, tenant=acme, role=Role.ADMIN, by=sam.pk)
    actions.make_api_key(tenant=birch, name="n", role=Role.VIEWER)
    gone = actions.create_user(email="g@acme.example", name="G", password=None, by=sam.pk)
    with owner_scope():
        User.objects.get(pk=gone.pk).delete()
    client = page(sam)

    def rows(query: str) -> int:
        return int(client.get(f"{LISTED}?{query}").context["cl"].result_count)

    narrowed = {
        "": 3, f"who={sam.pk}": 2, "who=command": 1, f"tenant={acme.pk}": 1, f"person={bob.pk}": 1,
        "verb=key_made": 1, f"object_type=tenants.membership&object_id={given.pk}": 1, "who=x": 3,
    }  # fmt: skip
    assert {query: rows(query) for query in narrowed} == narrowed
    shown = text_of(client, LISTED)
    for word in ("role given", "Bob", "Acme", "a command", str(gone.pk)):
        assert word in shown, word
    for row, query in ((acme, f"tenant={acme.pk}"), (bob, f"person={bob.pk}")):
        where = f"/platform/{row._meta.label_lower.replace('.', '/')}/{row.pk}/change/"
        assert f"{LISTED}?{query}" in client.get(where).content.decode()
    act = PlatformAct.objects.get(verb="role_given")
    detail = client.get(f"{LISTED}{act.pk}/change/").content.decode()
    assert str(given.pk) in detail
    assert client.post(f"{LISTED}{act.pk}/change/", {"verb": "x"}).status_code == 403
    assert client.post(f"{LISTED}{act.pk}/delete/", {"post": "yes"}).status_code == 403
    assert page(alice).get(LISTED).status_code == 403


def test_it_is_kept_as_long_as_the_tenants_audit(sam: User, bob: User) -> None:
    """S19: five years, by the nightly job, which speaks as the owner."""
    for _each in range(2):
        actions.throw_out(user=bob, by=sam.pk)
    old, young = PlatformAct.objects.order_by("id")
    with owner_scope():
        PlatformAct.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=1826))
        PlatformAct.objects.filter(pk=young.pk).update(at=timezone.now() - timedelta(days=1824))
    assert counted(forget())["platform_acts"] == 1
    assert list(PlatformAct.objects.all()) == [young]
