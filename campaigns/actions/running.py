"""A campaign begins to call, stops for a while, is put away: one step each, or the reason why not."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.creating import check_schedule
from campaigns.actions.moments import moment_of, set_to_clock
from campaigns.actions.obstacles import obstacles, payer_obstacles
from campaigns.dispatch.moving import complete_done, hold
from campaigns.dispatch.waking import keep_watch
from campaigns.models import Campaign
from campaigns.queries import UnknownCampaign
from campaigns.rules import UNLAUNCHED, CampaignState
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class CampaignMoveRefused(Refused):
    """The campaign is not where this can be done; `state` says where it is."""

    code = "campaign_state"
    message = _("The campaign is not in a state that allows this.")


class NotLaunchable(Refused):
    """Something that a launch needs is missing; `reasons` name each."""

    code = "campaign_not_launchable"
    kind = RefusalKind.CONFLICT
    message = _("The campaign cannot be launched yet.")


@transaction.atomic
def launch(
    *,
    code: str,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: UUID | None = None,
) -> Campaign:
    """Let a ready campaign call, from `starts_at` to `ends_at` if they are given. Twice is once.

    One that could call nobody is refused, with every reason. Raises UnknownCampaign, NotLaunchable,
    CampaignMoveRefused, BadCampaign.
    """
    found = hold_campaign(code)
    if found.state == CampaignState.RUNNING:
        return found
    if found.state not in UNLAUNCHED:
        raise CampaignMoveRefused(_said(found), state=found.state)
    schedule = {"starts_at": starts_at, "ends_at": ends_at}
    named = {name: moment for name, moment in schedule.items() if moment}
    check_schedule(named.get("starts_at", found.starts_at), named.get("ends_at", found.ends_at))
    _check(found, obstacles(found, now=now, **named))
    moment = moment_of(found, now)
    step(found, (CampaignState.READY,), CampaignState.RUNNING, started_at=moment, **named)
    set_to_clock(found, moment=moment, now=now)
    note(verb="launch", of="campaign", id=found.pk, by=by, change={"entries": found.tally.entries})
    wake(found)
    complete_done([found.pk], now=moment)
    return hold_campaign(code)


@transaction.atomic
def pause(*, code: str, now: datetime, by: UUID | None = None) -> Campaign:
    """Let no new call begin; live ones finish. Twice is once, with the first time.

    Raises UnknownCampaign, CampaignMoveRefused.
    """
    found = hold_campaign(code)
    if found.state != CampaignState.PAUSED:
        step(found, (CampaignState.RUNNING,), CampaignState.PAUSED, paused_at=moment_of(found, now))
        note(verb="pause", of="campaign", id=found.pk, by=by)
    return hold_campaign(code)


@transaction.atomic
def resume(*, code: str, now: datetime, by: UUID | None = None) -> Campaign:
    """Let a paused campaign call again. Twice is once.

    Raises UnknownCampaign, NotLaunchable for an account that may not call, CampaignMoveRefused.
    """
    found = hold_campaign(code)
    if found.state != CampaignState.RUNNING:
        if found.state == CampaignState.PAUSED:
            _check(found, dict(payer_obstacles(found.account)))
        step(found, (CampaignState.PAUSED,), CampaignState.RUNNING, paused_at=None)
        note(verb="resume", of="campaign", id=found.pk, by=by)
        wake(found)
        complete_done([found.pk], now=moment_of(found, now))
    return hold_campaign(code)


@transaction.atomic
def archive(*, code: str, by: UUID | None = None) -> Campaign:
    """Put an ended campaign away: no list or sum shows it. Twice is once.

    Raises UnknownCampaign, CampaignMoveRefused.
    """
    found = hold_campaign(code)
    if found.state != CampaignState.ARCHIVED:
        ends = (CampaignState.COMPLETED, CampaignState.CANCELLED)
        step(found, ends, CampaignState.ARCHIVED)
        note(verb="archive", of="campaign", id=found.pk, by=by)
    return hold_campaign(code)


def hold_campaign(code: str) -> Campaign:
    """Return a campaign with account and counters, locked by its tally. Three queries.

    Raises UnknownCampaign.
    """
    number = Campaign.objects.filter(code=code).values_list("pk", flat=True).first()
    if number is None:
        raise UnknownCampaign(batch_id=code)
    hold([number])
    return queries.campaign(code=code)


def step(found: Campaign, allowed: Collection[CampaignState], to: CampaignState, **values: Any) -> None:
    """Move a campaign from one of the allowed states. Raises CampaignMoveRefused (J2)."""
    standing = Campaign.objects.filter(pk=found.pk, state__in=allowed)
    if not standing.update(state=to, **values):
        raise CampaignMoveRefused(_said(found), state=found.state)
    # Who polls by version sees that something changed.
    type(found.tally).objects.filter(pk=found.pk).update(version=F("version") + 1)


def _check(found: Campaign, against: Mapping[str, str]) -> None:
    """Raise NotLaunchable with every reason, if there is one."""
    if against:
        raise NotLaunchable(" ".join(against.values()), reasons=list(against), state=found.state)


def wake(found: Campaign) -> None:
    """Let the dispatcher of the campaign's provider look at once."""
    if found.account.provider_id is not None:
        keep_watch(found.account.provider_id)


def _said(found: Campaign) -> str:
    return str(_("The campaign is %(state)s.") % {"state": found.get_state_display()})
