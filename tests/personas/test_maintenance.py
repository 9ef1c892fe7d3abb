"""What an operator asks for by hand: indexes that somebody dropped, the kept rules (P6, S1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from personas import actions
from tenants.models import Tenant, User
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.doors import ApiClient

Api = Callable[[User], ApiClient]
BASE = "/api/v1/persona-classifier/maintenance"
DEFINITIONS = """
    SELECT indexname, replace(indexdef, schemaname, '') FROM pg_indexes
     WHERE schemaname = %s AND tablename LIKE 'personas\\_%%'
"""


def definitions(schema: str) -> dict[str, str]:
    """Return what the catalogue says of a schema's indexes."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS, [schema])
        return dict(cursor.fetchall())


def drop(schema: str, *statements: str) -> None:
    with owner_scope(schema), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def declared() -> set[str]:
    """Return the indexes and unique constraints that the models name."""
    models = [model for model in apps.get_models() if model._meta.app_label == "personas"]
    unique = {
        law.name
        for model in models
        for law in model._meta.constraints
        if type(law).__name__ == "UniqueConstraint"
    }
    return unique | {index.name for model in models for index in model._meta.indexes}


def answer(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


@pytest.mark.real_roles
def test_it_makes_what_is_missing_under_the_tenants_own_role(acme: Tenant, birch: Tenant) -> None:
    """Maintenance: plain, partial, GIN and constraint's indexes come back as they were; others' stay away."""
    with owner_scope():
        before = definitions(acme.schema_name)
    gone = {"contact_words", "contact_profile_once", "job_title_once", "contact_persona_list"}
    drop(
        acme.schema_name,
        "DROP INDEX contact_words, contact_profile_once, contact_persona_list",
        "ALTER TABLE personas_jobtitle DROP CONSTRAINT job_title_once",
    )
    with tenant_scope(acme.schema_name):
        found = actions.ensure_indexes()
        assert {index.name for index in found if index.made} == gone
        assert {index.name for index in found} == before.keys() >= declared()
        assert not any(index.made for index in actions.ensure_indexes())
    with owner_scope():
        assert definitions(acme.schema_name) == before
    drop(birch.schema_name, "DROP INDEX contact_words")
    with tenant_scope(acme.schema_name):
        actions.ensure_indexes()
    with owner_scope():
        assert "contact_words" not in definitions(birch.schema_name)


@pytest.mark.real_roles
def test_nobody_but_a_tenant_for_itself_may_ask(acme: Tenant) -> None:
    """S1, S2: a viewer's log-in and the shared one are refused by the function itself."""
    for scope in (tenant_scope(acme.schema_name, read_only=True), public_scope(), owner_scope()):
        with scope, pytest.raises(DatabaseError, match="only a tenant"):
            actions.ensure_indexes()


def test_a_program_asks(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """Maintenance: all are listed, what was missing is named."""
    assert api(bob).post(f"{BASE}/ensure-indexes/").status_code == 403
    drop(acme.schema_name, "DROP INDEX contact_words")
    first, second = (answer(api(alice).post(f"{BASE}/ensure-indexes/")) for _each in range(2))
    assert (first["success"], first["created"], second["created"]) == (True, ["contact_words"], [])
    assert {"table": "personas_contact", "name": "contact_words", "made": True} in first["indexes"]
    assert len(second["indexes"]) == len(first["indexes"]) >= len(declared())


def test_the_kept_rules_are_dropped(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """P6: unchanged rules load once; invalidating drops the copy until the next use."""
    assert api(bob).post(f"{BASE}/invalidate-cache/").status_code == 403
    client = api(alice)

    def status() -> Any:
        told = answer(client.post("/api/v1/persona-classifier/diagnose/", {"job_title": "x"}))
        return told["diagnosis"]["cache_status"]

    client.post("/api/v1/persona-classifier/classify/", {"job_title": "x"})
    assert status()["is_valid"]
    gone = answer(client.post(f"{BASE}/invalidate-cache/"))
    assert gone == {
        "success": True,
        "cache_status": {"is_valid": False, "keywords_count": 0, "last_loaded": None},
    }
    assert not status()["is_valid"]
