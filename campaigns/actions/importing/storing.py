"""What is kept of a client's file, and when it is too large to be read while somebody waits (W2)."""

import hashlib
import json
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from campaigns.actions.importing.refusals import ColumnsUnusable, refusal_of
from campaigns.actions.importing.terms import Day, Upload
from campaigns.imports import ClientFile as OpenFile
from campaigns.models import Campaign, ClientFile
from campaigns.rules import JobKind
from tenants.intake import Fault
from tenants.intake.tables import UnreadableFile
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.records.actions import digest, keep_file
from tenants.rules import XLSX_TYPE

# So many are written while somebody waits; more become a job with a bar (W2).
ROWS_AT_ONCE = 5_000
# Nor are larger files counted first: the answer would wait for it.
BYTES_AT_ONCE = 4_000_000


def is_large(size: int, opened: OpenFile) -> bool:
    """Say whether a file of so many bytes is read by a job. Raises UnreadableClientFile."""
    return size > BYTES_AT_ONCE or counted(opened) > ROWS_AT_ONCE


def counted(opened: OpenFile) -> int:
    """Return how many rows a file has. Raises UnreadableClientFile."""
    try:
        return opened.count_rows()
    except UnreadableFile as error:
        raise refusal_of(error) from error


def check_usable(opened: OpenFile) -> None:
    """Raise ColumnsUnusable for a file whose columns do not say what is needed."""
    if opened.is_usable:
        return
    missing = [
        {"column": str(one.column), "label": one.label, "look_alikes": list(one.look_alikes)}
        for one in opened.missing
    ]
    lacking = [
        Fault("column_missing", f"#/mapping/{one.column}", _("There is no column for it: %s.") % one.label)
        for one in opened.missing
    ]
    wrong = [
        Fault(str(one.code), f"#/mapping/{one.column}", one.words)
        for one in opened.problems
        if one.is_blocking
    ]
    raise ColumnsUnusable(missing=missing, faults=(*lacking, *wrong))


def keep_client_file(
    upload: Upload, opened: OpenFile, campaign: Campaign, fingerprint: str, day: Day, by: UUID | None
) -> ClientFile:
    """Keep the bytes and how they are understood: every column is named, so that nothing is guessed again."""
    content_type = "text/csv" if opened.encoding else XLSX_TYPE
    stored = keep_file(name=upload.filename, content=upload.content, content_type=content_type, by=by)
    return ClientFile.objects.create(
        account=campaign.account,
        campaign=campaign,
        filename=upload.filename[-200:],
        file=stored,
        processing_type=upload.processing_type,
        mapping={column: opened.mapping.get(column, "") for column in opened.columns},
        params=upload.params() | day.as_params() | {"headings": list(opened.headings)},
        fingerprint=fingerprint,
        created_by=by,
    )


def enqueued(file: ClientFile, by: UUID | None) -> Job:
    """Let a job read a file, from where the file's last job ended if there was one.

    A list whose people are still to be chosen is made first.
    """
    params = {"file": file.pk, "after": str(file.job) if file.job else None}
    kind = JobKind.AUDIENCE if waits_for_people(file) else JobKind.IMPORT
    job = enqueue(kind=kind, subject=str(file.pk), params=params, by=by)
    file.job, file.error = job.id, ""
    file.save(update_fields=["job", "error"])
    return job


def waits_for_people(file: ClientFile) -> bool:
    """Say whether a file is the list of an audience that has not been chosen yet."""
    asked = file.params.get("audience")
    return bool(asked) and "found" not in asked


def fresh(campaign: Campaign, file: ClientFile) -> tuple[Campaign, ClientFile]:
    """Return both as they are stored now. Two queries."""
    file.refresh_from_db()
    campaign.refresh_from_db()
    return campaign, file


def fingerprint_of(upload: Upload, key: str, code: str = "") -> str:
    """Return by what the same upload is known again: the client's key, else all that it holds (C10).

    `code` is the draft that it was sent for, if there was one.
    """
    if key:
        return f"key:{key}"[:200]
    asked = upload.params() | {"name": upload.name, "description": upload.description}
    told = [upload.account, digest(upload.content), asked, *([code] if code else [])]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
