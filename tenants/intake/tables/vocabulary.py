"""What the columns of a file are, suggested from their headings (L2)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

REPEATED_HEADING = _("The same heading is chosen for two columns.")
_LONGEST_HEADING = 60  # characters; a longer cell is a sentence


def heading_key(heading: str) -> str:
    """Return a heading without what L2 ignores: case, accents, underscores, blanks and hyphens."""
    plain = unicodedata.normalize("NFKD", heading).lower()
    letters = (char for char in plain if unicodedata.category(char) not in {"Mn", "Cf"})
    return re.sub(r"[\s_\-]+", "", "".join(letters))


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The columns a kind of file may have, each with its headings; a column's own name is one of them.

    `notes` are the words, in lower case, that begin a paragraph which some exports put above the headings.
    Raises ValueError when one heading would name two columns.
    """

    columns: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    _known: dict[str, str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the headings by what is compared of them."""
        for column, spellings in self.columns.items():
            for spelling in (column, *spellings):
                if self._known.setdefault(heading_key(spelling), column) != column:
                    raise ValueError(f"{spelling!r} names two columns")

    def recognise(self, heading: str) -> str | None:
        """Return the column that a heading names, None when it is unknown (L2)."""
        return self._known.get(heading_key(heading)) if len(heading) <= _LONGEST_HEADING else None

    def count_known(self, cells: Iterable[str]) -> int:
        """Return how many different columns the cells of a line name."""
        return len({self.recognise(cell) for cell in cells} - {None})

    def suggest_mapping(self, headings: Sequence[str]) -> dict[str, str]:
        """Return {column: heading} for the headings that are known, the first of each (L2)."""
        mapping: dict[str, str] = {}
        for heading in headings:
            column = self.recognise(heading)
            if column is not None:
                mapping.setdefault(str(column), heading)
        return mapping

    def positions(self, mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, int]:
        """Return {column: index} as mapped; what the file or the vocabulary does not have is left out."""
        places: dict[str, int] = {}
        for place, heading in enumerate(headings):
            places.setdefault(heading_key(heading), place)
        return {
            column: places[heading_key(mapping[column])]
            for column in self.columns
            if mapping.get(column) and heading_key(mapping[column]) in places
        }

    @staticmethod
    def repeated_columns(mapping: Mapping[str, str]) -> list[str]:
        """Return the columns whose heading stands for an earlier one already, read as `positions` does."""
        seen: set[str] = set()
        repeated = []
        for column, heading in mapping.items():
            key = heading_key(heading)
            if key and key in seen:
                repeated.append(column)
            seen.add(key)
        return repeated
