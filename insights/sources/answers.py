"""What a source says, before anybody knows what it means: two tabs of lines of cells."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Cell = str | int | float | bool | None


class Line(NamedTuple):
    """A row with its number in the tab, the first being 1; blank rows are left out."""

    row: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Answer:
    """Both tabs, read at once; `comments` is None where there is no such tab (N2).

    `title`, `locale` and `zone` are the sheet's own, "" where nobody asked or a workbook has none.
    """

    posts: list[Line]
    comments: list[Line] | None
    title: str = ""
    locale: str = ""
    zone: str = ""

    def digest(self, *terms: str) -> str:
        """Return the hash of the whole answer, and of the terms it is read on (N1)."""
        said = [terms, self.posts, self.comments]
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode("ascii")).hexdigest()


def lines_of(values: Iterable[Sequence[Cell]]) -> list[Line]:
    """Number the rows of a tab from 1 and leave out the blank ones."""
    return [
        Line(row, cells) for row, cells in enumerate(values, 1) if any(_is_filled(cell) for cell in cells)
    ]


def _is_filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
