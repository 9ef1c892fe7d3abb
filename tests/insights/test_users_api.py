"""Programs of an administrator see to the organisation's people (Who, S1, S6, W12)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from insights.models import FichaCliente, FichaViewer
from tenants import actions
from tenants.models import Membership, Tenant, User
from tenants.records.models import AuditEntry, IdempotencyKey
from tenants.records.rules import LONGEST_ATTEMPT, RUNNING
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.doors import ApiClient, api_client
from tests.insights.brands import a_brand
from tests.personas.writing import UNFIT, answer, problem

Api = Callable[[User], ApiClient]
USERS = "/api/v1/users"
EVA = {"email": "Eva@acme.example", "name": "Eva", "role": "viewer"}


@pytest.fixture
def brand(acme: Tenant) -> str:
    """A brand of Acme."""
    with tenant_scope(acme.schema_name):
        return str(a_brand(now=timezone.now(), weeks=1).pk)


def code(response: Any, status: int) -> str:
    problem(response, status)
    return str(response.json()["type"]).removeprefix("urn:minga:problem:")


def bound(tenant: Tenant, member: UUID) -> list[str]:
    with tenant_scope(tenant.schema_name):
        return [str(one) for one in FichaViewer.objects.filter(member=member).values_list("ficha", flat=True)]


def test_somebody_new_is_added_with_brands_and_comes_in(
    api: Api, alice: User, acme: Tenant, brand: str
) -> None:
    """Who, S6: role, brands and a link that sets the first password once; a token then works."""
    client = api(alice)
    made = client.post(USERS, EVA | {"ficha_cliente_ids": [brand]})
    told = answer(made, 201)
    assert made["Cache-Control"] == "no-store"
    assert told | {"id": "", "password_link": ""} == {
        "id": "", "name": "Eva", "email": "eva@acme.example", "role": "viewer",
        "ficha_cliente_ids": [brand], "password_link": "",
    }  # fmt: skip
    again = answer(client.post(f"{USERS}/{told['id']}/password-link"))["password_link"]
    assert told["password_link"].startswith("http://testserver/welcome/")
    link, first = again.removeprefix("http://testserver"), "a-first-Synthetic-Phrase-7"
    assert Client().post(link, {"new": first})["Location"] == "/login/"
    assert Client().get(told["password_link"].removeprefix("http://testserver")).status_code == 404
    assert answer(client.post(f"{USERS}/{told['id']}/password-link")) == {"password_link": None}
    tokens = answer(ApiClient().post("/api/v1/token", {"email": "eva@acme.example", "password": first}))
    hers = ApiClient(tokens["access"])
    assert [one["id"] for one in answer(hers.get("/api/v1/fichas_cliente"))["results"]] == [brand]
    problem(hers.post(USERS, EVA), 403)
    assert code(client.post(USERS, EVA), 409) == "already_member"
    with tenant_scope(acme.schema_name):
        noted = AuditEntry.objects.filter(actor=alice.pk).values_list("verb", "object_type")
        assert {("changed", "viewer"), ("role_given", "membership")} >= set(noted)


def test_a_role_changes_and_ends(api: Api, alice: User, bob: User, acme: Tenant, brand: str) -> None:
    """S6: at the next request; brands of an administrator are refused, whichever way one becomes it."""
    client, his = api(alice), f"{USERS}/{bob.pk}"
    before = api(bob)
    promoted = answer(client.send("patch", his, {"role": "admin"}))
    assert (promoted["role"], promoted["name"]) == ("admin", "Bob")
    problem(before.get("/api/v1/users/me"), 401)
    assert code(client.send("patch", his, {"ficha_cliente_ids": [brand]}), 422) == "no_viewer"
    assert (
        code(client.send("patch", his, {"role": "admin", "ficha_cliente_ids": [brand]}), 422) == "no_viewer"
    )
    assert bound(acme, bob.pk) == []
    both = answer(client.send("patch", his, {"role": "viewer", "ficha_cliente_ids": [brand]}))
    assert (both["role"], both["ficha_cliente_ids"]) == ("viewer", [brand])
    assert client.send("delete", his).status_code == 204
    for method, path in (("delete", his), ("patch", his), ("post", f"{his}/password-link")):
        problem(client.send(method, path, {"role": "viewer"}), 404)
    problem(client.get(his), 404)
    # Who comes back sees no more than before, unless it is said.
    back = answer(client.post(USERS, EVA | {"email": bob.email, "name": "Another"}), 201)
    assert (back["name"], back["ficha_cliente_ids"], back["password_link"]) == ("Bob", [brand], None)


def test_somebody_always_administers(api: Api, alice: User, acme: Tenant, brand: str) -> None:
    """Who: neither the last administrator's role nor the person goes, and nothing else is written."""
    client, mine = api(alice), f"{USERS}/{alice.pk}"
    wanted = {"role": "viewer", "ficha_cliente_ids": [brand]}
    assert code(client.send("patch", mine, wanted), 409) == "last_administrator"
    assert code(client.send("delete", mine), 409) == "last_administrator"
    assert bound(acme, alice.pk) == []


def test_people_of_elsewhere_are_nobody(
    api: Api, alice: User, carol: User, sam: User, birch: Tenant, brand: str
) -> None:
    """S1, S6: Carol is 404 under every door, added she keeps name and password; support is the platform's."""
    client = api(alice)
    for path in (f"{USERS}/{carol.pk}", f"{USERS}/{sam.pk}", f"{USERS}/abc", f"{USERS}/{UUID(int=0)}"):
        problem(client.send("delete", path), 404)
        problem(client.send("patch", path, {"role": "viewer"}), 404)
        problem(client.post(f"{path}/password-link"), 404)
    told = answer(client.post(USERS, EVA | {"email": carol.email.upper(), "name": "Another"}), 201)
    assert (told["id"], told["name"], told["password_link"]) == (str(carol.pk), "Carol", None)
    assert Membership.objects.get(user=carol, tenant=birch).role == Role.ADMIN
    assert (
        code(api_client(carol, "birch").post(USERS, EVA | {"ficha_cliente_ids": [brand]}), 404)
        == "ficha_unknown"
    )
    assert not User.objects.filter(email="eva@acme.example").exists()


def test_a_key_adds_once(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """W12: outside of the tenant's scope too: replayed, told apart, refused to twins, free when abandoned."""
    client = api(alice)
    first, again = (client.post(USERS, EVA, Idempotency_Key="k") for _ in range(2))
    # The link is shown once: whoever lost it makes another.
    assert answer(again, 201) == answer(first, 201) | {"password_link": None}
    assert answer(first, 201)["password_link"]
    assert again["Idempotency-Replayed"] == "true"
    assert (
        code(client.post(USERS, EVA | {"role": "admin"}, Idempotency_Key="k"), 422)
        == "idempotency_key_reused"
    )
    assert code(client.post(USERS, EVA, Idempotency_Key="ñ"), 400) == "idempotency_key_invalid"
    refused = [client.post(USERS, EVA, Idempotency_Key="other") for _ in range(2)]
    assert [(one.status_code, "Idempotency-Replayed" in one) for one in refused] == [
        (409, False),
        (409, True),
    ]
    with tenant_scope(acme.schema_name):
        IdempotencyKey.objects.filter(key="k").update(status=RUNNING)
    assert code(client.post(USERS, EVA, Idempotency_Key="k"), 409) == "idempotency_key_in_use"
    with tenant_scope(acme.schema_name):
        IdempotencyKey.objects.filter(key="k").update(created_at=timezone.now() - LONGEST_ATTEMPT)
    assert code(client.post(USERS, EVA, Idempotency_Key="k"), 409) == "already_member"
    problem(api(bob).post(USERS, EVA, Idempotency_Key="k"), 403)
    _key, secret = actions.make_api_key(tenant=acme, name="people", role=Role.ADMIN)
    assert (
        ApiClient(secret).post(USERS, EVA | {"email": "x@y.example"}, Idempotency_Key="k").status_code == 201
    )


def test_what_cannot_be_is_said_beside_the_field(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """S13: nobody is added by what makes no sense."""
    client, before = api(alice), Membership.objects.count()
    for wrong in (
        {"email": "x"}, {"email": 7}, {"email": "a" * 250 + "@x.cl"}, {"name": ""}, {"name": "x" * 121},
        {"role": "support"}, {"role": None}, {"ficha_cliente_ids": None}, {"ficha_cliente_ids": ["x"]},
        {"ficha_cliente_ids": ["1"], "role": "admin"}, {"password": "x"},
    ):  # fmt: skip
        problem(client.post(USERS, EVA | wrong), 422)
    for raw in UNFIT.values():
        assert client.post(USERS, b'{"email": "e@x.cl", "role": "viewer", "name": %s}' % raw).status_code in (
            400,
            422,
        )
    problem(client.post(f"{USERS}?x=1", EVA), 400)
    problem(client.post(USERS, EVA | {"ficha_cliente_ids": ["1"]}), 404)
    nothing: list[Any] = [{}, {"role": "support"}, {"name": "X"}, []]
    for body in nothing:
        problem(client.send("patch", f"{USERS}/{bob.pk}", body), 422)
    problem(api(bob).post(USERS, EVA), 403)
    problem(ApiClient().post(USERS, EVA), 401)
    assert Membership.objects.count() == before
    assert not User.objects.filter(email__startswith="eva@").exists()


def test_support_gives_no_role_above_its_own(api: Api, alice: User, bob: User, sam: User) -> None:
    """S6, S19: who makes an administrator could be one; viewers are support's to add."""
    eva = answer(api(alice).post(USERS, EVA | {"role": "admin"}), 201)["id"]
    client = api(sam)
    for refused in (
        client.post(USERS, EVA | {"email": "o@x.cl", "role": "admin"}),
        client.send("patch", f"{USERS}/{bob.pk}", {"role": "admin"}),
        client.post(f"{USERS}/{eva}/password-link"),
    ):
        assert code(refused, 403) == "role_too_high"
    assert not User.objects.filter(email="o@x.cl").exists()
    answer(client.post(USERS, EVA | {"email": "o@x.cl"}), 201)


@pytest.mark.real_roles
def test_real_log_ins_add_one_of_twins(alice: User, acme: Tenant, brand: str) -> None:
    """S1, W12: with the database's own roles; of eight at once with one key, one adds and the brand holds."""
    body: dict[str, Any] = EVA | {"ficha_cliente_ids": [brand]}
    every = at_once(8, lambda _n: api_client(alice).post(USERS, body, Idempotency_Key="k"))
    added = [one for one in every if one.status_code == 201]
    assert {one.json()["id"] for one in added} == {added[0].json()["id"]}
    assert len([one for one in added if one.json()["password_link"]]) == 1
    assert {code(one, 409) for one in every if one not in added} <= {"idempotency_key_in_use"}
    eva = User.objects.get(email="eva@acme.example")
    assert bound(acme, eva.pk) == [brand]
    assert answer(api_client(eva).get("/api/v1/fichas_cliente"))["results"][0]["id"] == brand
    problem(api_client(eva).post(USERS, body), 403)
    assert api_client(alice).send("delete", f"{USERS}/{eva.pk}").status_code == 204
    with tenant_scope(acme.schema_name):
        assert FichaCliente.objects.count() == 1
