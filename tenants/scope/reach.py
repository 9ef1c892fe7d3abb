"""Open and close scopes on the present thread's connection."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from django.db import connections

from tenants.scope import logins
from tenants.scope.backend.base import DatabaseWrapper
from tenants.scope.errors import NoTenantScope, ScopeInTransaction
from tenants.scope.logins import Login
from tenants.scope.rehearsal import Rehearsal

__all__ = [
    "NoTenantScope",
    "ScopeInTransaction",
    "current_schema",
    "owner_scope",
    "public_scope",
    "tenant_scope",
]


def tenant_scope(schema: str, *, read_only: bool = False) -> AbstractContextManager[None]:
    """Reach `schema` and nothing else until the block ends; `read_only` is a viewer's login (S2)."""
    return _scope(logins.tenant(schema, read_only=read_only))


def public_scope() -> AbstractContextManager[None]:
    """Reach the shared tables and no tenant: sessions, log-in, tokens, tickets."""
    return _scope(logins.public())


def owner_scope(schema: str = logins.PUBLIC_SCHEMA) -> AbstractContextManager[None]:
    """Reach everything, path on `schema`: migrations, provisioning, platform jobs only."""
    return _scope(logins.owner(schema))


def current_schema() -> str | None:
    """Return the schema of the open tenant scope, None outside one."""
    schema = wrapper().login.schema
    return None if schema == logins.PUBLIC_SCHEMA else schema


def wrapper() -> DatabaseWrapper:
    """Return this thread's database wrapper with its own type."""
    return cast(DatabaseWrapper, connections["default"])


@contextmanager
def _scope(login: Login) -> Iterator[None]:
    database = wrapper()
    before = database.login
    if login == before:
        yield
    elif database.rehearsal:
        with _rehearsed(database, login):
            yield
    else:
        database.switch(login)
        try:
            yield
        finally:
            database.switch(before)


@contextmanager
def _rehearsed(database: DatabaseWrapper, login: Login) -> Iterator[None]:
    rehearsal, before = cast(Rehearsal, database.rehearsal), database.login
    savepoint = rehearsal.enter(login)
    database.login = login
    try:
        yield
    finally:
        database.login = before
        rehearsal.leave(savepoint, scope=login, back_to=before)
