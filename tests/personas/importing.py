"""Files of a few rows, and their way into a tenant by the very doors that real ones take."""

from typing import Any

from django.db import connection
from django.utils import timezone

from personas import actions
from personas.models import LinkedInImport
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant

HEADINGS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
ANA = "Ana,Pérez,https://www.linkedin.com/in/ana-perez,ana@acme.example,Acme,Gerente de Marketing,05 Jan 2024"


def file_of(*rows: str, headings: str = HEADINGS) -> bytes:
    """Return a CSV file of these lines."""
    return "\r\n".join([headings, *rows, ""]).encode()


def upload(*rows: str, profile: str = "ana", **keyword: Any) -> LinkedInImport:
    """Upload a file of these lines."""
    return actions.upload_linkedin(
        content=file_of(*rows), filename="Connections.csv", profile=profile, **keyword
    )


def start(found: LinkedInImport) -> Job:
    """Confirm what was suggested and start."""
    if found.state == "uploaded":
        actions.confirm_mapping(import_id=found.pk, mapping=found.mapping)
    return actions.start_import(import_id=found.pk)


def work(acme: Tenant, job: Job) -> Job:
    """Run the job in this process, as a worker would."""
    work_on(DueTicket(job.id, acme.schema_name))
    return Job.objects.get(pk=job.id)


def import_rows(acme: Tenant, *rows: str, profile: str = "ana") -> dict[str, Any]:
    """Import lines and return the result."""
    found = upload(*rows, profile=profile)
    work(acme, start(found))
    found.refresh_from_db()
    assert found.state == "completed", (found.state, found.error)
    return found.result or {}


def cancel_after_first_chunk(
    acme: Tenant, job: Job, *, writes: str = 'INSERT INTO "personas_contact" '
) -> None:
    """Run the job and ask for its end just when the first contacts are written."""

    def ask(execute: Any, sql: str, *rest: Any) -> Any:
        done = execute(sql, *rest)
        if writes in sql:
            Job.objects.filter(pk=job.id).update(cancel_requested_at=timezone.now())
        return done

    with connection.execute_wrapper(ask):
        work(acme, job)
