"""A key has nobody behind it to be asked again: administrators and secrets need a person (S8, W14)."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Account, LedgerRow
from tenants import actions
from tenants.actions import members
from tenants.models import Membership, Tenant, User
from tenants.records.models import AuditEntry, WebhookEndpoint
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.campaigns.money import HERE, an_account
from tests.doors import ApiClient

Api = Callable[[User], ApiClient]
USERS, ENDPOINTS = "/api/v1/users", "/api/v1/webhook-endpoints/"
EVA = {"email": "eva@acme.example", "name": "Eva"}
NEW = {"url": "https://hooks.example.com/in", "events": ["job.finished"]}


@pytest.fixture
def key(acme: Tenant) -> ApiClient:
    """The widest key that there is."""
    return ApiClient(actions.make_api_key(tenant=acme, name="w", role=Role.ADMIN)[1])


def read(response: Any) -> Any:
    return json.loads(response.content or b"{}")


def outcome(response: Any) -> tuple[int, str]:
    return response.status_code, str(read(response).get("type", "")).removeprefix("urn:minga:problem:")


def roles(tenant: Tenant) -> dict[str, str]:
    rows = Membership.objects.filter(tenant=tenant, is_active=True)
    return dict(rows.values_list("user__email", "role"))


def test_a_key_sees_to_viewers_and_to_no_administrator(
    key: ApiClient, acme: Tenant, alice: User, bob: User
) -> None:
    """S8: nobody is made one, changed as one, let go as one, or given one's first password."""
    dora = members.invite(tenant=acme, email="d@acme.example", name="D", role=Role.ADMIN, by=alice.pk).user
    before, no = roles(acme), (403, "person_needed")
    assert outcome(key.post(USERS, EVA | {"role": "admin"})) == no
    assert outcome(key.send("patch", f"{USERS}/{bob.pk}", {"role": "admin"})) == no
    assert outcome(key.send("patch", f"{USERS}/{dora.pk}", {"role": "viewer"})) == no
    assert outcome(key.send("delete", f"{USERS}/{dora.pk}")) == no
    assert outcome(key.post(f"{USERS}/{dora.pk}/password-link")) == no
    assert roles(acme) == before
    told = read(key.post(USERS, EVA | {"role": "admin"}))["detail"]
    assert "need a person" in told
    # What is nobody's stays nobody's.
    assert outcome(key.send("delete", f"{USERS}/{acme.pk}"))[0] == 404

    eva = key.post(USERS, EVA | {"role": "viewer"})
    here = f"{USERS}/{read(eva)['id']}"
    assert (eva.status_code, bool(read(eva)["password_link"])) == (201, True)
    assert key.post(f"{here}/password-link").status_code == 200
    assert key.send("patch", here, {"ficha_cliente_ids": []}).status_code == 200
    assert key.send("delete", here).status_code == 204


def test_a_persons_program_does_all_of_it(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """S8: positive control; a token began with password and code."""
    client = api(alice)
    assert client.send("patch", f"{USERS}/{bob.pk}", {"role": "admin"}).status_code == 200
    assert client.send("patch", f"{USERS}/{bob.pk}", {"role": "viewer"}).status_code == 200
    assert client.post(USERS, EVA | {"role": "admin"}).status_code == 201
    assert client.post(ENDPOINTS, NEW).status_code == 201


def test_a_key_makes_no_secret_and_moves_no_endpoint(
    key: ApiClient, api: Api, alice: User, acme: Tenant
) -> None:
    """S8, W16: what the page asks again for; sending, stopping and reading stay a key's."""
    made = read(api(alice).post(ENDPOINTS, NEW))
    here = f"{ENDPOINTS}{made['id']}/"
    tried = [
        key.post(ENDPOINTS, NEW),
        key.post(f"{here}rotate-secret/"),
        key.post(f"{here}end-old-secret/"),
        key.send("patch", here, {"url": "https://elsewhere.example.com/"}),
        key.send("delete", here),
    ]
    assert [outcome(one) for one in tried] == [(403, "person_needed")] * 5
    with tenant_scope(acme.schema_name):
        assert [one.url for one in WebhookEndpoint.objects.all()] == [NEW["url"]]
    assert read(key.get(here))["url"] == NEW["url"]
    allowed = [key.post(f"{here}{act}/").status_code for act in ("test", "stop", "start")]
    assert allowed == [202, 200, 200]


def test_a_key_of_campaigns_tops_up_and_no_narrower_one(acme: Tenant) -> None:
    """S8, W14: money is a machine's daily work; the key's parts and role bound it, and its id is noted."""
    row, secret = actions.make_api_key(tenant=acme, name="pay", role=Role.ADMIN, areas=["campaigns"])
    others = [("personas", Role.ADMIN), ("campaigns", Role.VIEWER)]
    narrow = [
        actions.make_api_key(tenant=acme, name="n", role=role, areas=[area])[1] for area, role in others
    ]
    with tenant_scope(acme.schema_name):
        an_account(balance="100")
    where, money = f"{HERE}/acc-one/topup", {"amount": "50"}
    refused = [outcome(ApiClient(one).post(where, money)) for one in narrow]
    assert refused == [(403, "key_out_of_reach"), (403, "forbidden")]
    assert ApiClient(secret).post(where, money).status_code == 201
    with tenant_scope(acme.schema_name):
        assert Account.objects.get().balance == Decimal(150)
        assert LedgerRow.objects.latest("id").created_by == row.pk
        assert AuditEntry.objects.filter(verb="topup", actor=row.pk).exists()
