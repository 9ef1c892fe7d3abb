"""Files of a few rows, and their way into a tenant by the very doors that real ones take."""

from typing import Any

from identity import actions
from identity.models import FleetImport, RefusedRow
from identity.rules import ImportKind
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant

LEADS = "external_id,lead_created_at,park,first_name,last_name,park_phone,document,city"
DRIVERS = "driver_id,park,hired_on,first_name,last_name,phone,document,licence,email,plate"
TRIPS = "driver_id,on,completed_trips"
CLAIMS = "external_id,milestone,state,amount"
SCOUTS = "external_id,created_at,scout,name,phone"
HEADINGS = {
    ImportKind.LEADS: LEADS,
    ImportKind.DRIVERS: DRIVERS,
    ImportKind.TRIPS: TRIPS,
    ImportKind.CLAIMS: CLAIMS,
    ImportKind.SCOUTS: SCOUTS,
}


def file_of(kind: str, *rows: str) -> bytes:
    """Return a CSV file of these lines below the usual headings."""
    return "\r\n".join([HEADINGS[ImportKind(kind)], *rows, ""]).encode()


def upload(kind: str, content: bytes) -> FleetImport:
    """Upload a file."""
    return actions.upload_fleet_file(kind=ImportKind(kind), content=content, filename=f"{kind}.csv")


def work(tenant: Tenant, job: Job) -> Job:
    """Run the job in this process, as a worker would."""
    work_on(DueTicket(job.id, tenant.schema_name))
    return Job.objects.get(pk=job.id)


def ended(tenant: Tenant, kind: str, content: bytes) -> FleetImport:
    """Import a file and return what became of it."""
    found = upload(kind, content)
    work(tenant, actions.start_fleet_import(import_id=found.pk))
    found.refresh_from_db()
    assert found.state == "completed", (found.state, found.error)
    return found


def taken(tenant: Tenant, kind: str, *rows: str) -> dict[str, Any]:
    """Import lines; return the counts that are not zero."""
    result = counts(ended(tenant, kind, file_of(kind, *rows)))
    return {name: count for name, count in result.items() if count}


def counts(found: FleetImport) -> dict[str, Any]:
    """Return an import's result."""
    return dict(found.result or {})


def refused(found: FleetImport) -> dict[int, str]:
    """Return the reason of each refused line."""
    return dict(RefusedRow.objects.filter(of=found).values_list("line", "reason"))
