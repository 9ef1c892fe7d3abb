"""Money, roles and secrets ask again who it is, and lose nothing of what was typed (step-up, S8)."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tenants.actions import second_factors
from tenants.models import ApiKey, Membership, Tenant, User
from tenants.rules import Role
from tenants.signin import codes
from tests.cast import PASSWORD, SAMS_APP, code_now

Pages = Callable[[User], Client]


def grow_old(client: Client, seconds: int = settings.FRESH_SECONDS + 1) -> Client:
    """Let the session's last proof lie so long ago."""
    session = client.session
    session["proved_at"] = int(timezone.now().timestamp()) - seconds
    session.save()
    return client


def waiting(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form, as a browser sends them."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/members/", {"do": "invite", "email": "eva@acme.example", "name": 'Eva "E"', "role": "viewer"}),
        ("/keys/", {"name": "loader", "role": "viewer"}),
        ("/security/", {"do": "codes"}),
    ],
)
def test_an_old_session_confirms_and_goes_on_with_its_form(
    page: Pages, alice: User, path: str, form: dict[str, str]
) -> None:
    """S8: 307 takes the fields to the page that asks, and on from there; the wrong password goes nowhere."""
    client = grow_old(page(alice))
    led = client.post(path, form)
    assert (led.status_code, led["Location"]) == (307, f"/confirm/?next={path.replace('/', '%2F')}")
    fields = waiting(client.post(led["Location"], form).content.decode())
    assert {name: fields[name] for name in form} == form
    assert client.post(led["Location"], fields | {"confirm_password": "wrong"}).status_code == 401
    assert client.post(path, form).status_code == 307, "still not fresh"
    on = client.post(led["Location"], fields | {"confirm_password": PASSWORD})
    assert (on.status_code, on["Location"]) == (307, path)
    assert client.post(path, fields | {"confirm_password": PASSWORD}).status_code in (200, 302)


def test_it_asks_nobody_who_came_in_lately(page: Pages, alice: User, acme: Tenant) -> None:
    """Positive control: up to the last second a form goes straight through; reading is not asked about."""
    client = grow_old(page(alice), settings.FRESH_SECONDS - 5)
    assert client.post("/keys/", {"name": "loader", "role": "viewer"}).status_code == 200
    assert ApiKey.objects.filter(tenant=acme, name="loader").exists()
    assert grow_old(client).get("/members/").status_code == 200
    assert client.get("/security/app/").status_code == 302


def test_it_leads_back_within_this_site_only(page: Pages, alice: User) -> None:
    """An address in a link can name no other site, a field "next" of the form changes nothing."""
    client = grow_old(page(alice))
    proof = {"confirming": "1", "confirm_password": PASSWORD}
    assert client.post("/confirm/?next=https://evil.example/", proof)["Location"] == "/"
    assert client.post("/confirm/?next=/jobs/", proof | {"next": "/a/"})["Location"] == "/jobs/"
    assert client.post("/confirm/?next=/jobs/", proof).status_code == 302


def test_it_asks_for_the_factor_where_there_is_one(page: Pages, sam: User) -> None:
    """S8: the password alone is what a thief may have."""
    client = grow_old(page(sam))
    door = "/confirm/?next=/security/"
    assert client.post(door, {"confirming": "1", "confirm_password": PASSWORD}).status_code == 401
    assert client.post(door, {"confirming": "1", "confirm_code": code_now()})["Location"] == "/security/"
    assert client.post("/security/", {"do": "others"}).status_code == 302


def test_it_counts_wrong_proofs(page: Pages, alice: User) -> None:
    """S8: a stolen session is no way round the limit."""
    client = grow_old(page(alice))
    wrong = {"confirming": "1", "confirm_password": "wrong"}
    assert {client.post("/confirm/", wrong).status_code for _try in range(10)} == {401}
    assert client.post("/confirm/", wrong | {"confirm_password": PASSWORD}).status_code == 429


def test_the_platforms_roles_keys_and_resets_ask(page: Pages, sam: User, bob: User, acme: Tenant) -> None:
    """S8: buttons and forms of the admin, and nothing is done meanwhile."""
    codes.keep_app(user=bob, secret=SAMS_APP)
    client = grow_old(page(sam))
    membership = Membership.objects.get(user=bob)
    platform = "/platform/tenants"
    asked = [
        client.post(f"{platform}/membership/{membership.pk}/press/admin/"),
        client.post(f"{platform}/user/{bob.pk}/press/reset-factor/"),
        client.post(f"{platform}/apikey/add/", {"tenant": acme.pk, "name": "x", "role": "viewer"}),
        client.post(f"{platform}/user/add/", {"email": "x@x.example"}),
    ]
    assert [(one.status_code, one["Location"][:9]) for one in asked] == [(307, "/confirm/")] * 4
    membership.refresh_from_db()
    assert (membership.role, bool(second_factors.factors_of(user=bob))) == (Role.VIEWER, True)


def test_money_asks(page: Pages, alice: User, acme: Tenant, api) -> None:
    """S8: on a tenant's own pages, where the session is settled before the scope opens; programs pass."""
    made = api(alice).post("/api/v1/accounts/", {"account_id": "acme-one", "name": "One"})
    assert made.status_code == 201
    listed = page(alice).get("/admin/campaigns/account/").content.decode()
    [number] = set(re.findall(r"/admin/campaigns/account/(\d+)/change/", listed))
    path = f"/admin/campaigns/account/{number}/money/topup/"
    form = {"amount": "10", "note": "", "once": str(uuid4())}
    assert grow_old(page(alice)).post(path, form).status_code == 307
    assert page(alice).post(path, form).status_code == 302
