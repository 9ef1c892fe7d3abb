"""Ordinary tests act every login inside one transaction of the owner, which is rolled back at the end.

SET LOCAL ROLE and the path stand in for the log-in, a savepoint for the transaction that a scope would have
been. Never used outside tests.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from django.db import DatabaseError
from psycopg.pq import TransactionStatus

from tenants.scope.logins import Login, Voice


@dataclass(slots=True)
class Rehearsal:
    """Acts logins on one owner connection; `run` executes SQL, `status` tells the transaction's state.

    The owner may become any of `standing` already; into other roles it is taken up first.
    """

    run: Callable[[str], None]
    status: Callable[[], TransactionStatus]
    standing: frozenset[str] = frozenset()
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    joined: set[str] = field(default_factory=set)

    def enter(self, login: Login) -> str:
        """Become `login`; return the savepoint that `leave` needs."""
        savepoint = f"scope_{next(self.numbers)}"
        self.run(f"SAVEPOINT {savepoint}")
        self._become(login)
        if login.read_only:
            self.run("SET LOCAL transaction_read_only = on")
        return savepoint

    def leave(self, savepoint: str, *, scope: Login, back_to: Login) -> None:
        """Return to `back_to`, dropping what a broken or read-only scope did."""
        broken = self.status() is TransactionStatus.INERROR
        if broken or scope.read_only:
            self.run(f"ROLLBACK TO SAVEPOINT {savepoint}")
            # The rollback took the grants made since: a test's second read-only scope needs them again.
            self.joined.clear()
        # An outer rollback may have taken the savepoint with it already.
        with suppress(DatabaseError):
            self.run(f"RELEASE SAVEPOINT {savepoint}")
        self._become(back_to)

    def _become(self, login: Login) -> None:
        if login.voice is not Voice.OWNER and login.role not in self.joined | self.standing:
            # Rolled back with the test: outside it the owner is a member of nobody.
            self.run(f'RESET ROLE; GRANT "{login.role}" TO CURRENT_USER')
            self.joined.add(login.role)
        self.run(f'SET LOCAL ROLE "{login.role}"; SET LOCAL search_path = "{login.schema}", public')
