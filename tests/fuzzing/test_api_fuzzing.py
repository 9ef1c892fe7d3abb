"""Whoever asks whatever: answers are as the schema says, and none tells of strangers (S13, W9, S1)."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import yaml
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from campaigns.models import Account, Script
from config.wsgi import application
from identity.models import Person
from insights.models import Comment, FichaCliente, Post, Task
from personas.models import Contact, Keyword, Persona
from tenants import actions
from tenants.models import Tenant, User
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.architecture.objects import make_objects
from tests.architecture.test_route_table import BY_CODE
from tests.fuzzing.driving import PHASES, Errand, Found, known_id, place_of, run

ROOT = Path(__file__).resolve().parents[2]
LONG = bool(os.environ.get("MINGA_FUZZ"))
MARKED = (
    (Contact, "last_name"), (Persona, "name"), (Keyword, "text"), (Person, "name"), (Account, "name"),
    (Script, "name"), (FichaCliente, "brand_name"), (Comment, "text"), (Post, "content"), (Task, "title"),
)  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The schema as it is committed."""
    found: dict[str, Any] = yaml.load((ROOT / "docs" / "openapi.yaml").read_text(), yaml.CSafeLoader)
    return found


def furnish(tenant: Tenant, by: User) -> tuple[dict[str, str], str]:
    """Fill a tenant with one of everything under a mark; return ids by parts of paths, and the mark."""
    mark = f"of-{tenant.slug}-alone"
    with tenant_scope(tenant.schema_name):
        objects = make_objects(by)
        for model, name in MARKED:
            marked = Concat(Value(f"{mark} "), F(name), output_field=CharField())
            model.objects.update(**{name: marked})
        ids = {
            place_of(word): str(one.code if word in BY_CODE else one.pk)  # type: ignore[attr-defined]  # those have one
            for word, one in objects.items()
        }
    return ids, mark


def errands(acme: Tenant, birch: Tenant, alice: User, carol: User) -> Iterator[tuple[str, Errand]]:
    """Yield who asks: nobody, a viewer and an admin of Acme, and an admin of Birch for what is Acme's."""
    mine, ours = furnish(acme, alice)
    _theirs, strange = furnish(birch, carol)
    long: dict[str, Any] = {"phases": PHASES, "examples": 25, "most_seconds": 900} if LONG else {}
    # The route table asks every door of everybody; in the short form these two ask a part of the schema.
    few: dict[str, Any] = {} if LONG else {"only": "^(token|users|jobs)_"}
    some: dict[str, Any] = {} if LONG else {"only": "_(list|retrieve)$"}
    yield "nobody", Errand(ids=mine, marks=(ours, strange), **long, **few)
    yield "viewer", Errand(_key(acme, Role.VIEWER), mine, (strange, carol.email), **long, **some)
    yield "admin", Errand(_key(acme, Role.ADMIN), mine, (strange, carol.email), **long)
    yield "stranger", Errand(_key(birch, Role.ADMIN), mine, (ours, alice.email), **long)


def _key(tenant: Tenant, role: Role) -> dict[str, str]:
    _row, secret = actions.make_api_key(tenant=tenant, name="fuzzing", role=role)
    return {"Authorization": f"Api-Key {secret}", "Accept-Language": "en"}


@pytest.mark.long
@pytest.mark.real_roles
def test_every_answer_is_as_the_schema_says(
    document: dict[str, Any], acme: Tenant, birch: Tenant, alice: User, carol: User
) -> None:
    """S13, W9, W11, S1: statuses, types and shapes as documented, no 5xx, no stranger's word."""
    found = {
        who: run(errand, document=document, inside=application)
        for who, errand in errands(acme, birch, alice, carol)
    }
    assert {who: one.leaks for who, one in found.items() if one.leaks} == {}
    assert {who: one.faults for who, one in found.items() if one.faults} == {}
    # Not by refusing everything: whoever may, got something.
    assert set(found["nobody"].statuses) <= {400, 401, 404, 405, 409, 413, 415, 422, 429}
    assert 403 in found["viewer"].statuses
    assert found["admin"].statuses[200] > 60
    assert found["stranger"].statuses[404] > 40


def planted(status: str, body: bytes, kind: str = "application/json") -> Callable[..., list[bytes]]:
    """Return an application that answers everything the same."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response(status, [("Content-Type", kind)])
        return [body]

    return answer


ME = json.dumps({
    "id": "01a1fe23-b461-7266-9483-9ceddcf9f83d", "name": "A", "email": "", "tenant_slug": "a",
    "role": "admin",
    "tenant_id": "01a1fe23-b461-7266-9483-9ceddcf9f83d", "tenant_name": "A", "via": "jwt",
}).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        (planted("500 Oops", b"{}"), "Server error"),
        (planted("418 Teapot", b"{}"), "Undocumented status code"),
        (planted("200 OK", ME, "text/html"), "Undocumented Content-Type"),
        (planted("200 OK", ME.replace(b'"jwt"', b"7")), "Response violates schema"),
    ],
)
def test_it_turns_red_for_a_planted_fault(document: dict[str, Any], inside: Any, title: str) -> None:
    """Positive control: each check sees what it is there for."""
    found = run(Errand(only="^users_me$"), document=document, inside=inside)
    assert [fault for fault in found.faults if fault.endswith(title)], found


def test_it_turns_red_for_a_planted_leak(document: dict[str, Any]) -> None:
    """Positive control: a stranger's word in an answer that the schema allows; and nothing without one."""
    asked: dict[str, Any] = {"document": document, "inside": planted("200 OK", ME)}
    found: Found = run(Errand(only="^users_me$", marks=("01a1fe23",)), **asked)
    assert (found.faults, found.leaks[0]) == ({}, "GET /api/v1/users/me tells 01a1fe23")
    assert run(Errand(only="^users_me$", marks=("of-birch",)), **asked).leaks == []


def test_addresses_know_their_ids() -> None:
    """Else everything would be 404: the longest part of an address names the thing."""
    ids = {
        place_of("v1/^users/"): "u",
        place_of("accounts/(?P<account_id>"): "a",
        "jobs/": "j",
        "classifier/jobs/": "c",
    }
    paths = (
        "/api/v1/users/{id}/",
        "/api/v1/accounts/{account_id}/topup/",
        "/v1/classifier/jobs/{id}/",
        "/x/{id}",
    )
    assert [known_id(path, ids) for path in paths] == ["u", "a", "c", None]
