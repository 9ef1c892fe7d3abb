"""What came of a person's calls over there, in our states: what ended is final, nobody is called."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from campaigns.actions.first_system.persons import Somebody
from campaigns.dispatch.wishes import Wish
from campaigns.imports.first_system import CallRecord, PersonRecord
from campaigns.models import CallAttempt, Entry
from campaigns.rules import (
    CAMPAIGN_ENDS,
    HELD,
    AttemptState,
    EntryReason,
    EntryState,
    Outcome,
    SuppressionKind,
)

SPACE = UUID("3f5d7f0e-50a9-4d5c-9d0f-2f1f8f7f6a10")
MACHINES = frozenset({"voicemail_reached", "machine_detected", "ivr_reached"})
_REASONS = {
    EntryState.SUCCEEDED: EntryReason.GOAL_MET,
    EntryState.FAILED: EntryReason.FIRST_SYSTEM,
    EntryState.EXHAUSTED: EntryReason.MAX_ATTEMPTS,
    EntryState.CANCELLED: EntryReason.CAMPAIGN_CANCELLED,
    EntryState.SUPPRESSED: EntryReason.DO_NOT_CALL,
    EntryState.ON_HOLD: EntryReason.FIRST_SYSTEM,
    EntryState.NEEDS_REVIEW: EntryReason.UNCONFIRMED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands by a document, since when, and the call that it came from."""

    state: EntryState
    at: datetime
    call: CallRecord | None = None
    outcome: str = ""
    attempt: CallAttempt | None = None
    wishes: tuple[Wish, ...] = field(default_factory=tuple)

    @property
    def reason(self) -> EntryReason:
        """Why it stands there."""
        return _REASONS[self.state]


def standing_of(record: PersonRecord, person: Somebody, *, system: str, charged: Decimal) -> Standing:
    """Return where a person stands; `charged` is what earlier calls of the entry have cost already."""
    call = record.call
    state = _state(record, is_over=person.campaign.state in CAMPAIGN_ENDS)
    if call is None:
        return Standing(state, timezone.now())
    attempt = _attempt(call, person, system, charged)
    return Standing(
        state,
        call.ended_at or timezone.now(),
        call,
        str(_outcome(call)) if attempt else "",
        attempt,
        _wishes(person) if state is EntryState.SUPPRESSED else (),
    )


def _state(record: PersonRecord, *, is_over: bool) -> EntryState:
    call = record.call
    state = (call.state if call else None) or EntryState.ON_HOLD
    if state in HELD and is_over:
        return EntryState.CANCELLED
    if call and state is EntryState.FAILED and call.max_attempts and call.attempts >= call.max_attempts:
        return EntryState.EXHAUSTED
    return state


def _outcome(call: CallRecord) -> Outcome:
    if call.reason in MACHINES:
        return Outcome.MACHINE
    if call.state is EntryState.SUPPRESSED:
        return Outcome.DO_NOT_CALL
    return Outcome.CONVERSED if call.is_reached else Outcome.NOT_REACHED


def _attempt(call: CallRecord, person: Somebody, system: str, charged: Decimal) -> CallAttempt | None:
    """Return the last call, None when none has ended; limits on contacts must see it (C13)."""
    if call.ended_at is None or not call.attempts or not person.phones:
        return None
    account, ended_at = person.campaign.account, call.ended_at
    started_at = call.started_at or ended_at - timedelta(seconds=float(call.seconds))
    is_contact = call.is_reached or (call.seconds > 0 and call.reason not in MACHINES)
    return CallAttempt(
        id=uuid5(SPACE, f"{system} {person.campaign.code} {call.job_id} {call.attempts}"),
        campaign=person.campaign,
        account=account,
        number=min(call.attempts, 32_767),
        person_key=person.key,
        to_number=person.phones[0]["number"],
        state=AttemptState.CLOSED,
        on=started_at.astimezone(ZoneInfo(account.timezone)).date(),
        lease_until=ended_at,
        max_call_seconds=max(60, int(call.seconds)),
        reserved=Decimal(0),
        call_id=call.call_id,
        claimed_at=started_at,
        sent_at=started_at,
        accepted_at=started_at,
        started_at=started_at,
        ended_at=ended_at,
        closed_at=ended_at,
        outcome=_outcome(call),
        disconnection_reason=call.reason,
        is_goal_met=call.state is EntryState.SUCCEEDED,
        is_counted=True,
        is_contact=is_contact,
        duration_ms=max(0, int(call.seconds * 1000)),
        charge=max(call.cost - charged, Decimal(0)),
    )


def _wishes(person: Somebody) -> tuple[Wish, ...]:
    values = {SuppressionKind.NUMBER: [one["number"] for one in person.phones]}
    values[SuppressionKind.DOCUMENT] = [person.key] if person.document else []
    return tuple(Wish(kind, value) for kind, found in values.items() for value in found)


def is_open(entry: Entry) -> bool:
    """Say whether a document may still change where an entry stands: nobody moved it on here."""
    return entry.reason == EntryReason.CAMPAIGN_CANCELLED or (
        entry.state in HELD and entry.reason in (EntryReason.FIRST_SYSTEM, EntryReason.UNCONFIRMED)
    )
