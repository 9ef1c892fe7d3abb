"""Reading a whole file: every row ends somewhere, rows of one person become one person (C7-C10)."""

from collections import Counter
from collections.abc import Callable, Iterator
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
from campaigns.imports.terms import Terms
from campaigns.rules import ProcessingType
from tenants.intake.tables import Row
from tenants.intake.text import one_line

PROGRESS_EVERY = 1_000  # rows
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


def read_people(
    file: ClientFile, terms: Terms, *, progress: Callable[[int], None] | None = None, most: int | None = None
) -> ReadFile:
    """Read every row of a usable file, or its first `most`; `progress` hears of the rows read so far.

    Rows are read one at a time; what is kept is a small record for each row and person. The same file and
    terms give the same answer. Raises UnreadableFile, and ValueError for a file that is not usable.
    """
    if not file.is_usable:
        raise ValueError("columns are missing or contradictory")
    reading = _Reading(file, terms)
    for count, row in enumerate(islice(file.rows(), most), 1):
        reading.take(row)
        if progress and count % PROGRESS_EVERY == 0:
            progress(count)
    return reading.close()


def report_rows(
    file: ClientFile, read: ReadFile, *, statuses: frozenset[RowStatus] = NOT_ACCEPTED
) -> Iterator[tuple[RowResult, tuple[str, ...]]]:
    """Yield the rows that ended so with their cells, read from the file again, in its order (C10, W3)."""
    wanted = {row.line: row for row in read.rows if row.status in statuses}
    for row in file.rows() if wanted else ():
        if row.line in wanted:
            yield wanted[row.line], row.cells


class _Reading:
    """A file while it is read."""

    def __init__(self, file: ClientFile, terms: Terms) -> None:
        self._file, self._terms, self._kind = file, terms, file.processing_type
        self._variables = _variable_places(file, terms)
        self._width = len(file.headings)
        self._gathered: dict[str, Gathered] = {}
        self._refused_keys: set[str] = set()
        self._read = ReadFile()

    def take(self, row: Row) -> None:
        """Read one more row."""
        result = RowResult(row.line, RowStatus.ACCEPTED)
        self._read.rows.append(result)
        if row.fault is not None:
            result.end(RowStatus.REFUSED, ROW_FAULTS[row.fault])
            return
        try:
            self._gather(row, result, read_draft(row.values, self._terms, self._kind))
        except Excluded as excluded:
            result.end(RowStatus.SUPPRESSED, excluded.code)
        except Unacceptable as error:
            result.end(RowStatus.REFUSED, error.code, error.told)
            self._remember_refused(row)

    def _gather(self, row: Row, result: RowResult, draft: Draft) -> None:
        key = person_key(draft, self._terms.country)
        if not key:
            end_unreachable(result, draft.no_phone, draft.ambiguous)
            return
        if any(cell.strip() for cell in row.cells[self._width :]):
            result.warn(RowCode.EXTRA_CELLS)
        gathered = self._gathered.get(key)
        if gathered is None:
            variables = self._variables_of(row, result)
            gathered = self._gathered[key] = Gathered(draft.document, variables)
        gathered.add(draft, result)

    def _variables_of(self, row: Row, result: RowResult) -> dict[str, str]:
        """Return what is written in the columns to keep, blanks left out."""
        found: dict[str, str] = {}
        for name, place in self._variables:
            value = one_line(row.cells[place]) if place < len(row.cells) else ""
            if len(value) > VARIABLE_LENGTH:
                result.warn(RowCode.VARIABLE_TOO_LONG, {"name": name})
            elif value:
                found[name] = value
        return found

    def _remember_refused(self, row: Row) -> None:
        # Who owes by another row is told that this one is not in the sum.
        with suppress(Unacceptable):
            document = read_document(row.values.get(ClientColumn.DOCUMENT, ""), country=self._terms.country)
            self._refused_keys.add(document_key(document, self._terms.country))

    def close(self) -> ReadFile:
        """Make persons of what was gathered, in the order of their first rows."""
        for key in list(self._gathered):
            # Taken out one by one: what was gathered and what is made of it are not kept side by side.
            gathered = self._gathered.pop(key)
            if key in self._refused_keys:
                gathered.results[0].warn(RowCode.OTHER_ROW_REFUSED)
            person = to_person(key, gathered, self._terms)
            if person is not None:
                self._read.persons.append(person)
        return self._read


def _variable_places(file: ClientFile, terms: Terms) -> tuple[tuple[str, int], ...]:
    free = file.free_headings()
    if terms.variables is None:
        return tuple(free.items()) if file.processing_type == ProcessingType.GENERIC else ()
    return tuple((name, place) for name, place in free.items() if name in terms.variables)
