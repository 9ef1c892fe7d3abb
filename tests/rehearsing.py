"""Run a test inside one transaction of the owner, every login acted, everything rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings

from tenants.scope import logins
from tenants.scope.reach import wrapper
from tenants.scope.rehearsal import Rehearsal
from tests import databases


@contextmanager
def rehearsed() -> Iterator[None]:
    """Open the owner's transaction, start as the public role, roll back at the end.

    The owner's connection waits for the next test: a new one would read the catalogues anew.
    """
    database = wrapper()
    database.switch(logins.owner())
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]
    with whole:
        database.rehearsal = Rehearsal(
            _run, lambda: database.connection.info.transaction_status, databases.cast_roles()
        )
        savepoint = database.rehearsal.enter(logins.public())
        database.login = logins.public()
        try:
            # A job's heart beats on a connection of its own, to which a rehearsal's rows do not exist: on a
            # slow machine it would take its job for lost.
            with override_settings(JOBS_HEARTBEAT_SECONDS=3600):
                yield
        finally:
            database.rehearsal.leave(savepoint, scope=logins.public(), back_to=logins.owner())
            database.login, database.rehearsal = logins.owner(), None
            transaction.set_rollback(True)
    database.switch(logins.public())


def _run(statement: str) -> None:
    # Not through Django's cursor: a scope must not count as the page's queries.
    with wrapper().connection.cursor() as cursor:
        cursor.execute(statement)
