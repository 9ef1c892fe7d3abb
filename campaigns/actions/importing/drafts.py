"""A draft gets its file: put beside it, understood, looked at, read; and taken out again before it calls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.changing import change_campaign
from campaigns.actions.creating import BadCampaign, CampaignFacts, payer_of
from campaigns.actions.emptying import check_unread_by_jobs, forget_rows
from campaigns.actions.importing.excluding import Standards, exclude
from campaigns.actions.importing.mapping import opened_upload, remember_mapping
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import Speech, end_speechless, missing_variables
from campaigns.actions.importing.storing import (
    check_usable,
    counted,
    enqueued,
    fingerprint_of,
    fresh,
    is_large,
    keep_client_file,
    waits_for_people,
)
from campaigns.actions.importing.terms import Day, Upload, terms_of
from campaigns.actions.importing.uploads import (
    ClientPreview,
    MadeFromFile,
    check_speech,
    hold_upload,
    made_again,
    made_before,
    make_campaign,
)
from campaigns.actions.importing.work import client_files, import_at_once, reopened
from campaigns.actions.importing.writing import NoLongerDraft, go_alone
from campaigns.actions.running import CampaignMoveRefused, hold_campaign
from campaigns.imports import ClientFile as OpenFile
from campaigns.imports import read_people
from campaigns.legality import stored_settings
from campaigns.models import Campaign, ClientFile
from campaigns.rules import CampaignState, UseCase
from tenants.intake.tables import UnreadableFile
from tenants.jobs.models import Job
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# Of a file that a job will read, so many rows are looked at while somebody waits.
ROWS_LOOKED_AT = 2_000


class NoFile(Refused):
    """The draft has no file to read."""

    code = "file_missing"
    kind = RefusalKind.CONFLICT
    message = _("The campaign has no file yet.")


class Reading(TypedDict, total=False):
    """How a file is to be read; what is not named stays. `mapping` is {column: heading}, "" for unread."""

    mapping: Mapping[str, str]
    dias_fecha_limite: int | None
    dias_fecha_maxima: int | None
    allow_duplicates: bool


@dataclass(frozen=True, slots=True)
class DraftPreview(ClientPreview):
    """A draft's file as it would be read; of a large one `read` holds the first rows, `rows` counts all."""

    rows: int = 0
    is_whole: bool = True
    allows_duplicates: bool = False


@transaction.atomic
def attach_file(
    *, code: str, upload: Upload, now: datetime, key: str = "", by: UUID | None = None
) -> ClientFile:
    """Put a file beside a draft, unread, in place of one that brought nobody.

    What the calls are for and their settings are the draft's. Raises UnknownCampaign, CampaignMoveRefused,
    FileBeingRead, BadCampaign for another account's draft, UnreadableClientFile, UploadTooLarge,
    BadDynamicDays, LimitAfterMaximum.
    """
    found = held_draft(code)
    asked = _asked(found, upload)
    opened = _opened(asked, found)
    day = Day.of(found.account, stored_settings(found.call_settings).timezone, now)
    terms_of(found.account, day, asked.params())
    _drop(found)
    Campaign.objects.filter(pk=found.pk).update(processing_type=asked.processing_type)
    made = keep_client_file(asked, opened, found, fingerprint_of(upload, key, code), day, by)
    made.params |= {"rows": counted(opened)}
    made.save(update_fields=["params"])
    note(verb="attach_file", of="campaign", id=found.pk, by=by, change={"rows": made.params["rows"]})
    return made


@transaction.atomic
def change_reading(*, code: str, reading: Reading, by: UUID | None = None) -> ClientFile:
    """Change how a draft's file is to be read.

    Raises UnknownCampaign, CampaignMoveRefused, FileBeingRead, NoFile, BadDynamicDays, LimitAfterMaximum, and
    ColumnsUnusable for a mapping that contradicts itself.
    """
    found = held_draft(code)
    file = file_of(found)
    if file.report is not None or file.job is not None:
        # Some of its people may be there already, read otherwise.
        raise CampaignMoveRefused(_("The file has been read. Take its people out first."), state=found.state)
    asked: dict[str, Any] = {name: value for name, value in reading.items() if name != "mapping"}
    file.params |= asked
    file.mapping = dict(reading.get("mapping", file.mapping))
    terms_of(found.account, Day.stored(file.params), file.params)
    _check_agreeing(_reopened(file))
    file.save(update_fields=["params", "mapping"])
    note(verb="change_reading", of="campaign", id=found.pk, by=by, change=asked)
    return file


def open_draft(*, code: str) -> OpenFile:
    """Return a draft's file, opened: its headings and how they are understood.

    Raises UnknownCampaign, CampaignMoveRefused, NoFile, UnreadableClientFile.
    """
    return _reopened(file_of(_draft(code)))


def preview_draft(*, code: str) -> DraftPreview:
    """Return how a draft's file would be read and how its rows would end; nothing is stored.

    Raises UnknownCampaign, CampaignMoveRefused, NoFile, UnreadableClientFile.
    """
    found = _draft(code)
    file = file_of(found)
    opened, settings = _reopened(file), stored_settings(found.call_settings)
    rows = int(file.params.get("rows") or 0) or counted(opened)
    whole = not (file.file and is_large(file.file.size, opened))
    allows = bool(file.params["allow_duplicates"])
    if not opened.is_usable:
        return DraftPreview(opened, settings, None, (), rows, whole, allows)
    speech = Speech.stored(found.account, _spoken(found))
    terms = terms_of(found.account, _day(found, file), file.params, spoken=speech.names)
    try:
        read = read_people(opened, terms, most=None if whole else ROWS_LOOKED_AT)
    except UnreadableFile as error:
        raise refusal_of(error) from error
    end_speechless(read.persons, speech)
    exclude(read.persons, Standards(found.account_id, found.pk, allows))
    missing = missing_variables(opened, speech, file.params)
    return DraftPreview(opened, settings, read, missing, rows, whole, allows)


@transaction.atomic
def read_draft(*, code: str, in_background: bool = False, by: UUID | None = None) -> MadeFromFile:
    """Read a draft's file: at once, or by a job if it is large. While one reads it, or after it, that.

    A campaign with somebody to call is ready then. Raises UnknownCampaign, CampaignMoveRefused, NoFile,
    ColumnsUnusable, NobodyHasVariables, UnreadableClientFile, LimitAfterMaximum.
    """
    found = _draft(code)
    go_alone(found)
    file = file_of(found)
    job = _live_job(file)
    if job is not None or file.finished_at is not None:
        return MadeFromFile(found, file, job, False)
    if waits_for_people(file):
        return MadeFromFile(found, file, enqueued(file, by), True)
    opened = _reopened(file)
    check_usable(opened)
    # Clock and scripts may have been chosen since the file came: the day of the upload is told on it (C8).
    file.params |= _day(found, file).as_params() | _spoken(found)
    check_speech(opened, Speech.stored(found.account, file.params), file.params)
    file.save(update_fields=["params"])
    remember_mapping(found.account, opened, file.mapping)
    if in_background or is_large(file.file.size if file.file else 0, opened):
        return MadeFromFile(found, file, enqueued(file, by), True)
    import_at_once(file, opened)
    return MadeFromFile(*fresh(found, file), None, True)


@transaction.atomic
def begin_draft(*, upload: Upload, now: datetime, key: str, by: UUID | None = None) -> Campaign:
    """Make a draft with its file beside it, unread; the same `key` within a day is the same draft.

    Raises what `create_campaign` and `attach_file` raise.
    """
    payer, fingerprint = payer_of(upload.account), fingerprint_of(upload, key)
    hold_upload(payer, fingerprint)
    before = made_before(payer, fingerprint, now, is_retry=bool(key))
    if before is not None:
        return before.campaign
    made = make_campaign(upload, now, by)
    attach_file(code=made.code, upload=upload, now=now, key=key, by=by)
    return made


@transaction.atomic
def add_file(
    *,
    code: str,
    upload: Upload,
    now: datetime,
    key: str = "",
    in_background: bool = False,
    by: UUID | None = None,
) -> MadeFromFile:
    """Put a file beside a draft and read it; the same upload within a day is what it came to (C10).

    Settings and scripts that were sent are the draft's from now on. Raises what `attach_file`,
    `change_campaign` and `read_draft` raise.
    """
    found = hold_campaign(code)
    before = made_before(found.account, fingerprint_of(upload, key, code), now, is_retry=bool(key))
    if before is not None and before.campaign_id == found.pk and (before.job or before.finished_at):
        return made_again(before, by)
    _check_draft(found)
    changes: CampaignFacts = {}
    if upload.call_settings is not None:
        changes["call_settings"] = upload.call_settings
    if upload.scripts:
        changes["scripts"] = upload.scripts
    change_campaign(code=code, changes=changes, now=now, by=by)
    attach_file(code=code, upload=upload, now=now, key=key, by=by)
    return read_draft(code=code, in_background=in_background, by=by)


def held_draft(code: str) -> Campaign:
    """Return a draft whose file nobody reads, locked. Raises what `attach_file` says of it."""
    found = hold_campaign(code)
    _check_draft(found)
    check_unread_by_jobs(found)
    return found


def file_of(found: Campaign) -> ClientFile:
    """Return the file of a campaign. Raises NoFile."""
    file = client_files().filter(campaign=found).first()
    if file is None:
        raise NoFile
    return file


def _draft(code: str) -> Campaign:
    found = queries.campaign(code=code)
    _check_draft(found)
    return found


def _check_draft(found: Campaign) -> None:
    if found.state != CampaignState.DRAFT:
        raise CampaignMoveRefused(NoLongerDraft.message, state=found.state)


def _asked(found: Campaign, upload: Upload) -> Upload:
    """Return an upload as a draft takes it. Raises BadCampaign where both disagree."""
    if upload.account != found.account.code:
        raise BadCampaign("account_id", _("The campaign belongs to another account."))
    if upload.use_case not in (None, found.use_case):
        raise BadCampaign("use_case", _("The campaign has another purpose."))
    return replace(upload, use_case=UseCase(found.use_case), call_settings=found.call_settings)


def _opened(upload: Upload, found: Campaign) -> OpenFile:
    try:
        return opened_upload(upload, found.account)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def _reopened(file: ClientFile) -> OpenFile:
    try:
        return reopened(file)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def _day(found: Campaign, file: ClientFile) -> Day:
    return Day.of(found.account, stored_settings(found.call_settings).timezone, file.created_at)


def _spoken(found: Campaign) -> dict[str, dict[str, int]]:
    """Return the versions that a campaign speaks by as an upload names them."""
    return {"scripts": {str(arm.version_id): arm.weight for arm in queries.arms_of(campaign=found)}}


def _check_agreeing(opened: OpenFile) -> None:
    """Raise ColumnsUnusable for what contradicts itself; what is missing may be chosen later."""
    if any(problem.is_blocking for problem in opened.problems):
        check_usable(opened)


def _live_job(file: ClientFile | None) -> Job | None:
    job = Job.objects.filter(pk=file.job).first() if file is not None and file.job else None
    return job if job is not None and job.is_live else None


def _drop(found: Campaign) -> None:
    """Forget the file that the draft had, and whatever a job that failed took from it."""
    forget_rows(found)
    ClientFile.objects.filter(campaign=found).delete()
