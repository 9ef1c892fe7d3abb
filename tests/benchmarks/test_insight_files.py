"""How long does a brand of 100,000 comments take to become a PDF and a workbook, and in how much memory?

`MINGA_BENCH_COMMENTS=20000 make bench` measures a smaller one.
"""

import gc
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from insights.models import FichaCliente
from insights.reports.files import report_file
from insights.reports.looking import ALL, Chosen
from insights.reports.panels import Look, look_of
from insights.reports.paper import report_of
from tenants.display.exports import ReportType
from tenants.display.formats import Formats
from tenants.display.pdf import report_pdf
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks import audience
from tests.benchmarks.figures import seconds_of, show
from tests.benchmarks.test_client_file import forget_peak, processors, status

pytestmark = pytest.mark.real_roles

FORMATS = Formats("es", "PE", "America/Lima")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock and of processors, children's too; MB at the peak above what was in use; bytes."""

    clock: float
    processors: float
    memory: float
    size: int

    def line(self, name: str) -> str:
        """Describe it."""
        figures = f"{self.clock:.1f} s | {self.processors:.1f} s | {self.memory:.0f} MB"
        return f"| {name} | {figures} | {self.size / 1e6:.2f} MB |"


def test_files_of_insights(acme: Tenant) -> None:
    """Reading included; then the parts of a PDF alone."""
    comments = audience.wanted_comments()
    with tenant_scope(acme.schema_name):
        ficha = audience.fill(acme.schema_name, comments)
        fresh = {type: taken(ficha, type) for type in ReportType}
        kept = {type: taken(ficha, type, is_kept=True) for type in ReportType}
        look = look_of(whole(ficha), FORMATS)
        parts = parts_of(look)
    show(
        f"Files of a brand of {comments:,} comments",
        "| file | takes | processors | more memory at the peak | size |",
        "| --- | --- | --- | --- | --- |",
        *(one.line(f"{name.upper()}, nothing kept") for name, one in fresh.items()),
        *(one.line(f"{name.upper()}, figures kept") for name, one in kept.items()),
        "",
        *(f"{name}: {seconds:.2f} s" for name, seconds in parts.items()),
    )


def whole(ficha: FichaCliente) -> Chosen:
    """Return the look at everything."""
    return Chosen(ficha, ALL, None, None, None)


def taken(ficha: FichaCliente, type: ReportType, *, is_kept: bool = False) -> Took:
    """Make one file from rows to bytes; figures are kept where a page has shown the same look before."""
    if not is_kept:
        cache.clear()
    gc.collect()
    before = forget_peak()
    clock, used = time.perf_counter(), processors()
    answer: Any = report_file(whole(ficha), type, formats=FORMATS, organisation="Acme", now=timezone.now())
    size = sum(map(len, answer))
    took = Took(time.perf_counter() - clock, processors() - used, max(0.0, status("VmHWM") - before), size)
    answer.close()
    return took


def parts_of(look: Look) -> dict[str, float]:
    """Return what drawing and setting a PDF take, the look being read."""
    made = report_of(look, organisation="Acme", now=timezone.now())
    return {
        "charts drawn": seconds_of(lambda: report_of(look, organisation="Acme", now=timezone.now())),
        "set in a child": seconds_of(lambda: report_pdf(made)),
    }
