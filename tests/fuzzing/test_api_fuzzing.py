"""Whoever asks whatever: answers are as the schema says, and none tells of strangers (S13, W9, S1)."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from config.wsgi import application
from tenants import actions
from tenants.models import Tenant, User
from tenants.rules import Role
from tests import cast
from tests.doors import api_client
from tests.fuzzing import driving
from tests.fuzzing.driving import PHASES, Errand, Found, filled, known_id, place_of, run
from tests.fuzzing.furnishing import furnish

# How long each may ask in the long form, in seconds.
SECONDS = int(os.environ.get("MINGA_FUZZ") or 0)
# Every kind of value for every parameter and field is more than the suite has time for: each operation gets
# its part of this.
KINDS_SECONDS = 45


def errands(acme: Tenant, birch: Tenant, alice: User, carol: User) -> Iterator[tuple[str, Errand]]:
    """Yield who asks: nobody, a viewer and an admin of Acme, and an admin of Birch for what is Acme's.

    The admin is a person, who may more than a key; what names a member names another one.
    """
    mine, theirs = furnish(acme, alice), furnish(birch, carol)
    ids = mine.ids | {"users/": str(cast.person("bob").pk)}
    known = Errand(ids=ids, named=mine.named, marks=(theirs.mark, carol.email))
    if SECONDS:
        known = replace(known, phases=PHASES, examples=25, most_seconds=SECONDS)
    # The route table asks every door of everybody; in the short form these two ask a part of the schema.
    few, some = ("", "") if SECONDS else ("^(token|users|jobs)_", "_(list|retrieve)$")
    yield "nobody", replace(known, marks=(mine.mark, theirs.mark), only=few)
    yield "viewer", replace(known, headers=_key(acme, Role.VIEWER), only=some)
    yield "admin", replace(known, headers=_token(alice))
    yield "stranger", replace(known, headers=_key(birch, Role.ADMIN), marks=(mine.mark, alice.email))


def _key(tenant: Tenant, role: Role) -> dict[str, str]:
    _row, secret = actions.make_api_key(tenant=tenant, name="fuzzing", role=role)
    return {"Authorization": f"Api-Key {secret}", "Accept-Language": "en"}


def _token(user: User) -> dict[str, str]:
    """Return a person's token; it lasts for half an hour."""
    return {"Authorization": api_client(user).client.defaults["HTTP_AUTHORIZATION"], "Accept-Language": "en"}


@pytest.mark.long
@pytest.mark.real_roles
def test_every_answer_is_as_the_schema_says(
    document: dict[str, Any], acme: Tenant, birch: Tenant, alice: User, carol: User
) -> None:
    """S13, W9, W11, S1: statuses, types and shapes as documented, no 5xx, no stranger's word."""
    found = {}
    for who, errand in errands(acme, birch, alice, carol):
        begun = monotonic()
        found[who] = run(errand, document=document, inside=application)
        print(f"\n{who}: {monotonic() - begun:.0f} s, {found[who]}")
    assert {who: one.leaks for who, one in found.items() if one.leaks} == {}
    assert {who: one.faults for who, one in found.items() if one.faults} == {}
    # Not by refusing everything: whoever may, got something.
    assert set(found["nobody"].statuses) <= {400, 401, 404, 405, 409, 413, 415, 422, 429}
    assert 403 in found["viewer"].statuses
    assert found["admin"].statuses[200] > 60
    assert found["stranger"].statuses[404] > 40


@pytest.mark.long
@pytest.mark.real_roles
def test_every_kind_of_value_is_answered_as_the_schema_says(
    document: dict[str, Any], acme: Tenant, birch: Tenant, alice: User, carol: User
) -> None:
    """S13, W9, W11: bounds, wrong types, what is missing and what is too much, as an admin."""
    asked = dict(errands(acme, birch, alice, carol))["admin"]
    kinds = replace(asked, phases=("coverage",), most_seconds=SECONDS or KINDS_SECONDS)
    found = run(kinds, document=document, inside=application)
    assert (found.leaks, found.faults) == ([], {})
    # Not by refusing everything, nor by taking it.
    assert min(found.statuses[status] for status in (200, 400, 422)) > 10, found.statuses


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


@pytest.mark.parametrize("phase", ["coverage", "fuzzing"])
@pytest.mark.parametrize(
    ("inside", "title"),
    [
        (planted("500 Oops", b"{}"), "Server error"),
        (planted("418 Teapot", b"{}"), "Undocumented status code"),
        (planted("200 OK", ME, "text/html"), "Undocumented Content-Type"),
        (planted("200 OK", ME.replace(b'"jwt"', b"7")), "Response violates schema"),
    ],
)
def test_it_turns_red_for_a_planted_fault(
    document: dict[str, Any], inside: Any, title: str, phase: str
) -> None:
    """Positive control: each check sees what it is there for."""
    found = run(Errand(only="^users_me$", phases=(phase,)), document=document, inside=inside)
    assert [fault for fault in found.faults if fault.endswith(title)], found


def test_it_turns_red_for_a_planted_leak(document: dict[str, Any]) -> None:
    """Positive control: a stranger's word in an answer that the schema allows; and nothing without one."""
    asked: dict[str, Any] = {"document": document, "inside": planted("200 OK", ME)}
    found: Found = run(Errand(only="^users_me$", marks=("01a1fe23",)), **asked)
    assert (found.faults, found.leaks[0]) == ({}, "GET /api/v1/users/me tells 01a1fe23")
    assert run(Errand(only="^users_me$", marks=("of-birch",)), **asked).leaks == []


def test_a_door_that_is_not_described_may_answer_anything_but_5xx(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first clients' `jobs/7` is an entry, and no job of the schema."""
    monkeypatch.setattr(driving, "KNOWN_IN_100", 100)
    entry, job = (Errand(only="^jobs_retrieve$", ids={"jobs/": one}) for one in ("7", "x"))
    assert run(entry, document=document, inside=planted("200 OK", b"{}")).faults == {}
    assert list(run(job, document=document, inside=planted("200 OK", b"{}")).faults) == [
        "GET /api/v1/jobs/{id}/ Response violates schema"
    ]
    assert run(entry, document=document, inside=planted("500 Oops", b"{}")).faults != {}


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


def test_bodies_know_their_names() -> None:
    """Else nothing that a body names would be there: however deep, and one or many."""
    sent = {"run": "x", "rows": [{"run": 7, "other": None}], "runs": {"run": ["a", "b"]}}
    known = {"run": "5", "rows": [{"run": "5", "other": None}], "runs": {"run": ["5"]}}
    assert filled(sent, {"run": "5"}) == known
    assert filled("run", {"run": "5"}) == "run"
