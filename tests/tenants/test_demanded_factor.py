"""An organisation demands a second factor of everybody: who has none reaches nothing of it (S8)."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tenants import actions, queries
from tenants.actions import demanding, second_factors
from tenants.models import PlatformAct, Tenant, User
from tenants.records.models import AuditEntry
from tenants.rules import Role, TenantStatus
from tenants.scope import tenant_scope
from tenants.signin import codes
from tests.cast import PASSWORD, SAMS_APP, code_now
from tests.doors import ApiClient
from tests.reading import text_of

Pages = Callable[[User], Client]
ME, TOKEN, APP, PEOPLE = "/api/v1/users/me", "/api/v1/token", "/security/app/", "/members/"


@pytest.fixture
def demanding_acme(alice: User, acme: Tenant) -> Tenant:
    """Acme demands a second factor; of its members Alice has one, and Sam of the platform."""
    codes.keep_app(user=alice, secret=SAMS_APP)
    demanding.demand_factor(tenant=acme, by=alice)
    return acme


def problem(answer) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["type"].rpartition(":")[2]


@pytest.mark.parametrize("path", ["/", "/jobs/", "/personas/contacts/", "/saved/", "/campaigns/"])
def test_who_has_none_is_led_to_set_one_up(page: Pages, bob: User, demanding_acme: Tenant, path: str) -> None:
    """S8: right after the log-in, from every page of the organisation, and on to where they were going."""
    led = page(bob).get(path)
    assert (led.status_code, led["Location"]) == (302, f"{APP}?next={path.replace('/', '%2F')}")


def test_administrators_have_no_way_around(page: Pages, bob: User, demanding_acme: Tenant) -> None:
    """S8: people and keys stand before the tenant's scope, and belong to it all the same."""
    actions.give_role(user=bob, tenant=demanding_acme, role=Role.ADMIN)
    client = page(bob)
    for path in ("/admin/", PEOPLE, "/keys/"):
        assert client.get(path)["Location"].startswith(APP)
    assert client.post(PEOPLE, {"do": "release"})["Location"].startswith(APP)
    part = client.get("/jobs/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, f"{APP}?next=%2Fjobs%2F")


def test_it_is_set_up_once_and_leads_on(page: Pages, bob: User, demanding_acme: Tenant) -> None:
    """S8: the page says why; with the code that proves the app the way is free."""
    client = page(bob)
    shown = text_of(client, f"{APP}?next=%2Fjobs%2F")
    assert "Your organisation demands a second factor." in shown
    found = re.search(r"<code>([A-Z2-7 ]{30,})</code>", shown)
    assert found
    step = int(timezone.now().timestamp()) // codes.PERIOD_S
    code = codes.code_at(secret=found[1].replace(" ", ""), step=step)
    added = client.post(APP, {"code": code, "next": "/jobs/"}).content.decode()
    assert 'href="/jobs/"' in added, "behind the recovery codes"
    assert client.get("/jobs/").status_code == 200
    client.post("/security/", {"do": "remove", "factor": str(second_factors.factors_of(user=bob)[0].pk)})
    assert second_factors.factors_of(user=bob), "nobody takes off the last one by accident"


def test_a_program_of_such_a_person_is_told(
    api: Callable[..., ApiClient], bob: User, demanding_acme: Tenant
) -> None:
    """S8: no token is given, a token given before is worth nothing there, nor refreshed."""
    demanding.release_factor(tenant=demanding_acme, by=bob)
    before = json.loads(ApiClient().post(TOKEN, {"email": bob.email, "password": PASSWORD}).content)
    demanding.demand_factor(tenant=demanding_acme, by=User.objects.get(email="alice@acme.example"))
    due = (403, "mfa_setup_required")
    assert problem(ApiClient(before["access"]).get(ME)) == due
    assert problem(ApiClient().post(f"{TOKEN}/refresh", {"refresh": before["refresh"]})) == due
    told = ApiClient().post(TOKEN, {"email": bob.email, "password": PASSWORD})
    assert problem(told) == due
    assert "This organisation demands a second factor" in told.content.decode()


def test_machines_and_who_has_one_go_on(
    page: Pages, api: Callable[..., ApiClient], alice: User, sam: User, demanding_acme: Tenant
) -> None:
    """S8: a key has nobody behind it who could have a factor; it works as before."""
    _key, secret = actions.make_api_key(tenant=demanding_acme, name="loader", role=Role.VIEWER)
    assert ApiClient(secret).get(ME).status_code == 200
    assert api(alice).get(ME).status_code == 200
    given = {"email": alice.email, "password": PASSWORD, "otp": code_now()}
    assert ApiClient().post(TOKEN, given).status_code == 200
    assert {page(one).get("/").status_code for one in (alice, sam)} == {200}


def test_another_organisation_of_the_person_is_not_touched(
    page: Pages, api: Callable[..., ApiClient], bob: User, birch: Tenant, demanding_acme: Tenant
) -> None:
    """S8: each organisation decides for itself alone."""
    actions.give_role(user=bob, tenant=birch, role=Role.VIEWER)
    client = page(bob)
    client.post("/choose/", {"tenant": str(demanding_acme.id)})
    assert client.get("/")["Location"].startswith(APP)
    client.post("/choose/", {"tenant": str(birch.id)})
    assert client.get("/").status_code == 200
    assert api(bob, "birch").get(ME).status_code == 200
    assert problem(api(bob, "acme").get(ME))[0] == 403


def test_the_page_shows_whom_it_would_stop(page: Pages, alice: User, acme: Tenant) -> None:
    """W4: who has one, and how many not; only who has one may press, and pressing undoes it again."""
    client = page(alice)
    before = text_of(client, PEOPLE)
    assert "1 of 3 people has one. 2 people would have to set one up" in before
    assert 'value="demand"' not in before
    refused = client.post(PEOPLE, {"do": "demand"}, follow=True).content.decode()
    assert "Set up a second factor of your own first." in refused
    codes.keep_app(user=alice, secret=SAMS_APP)
    assert "2 of 3 people have one. 1 person would have to set one up" in text_of(client, PEOPLE)
    on = client.post(PEOPLE, {"do": "demand"}, follow=True).content.decode()
    assert "1 person has none yet and sets one up before anything else" in on
    acme.refresh_from_db()
    assert acme.demands_second_factor
    client.post(PEOPLE, {"do": "release"})
    acme.refresh_from_db()
    assert not acme.demands_second_factor


def test_it_is_noted_once_for_each_change(
    alice: User, sam: User, acme: Tenant, django_capture_on_commit_callbacks
) -> None:
    """S8, S20: in the organisation's audit log, support's in the platform's history too; twice is once."""
    codes.keep_app(user=alice, secret=SAMS_APP)
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            demanding.demand_factor(tenant=acme, by=alice)
        for _time in range(2):
            demanding.release_factor(tenant=acme, by=sam)
    acts = PlatformAct.objects.filter(tenant=acme.pk, actor=sam.pk)
    assert [one.verb for one in acts] == ["factor_released"]
    with tenant_scope(acme.schema_name):
        noted = AuditEntry.objects.filter(verb__startswith="factor_").order_by("pk")
        told = [(one.verb, one.actor) for one in noted]
    assert told == [("factor_demanded", alice.pk), ("factor_released", sam.pk)]


def test_nothing_is_noted_in_one_that_closed_meanwhile(
    alice: User, acme: Tenant, django_capture_on_commit_callbacks
) -> None:
    """S8, S18: who restores or removes it has its tables by then; the demand itself holds."""
    codes.keep_app(user=alice, secret=SAMS_APP)
    with django_capture_on_commit_callbacks(execute=True):
        demanding.demand_factor(tenant=acme, by=alice)
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.REMOVING)
    with tenant_scope(acme.schema_name):
        assert not AuditEntry.objects.filter(verb="factor_demanded").exists()
    acme.refresh_from_db()
    assert acme.demands_second_factor


def test_it_costs_no_query(alice: User, bob: User, demanding_acme: Tenant, django_assert_num_queries) -> None:
    """S6: the one query that finds the membership says it, too."""
    with django_assert_num_queries(2):
        found = [queries.membership(user_id=one.pk, tenant_id=demanding_acme.pk) for one in (alice, bob)]
    assert [one and one.has_factor for one in found] == [True, False]


def test_recovery_codes_are_no_factor(bob: User, demanding_acme: Tenant) -> None:
    """S8: a piece of paper proves nothing that a demand is for, however it came to be there alone."""
    codes.new_recovery_codes(user=bob)
    found = queries.membership(user_id=bob.pk, tenant_id=demanding_acme.pk)
    assert found
    with pytest.raises(demanding.FactorDemanded):
        demanding.check_factor(found)
