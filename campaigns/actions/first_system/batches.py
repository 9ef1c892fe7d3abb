"""Batches of the first calling system become campaigns: ended ones as they ended, live ones not launched."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from campaigns.actions.first_system.past import History
from campaigns.dispatch.moving import Move, hold, move
from campaigns.imports.first_system import BATCH_FIELDS, BatchRecord, PastReason, read_batch
from campaigns.legality import (
    BadCallSettings,
    CallSettings,
    frame_named,
    read_call_settings,
)
from campaigns.models import Account, Campaign, Entry, Tally
from campaigns.rules import (
    CAMPAIGN_ENDS,
    CODE_PATTERN,
    HELD,
    CampaignState,
    EntryReason,
    EntryState,
)
from personas.actions.first_system.documents import Read
from tenants.records.actions import note
from tenants.records.rules import Fate, Taken


class Batches(History[BatchRecord]):
    """Campaigns; what is here already keeps its state, but for one that ended over there."""

    name = "batches"
    found_as = ("batches",)
    fields: Mapping[str, str] = BATCH_FIELDS
    chunk = 100

    def read(self, fields: Mapping[str, object]) -> BatchRecord:
        """Return the campaign of a document."""
        return read_batch(fields)

    def decide(self, read: Sequence[Read[BatchRecord]]) -> list[Taken]:
        """Make each campaign, or end one that ended meanwhile."""
        codes = [one.record.code for one in read]
        there = {one.code: one for one in Campaign.objects.filter(code__in=codes)} | self.past.campaigns
        payers = Account.objects.filter(code__in=[one.record.account for one in read])
        accounts = {one.code: one for one in payers} | self.past.accounts
        return [self._take(one, there.get(one.record.code), accounts.get(one.record.account)) for one in read]

    def _take(self, one: Read[BatchRecord], there: Campaign | None, account: Account | None) -> Taken:
        if not re.fullmatch(CODE_PATTERN, one.record.code):
            return one.settled(Fate.ERROR, reason=str(PastReason.CODE_MISSING))
        if account is None:
            return one.settled(Fate.ERROR, reason=str(PastReason.ACCOUNT_MISSING), detail=one.record.account)
        if there is None and one.target is not None:
            return one.settled(Fate.SKIPPED, reason=str(PastReason.DELETED_HERE))
        if there is not None and there.pk != one.target:
            return one.settled(Fate.ERROR, reason=str(PastReason.EXISTS_HERE), detail=one.record.code)
        return self._make(one, account) if there is None else self._end(one, there)

    def _make(self, one: Read[BatchRecord], account: Account) -> Taken:
        record = one.record
        settings, notes = _settings(record, account)
        made = Campaign(
            code=record.code,
            account=account,
            name=record.name,
            description=record.description,
            use_case=record.use_case,
            state=record.state,
            priority=record.priority,
            call_settings=settings.as_json(),
            frame=frame_named(settings.legal_frame).label,
            started_at=record.started_at,
            created_by=self.session.by,
            **_ending(record),
        )
        if self.session.dry_run:
            self.past.campaigns[record.code] = made
            return one.settled(Fate.CREATED, notes=(*record.issues, *notes))
        made.save(force_insert=True)
        if record.created_at:
            Campaign.objects.filter(pk=made.pk).update(created_at=record.created_at)
        Tally.objects.create(campaign=made)
        note(verb="created", of="campaign", id=made.pk, by=self.session.by, change={"batch_id": made.code})
        return one.settled(Fate.CREATED, target=str(made.pk), notes=(*record.issues, *notes))

    def _end(self, one: Read[BatchRecord], there: Campaign) -> Taken:
        """End a campaign that waits here and ended there; one that was launched here goes its own way."""
        record = one.record
        if record.state not in CAMPAIGN_ENDS or self.session.dry_run:
            return one.settled(Fate.UPDATED, target=str(there.pk or ""))
        waits = Campaign.objects.filter(pk=there.pk, state=CampaignState.READY)
        if waits.update(state=record.state, **_ending(record)):
            _let_go(there)
            return one.settled(Fate.UPDATED, target=str(there.pk))
        notes = () if there.state == record.state else (str(PastReason.DECIDED_HERE),)
        return one.settled(Fate.UPDATED, target=str(there.pk), notes=notes)


def _let_go(campaign: Campaign) -> None:
    """End who still waits in a campaign that is over; its jobs say later what came of them."""
    hold([campaign.pk])
    waiting = Entry.objects.filter(campaign=campaign, state__in=HELD).values_list("pk", "state")
    steps = [
        Move(entry, EntryState(state), EntryState.CANCELLED, EntryReason.CAMPAIGN_CANCELLED)
        for entry, state in waiting
    ]
    move(steps, now=timezone.now())


def _ending(record: BatchRecord) -> dict[str, Any]:
    ended_at: datetime | None = None
    if record.state in CAMPAIGN_ENDS:
        ended_at = record.ended_at or record.started_at or record.created_at or timezone.now()
    return {"completed_at": ended_at, "cancellation_reason": record.cancellation_reason}


def _settings(record: BatchRecord, account: Account) -> tuple[CallSettings, tuple[str, ...]]:
    """Return a campaign's settings; those that cannot be kept give way to the usual ones, with a note."""
    usual: Mapping[str, Any] = {
        "country": account.country,
        "use_case": record.use_case,
        "timezone": account.timezone,
        "account": account.call_settings,
    }
    try:
        return read_call_settings(record.call_settings, **usual), ()
    except BadCallSettings:
        return read_call_settings(None, **usual), (str(PastReason.SETTINGS_DROPPED),)
