"""A campaign is changed while it may be, or deleted while it is a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.arms import choose_versions
from campaigns.actions.creating import CampaignFacts, check_schedule, checked, settings_for
from campaigns.actions.emptying import forget_rows
from campaigns.actions.releasing import release_capped, release_cheaper, release_unsuited
from campaigns.actions.running import CampaignMoveRefused, hold_campaign, wake
from campaigns.legality import frame_named, stored_settings
from campaigns.models import Campaign, ClientFile
from campaigns.rules import CAMPAIGN_ENDS, CampaignState, UseCase
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.records.actions import note


@transaction.atomic
def change_campaign(*, code: str, changes: CampaignFacts, now: datetime, by: UUID | None = None) -> Campaign:
    """Change what is named; settings only while the campaign does not call, scripts until it first has.

    Another cap, other hours and shorter calls release who waited for them. Raises UnknownCampaign,
    CampaignMoveRefused, BadCampaign, BadCallSettings, NoLegalHours, and what `choose_versions` raises.
    """
    found = hold_campaign(code)
    if found.state in CAMPAIGN_ENDS:
        raise CampaignMoveRefused(_("The campaign has ended."), state=found.state)
    if found.state == CampaignState.RUNNING and "call_settings" in changes:
        raise CampaignMoveRefused(_("Pause the campaign to change its settings."), state=found.state)
    wanted = checked(changes)
    check_schedule(wanted.get("starts_at", found.starts_at), wanted.get("ends_at", found.ends_at))
    wanted |= _settings(found, changes)
    changed = {name: value for name, value in wanted.items() if getattr(found, name) != value}
    if "scripts" in changes:
        _choose(found, changes["scripts"], by)
    if changed:
        Campaign.objects.filter(pk=found.pk).update(**changed)
        note(verb="changed", of="campaign", id=found.pk, by=by, change=_told(changed))
        if "spend_cap" in changed:
            release_capped(found, now=now)
        if "call_settings" in changed:
            _release_by(changed["call_settings"], before=found, now=now)
        if found.state == CampaignState.RUNNING:
            wake(found)
    return hold_campaign(code)


@transaction.atomic
def delete_campaign(*, code: str, by: UUID | None = None) -> None:
    """Delete a draft with everything that its file brought; a job that still reads it is cancelled.

    Raises UnknownCampaign, CampaignMoveRefused for anything but a draft: that is archived.
    """
    found = hold_campaign(code)
    if found.state != CampaignState.DRAFT:
        raise CampaignMoveRefused(_("Only drafts are deleted; archive the campaign."), state=found.state)
    _stop_reading(found)
    forget_rows(found)
    ClientFile.objects.filter(campaign=found).delete()
    note(verb="deleted", of="campaign", id=found.pk, by=by, change={"batch_id": found.code})
    found.delete()


def _choose(found: Campaign, weights: Mapping[int, int], by: UUID | None) -> None:
    """Choose other versions; naming the ones it has is nothing new, even once they are fixed (V9)."""
    if {arm.version_id: arm.weight for arm in queries.arms_of(campaign=found)} != dict(weights):
        choose_versions(campaign=found.code, weights=weights, by=by)


def _settings(found: Campaign, changes: CampaignFacts) -> dict[str, Any]:
    if "call_settings" not in changes:
        return {}
    settings = settings_for(changes["call_settings"], found.account, UseCase(found.use_case))
    return {"call_settings": settings.as_json(), "frame": frame_named(settings.legal_frame).label}


def _release_by(settings: Mapping[str, Any], *, before: Campaign, now: datetime) -> None:
    """Release whom other hours, or calls that hold back less, let be called (C14, C23)."""
    release_unsuited(before, now=now)
    was, longest = (stored_settings(one).max_call_seconds for one in (before.call_settings, settings))
    if longest < was:
        release_cheaper(before, now=now)


def _stop_reading(found: Campaign) -> None:
    file = getattr(found, "file", None)
    job = Job.objects.filter(pk=file.job).first() if file is not None and file.job else None
    if job is not None and job.is_live:
        jobs.cancel(job_id=job.pk)


def _told(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the log keeps: that a text changed, but not to what."""
    texts = {"name", "description"}
    return {name: None if name in texts else _plain(value) for name, value in changed.items()}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | list | dict) else str(value)
