"""Rows of an .xlsx workbook, parsed in a child process of its own (S14)."""

import json
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tenants.intake.content import Content, Given
from tenants.intake.tables.faults import FileFault, UnreadableFile
from tenants.intake.tables.records import MAX_ROWS, Record, make_record
from tenants.intake.tables.workbook_scan import scan_workbook

WALL_SECONDS = 60
_READ_AT_ONCE = 1 << 20  # bytes
_CHILD = Path(__file__).with_name("workbook_child.py")


class Workbook:
    """The rows of a workbook that was parsed once, to be read as often as needed."""

    def __init__(self, printed: IO[bytes], max_rows: int) -> None:
        """Take over the file that the child wrote; it is closed with the last reader."""
        self._printed, self._max_rows = printed, max_rows
        weakref.finalize(self, printed.close)

    def records(self) -> Iterator[Record]:
        """Yield the rows of the first sheet that has any, numbered as in the sheet; raises UnreadableFile."""
        count = place = 0
        while lines := self._lines(place):
            place += sum(map(len, lines))
            for line in lines:
                if count > self._max_rows:  # the first line holds the headings
                    raise UnreadableFile(FileFault.TOO_MANY_ROWS, limit=self._max_rows)
                count += 1
                number, cells = json.loads(line)
                yield make_record(number, cells)

    def _lines(self, place: int) -> list[bytes]:
        # Readers may take turns: each keeps its own place.
        self._printed.seek(place)
        return self._printed.readlines(_READ_AT_ONCE)


def open_workbook(given: Given, *, max_rows: int = MAX_ROWS) -> Workbook:
    """Return a workbook, looked through and parsed; raises UnreadableFile."""
    content = Content.of(given)
    scan_workbook(content, max_rows=max_rows)
    return parse_apart(content, max_rows=max_rows)


def read_tabs(content: bytes, tabs: Sequence[str], *, max_rows: int = MAX_ROWS) -> list[list[Record] | None]:
    """Return the rows of the sheets of those names, None for one that is not there; raises UnreadableFile."""
    scan_workbook(content, max_rows=max_rows)
    found: list[list[Record] | None] = [None for _tab in tabs]
    with tempfile.TemporaryFile() as printed:
        _run_child(Content.of(content), printed, WALL_SECONDS, tabs)
        printed.seek(0)
        for line in printed:
            place, number, cells = json.loads(line)
            if not number:
                found[place] = []
            else:
                rows = found[place] or []
                rows.append(make_record(number, cells))
                found[place] = rows
    return found


def parse_apart(given: Given, *, wall_seconds: float = WALL_SECONDS, max_rows: int = MAX_ROWS) -> Workbook:
    """Return what a child prints; whatever becomes of it is an UnreadableFile, never a crash."""
    # The child writes to a file, not to a pipe: it ends at its own pace and readers take their time.
    with ExitStack() as closing:
        printed = closing.enter_context(tempfile.TemporaryFile())
        _run_child(Content.of(given), printed, wall_seconds)
        closing.pop_all()
    return Workbook(printed, max_rows)


def _run_child(content: Content, printed: IO[bytes], wall_seconds: float, tabs: Sequence[str] = ()) -> None:
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-B", str(_CHILD), *tabs],
            **content.as_input(),
            stdout=printed,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise UnreadableFile(FileFault.TOO_SLOW, f"{wall_seconds} s") from late
    if ended.returncode:
        raise UnreadableFile(FileFault.DAMAGED, f"parser ended with {ended.returncode}")
