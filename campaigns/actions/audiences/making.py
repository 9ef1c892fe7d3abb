"""An audience becomes a draft: at once of few contacts, by a job of many; the road of files from there on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.actions.audiences.choosing import AudienceChoice, Chosen, NobodyChosen
from campaigns.actions.audiences.listing import FILENAME, MAPPING, row_of, written
from campaigns.actions.audiences.looking import Audience, audience
from campaigns.actions.creating import payer_of, settings_for
from campaigns.actions.importing import MadeFromFile, Upload, create_from_file
from campaigns.actions.importing.drafts import begin_draft
from campaigns.actions.importing.mapping import opened_upload
from campaigns.actions.importing.storing import enqueued, fingerprint_of, keep_client_file
from campaigns.actions.importing.terms import Day
from campaigns.actions.importing.uploads import hold_upload, made_again, made_before, make_campaign
from campaigns.models import Account, Campaign, ClientFile
from campaigns.rules import ProcessingType, UseCase


@dataclass(frozen=True, slots=True)
class AudienceAsked:
    """Whom to call, who pays (the account's code), what the campaign is called and what it is for."""

    chosen: AudienceChoice
    account: str
    name: str
    use_case: UseCase


@transaction.atomic
def draft_audience(*, asked: AudienceAsked, now: datetime, by: UUID | None = None) -> Campaign:
    """Make a draft with an audience beside it, unread: its pages show each row before anybody is called.

    Many contacts are looked at by a job. Raises UnknownAccount, NobodyChosen, and what `begin_draft` raises.
    """
    payer, found = _found(asked, now)
    if found.is_estimate:
        return _chosen_by_job(asked, payer, now=now, is_read=False, by=by).campaign
    made = begin_draft(upload=_upload(asked, found.people), now=now, key="", by=by)
    _tell(made, asked, found)
    return made


@transaction.atomic
def launchable_audience(*, asked: AudienceAsked, now: datetime, by: UUID | None = None) -> MadeFromFile:
    """Make a campaign of an audience, read and ready for the ordinary launch; of many contacts by a job.

    Raises UnknownAccount, NobodyChosen, and what `create_from_file` raises.
    """
    payer, found = _found(asked, now)
    if found.is_estimate:
        return _chosen_by_job(asked, payer, now=now, is_read=True, by=by)
    made = create_from_file(upload=_upload(asked, found.people), now=now, by=by)
    if made.is_new:
        _tell(made.campaign, asked, found)
    return made


def _found(asked: AudienceAsked, now: datetime) -> tuple[Account, Audience]:
    payer = payer_of(asked.account)
    # Of many contacts none among some may fit, and yet one: the job says so.
    found = audience(chosen=asked.chosen, account=payer, now=now)
    if not found.people and not found.is_estimate:
        raise NobodyChosen
    return payer, found


def _chosen_by_job(
    asked: AudienceAsked, payer: Account, *, now: datetime, is_read: bool, by: UUID | None
) -> MadeFromFile:
    """Make a draft with an empty list beside it, and the job that fills it; within a day the same again."""
    told = {"choice": asked.chosen.as_params(), "is_read": is_read}
    upload = _upload(asked, ())
    fingerprint = fingerprint_of(upload, key=_key(asked, told))
    hold_upload(payer, fingerprint)
    before = made_before(payer, fingerprint, now)
    if before:
        return made_again(before, by)
    settings = settings_for(None, payer, asked.use_case)
    campaign = make_campaign(upload, now, by)
    day = Day.of(payer, settings.timezone, now)
    file = keep_client_file(upload, opened_upload(upload, payer), campaign, fingerprint, day, by)
    ClientFile.objects.filter(pk=file.pk).update(params=file.params | {"audience": told})
    file.refresh_from_db(fields=["params"])
    return MadeFromFile(campaign, file, enqueued(file, by), True)


def _key(asked: AudienceAsked, told: dict[str, Any]) -> str:
    said = json.dumps([asked.account, asked.name, str(asked.use_case), told], sort_keys=True)
    return f"audience:{hashlib.sha256(said.encode()).hexdigest()}"


def _upload(asked: AudienceAsked, people: Sequence[Chosen]) -> Upload:
    return Upload(
        account=asked.account,
        content=written(map(row_of, people)),
        filename=FILENAME,
        name=asked.name,
        processing_type=ProcessingType.GENERIC,
        use_case=asked.use_case,
        mapping=MAPPING,
    )


def _tell(made: Campaign, asked: AudienceAsked, found: Audience) -> None:
    """Keep beside the list how it came about, as a job does."""
    left = {str(why): count for why, count in sorted(found.left_out.items())}
    counted = {"contacts": found.contacts, "considered": found.considered, "chosen": len(found.people)}
    told = {"choice": asked.chosen.as_params(), "found": {**counted, "left_out": left, "is_cut": False}}
    for file in ClientFile.objects.filter(campaign=made):
        file.params |= {"audience": told}
        file.save(update_fields=["params"])
