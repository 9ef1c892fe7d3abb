"""Whatever stands in a field: an answer that says what is wrong with it, and never a crash (S13, W11)."""

import json
import os
from collections import Counter
from itertools import islice
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse

from tenants import throttling
from tenants.models import Tenant, User
from tests.doors import ApiClient, api_client
from tests.fuzzing.furnishing import Furnished, furnish
from tests.fuzzing.hostile import MARK, VALUES, Asked, requests_of, well_formed

# The short form sends one of so many, each value at another place.
ONE_OF = 1 if os.environ.get("MINGA_FUZZ") else 41


def ask(client: ApiClient, asked: Asked) -> HttpResponse:
    """Send a request, and take back what it did."""
    throttling._limiter().storage.reset()
    with transaction.atomic():
        if asked.method == "get":
            answer = client.get(asked.address)
        else:
            answer = client.send(asked.method, asked.address, asked.body)
        transaction.set_rollback(True)
    return answer


@pytest.mark.long
def test_no_value_breaks_a_door(document: dict[str, Any], acme: Tenant, alice: User) -> None:
    """S13: every operation with every hostile value at every place of address, query and body."""
    furnished, client = furnish(acme, alice), api_client(alice)
    statuses, broken = Counter[int](), list[str]()
    for asked in islice(requests_of(document, furnished), 0, None, ONE_OF):
        answer = ask(client, asked)
        statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            broken.append(f"{asked.method} {asked.address[:120]}: {asked.what} → {answer.status_code}")
    print(f"\n{statuses.total()} requests: {dict(statuses)}")
    assert broken == []
    # Not by refusing everything at the first door.
    assert statuses[200] + statuses[201] + statuses[422] > statuses.total() / 4


def test_it_sees_a_planted_crash(acme: Tenant, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control."""

    def crash(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tenants.api.viewsets.MeView.get", crash)
    assert ask(api_client(alice), Asked("get", "/api/v1/users/me", "")).status_code == 500


TINY: dict[str, Any] = {
    "components": {"schemas": {"Row": {
        "properties": {"id": {"readOnly": True}, "name": {"type": "string"}, "kind": {"enum": ["a", "b"]}},
    }}},
    "paths": {"/things/{id}/": {
        "get": {"responses": {}, "parameters": [{"in": "query", "name": "q"}, {"in": "path", "name": "id"}]},
        "put": {"responses": {}, "requestBody": {"content": {"application/json": {"schema": {
            "type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/Row"}]},
        }}}}},
    }},
}  # fmt: skip


def test_every_place_is_reached() -> None:
    """A body is well-formed but for one place at a time: the whole, each row, each field."""
    furnished = Furnished(ids={"things/": "7"}, named={"name": "Ana"}, mark="")
    schema = TINY["paths"]["/things/{id}/"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert well_formed(schema, TINY, furnished.named) == [{"name": "Ana", "kind": "a"}]
    sent = list(requests_of(TINY, furnished))
    bodies = [json.loads(one.body) for one in sent if one.body and one.what.endswith("=true")]
    assert bodies == [True, [True], [{"name": True, "kind": "a"}], [{"name": "Ana", "kind": True}]]
    assert {one.address for one in sent if one.body} == {"/things/7/"}
    assert sum("?q=" in one.address for one in sent) == len(VALUES)
    assert not [one for one in sent if MARK in one.address or MARK.encode() in one.body]
