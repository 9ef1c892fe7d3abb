"""A draft gets its file: put beside it, understood, read; and taken out again before it calls."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.actions.changing import change_campaign
from campaigns.actions.creating import BadCampaign, CampaignFacts, payer_of
from campaigns.actions.emptying import forget_rows
from campaigns.actions.importing.draft_files import (
    check_draft,
    day_of,
    draft_of,
    file_of,
    held_draft,
    opened_again,
    spoken_by,
)
from campaigns.actions.importing.mapping import opened_upload, remember_mapping
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import Speech
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
    MadeFromFile,
    check_speech,
    hold_upload,
    made_again,
    made_before,
    make_campaign,
)
from campaigns.actions.importing.work import import_at_once
from campaigns.actions.importing.writing import go_alone
from campaigns.actions.running import CampaignMoveRefused, hold_campaign
from campaigns.imports import ClientFile as OpenFile
from campaigns.legality import stored_settings
from campaigns.models import Campaign, ClientFile
from campaigns.rules import UseCase
from tenants.intake.tables import UnreadableFile
from tenants.jobs.models import Job
from tenants.records.actions import note


class Reading(TypedDict, total=False):
    """How a file is to be read; what is not named stays. `mapping` is {column: heading}, "" for unread."""

    mapping: Mapping[str, str]
    dias_fecha_limite: int | None
    dias_fecha_maxima: int | None
    allow_duplicates: bool


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
    _check_agreeing(opened_again(file))
    file.save(update_fields=["params", "mapping"])
    note(verb="change_reading", of="campaign", id=found.pk, by=by, change=asked)
    return file


@transaction.atomic
def read_draft(*, code: str, in_background: bool = False, by: UUID | None = None) -> MadeFromFile:
    """Read a draft's file: at once, or by a job if it is large. While one reads it, or after it, that.

    A campaign with somebody to call is ready then. Raises UnknownCampaign, CampaignMoveRefused, NoFile,
    ColumnsUnusable, NobodyHasVariables, UnreadableClientFile, LimitAfterMaximum.
    """
    found = draft_of(code)
    go_alone(found)
    file = file_of(found)
    job = _live_job(file)
    if job is not None or file.finished_at is not None:
        return MadeFromFile(found, file, job, False)
    if waits_for_people(file):
        return MadeFromFile(found, file, enqueued(file, by), True)
    opened = opened_again(file)
    check_usable(opened)
    # Clock and scripts may have been chosen since the file came: the day of the upload is told on it (C8).
    file.params |= day_of(found, file).as_params() | spoken_by(found)
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
    check_draft(found)
    changes: CampaignFacts = {}
    if upload.call_settings is not None:
        changes["call_settings"] = upload.call_settings
    if upload.scripts:
        changes["scripts"] = upload.scripts
    change_campaign(code=code, changes=changes, now=now, by=by)
    attach_file(code=code, upload=upload, now=now, key=key, by=by)
    return read_draft(code=code, in_background=in_background, by=by)


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
