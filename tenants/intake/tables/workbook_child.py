"""Run as a program by `workbook`: parse a workbook from standard input within hard limits, print its rows.

A parser can be driven to abort or to eat the memory by a file of 2 kB (S14); it does so here, alone.
Knows nothing of the product: it is started without its path and without its environment.
"""

import json
import resource
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any, TextIO

MEMORY = 1 << 30  # bytes of address space
CPU_SECONDS = 30
OUTPUT = 400_000_000  # bytes


def limit_itself() -> None:
    """Give up memory, time and file size beyond the limits of S14, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text_of(value: object) -> str:
    """Return a cell as people type it: ISO, the time if there is one, whole numbers without a point."""
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return _fraction(str(value))
    return "" if value is None else str(value)


def _fraction(text: str) -> str:
    """Return a fraction that no reader takes for thousands: 12.345 of a number cell becomes 12.3450."""
    return f"{text}0" if text[-4:-3] == "." else text


def print_rows(content: bytes, out: TextIO) -> None:
    """Print [row number, cells] of the first sheet that has rows, one JSON array a line."""
    from python_calamine import CalamineWorkbook  # under the limits, not before them

    workbook: Any = CalamineWorkbook.from_filelike(BytesIO(content))
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        for number, cells in enumerate(sheet.iter_rows(), sheet.start[0] + 1):
            texts = [text_of(cell) for cell in cells]
            if any(text.strip() for text in texts):
                out.write(json.dumps([number, texts]) + "\n")
        return


def print_tabs(content: bytes, out: TextIO, tabs: list[str]) -> None:
    """Print [place in `tabs`, row number, cells] of the sheets of those names, whatever their case.

    A sheet that is there begins with row 0, so that an empty one is not taken for a missing one.
    """
    from python_calamine import CalamineWorkbook  # under the limits, not before them

    workbook: Any = CalamineWorkbook.from_filelike(BytesIO(content))
    names = {name.strip().casefold(): name for name in reversed(workbook.sheet_names)}
    for place, tab in enumerate(tabs):
        name = names.get(tab.strip().casefold())
        if name is None:
            continue
        out.write(json.dumps([place, 0, []]) + "\n")
        sheet = workbook.get_sheet_by_name(name)
        for number, cells in enumerate(
            sheet.iter_rows() if sheet.start else (), (sheet.start or (0,))[0] + 1
        ):
            texts = [text_of(cell) for cell in cells]
            if any(text.strip() for text in texts):
                out.write(json.dumps([place, number, texts]) + "\n")


if __name__ == "__main__":
    limit_itself()
    if sys.argv[1:]:
        print_tabs(sys.stdin.buffer.read(), sys.stdout, sys.argv[1:])
    else:
        print_rows(sys.stdin.buffer.read(), sys.stdout)
