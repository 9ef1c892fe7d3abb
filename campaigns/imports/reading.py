"""Reading a whole file: every row ends somewhere, rows of one person become one person (C7-C10)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from campaigns.imports.codes import ROW_FAULTS, TAKEN, RowCode, RowStatus, Unacceptable
from campaigns.imports.columns import ClientColumn
from campaigns.imports.documents import read_document
from campaigns.imports.draft import VARIABLE_LENGTH, Draft, Excluded, read_draft
from campaigns.imports.grouping import Gathered, document_key, end_unreachable, person_key, to_person
from campaigns.imports.opening import ClientFile
from campaigns.imports.people import Person, RowResult
from campaigns.imports.said import Said
from campaigns.imports.terms import Terms
from campaigns.rules import ProcessingType
from tenants.intake.tables import Row
from tenants.intake.text import one_line

NOT_ACCEPTED = frozenset(RowStatus) - TAKEN


@dataclass(slots=True)
class ReadFile:
    """A file that was read: the persons who can be called, and what became of every row, in their order.

    `Person.end` changes what became of a person's rows later; counts follow.
    """

    persons: list[Person] = field(default_factory=list)
    rows: list[RowResult] = field(default_factory=list)

    @property
    def to_call(self) -> list[Person]:
        """Return the persons that nothing has excluded since."""
        return [person for person in self.persons if person.rows[0].status in TAKEN]

    def counts(self) -> dict[RowStatus, int]:
        """Return how many rows ended in each way; together they are all rows of the file (C10, W3)."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in RowStatus}

    def codes(self) -> dict[RowCode, int]:
        """Return how many rows ended for each cause."""
        return dict(Counter(row.code for row in self.rows if row.code))

    def warnings(self) -> dict[RowCode, int]:
        """Return how many rows have each warning."""
        return dict(Counter(code for row in self.rows for code in {code for code, _told in row.notices}))

    def stats(self) -> dict[str, object]:
        """Return the counts as preview and create answer them (C10)."""
        return {
            "rows": len(self.rows),
            "persons": len(self.to_call),
            **{str(status): count for status, count in self.counts().items()},
            "codes": {str(code): count for code, count in sorted(self.codes().items())},
            "warnings": {str(code): count for code, count in sorted(self.warnings().items())},
        }


def read_people(file: ClientFile, terms: Terms, *, most: int | None = None) -> ReadFile:
    """Read every row of a usable file, or its first `most`, and make persons of them in memory.

    What is kept is a small record for each row and person: large files are read row by row (`RowReader`) and
    put together some persons at a time. Raises UnreadableFile, and ValueError for a file that is not usable.
    """
    reader = RowReader(file, terms)
    return put_together((reader.read(row) for row in islice(file.rows(), most)), terms)


def put_together(said: Iterable[Said], terms: Terms, *, refused: Collection[str] = ()) -> ReadFile:
    """Make persons of rows, in the order of their first ones; of each person all rows must be among them.

    `refused` are persons of whom other rows, not among these, could not be read. The same rows and terms give
    the same answer.
    """
    gathered: defaultdict[str, Gathered] = defaultdict(Gathered)
    read, lacking = ReadFile(), set(refused)
    for one in said:
        read.rows.append(one.result)
        if one.refused_key:
            lacking.add(one.refused_key)
        if one.draft is not None:
            gathered[one.key].add(one, one.draft)
    for key in list(gathered):
        # Taken out one by one: what was gathered and what is made of it are not kept side by side.
        found = gathered.pop(key)
        if key in lacking:
            found.results[0].warn(RowCode.OTHER_ROW_REFUSED)
        person = to_person(key, found, terms)
        if person is not None:
            read.persons.append(person)
    return read


def report_rows(
    file: ClientFile, read: ReadFile, *, statuses: frozenset[RowStatus] = NOT_ACCEPTED
) -> Iterator[tuple[RowResult, tuple[str, ...]]]:
    """Yield the rows that ended so with their cells, read from the file again, in its order (C10, W3)."""
    wanted = {row.line: row for row in read.rows if row.status in statuses}
    for row in file.rows() if wanted else ():
        if row.line in wanted:
            yield wanted[row.line], row.cells


class RowReader:
    """Reads the rows of a file, each by itself. Raises ValueError for a file that is not usable."""

    def __init__(self, file: ClientFile, terms: Terms) -> None:
        """Look where the columns are."""
        if not file.is_usable:
            raise ValueError("columns are missing or contradictory")
        self._terms, self._kind = terms, file.processing_type
        self._variables = _variable_places(file, terms)
        self._width = len(file.headings)

    def read(self, row: Row) -> Said:
        """Return what a row says, or how it ended."""
        said = Said(RowResult(row.line, RowStatus.ACCEPTED))
        if row.fault is not None:
            said.result.end(RowStatus.REFUSED, ROW_FAULTS[row.fault])
            return said
        try:
            self._take(row, said, read_draft(row.values, self._terms, self._kind))
        except Excluded as excluded:
            said.result.end(RowStatus.SUPPRESSED, excluded.code)
        except Unacceptable as error:
            said.result.end(RowStatus.REFUSED, error.code, error.told)
            said.refused_key = self._refused_key(row)
        return said

    def _take(self, row: Row, said: Said, draft: Draft) -> None:
        said.key = person_key(draft, self._terms.country)
        if not said.key:
            end_unreachable(said.result, draft.no_phone, draft.ambiguous)
            return
        if any(cell.strip() for cell in row.cells[self._width :]):
            said.result.warn(RowCode.EXTRA_CELLS)
        said.draft = draft
        self._take_variables(row, said)

    def _take_variables(self, row: Row, said: Said) -> None:
        """Take what is written in the columns to keep, blanks left out."""
        for name, place in self._variables:
            value = one_line(row.cells[place]) if place < len(row.cells) else ""
            if len(value) > VARIABLE_LENGTH:
                said.too_long += (name,)
            elif value:
                said.variables[name] = value

    def _refused_key(self, row: Row) -> str:
        # Who owes by another row is told that this one is not in the sum.
        with suppress(Unacceptable):
            document = read_document(row.values.get(ClientColumn.DOCUMENT, ""), country=self._terms.country)
            return document_key(document, self._terms.country)
        return ""


def _variable_places(file: ClientFile, terms: Terms) -> tuple[tuple[str, int], ...]:
    free = file.free_headings()
    if terms.variables is None:
        return tuple(free.items()) if file.processing_type == ProcessingType.GENERIC else ()
    return tuple((name, place) for name, place in free.items() if name in terms.variables)
