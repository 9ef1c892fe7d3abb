"""How fast is a client's file of 100,000 rows read, and in how much memory? (C11: the whole import < 60 s)"""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from campaigns.imports import Terms, open_client_file, read_people
from campaigns.rules import ProcessingType
from campaigns.samples import LOADED, make_collection_file
from tests.benchmarks.bars import Bar, show_bars
from tests.campaigns.client_files import SANTIAGO

ROWS = 100_000
MOST_SECONDS = 20  # of the minute that the whole import may take


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of processors, the parsing child's too, and on the wall; MB that reading added at its peak."""

    processors: float
    wall: float
    memory: float


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_reading_a_client_file(form: str) -> None:
    """From bytes to persons and what became of every row."""
    sample = make_collection_file(rows=ROWS, form=form)  # type: ignore[arg-type]  # a parameter is a plain text
    content, expected = sample.content, sample.truth.counts()
    del sample
    took, counts = taken(content, form)
    assert counts == expected
    show_bars(
        f"A client's file of {ROWS:,} rows and 45 columns, .{form} of {len(content) / 1e6:.1f} MB",
        # A busy machine slows clocks only.
        [Bar("read, seconds of processors", took.processors, most=MOST_SECONDS, unit="s")],
        f"{took.wall:.1f} s on the wall, {took.memory:.0f} MB more at the peak",
    )


def taken(content: bytes, form: str) -> tuple[Took, dict[str, int]]:
    """Open and read the file."""
    gc.collect()
    before = forget_peak()
    wall, used = time.perf_counter(), processors()
    file = open_client_file(
        content, filename=f"a.{form}", processing_type=ProcessingType.ACQUISITION, country="CL"
    )
    terms = Terms("CL", SANTIAGO, LOADED, "Acme", "CLP")
    found = read_people(file, terms)
    took = Took(processors() - used, time.perf_counter() - wall, status("VmHWM") - before)
    return took, {str(status): count for status, count in found.counts().items() if count}


def processors() -> float:
    """Return the seconds of processors that this process and its ended children have used."""
    return sum(os.times()[:4])


def forget_peak() -> float:
    """Let the peak start anew; return MB in use."""
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def status(name: str) -> float:
    """Return a line of this process's status, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
