"""How fast does a fleet come in from files, first, again without news, and in how much memory?

100,000 accounts; `MINGA_BENCH_DRIVERS=1000000 make bench` measures a million.
"""

import io
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

from identity.models import Driver
from identity.samples import write_fleet
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.figures import show

pytestmark = pytest.mark.real_roles
DRIVERS = int(os.environ.get("MINGA_BENCH_DRIVERS", "100000"))


def test_importing_drivers(acme: Tenant, tmp_path: Path) -> None:
    """The command as an operator calls it: looked at, read, keyed, compared, written."""
    truth = write_fleet(tmp_path, persons=int(DRIVERS / 1.18), leads=0)
    before = memory()
    first, again = taken(tmp_path), taken(tmp_path)
    with tenant_scope(acme.schema_name):
        assert Driver.objects.count() == truth.drivers
    show(
        f"{truth.drivers:,} drivers",
        f"| first | {first.line(truth.drivers)} |",
        f"| again, nothing new | {again.line(truth.drivers)} |",
        f"| memory | {memory():,.0f} MB, {memory() - before:,.0f} MB more than before |",
    )


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one import: on the wall, and of this process's own work."""

    wall: float
    process: float

    def line(self, rows: int) -> str:
        """Describe them."""
        return f"{self.wall:.1f} s, {self.process:.1f} s of them in Python | {rows / self.wall:,.0f} rows/s"


def taken(folder: Path) -> Took:
    """Import the folder."""
    wall, process = time.perf_counter(), time.process_time()
    call_command("import_cabinet", str(folder), "--tenant=acme", "--what=drivers", stdout=io.StringIO())
    return Took(time.perf_counter() - wall, time.process_time() - process)


def memory() -> float:
    """Return the largest this process has been, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
