"""The database wrapper: django-tenants' backend, but each scope speaks through its own login (S1, S2)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import ProgrammingError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from psycopg import Connection
from psycopg import errors as pg

from tenants.scope import logins
from tenants.scope.errors import NoTenantScope, ScopeInTransaction
from tenants.scope.logins import Login, Voice
from tenants.scope.pools import POOLS, Pool, new_pool
from tenants.scope.rehearsal import Rehearsal

# Django's own value; its stubs know only the connected state.
NOT_CONNECTED: Any = None


class DatabaseWrapper(TenantDatabaseWrapper):
    """One Django connection that changes its PostgreSQL login instead of its search_path."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.login: Login = logins.initial()
        # Set by ordinary tests: logins are acted by SET LOCAL ROLE inside one rolled-back transaction.
        self.rehearsal: Rehearsal | None = None
        # Connections of the scopes around the present one, kept for the way back.
        self._shelf: dict[Login, Connection[Any]] = {}
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._name_missing_scope)

    def switch(self, login: Login) -> None:
        """Speak as `login` from the next statement on; refused inside a transaction.

        Raises ScopeInTransaction, because the statements before and after would commit together.
        """
        if login == self.login:
            return
        if self.in_atomic_block:
            raise ScopeInTransaction(f"{self.login.role} -> {login.role}")
        if login in self._shelf:
            super().close()
            self.connection = self._shelf.pop(login)
        elif self.is_connected() and not self.connection.closed:
            self._shelf[self.login] = self.connection
            self.connection = NOT_CONNECTED
        self.login = login
        self.set_schema(login.schema)

    def close(self) -> None:
        """Give back the present connection and those of the scopes around."""
        super().close()
        for connection in self._shelf.values():
            _give_back(connection)
        self._shelf.clear()

    def close_if_unusable_or_obsolete(self) -> None:
        """Close at the end of a request or task, also when only the shelf holds something."""
        if self.in_atomic_block:
            return
        super().close_if_unusable_or_obsolete()
        if not self.is_connected():
            self.close()

    def is_connected(self) -> bool:
        """Say whether the present login holds a connection."""
        return self.connection is not NOT_CONNECTED

    @property
    def pool(self) -> Pool | None:
        """The pool of the present login; the owner has none, since migrations hang on one (S3)."""
        if self.login.voice is Voice.OWNER or self.rehearsal:
            return None
        return POOLS.get((str(self.settings_dict["NAME"]), self.login.role), self._new_pool)

    def close_pool(self) -> None:
        """Close every login's pool; Django calls this before it drops a test database."""
        POOLS.close()

    def get_connection_params(self) -> dict[str, Any]:
        """Return libpq's parameters with the present login's name and password."""
        params: dict[str, Any] = super().get_connection_params()
        if self.login.voice is not Voice.OWNER and not self.rehearsal:
            params |= {"user": self.login.role, "password": logins.password(self.login.role)}
        if asked := self._asked_settings():
            params["options"] = " ".join(f"-c {name}={value}" for name, value in asked.items())
        return params

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Note the schema. Content types live in public only, so their cache may outlive a switch."""
        self.tenant, self.schema_name = tenant, tenant.schema_name
        self.include_public_schema = include_public
        self.search_path_set_schemas = None

    def _asked_settings(self) -> dict[str, str]:
        # Other log-ins have it on their roles; the owner's role is the operator's (S10).
        asked = {"synchronous_commit": "on"} if self.login.voice is Voice.OWNER else {}
        if settings.DB_STATEMENT_TIMEOUT is not None:
            asked["statement_timeout"] = settings.DB_STATEMENT_TIMEOUT
        return asked

    def _handle_search_path(self, cursor: Any = None) -> None:
        # The path stands on the role (S1); only the owner, who visits every schema, sends it.
        if self.login.voice is Voice.OWNER and not self.rehearsal:
            super()._handle_search_path(cursor)

    def _new_pool(self) -> Pool:
        params = self.get_connection_params() | {"autocommit": True}
        read_only = self.login.read_only

        def configure(connection: Connection[Any]) -> None:
            # psycopg then opens every transaction with BEGIN READ ONLY (S2).
            connection.read_only = True if read_only else None

        return new_pool(params, size=settings.DB_POOL_SIZE, configure=configure)

    def _name_missing_scope(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        try:
            return execute(sql, params, many, context)
        except ProgrammingError as error:
            if isinstance(error.__cause__, pg.UndefinedTable) and self.login.schema == logins.PUBLIC_SCHEMA:
                raise NoTenantScope(str(error)) from error
            raise


def _give_back(connection: Connection[Any]) -> None:
    pool = getattr(connection, "_pool", None)
    if pool is None:
        connection.close()
    else:
        pool.putconn(connection)
