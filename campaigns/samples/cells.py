"""What a cell of an invented file can hold."""

from datetime import date

Cell = str | float | bool | date | None
Row = dict[str, Cell]
