"""Locks set and taken off by programs (P7)."""

from collections.abc import Callable
from typing import Any

import pytest

from tenants.models import ApiKey, Tenant, User
from tenants.queries import key_digest
from tenants.rules import Role
from tenants.scope import owner_scope
from tests.doors import ApiClient
from tests.personas.writing import CLASSIFIER, EVA, V1, answer, held, problem

Api = Callable[[User], ApiClient]


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


@pytest.fixture
def eva(client: ApiClient) -> str:
    return str(answer(client.post(f"{V1}/contacts/", EVA), 201)["id"])


def lock_of(contact: str) -> str:
    return f"{CLASSIFIER}/contacts/{contact}/lock/"


@pytest.mark.parametrize("prefix", [CLASSIFIER, "/api/persona-classifier"])
def test_a_lock_says_who_and_when(client: ApiClient, alice: User, eva: str, prefix: str) -> None:
    """P7: true if omitted; false clears both flags; neither changes the persona. Both names (W9)."""
    door = f"{prefix}/contacts/{eva}/lock{'/' if prefix == CLASSIFIER else ''}"
    for body in ({}, {"locked": True}):
        said = answer(client.post(door, body))
        assert said["success"] is True
        assert held(said["contact"]) == ("dc_marketing", True, False, str(alice.pk))
        assert said["contact"]["buyer_persona_locked_at"]
    answer(client.send("patch", f"{V1}/contacts/{eva}/", {"buyer_persona": "dc_medicas"}))
    said = answer(client.post(door, {"locked": False}))
    assert held(said["contact"]) == ("dc_medicas", False, False, None)
    assert said["contact"]["buyer_persona_locked_at"] is None


def test_an_empty_body_locks(client: ApiClient, eva: str) -> None:
    """P7: first clients send none at all."""
    said = answer(client.client.generic("POST", lock_of(eva)))
    assert said["contact"]["buyer_persona_locked"] is True


@pytest.mark.parametrize("locked", ["yes", "true", 1, 0, None, [], {}])
def test_a_lock_takes_a_truth_value(client: ApiClient, eva: str, locked: Any) -> None:
    """422: "false" is not false."""
    problem(client.post(lock_of(eva), {"locked": locked}), 422, "invalid")


def test_a_machine_locks_too(acme: Tenant, eva: str) -> None:
    """P7: a program's key is who."""
    with owner_scope():
        key = ApiKey.objects.create(
            tenant=acme, name="Robot", role=Role.ADMIN, prefix="minga_x", digest=key_digest("minga_secret")
        )
    said = answer(ApiClient("minga_secret").post(lock_of(eva)))
    assert said["contact"]["buyer_persona_locked_by"] == str(key.pk)
