"""Lists of people who must not be called: typed, sent by a program, or uploaded as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.actions.suppressing.ending import end_waiting
from campaigns.actions.suppressing.reading import BadWish, Wish, read_wish
from campaigns.actions.suppressing.writing import Reach, write_wishes
from campaigns.imports import describe_row
from campaigns.imports.codes import ROW_FAULTS, RowCode
from campaigns.rules import SuppressionKind
from tenants.intake.tables import FileFault, UnreadableFile, Vocabulary, describe_file_fault, open_table
from tenants.intake.tables.reading import Row, Table
from tenants.records.actions import note as audit
from tenants.rules import RefusalKind, Refused

MOST_AT_ONCE = 20_000
LARGEST_LIST = 5 * 1024 * 1024
CHUNK = 1_000
COLUMNS = Vocabulary(
    {
        "number": ("número", "phone", "telefono", "celular", "móvil", "fono", "mobile", "teléfono móvil"),
        "document": ("documento", "rut", "ruts", "dni", "cédula", "id"),
        "reason": ("motivo", "razón", "comentario"),
    }
)


class UnreadableList(Refused):
    """The file cannot be read; `fault` says why in a word."""

    code = "file_unreadable"
    kind = RefusalKind.UNPROCESSABLE


class ListTooLarge(Refused):
    """The file is larger than what is read."""

    code = "file_too_large"
    kind = RefusalKind.TOO_LARGE


class NoKnownColumn(Refused):
    """The file has neither a column of numbers nor one of documents."""

    code = "columns_missing"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The file needs a column of numbers (number, teléfono) or of documents (document, RUT).")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number or document, or both, and why; a broken one has its fault."""

    place: int
    number: str = ""
    document: str = ""
    reason: str = ""
    fault: RowCode | None = None
    # As they stand in the file, to be given back with the reason.
    cells: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row that wrote nothing, with the stable code of why, and its cells if it stood in a file."""

    place: int
    code: RowCode
    detail: str
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Written:
    """What became of the rows of a list: created + already + refused = total (W3).

    A row is created when it says anything new. `headings` are those of a file, else none.
    """

    total: int = 0
    created: int = 0
    already: int = 0
    refused: int = 0
    refusals: list[RefusedLine] = field(default_factory=list)
    headings: Sequence[str] = ()


def lines_of(texts: Sequence[str], kind: SuppressionKind, *, reason: str = "") -> list[Line]:
    """Return the rows of a plain list of numbers or documents, counted from one."""
    if kind == SuppressionKind.NUMBER:
        return [Line(place, number=text, reason=reason) for place, text in enumerate(texts, 1)]
    return [Line(place, document=text, reason=reason) for place, text in enumerate(texts, 1)]


@transaction.atomic
def suppress_all(*, lines: Iterable[Line], country: str, reach: Reach, now: datetime) -> Written:
    """Write the wishes of a list, all rows or none; those in force stay as they are."""
    written, rows, new = Written(), iter(lines), list[Wish]()
    while some := list(islice(rows, CHUNK)):
        new += _write_some(some, written, country, reach)
    end_waiting(new, account=reach.account_id, now=now)
    if written.created:
        change: dict[str, Any] = {"source": reach.source, "created": written.created}
        audit(verb="suppress", of="suppression", id="", by=reach.by, change=change)
    return written


def suppress_file(*, content: bytes, filename: str, country: str, reach: Reach, now: datetime) -> Written:
    """Write the wishes of a .csv or .xlsx file. Raises UnreadableList, ListTooLarge, NoKnownColumn."""
    try:
        table = _opened(content, filename)
        lines = map(_line, table.rows(table.suggest_mapping()))
        written = suppress_all(lines=lines, country=country, reach=reach, now=now)
    except UnreadableFile as error:
        kind = ListTooLarge if error.code is FileFault.TOO_LARGE else UnreadableList
        raise kind(describe_file_fault(error), fault=str(error.code)) from error
    written.headings = table.headings
    return written


def _opened(content: bytes, filename: str) -> Table:
    table = open_table(
        content, filename=filename, vocabulary=COLUMNS, max_rows=MOST_AT_ONCE, max_bytes=LARGEST_LIST
    )
    if not table.suggest_mapping().keys() & {"number", "document"}:
        raise NoKnownColumn
    table.count_rows()
    return table


def _line(row: Row) -> Line:
    if row.fault is not None:
        return Line(row.line, fault=ROW_FAULTS[row.fault], cells=row.cells)
    number, document, reason = (row.values.get(name, "") for name in ("number", "document", "reason"))
    return Line(row.line, number, document, reason, cells=row.cells)


def _write_some(lines: Sequence[Line], written: Written, country: str, reach: Reach) -> list[Wish]:
    """Write some rows and count what became of them; return the wishes that are new."""
    wishes: dict[Wish, str] = {}
    read: list[list[Wish]] = []
    written.total += len(lines)
    for line in lines:
        try:
            read.append(list(_wishes_of(line, country)))
        except BadWish as refusal:
            written.refused += 1
            written.refusals.append(_refused(line, refusal))
            continue
        for wish in read[-1]:
            wishes.setdefault(wish, line.reason)
    found = write_wishes(wishes, reach)
    new = set(found)
    for said in read:
        is_new = bool(new.intersection(said))
        written.created += is_new
        written.already += not is_new
        # Said again further down, it is there already.
        new.difference_update(said)
    return found


def _wishes_of(line: Line, country: str) -> Iterator[Wish]:
    """Yield what a row says. Raises BadWish for a row that says nothing, or anything wrong."""
    if line.fault is not None:
        raise BadWish(SuppressionKind.NUMBER, line.fault)
    if not (line.number or line.document):
        raise BadWish(SuppressionKind.NUMBER, RowCode.PHONE_MISSING)
    for kind, text in ((SuppressionKind.NUMBER, line.number), (SuppressionKind.DOCUMENT, line.document)):
        if text:
            yield read_wish(kind, text, country=country)


def _refused(line: Line, why: BadWish) -> RefusedLine:
    return RefusedLine(line.place, why.reason, str(why) or describe_row(why.reason), line.cells)
