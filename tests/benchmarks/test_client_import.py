"""How soon is a client's file of 100,000 rows a campaign, and is its memory flat? (C11)

`MINGA_BENCH_FILE=20000 make bench` measures a smaller file.
"""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns import actions
from campaigns.actions import Upload
from campaigns.models import Entry, StagedRow
from campaigns.queries import campaign
from campaigns.rules import ProcessingType
from campaigns.samples import make_collection_file
from tenants.intake.content import Content
from tenants.jobs.rules import State
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.linking_bars import spent
from tests.benchmarks.test_client_file import forget_peak, status
from tests.campaigns.uploading import a_payer, drift
from tests.personas.importing import work

pytestmark = pytest.mark.real_roles
ROWS = int(os.environ.get("MINGA_BENCH_FILE", "100000"))
FEW = ROWS // 4
# What four times the rows may add: pieces, chunks and caches end somewhere, whatever the file.
FLAT = 16


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of upload and job, on the wall and of both processors; MB more at the peak of each."""

    upload: float
    wall: float
    processors: float
    upload_memory: float
    job_memory: float
    people: int

    @property
    def memory(self) -> float:
        """MB more at the peak of both."""
        return max(self.upload_memory, self.job_memory)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_importing_a_client_file(acme: Tenant, form: str, tmp_path: Path) -> None:
    """From a file on the disk, as the web server has it, to entries, debts, row report and counters."""
    with tenant_scope(acme.schema_name):
        a_payer()
        # The first one fills caches that every process has.
        _first, few, many = (
            taken(acme, written(tmp_path, rows, form, seed))
            for seed, rows in enumerate((FEW, FEW, ROWS), start=1)
        )
        assert not StagedRow.objects.exists()
    show_bars(
        f"A client's file of {ROWS:,} rows becomes a campaign, .{form}",
        [
            Bar("upload and job", many.upload + many.wall, most=60, unit="s"),
            Bar(f"memory beside a file of {FEW:,}", many.memory - few.memory, most=FLAT, unit="MB"),
        ],
        f"{many.upload:.1f} s of them the upload's; processors {many.processors:.1f} s; "
        f"{many.people:,} people; {many.memory:.1f} MB more at the peak "
        f"(upload {many.upload_memory:.1f}, job {many.job_memory:.1f}); "
        f"{FEW:,} rows: {few.upload + few.wall:.1f} s, {few.memory:.1f} MB",
    )
    assert many.memory - few.memory <= FLAT


def written(folder: Path, rows: int, form: str, seed: int) -> Path:
    """Write a sample down."""
    path = folder / f"a{seed}.{form}"
    path.write_bytes(make_collection_file(rows=rows, seed=seed, form=form).content)  # type: ignore[arg-type]  # a parameter is a plain text
    return path


def taken(acme: Tenant, path: Path) -> Took:
    """Upload a file and run its job here."""
    with path.open("rb") as file:
        return _taken(
            acme, Upload("acc-test-001", Content(file), path.name, processing_type=ProcessingType.ACQUISITION)
        )


def _taken(acme: Tenant, asked: Upload) -> Took:
    gc.collect()
    before, processors, begun = forget_peak(), spent(), time.perf_counter()
    made = actions.create_from_file(upload=asked, now=timezone.now(), in_background=True)
    uploaded, upload_peak = time.perf_counter(), forget_peak_told()
    assert made.job is not None
    job = work(acme, made.job)
    wall, job_peak = time.perf_counter() - uploaded, status("VmHWM")
    assert job.state == State.COMPLETED, job.error
    found = campaign(code=made.campaign.code)
    assert drift(found) == {}
    people = Entry.objects.filter(campaign=found).count()
    return Took(uploaded - begun, wall, spent() - processors, upload_peak - before, job_peak - before, people)


def forget_peak_told() -> float:
    """Return the peak so far, in MB, and forget it."""
    peak = status("VmHWM")
    forget_peak()
    return peak
