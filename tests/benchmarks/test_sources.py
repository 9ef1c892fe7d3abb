"""How long does a sheet of 200,000 comments take to read and understand, and how much memory? (N1, N5)

The server of the sheet is a process of its own, so that its memory is not counted.
"""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from insights.sources import Answer, read_rows
from insights.sources.sheets import read_sheet
from insights.sources.workbooks import read_workbook
from tests.benchmarks.figures import show
from tests.benchmarks.test_client_file import forget_peak, processors, status
from tests.insights.reading import a_comment, a_post, a_workbook, tabs
from tests.insights.sheets_server import Sheet, sheets_server

ROWS = int(os.environ.get("MINGA_BENCH_SHEET", "200000"))
POSTS = 2_000
ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"


def the_tabs() -> dict[str, list[list[Any]]]:
    """Return tabs as people fill them: no two comments alike, two thousand posts."""
    urls = [f"https://instagram.com/p/{number}" for number in range(POSTS)]
    # The workbook's limit counts the headings' row.
    comments = [
        a_comment(
            f"El comentario {number} dice lo suyo, con unas cuantas palabras más",
            urls[number % POSTS],
            ownerUsername=f"@persona{number % 20_011}",
            comment_id=f"{17_900_000_000_000 + number}",
            created_at=f"2025-{1 + number % 12:02}-{1 + number % 28:02}T10:{number % 60:02}:00Z",
            likes=number % 40,
        )
        for number in range(ROWS - 1)
    ]
    return tabs([a_post(url) for url in urls], comments)


def test_reading_a_sheet(tmp_path: Path, settings: Any) -> None:
    """From the server's first byte to rows that can be stored."""
    with serving(tmp_path) as address:
        settings.SHEETS_API_BASE = address
        settings.GOOGLE_CREDENTIALS = str(tmp_path / "service-account.json")
        measured("Google Sheet", lambda: read_sheet(ID, posts_tab="Posts", comments_tab="Comments"))


def test_reading_a_workbook() -> None:
    """From the bytes of an upload; its parser is a child with limits of its own."""
    content = a_workbook(the_tabs())
    measured(
        f"workbook of {len(content) / 1e6:.1f} MB",
        lambda: read_workbook(content, posts_tab="Posts", comments_tab="Comments"),
    )


def measured(name: str, read: Callable[[], Answer]) -> None:
    """Read and understand once, and print what it took."""
    gc.collect()
    before, start, used = forget_peak(), time.perf_counter(), processors()
    answer = read()
    fetched = status("VmHWM") - before, processors() - used
    digest = answer.digest("America/Lima")
    hashed = processors() - used
    found = read_rows(answer, zone="America/Lima")
    took, wall = processors() - used, time.perf_counter() - start
    assert (len(found.comments), len(digest)) == (ROWS - 1, 64)
    show(
        f"A {name} of {ROWS:,} rows",
        "| read | hashed | understood | on the wall | MiB more, read | … understood |",
        "| --- | --- | --- | --- | --- | --- |",
        f"| {fetched[1]:.1f} s | {hashed - fetched[1]:.1f} s | {took - hashed:.1f} s | {wall:.1f} s | "
        f"{fetched[0]:.0f} | {status('VmHWM') - before:.0f} |",
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the sheet from another process; give its address."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs, folder), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        server.join()


def _serve(pipe: "Connection[str, str]", folder: Path) -> None:
    with sheets_server() as server:
        server.sheets[ID] = Sheet(the_tabs())
        server.write_key(folder)
        pipe.send(server.address)
        pipe.recv()
