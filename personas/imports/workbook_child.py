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
    """Return a cell as a person would type it: days in ISO, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


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


if __name__ == "__main__":
    limit_itself()
    print_rows(sys.stdin.buffer.read(), sys.stdout)
