"""The lines of a list, typed, sent or in a file, and what each says."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.suppressing.reading import BadWish, read_wish
from campaigns.dispatch.wishes import Wish
from campaigns.imports import describe_row
from campaigns.imports.codes import ROW_FAULTS, RowCode
from campaigns.rules import SuppressionKind
from tenants.intake.tables import UnreadableFile, Vocabulary, open_table
from tenants.intake.tables.reading import Row, Table
from tenants.rules import RefusalKind, Refused

MOST_AT_ONCE = 20_000
LARGEST_LIST = 5 * 1024 * 1024
# Lines that were typed or sent, as they are kept until somebody applies them.
LINES = "application/json"
COLUMNS = Vocabulary(
    {
        "number": ("número", "phone", "telefono", "celular", "móvil", "fono", "mobile", "teléfono móvil"),
        "document": ("documento", "rut", "ruts", "dni", "cédula", "id"),
        "reason": ("motivo", "razón", "comentario"),
    }
)
HEADINGS = ("number", "document", "reason")


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
    """A row that wrote nothing, with the stable code of why, and its cells."""

    place: int
    code: RowCode
    detail: str
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Written:
    """What became of the rows of a list: created + already + refused = total (W3).

    A row is created when it says anything new. `headings` are those of a file, else none. `in_list` is the
    list to undo; None when it said nothing new.
    """

    total: int = 0
    created: int = 0
    already: int = 0
    refused: int = 0
    refusals: list[RefusedLine] = field(default_factory=list)
    headings: Sequence[str] = ()
    in_list: int | None = None


@dataclass(slots=True)
class Said:
    """What the lines of a list say: each good row its wishes, all of them once with their reasons."""

    rows: list[list[Wish]] = field(default_factory=list)
    wishes: dict[Wish, str] = field(default_factory=dict)
    refusals: list[RefusedLine] = field(default_factory=list)
    headings: Sequence[str] = ()

    def became(self, new: Collection[Wish]) -> Written:
        """Count what becomes of each row when these of its wishes are new."""
        left = set(new)
        created = 0
        for row in self.rows:
            created += bool(left.intersection(row))
            # Said again further down, it is there already.
            left.difference_update(row)
        refused = len(self.refusals)
        already, total = len(self.rows) - created, len(self.rows) + refused
        return Written(total, created, already, refused, self.refusals, self.headings)


def lines_of(texts: Sequence[str], kind: SuppressionKind, *, reason: str = "") -> list[Line]:
    """Return the rows of a plain list of numbers or documents, counted from one."""
    if kind == SuppressionKind.NUMBER:
        return [Line(place, number=text, reason=reason) for place, text in enumerate(texts, 1)]
    return [Line(place, document=text, reason=reason) for place, text in enumerate(texts, 1)]


def read_lines(lines: Iterable[Line], country: str) -> Said:
    """Return what lines say; those that say nothing, or anything wrong, are told."""
    said = Said()
    for line in lines:
        try:
            row = list(_wishes_of(line, country))
        except BadWish as refusal:
            said.refusals.append(_refused(line, refusal))
            continue
        said.rows.append(row)
        for wish in row:
            said.wishes.setdefault(wish, line.reason)
    return said


def read_file(content: bytes, filename: str, country: str) -> Said:
    """Return what a .csv or .xlsx file says. Raises UnreadableClientFile, UploadTooLarge, NoKnownColumn."""
    try:
        table = _opened(content, filename)
        table.count_rows()
        said = read_lines(map(_line, table.rows(table.suggest_mapping())), country)
    except UnreadableFile as error:
        raise refusal_of(error) from error
    said.headings = table.headings
    return said


def packed(lines: Iterable[Line]) -> bytes:
    """Return lines that stand in no file in the form that `unpacked` reads."""
    rows = [[line.place, line.number, line.document, line.reason] for line in lines]
    return json.dumps(rows).encode()


def unpacked(content: bytes, country: str) -> Said:
    """Return what packed lines say."""
    rows = json.loads(content)
    lines = (
        Line(place, number, document, reason, cells=(number, document, reason))
        for place, number, document, reason in rows
    )
    said = read_lines(lines, country)
    said.headings = HEADINGS
    return said


def cells_of(content: bytes, content_type: str, filename: str) -> Iterator[Sequence[str]]:
    """Yield the cells of each row of what is kept. Raises what `read_file` raises, and UnreadableFile."""
    if content_type == LINES:
        yield from (row[1:] for row in json.loads(content))
        return
    table = _opened(content, filename)
    yield from (row.cells for row in table.rows(table.suggest_mapping()))


def _opened(content: bytes, filename: str) -> Table:
    table = open_table(
        content, filename=filename, vocabulary=COLUMNS, max_rows=MOST_AT_ONCE, max_bytes=LARGEST_LIST
    )
    if not table.suggest_mapping().keys() & {"number", "document"}:
        raise NoKnownColumn
    return table


def _line(row: Row) -> Line:
    if row.fault is not None:
        return Line(row.line, fault=ROW_FAULTS[row.fault], cells=row.cells)
    number, document, reason = (row.values.get(name, "") for name in ("number", "document", "reason"))
    return Line(row.line, number, document, reason, cells=row.cells)


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
