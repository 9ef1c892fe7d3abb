"""What all tables of the first identity system share: columns by their headings, texts, fates (F10)."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any

from django.db import transaction

from identity.actions.first_system.session import Session
from tenants.intake import one_line
from tenants.intake.tables import Vocabulary
from tenants.records.rules import SourceDocument, Survey


class Rows:
    """The rows of one table; a subclass says what they mean."""

    name = ""
    found_as: Sequence[str] = ()
    words: Mapping[str, str] = {}
    chunk = 2_000
    vocabulary = Vocabulary({})

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[str, str | None] = {}

    @property
    def fields(self) -> Mapping[str, str]:
        """Headings there, and the column that each becomes here."""
        columns = self.vocabulary.columns
        return {
            spelling.replace(" ", "_"): column
            for column, spellings in columns.items()
            for spelling in (column, *spellings)
        }

    def names_in(self, fields: Mapping[str, Any]) -> Iterable[str]:
        """Return nothing: no value needs to be counted."""
        return ()

    def begin(self, survey: Survey) -> None:
        """Prepare nothing."""

    def remarks(self) -> list[str]:
        """Return nothing to say."""
        return []

    def alone(self) -> AbstractContextManager[object]:
        """Open the transaction that a chunk is written in; a dry run writes nothing."""
        return nullcontext() if self.session.dry_run else transaction.atomic()

    def values(self, document: SourceDocument) -> dict[str, str]:
        """Return {column: one line of text}; of two headings of one column the first counts."""
        found: dict[str, str] = {}
        for heading, value in document.fields.items():
            column = self._column(heading)
            if column is not None and not found.get(column):
                found[column] = text_of(value)
        return found

    def _column(self, heading: str) -> str | None:
        if heading not in self._known:
            self._known[heading] = self.vocabulary.recognise(heading)
        return self._known[heading]


def text_of(value: Any) -> str:
    """Return a value as a file would have it; 25.000 of a database as 25.0000, which is no 25 thousands."""
    text = "" if value is None else one_line(str(value))
    return f"{text}0" if isinstance(value, float | Decimal) and text[-4:-3] == "." else text
