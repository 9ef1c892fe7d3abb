"""What one import of the first social system shares: its choices, whose rows are whose, its reasons (F11)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from insights.models import FichaCliente
from personas.actions.first_system.documents import Documents
from tenants.records.queries import known_documents
from tenants.records.rules import SourceDocument, Taken

FICHAS, FINDINGS = "fichas", "insights"
_Record = TypeVar("_Record")


class PastReason(StrEnum):
    """Why a row was not taken, or what was left out of it."""

    NAME_MISSING = "name_missing"
    NAME_SHARED = "name_shared"
    KEPT_HERE = "kept_here"
    DELETED_HERE = "deleted_here"
    MERGED = "merged"
    VALUE_DROPPED = "value_dropped"
    FICHA_UNKNOWN = "ficha_unknown"
    MOMENT_UNREADABLE = "moment_unreadable"
    RESULTS_MISSING = "results_missing"
    RESULT_UNREADABLE = "result_unreadable"
    NO_MEMBER = "no_member"
    NO_VIEWER = "no_viewer"


WORDS: Mapping[str, str] = {
    PastReason.NAME_MISSING: _("the brand has no name"),
    PastReason.NAME_SHARED: _("several brands here have this name; rename all but one"),
    PastReason.KEPT_HERE: _("it changed over there; what is here is kept as it came"),
    PastReason.DELETED_HERE: _("it came over and was deleted here"),
    PastReason.MERGED: _("a brand of this name is here: its history is added to it"),
    PastReason.VALUE_DROPPED: _("a value cannot be read and was left empty"),
    PastReason.FICHA_UNKNOWN: _("its brand did not come over"),
    PastReason.MOMENT_UNREADABLE: _("its moment is missing, unreadable or still to come"),
    PastReason.RESULTS_MISSING: _("it holds no result of any module"),
    PastReason.RESULT_UNREADABLE: _("a module's result cannot be read and was left out"),
    PastReason.NO_MEMBER: _("no member here has this address; nobody gains access by an import"),
    PastReason.NO_VIEWER: _("the member administers here and sees every brand"),
}


@dataclass(slots=True)
class Session:
    """The choices of one run; a dry run writes nothing."""

    system: str = "social"
    dry_run: bool = False
    by: UUID | None = None


@dataclass(slots=True)
class Past:
    """What a dry run would have written, so that later rows meet it: brands by their id there, names."""

    fichas: dict[str, FichaCliente] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class History(Documents[_Record], Generic[_Record]):
    """The rows of one table of the first social system, known again by their `id`."""

    words: Mapping[str, str] = {**Documents.words, **WORDS}
    chunk = 100

    def __init__(self, session: Session, past: Past) -> None:
        super().__init__(session)  # type: ignore[arg-type]  # of a session it takes system and dry_run
        self.past = past

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Take some rows: files and databases give different names to one row, its own id does not."""
        named = [replace(one, id=id_of(one.fields.get("id", one.fields.get("_id")))) for one in documents]
        taken = super().take(named)
        return [one if one.id else replace(one, id=row.id) for one, row in zip(taken, documents, strict=True)]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Write a chunk whole or not at all."""
        with transaction.atomic():
            yield

    def fichas_of(self, ids: Iterable[str]) -> dict[str, FichaCliente]:
        """Return the brands that rows over there became, by their id there. Two queries."""
        wanted = {one for one in ids if one}
        known = known_documents(system=self.session.system, collection=FICHAS, ids=wanted)
        numbers = {one.target: key for key, one in known.items() if one.target.isdecimal()}
        found = FichaCliente.objects.filter(pk__in=numbers)
        here = {numbers[str(ficha.pk)]: ficha for ficha in found}
        return {key: ficha for key, ficha in self.past.fichas.items() if key in wanted} | here


def id_of(value: object) -> str:
    """Return an id as text, the same from every kind of source; "" for none."""
    if value is None or isinstance(value, bool | dict | list | bytes):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text.lower() if text.isprintable() and len(text) <= 200 else ""
