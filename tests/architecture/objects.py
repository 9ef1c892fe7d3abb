"""One of everything that a route may name, in the open tenant, made by the doors' own actions."""

from uuid import UUID

from django.db import models

from personas import actions as personas
from personas.models import Contact, Keyword, LinkedInImport, Persona
from personas.rules import ReclassificationType
from personas.samples import make_linkedin_export
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import User
from tenants.scope import current_schema


def make_objects(by: User) -> dict[str, models.Model]:
    """Return, by a part of the routes' patterns, the object whose id they take."""
    found = import_sample(by.id, rows=30)
    return {
        "contacts/": Contact.objects.order_by("pk")[0],
        "personas/(?P<code>": Persona.objects.order_by("pk")[0],
        "keywords/": Keyword.objects.order_by("pk")[0],
        "linkedin-imports/": found,
        "persona-classifier/jobs/": personas.reclassify(type=ReclassificationType.ALL, params={}, by=by.id),
        "jobs/": Job.objects.order_by("pk")[0],
        "reclassify/": personas.reclassify(type=ReclassificationType.ALL, params={}, by=by.id),
    }


def import_sample(by: UUID, *, rows: int) -> LinkedInImport:
    """Import a synthetic export in this process, as a worker would."""
    export = make_linkedin_export(rows=rows)
    found = personas.upload_linkedin(content=export.content, filename="sample.csv", profile="sample", by=by)
    personas.confirm_mapping(import_id=found.id, mapping=found.mapping, by=by)
    job = personas.start_import(import_id=found.id, by=by)
    assert work_on(DueTicket(job.id, current_schema() or ""))
    found.refresh_from_db()
    return found
