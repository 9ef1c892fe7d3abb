"""An uploaded client's file, opened: its headings, what they mean, what is missing or odd (C1, C2)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from campaigns.imports.columns import (
    COLUMN_LABELS,
    VOCABULARIES,
    MissingColumn,
    find_missing,
    guess_mapping,
    rivals,
)
from campaigns.rules import ProcessingType
from tenants.intake.content import Given
from tenants.intake.tables import Row, Table, heading_key, open_table

MAX_TEXT = (
    60_000_000  # bytes of a CSV; 100,000 rows of 45 columns are 27 MB. A workbook keeps to 20 MB packed.
)
_LONGEST_NAME = 60
_LABELS = {str(column): label for column, label in COLUMN_LABELS.items()}


class MappingFault(StrEnum):
    """What is wrong with a mapping, or worth a look."""

    UNKNOWN_COLUMN = "unknown_column"
    HEADING_ABSENT = "heading_absent"
    HEADING_TWICE = "heading_twice"
    HEADING_REPEATED = "heading_repeated"
    ANOTHER_HEADING = "another_heading"


# With these nothing is read: it would be read wrongly.
BLOCKING = frozenset({MappingFault.UNKNOWN_COLUMN, MappingFault.HEADING_ABSENT, MappingFault.HEADING_TWICE})
# Functions, because gettext must run when somebody reads, in that person's language.
_WORDS: Mapping[MappingFault, Callable[[], str]] = {
    MappingFault.UNKNOWN_COLUMN: lambda: _("Files of this kind have no column “%(column)s”."),
    MappingFault.HEADING_ABSENT: lambda: _("The file has no heading “%(heading)s” (%(column)s)."),
    MappingFault.HEADING_TWICE: lambda: _(
        "The heading “%(heading)s” is chosen for two columns (%(column)s)."
    ),
    MappingFault.HEADING_REPEATED: lambda: _(
        "The file has the heading “%(heading)s” twice; the first is read."
    ),
    MappingFault.ANOTHER_HEADING: lambda: _(
        "“%(heading)s” is a name of the column %(column)s too; it is not read."
    ),
}


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """A remark about one heading or column; only some keep the file from being read."""

    code: MappingFault
    column: str
    heading: str

    @property
    def is_blocking(self) -> bool:
        """Answer whether the file cannot be read with it."""
        return self.code in BLOCKING

    @property
    def words(self) -> str:
        """Return the sentence for it, in the active language."""
        return _WORDS[self.code]() % {
            "column": _LABELS.get(self.column, self.column),
            "heading": self.heading,
        }


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A file that can be read again and again, and how its columns are understood.

    `mapping` is what was asked for, completed by the guess; `guessed` is the guess alone, {column: heading}.
    `encoding` and `delimiter` are "" for a workbook.
    """

    processing_type: ProcessingType
    country: str
    source: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    header_line: int
    guessed: dict[str, str]
    mapping: dict[str, str]
    missing: tuple[MissingColumn, ...]
    problems: tuple[MappingProblem, ...]
    _table: Table

    @property
    def is_usable(self) -> bool:
        """Answer whether rows can be read: nothing needed is missing, nothing is contradictory (C1)."""
        return not self.missing and not any(problem.is_blocking for problem in self.problems)

    @property
    def columns(self) -> list[str]:
        """Return the columns that a heading can be chosen for, in the order of asking."""
        return list(VOCABULARIES[self.processing_type].columns)

    def free_headings(self) -> dict[str, int]:
        """Return {variable name: index} of the headings that no column is mapped to (C2)."""
        taken = {heading_key(heading) for heading in self.mapping.values()}
        free: dict[str, int] = {}
        for place, heading in enumerate(self.headings):
            name = variable_name(heading)
            if name and heading_key(heading) not in taken:
                free.setdefault(name, place)
        return free

    def rows(self, *, after_line: int = 0) -> Iterator[Row]:
        """Yield every row below a line as it stands in the file, faulty ones too; raises UnreadableFile."""
        return self._table.rows(self.mapping, after_line=after_line)

    def count_rows(self) -> int:
        """Return how many rows there are; raises UnreadableFile when there are none, or too many."""
        return self._table.count_rows()


def open_client_file(
    content: Given,
    *,
    filename: str,
    processing_type: ProcessingType,
    country: str,
    mapping: Mapping[str, str] | None = None,
    is_stored: bool = False,
) -> ClientFile:
    """Return an uploaded .csv or .xlsx, opened, whatever is missing in it; raises UnreadableFile (C1).

    `mapping` is {column: heading}, "" for a column that is not to be read; columns that it does not name are
    guessed from the headings that it leaves. `is_stored` says that it was opened before it was kept.
    """
    table = open_table(
        content,
        filename=filename,
        vocabulary=VOCABULARIES[processing_type],
        max_bytes=MAX_TEXT,
        is_scanned=is_stored,
    )
    guessed = guess_mapping(processing_type, table.headings, country=country)
    asked = {column: heading for column, heading in (mapping or {}).items() if heading}
    in_force = _completed(asked, mapping or {}, guessed)
    return ClientFile(
        processing_type=processing_type,
        country=country,
        source=table.source,
        encoding=table.encoding,
        delimiter=table.delimiter,
        headings=table.headings,
        header_line=table.header_line,
        guessed=guessed,
        mapping=in_force,
        missing=find_missing(processing_type, in_force, table.headings),
        problems=tuple(_problems(processing_type, in_force, table.headings)),
        _table=table,
    )


def variable_name(heading: str) -> str:
    """Return what a script calls a column: `ciudad_de_origen` for "Ciudad de origen", "" for none."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "_", letters)[:_LONGEST_NAME].strip("_")


def _completed(asked: dict[str, str], named: Mapping[str, str], guessed: dict[str, str]) -> dict[str, str]:
    taken = {heading_key(heading) for heading in asked.values()}
    left = {
        column: heading
        for column, heading in guessed.items()
        if column not in named and heading_key(heading) not in taken
    }
    return asked | left


def _problems(
    kind: ProcessingType, mapping: Mapping[str, str], headings: Sequence[str]
) -> Iterator[MappingProblem]:
    vocabulary, there = VOCABULARIES[kind], [heading_key(heading) for heading in headings]
    repeated = vocabulary.repeated_columns(mapping)
    for column, heading in mapping.items():
        if column not in vocabulary.columns:
            yield MappingProblem(MappingFault.UNKNOWN_COLUMN, column, heading)
        elif heading_key(heading) not in there:
            yield MappingProblem(MappingFault.HEADING_ABSENT, column, heading)
        elif column in repeated:
            yield MappingProblem(MappingFault.HEADING_TWICE, column, heading)
        elif there.count(heading_key(heading)) > 1:
            yield MappingProblem(MappingFault.HEADING_REPEATED, column, heading)
    for column, heading in rivals(kind, mapping, headings):
        yield MappingProblem(MappingFault.ANOTHER_HEADING, column, heading)
