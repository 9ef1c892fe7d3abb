"""Rows of an .xlsx workbook, parsed in a child process of its own (S14)."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from personas.imports.faults import FileFault, UnreadableFile
from personas.imports.records import MAX_ROWS, Record, make_record
from personas.imports.workbook_scan import scan_workbook

WALL_SECONDS = 60
_CHILD = Path(__file__).with_name("workbook_child.py")


def read_workbook(content: bytes) -> Iterator[Record]:
    """Yield the rows of the first sheet that has any, numbered as in the sheet; raises UnreadableFile."""
    scan_workbook(content)
    return parse_apart(content)


def parse_apart(content: bytes, *, wall_seconds: float = WALL_SECONDS) -> Iterator[Record]:
    """Yield the rows that the child prints; whatever becomes of it is an UnreadableFile, never a crash."""
    # The child writes to a file, not to a pipe: it ends at its own pace and the reader takes its time.
    with tempfile.TemporaryFile() as printed:
        try:
            ended = subprocess.run(
                [sys.executable, "-I", "-B", str(_CHILD)],
                input=content,
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
        printed.seek(0)
        for count, line in enumerate(printed):
            if count > MAX_ROWS:
                raise UnreadableFile(FileFault.TOO_MANY_ROWS)
            number, cells = json.loads(line)
            yield make_record(number, cells)
