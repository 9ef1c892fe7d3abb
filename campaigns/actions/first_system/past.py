"""What one import has met so far, and what all of its collections share (F9)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection, transaction

from campaigns.actions.importing.writing import ALONE
from campaigns.imports.first_system import WORDS
from campaigns.models import Account, Campaign, Provider
from personas.actions.first_system import Session
from personas.actions.first_system.documents import Documents

__all__ = ["History", "Past", "Session"]

_Record = TypeVar("_Record")


@dataclass(slots=True)
class Past:
    """What a dry run would have written, so that later documents meet it."""

    accounts: dict[str, Account] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    # Of (batch_id, person_key): state and reason.
    people: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    # Who carried the calls over there; also in a real run.
    carrier: Provider | None = None


class History(Documents[_Record]):
    """The documents of one collection of the first calling system."""

    words: Mapping[str, str] = {**Documents.words, **WORDS}

    def __init__(self, session: Session, past: Past) -> None:
        super().__init__(session)
        self.past = past

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else write entries meanwhile; a dry run changes nothing, so it waits for nobody."""
        with transaction.atomic():
            if not self.session.dry_run:
                with connection.cursor() as cursor:
                    cursor.execute(ALONE)
            yield
