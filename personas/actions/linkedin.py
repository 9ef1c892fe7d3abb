"""The life of a LinkedIn import (L1, L2): confirm the mapping, start, cancel."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions.uploads import ProfileBusy
from personas.imports import is_usable
from personas.models import ImportMapping, LinkedInImport
from personas.rules import ImportColumn, ImportState, JobKind, states_before
from tenants.intake.tables import FileGone
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, NotCancellable
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class MappingUnusable(Refused):
    """The mapping finds neither a name nor a profile address, or names what the file does not have (L2)."""

    code = "mapping_unusable"
    kind = RefusalKind.INVALID
    message = _("Choose the columns of the name or of the profile address.")


class WrongState(Refused):
    """The import is not where this can be done."""

    code = "linkedin_import_state"
    message = _("The import is not in a state that allows this.")


@transaction.atomic
def confirm_mapping(*, import_id: UUID, mapping: Mapping[str, str], by: UUID | None = None) -> LinkedInImport:
    """Take {column: heading} as the file's mapping and remember it for the profile (L2).

    A failed or cancelled import may get other columns: its rows are then read from the first one.
    Raises UnknownImport, MappingUnusable, WrongState.
    """
    found = _held(import_id)
    chosen = {column: heading for column, heading in mapping.items() if heading}
    unknown = sorted(set(chosen) - set(ImportColumn)) + sorted(set(chosen.values()) - set(found.headings))
    if unknown or not is_usable(chosen, found.headings):
        raise MappingUnusable(unknown=[name[:80] for name in unknown])
    # The place where a job ended is a place for its columns only.
    anew: dict[str, Any] = {"job": None} if chosen != found.mapping else {}
    _move(found, ImportState.MAPPED, mapping=chosen, error="", finished_at=None, **anew)
    ImportMapping.objects.update_or_create(profile=found.profile, defaults={"mapping": chosen})
    note(verb="map", of="linkedin_import", id=found.pk, by=by, change={"columns": sorted(chosen)})
    return found


@transaction.atomic
def start_import(*, import_id: UUID, by: UUID | None = None) -> Job:
    """Queue the import, a failed or cancelled one with fresh attempts, where its rows ended (L1).

    With other columns than before it begins at the first row.
    Raises UnknownImport, WrongState, ProfileBusy, MappingUnusable, FileGone.
    """
    found = _held(import_id)
    if found.file_id is None:
        raise FileGone
    if not is_usable(found.mapping, found.headings):
        raise MappingUnusable
    # Before the queue is asked: the end of its own job holds the queue, and waits for the import.
    if found.state not in states_before(ImportState.QUEUED):
        raise WrongState(state=found.state)
    params = {"import": str(found.pk), "after": str(found.job) if found.job else None}
    try:
        with transaction.atomic():
            job = jobs.enqueue(kind=JobKind.IMPORT_LINKEDIN, subject=found.profile, params=params, by=by)
            _move(
                found,
                ImportState.QUEUED,
                job=job.id,
                error="",
                result=None,
                started_at=None,
                finished_at=None,
            )
    except (AlreadyLive, IntegrityError) as error:
        raise ProfileBusy(profile=found.profile) from error
    note(verb="start", of="linkedin_import", id=found.pk, by=by, job=job.id)
    return job


@transaction.atomic
def cancel_import(*, import_id: UUID, by: UUID | None = None) -> LinkedInImport:
    """Cancel at once what no worker is at, else ask the worker, who stops within 100 rows (L1).

    What is written stays. Raises UnknownImport, WrongState when it has ended.
    """
    found = queries.linkedin_import(import_id=import_id)
    if not found.is_running or found.job is None:
        _move(found, ImportState.CANCELLED, finished_at=Now())
    else:
        # One that ended meanwhile has told its import so.
        with suppress(NotCancellable):
            jobs.cancel(job_id=found.job, by=by)
    note(verb="cancel", of="linkedin_import", id=found.pk, by=by, job=found.job)
    found.refresh_from_db()
    return found


def _held(import_id: UUID) -> LinkedInImport:
    """Return the import, which nobody maps, starts or takes the file of until the transaction has ended."""
    # Without its key: a row of its file that is rejected meanwhile names it.
    rows = LinkedInImport.objects.select_for_update(no_key=True)
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise queries.UnknownImport(linkedin_import=str(import_id))
    return found


def _move(found: LinkedInImport, to: ImportState, **values: Any) -> None:
    """Move by one conditional UPDATE whose row count decides (J2). Raises WrongState."""
    movable = LinkedInImport.objects.filter(pk=found.pk, state__in=states_before(to))
    if not movable.update(state=to, **values):
        found.refresh_from_db(fields=["state"])
        raise WrongState(state=found.state)
    found.refresh_from_db()
