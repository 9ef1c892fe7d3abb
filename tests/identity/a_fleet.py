"""A synthetic fleet in a tenant, by the doors of real ones: files, then identity's jobs, day after day."""

import csv
import io
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from identity.rules import ImportKind, JobKind
from identity.samples import FleetTruth, let_days_pass, write_fleet
from tenants.jobs import actions as jobs
from tenants.models import Tenant
from tests.identity.importing import ended, work

KINDS = (ImportKind.DRIVERS, ImportKind.LEADS, ImportKind.TRIPS, ImportKind.CLAIMS)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The files of a fleet by kind, and what is in them."""

    files: dict[ImportKind, bytes]
    truth: FleetTruth

    def leads_until(self, last: date) -> bytes:
        """Return the file of leads as it was on a day."""
        rows = list(csv.reader(io.StringIO(self.files[ImportKind.LEADS].decode())))
        told = io.StringIO()
        csv.writer(told).writerows([rows[0], *(row for row in rows[1:] if _day(row[1]) <= last)])
        return told.getvalue().encode()


def made(tenant: Tenant, *, persons: int, leads: int, until: date, seed: int = 2026) -> Fleet:
    """Return a fleet of the tenant's country as it is known on a day."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = write_fleet(
            folder, persons=persons, leads=leads, until=until, seed=seed, country=tenant.country
        )
        return Fleet({kind: (folder / f"{kind}.csv").read_bytes() for kind in KINDS}, truth)


def live(tenant: Tenant, fleet: Fleet, *, until: date, days: int, limit: int) -> None:
    """Bring a fleet in over some days that end on one: each day its leads come, and recovery tries some."""
    ended(tenant, ImportKind.DRIVERS, fleet.files[ImportKind.DRIVERS])
    for left in range(days - 1, -1, -1):
        ended(tenant, ImportKind.LEADS, fleet.leads_until(until - timedelta(left)))
        run(tenant, JobKind.SEED)
        run(tenant, JobKind.RECOVER, limit=limit)
        if left:
            let_days_pass(days=1)


def earn(tenant: Tenant, fleet: Fleet) -> None:
    """Bring in what was driven, and what the partner says of it."""
    for kind in (ImportKind.TRIPS, ImportKind.CLAIMS):
        ended(tenant, kind, fleet.files[kind])


def today(tenant: Tenant) -> date:
    """Return the tenant's date."""
    return timezone.localdate(timezone=ZoneInfo(tenant.timezone))


def run(tenant: Tenant, kind: JobKind, **params: int) -> None:
    """Run a job of identity, as a worker would."""
    done = work(tenant, jobs.enqueue(kind=kind, params=params))
    assert done.state == "completed", (kind, done.error)


def _day(moment: str) -> date:
    """Return the day of a lead's moment; one without came long ago."""
    text = moment[:10]
    if "/" in text:
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    return date.fromisoformat(text) if text else date.min
