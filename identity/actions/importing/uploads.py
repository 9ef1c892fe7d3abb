"""A file of the fleet comes in: kept, its columns recognised, its first rows shown, its job begun."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.imports import VOCABULARIES, FleetFile, FleetRow, Terms, missing_columns, open_fleet_file
from identity.models import FleetImport
from identity.queries.imports import fleet_import
from identity.rules import ENDED_IMPORTS, ImportKind, ImportState, JobKind
from tenants.intake import shown_name
from tenants.intake.tables import MAX_FILE, FileGone, UnreadableFile, refused_upload
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, NotCancellable
from tenants.records.actions import join_uploads, keep_file, note
from tenants.rules import XLSX_TYPE, RefusalKind, Refused

# Doors read one byte more and no further: enough to know that a file is too large (S14).
LARGEST_FLEET_UPLOAD = MAX_FILE
SHOWN_ROWS = 50
# What was not imported whole goes on where it ended.
STARTED_AGAIN = (ImportState.FAILED, ImportState.CANCELLED)
CSV = "text/csv"


class ColumnsMissing(Refused):
    """The file lacks columns without which nothing can be taken; `missing` names them."""

    code = "columns_missing"
    kind = RefusalKind.INVALID
    message = _("The file does not have the columns that this kind of import needs.")


class ImportBusy(Refused):
    """Another file of this kind is being imported."""

    code = "fleet_import_busy"
    message = _("Another file of this kind is being imported.")


class ImportStarted(Refused):
    """The import is not where this can be done."""

    code = "fleet_import_state"
    message = _("The import is not in a state that allows this.")


@dataclass(frozen=True, slots=True)
class FleetPreview:
    """A file's first rows as a mapping reads them, its unknown headings, the needed columns it lacks."""

    mapping: dict[str, str]
    unknown: list[str]
    missing: list[str]
    rows: list[FleetRow]


@transaction.atomic
def upload_fleet_file(
    *, kind: ImportKind, content: bytes, filename: str, by: UUID | None = None
) -> FleetImport:
    """Keep a file of one kind with the mapping that its headings suggest; `start_fleet_import` takes it.

    Raises UnreadableUpload, UploadTooLarge.
    """
    opened = _opened(content, filename, kind)
    total = _counted(opened)
    shown = shown_name(filename, otherwise=f"{kind}.csv")
    join_uploads()
    file = keep_file(
        name=shown, content=content, content_type=XLSX_TYPE if opened.is_workbook else CSV, by=by
    )
    made = FleetImport.objects.create(
        kind=kind,
        filename=shown,
        file=file,
        headings=list(opened.headings),
        mapping=opened.suggest_mapping(),
        total_rows=total,
        created_by=by,
    )
    made.refresh_from_db()
    note(verb="upload", of="fleet_import", id=made.pk, by=by, change={"kind": str(kind), "rows": total})
    return made


@transaction.atomic
def import_fleet(
    *, kind: ImportKind, content: bytes, filename: str, by: UUID | None = None
) -> tuple[FleetImport, Job]:
    """Keep a file and queue it at once, as its headings suggest; a refusal leaves nothing behind.

    Raises what `upload_fleet_file` and `start_fleet_import` raise.
    """
    made = upload_fleet_file(kind=kind, content=content, filename=filename, by=by)
    job = start_fleet_import(import_id=made.pk, by=by)
    made.refresh_from_db()
    return made, job


def preview_fleet_file(*, import_id: UUID, terms: Terms) -> FleetPreview:
    """Return the first rows as the import's mapping reads them. Raises UnknownFleetImport, FileGone."""
    found = fleet_import(import_id=import_id)
    opened = opened_import(found)
    known = set(found.mapping.values())
    return FleetPreview(
        found.mapping,
        [heading for heading in opened.headings if heading and heading not in known],
        opened.missing_columns(found.mapping),
        list(islice(opened.rows(found.mapping, terms), SHOWN_ROWS)),
    )


@transaction.atomic
def map_fleet_columns(*, import_id: UUID, mapping: Mapping[str, str], by: UUID | None = None) -> FleetImport:
    """Say which heading stands for which column. Raises UnknownFleetImport, ColumnsMissing, ImportStarted."""
    found = fleet_import(import_id=import_id)
    chosen = {column: heading for column, heading in mapping.items() if heading}
    _check_columns(found, chosen)
    waiting = FleetImport.objects.filter(pk=found.pk, job__isnull=True, state=ImportState.QUEUED)
    if not waiting.update(mapping=chosen):
        raise ImportStarted(state=found.state)
    note(verb="map", of="fleet_import", id=found.pk, by=by, change={"columns": sorted(chosen)})
    found.refresh_from_db()
    return found


@transaction.atomic
def start_fleet_import(*, import_id: UUID, by: UUID | None = None) -> Job:
    """Queue an import; a failed or cancelled one goes on where its rows ended.

    Raises UnknownFleetImport, ColumnsMissing, ImportBusy, ImportStarted, FileGone.
    """
    # Held, so that no erasure takes the file meanwhile; without its key, which refused rows name.
    list(FleetImport.objects.select_for_update(no_key=True).filter(pk=import_id))
    found = fleet_import(import_id=import_id)
    if found.file_id is None:
        raise FileGone
    _check_columns(found, found.mapping)
    # Before the queue is asked: the end of its own job holds the queue, and waits for the import.
    if found.job is not None and found.state not in STARTED_AGAIN:
        raise ImportStarted(state=found.state)
    params = {"import": str(found.pk), "after": str(found.job) if found.job else None}
    try:
        # One file of a kind at a time: of two rows with one key the later file's must win.
        job = jobs.enqueue(kind=JobKind.IMPORT, subject=found.kind, params=params, by=by)
    except AlreadyLive as error:
        raise ImportBusy(kind=found.kind) from error
    startable = FleetImport.objects.filter(pk=found.pk, job=found.job).exclude(state=ImportState.COMPLETED)
    moved = startable.update(state=ImportState.QUEUED, job=job.id, error="", result=None, finished_at=None)
    if not moved:
        raise ImportStarted(state=found.state)
    note(verb="start", of="fleet_import", id=found.pk, by=by, job=job.id)
    return job


@transaction.atomic
def cancel_fleet_import(*, import_id: UUID, by: UUID | None = None) -> FleetImport:
    """Cancel at once what no worker is at, else ask the worker; what is written stays.

    Raises UnknownFleetImport, ImportStarted when it has ended.
    """
    found = fleet_import(import_id=import_id)
    if found.state in ENDED_IMPORTS:
        raise ImportStarted(state=found.state)
    if found.job is None:
        FleetImport.objects.filter(pk=found.pk, job__isnull=True).update(
            state=ImportState.CANCELLED, finished_at=Now()
        )
    else:
        # One that ended meanwhile has told its import so.
        with suppress(NotCancellable):
            jobs.cancel(job_id=found.job, by=by)
    note(verb="cancel", of="fleet_import", id=found.pk, by=by, job=found.job)
    found.refresh_from_db()
    return found


def opened_import(found: FleetImport) -> FleetFile:
    """Return an import's file, ready to read. Raises FileGone, UnreadableUpload."""
    if found.file is None:
        raise FileGone
    return _opened(bytes(found.file.content), found.filename, ImportKind(found.kind))


def _check_columns(found: FleetImport, mapping: Mapping[str, str]) -> None:
    kind = ImportKind(found.kind)
    unknown = sorted(set(mapping) - set(VOCABULARIES[kind].columns))
    unknown += sorted(set(mapping.values()) - set(found.headings))
    missing = missing_columns(kind, mapping, found.headings)
    if unknown or missing:
        raise ColumnsMissing(missing=missing, unknown=[name[:80] for name in unknown])


def _opened(content: bytes, filename: str, kind: ImportKind) -> FleetFile:
    try:
        return open_fleet_file(content, filename=filename, kind=kind)
    except UnreadableFile as error:
        raise refused_upload(error) from error


def _counted(opened: FleetFile) -> int:
    try:
        return opened.count_rows()
    except UnreadableFile as error:
        raise refused_upload(error) from error
