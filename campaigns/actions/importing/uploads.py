"""A client's file comes in: looked at without a trace, or made a campaign, the same upload once (C1, C10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from campaigns.actions.arms import NobodyHasVariables, speakable
from campaigns.actions.creating import CampaignFacts, create_campaign, payer_of, settings_for
from campaigns.actions.importing.excluding import Standards, exclude
from campaigns.actions.importing.mapping import opened_upload, remember_mapping
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import (
    MissingVariable,
    Speech,
    end_speechless,
    missing_variables,
)
from campaigns.actions.importing.storing import (
    check_usable,
    enqueued,
    fingerprint_of,
    fresh,
    is_large,
    keep_client_file,
)
from campaigns.actions.importing.terms import Day, Upload, terms_of
from campaigns.actions.importing.work import import_at_once
from campaigns.imports import ClientFile as OpenFile
from campaigns.imports import ReadFile, read_people
from campaigns.legality import CallSettings
from campaigns.models import Account, Campaign, ClientFile, ScriptVersion
from campaigns.rules import IDEMPOTENT_FOR, CampaignState
from tenants.intake.content import Content
from tenants.intake.tables import UnreadableFile
from tenants.jobs.models import Job
from tenants.records.models import AuditEntry

# Two uploads of the same at the same moment: the second finds the first. The schema is in the key.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('campaigns.upload.' || current_schema() || %s, 0))"


@dataclass(frozen=True, slots=True)
class ClientPreview:
    """A file as it would be read: its columns, its rows and how each would end; nothing is stored.

    `read` is None while columns are missing; `missing` names what the scripts need and no column gives.
    """

    opened: OpenFile
    settings: CallSettings
    read: ReadFile | None
    missing: Sequence[MissingVariable] = ()


@dataclass(frozen=True, slots=True)
class MadeFromFile:
    """The campaign of a file; counts once its rows are written, the job while one writes them.

    `is_new` is False for an upload that was made a campaign before.
    """

    campaign: Campaign
    file: ClientFile
    job: Job | None
    is_new: bool


def preview_client_file(*, upload: Upload, now: datetime) -> ClientPreview:
    """Return how a file would be read, and how each of its rows would end; counts as at creation (C10).

    Raises UnknownAccount, BadCallSettings, NoLegalHours, UnreadableClientFile, UploadTooLarge,
    BadDynamicDays, LimitAfterMaximum, VersionNotSpeakable.
    """
    payer, settings, opened = _opened(upload)
    speech = Speech.of(payer, _versions(payer, upload, is_locked=False))
    params = upload.params()
    terms = terms_of(payer, Day.of(payer, settings.timezone, now), params, spoken=speech.names)
    if not opened.is_usable:
        return ClientPreview(opened, settings, None)
    try:
        read = read_people(opened, terms)
    except UnreadableFile as error:
        raise refusal_of(error) from error
    end_speechless(read.persons, speech)
    exclude(read.persons, Standards(payer.pk, None, upload.allow_duplicates))
    return ClientPreview(opened, settings, read, missing_variables(opened, speech, params))


@transaction.atomic
def create_from_file(
    *,
    upload: Upload,
    now: datetime,
    key: str = "",
    in_background: bool = False,
    by: UUID | None = None,
) -> MadeFromFile:
    """Make a campaign of a file; a large one is read by a job, and the campaign is a draft until then.

    The same upload within a day is the campaign that it made, by `key` if the client sent one, else by its
    content; one whose job failed goes on where it ended. Raises what `preview_client_file` raises, and
    ColumnsUnusable, NobodyHasVariables for scripts that speak of what no column gives.
    """
    payer, settings, opened = _opened(upload)
    day = Day.of(payer, settings.timezone, now)
    terms_of(payer, day, upload.params())
    fingerprint = fingerprint_of(upload, key)
    hold_upload(payer, fingerprint)
    before = made_before(payer, fingerprint, now, is_retry=bool(key))
    if before:
        return made_again(before, by)
    check_usable(opened)
    check_speech(opened, Speech.of(payer, _versions(payer, upload)), upload.params())
    by_job = in_background or is_large(Content.of(upload.content).size, opened)
    campaign = make_campaign(upload, now, by)
    file = keep_client_file(upload, opened, campaign, fingerprint, day, by)
    remember_mapping(payer, opened, upload.mapping)
    if by_job:
        return MadeFromFile(campaign, file, enqueued(file, by), True)
    import_at_once(file, opened)
    return MadeFromFile(*fresh(campaign, file), None, True)


def _opened(upload: Upload) -> tuple[Account, CallSettings, OpenFile]:
    payer = payer_of(upload.account)
    settings = settings_for(upload.call_settings, payer, upload.purpose)
    try:
        return payer, settings, opened_upload(upload, payer)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def _versions(payer: Account, upload: Upload, *, is_locked: bool = True) -> list[ScriptVersion]:
    """Return the versions that were chosen. Raises VersionNotSpeakable."""
    if not upload.scripts:
        return []
    return speakable(
        country=payer.country, use_case=upload.purpose, weights=upload.scripts, is_locked=is_locked
    )


def check_speech(opened: OpenFile, speech: Speech, params: Mapping[str, Any]) -> None:
    """Raise NobodyHasVariables for scripts that speak of what no column gives."""
    missing = missing_variables(opened, speech, params)
    if missing:
        names = [one.name for one in missing]
        words = _("The file has no column for what the script needs: %(names)s.")
        told = [one._asdict() for one in missing]
        raise NobodyHasVariables(words % {"names": ", ".join(names)}, names=names, missing=told)


def hold_upload(payer: Account, fingerprint: str) -> None:
    """Let the same upload wait until this one's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [f"{payer.pk}.{fingerprint}"])


def made_before(
    payer: Account, fingerprint: str, now: datetime, *, is_retry: bool = False
) -> ClientFile | None:
    """Return the file of the same upload within a day, with its campaign and account. One query.

    One whose campaign was cancelled is none: who sends it again wants calls, but for a retry under the
    client's own key, which is answered as it was.
    """
    same = ClientFile.objects.filter(account=payer, fingerprint=fingerprint)
    if not is_retry:
        same = same.exclude(Q(campaign__state=CampaignState.CANCELLED) | Q(_was_cancelled()))
    recent = same.filter(created_at__gt=now - IDEMPOTENT_FOR).order_by("-created_at")
    return recent.select_related("campaign__account").first()


def _was_cancelled() -> Exists:
    """Return whether a file's campaign was cancelled: its history says so of an archived one, too."""
    number = Cast(OuterRef("campaign"), CharField())
    return Exists(AuditEntry.objects.filter(object_type="campaign", object_id=number, verb="cancel"))


def made_again(before: ClientFile, by: UUID | None) -> MadeFromFile:
    """Return what an upload made before; a job that failed goes on where it ended."""
    job = Job.objects.filter(pk=before.job).first() if before.job else None
    is_draft = before.campaign.state == CampaignState.DRAFT
    if before.error and before.finished_at is None and before.file_id and is_draft:
        job = enqueued(before, by)
    is_live = job is not None and job.is_live
    return MadeFromFile(before.campaign, before, job if is_live else None, False)


def make_campaign(upload: Upload, now: datetime, by: UUID | None) -> Campaign:
    """Make the campaign that an upload asks for, without people."""
    facts: CampaignFacts = {
        "name": upload.name or upload.filename,
        "description": upload.description,
        "priority": upload.priority,
        "call_settings": upload.call_settings,
        "scripts": upload.scripts,
    }
    return create_campaign(
        account=upload.account,
        facts=facts,
        now=now,
        use_case=upload.purpose,
        processing_type=upload.processing_type,
        by=by,
    )
