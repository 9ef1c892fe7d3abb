"""How is a call's end settled? Money, counters, the entry's next step, once and together (C21–C23)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from campaigns.dispatch import money
from campaigns.dispatch.bad_numbers import flag_number
from campaigns.dispatch.faults import after_fault, after_health
from campaigns.dispatch.following import SPOKEN, Ended, Following, follow
from campaigns.dispatch.moving import Figures, Move, add_figures, complete_done, move
from campaigns.dispatch.promises import Promise, callback_of, promise_of
from campaigns.dispatch.requests import Prepared, currency_of
from campaigns.dispatch.wishes import suppress_caller
from campaigns.legality import next_allowed, zones_of_key
from campaigns.models import Account, CallAttempt, Entry, Provider
from campaigns.providers import CallReport
from campaigns.rules import (
    AT_WORK,
    CAMPAIGN_ENDS,
    ERASED_KEY,
    AttemptState,
    EntryReason,
    EntryState,
    Outcome,
)
from tenants.jobs.runner.crash import crash_point


@dataclass(frozen=True, slots=True)
class Closing:
    """A call that is over, with everything that its end moves; all of it is locked."""

    provider: Provider
    account: Account
    entry: Entry
    attempt: CallAttempt
    report: CallReport
    outcome: Outcome
    is_late: bool = False  # it was closed as not made

    @property
    def ended_at(self) -> datetime:
        """When it ended."""
        assert self.attempt.ended_at is not None  # noqa: S101 - filled in before a call is closed
        return self.attempt.ended_at

    @property
    def is_first(self) -> bool:
        """Say whether no other call of this entry counts yet, as none given up or open does. One query."""
        others = CallAttempt.objects.filter(entry=self.entry, state=AttemptState.CLOSED)
        others = others.exclude(pk=self.attempt.pk)
        return not others.exclude(accepted_at=None).exclude(outcome=Outcome.UNSENT).exists()


def close(closing: Closing, *, now: datetime) -> None:
    """Settle a call's end."""
    prepared = Prepared.of(closing.attempt.pk)
    following = follow(_ended(closing), prepared.settings)
    _keep(closing, following, prepared, now)
    step = _step(closing, following, prepared, now)
    if step:
        move([step], now=now)
    complete_done([closing.attempt.campaign_id], now=now)
    after_fault(closing.provider, closing.attempt, closing.outcome, now=now)
    after_health(closing.provider, closing.attempt, closing.outcome, now=now)
    crash_point("settled")


def close_late(closing: Closing, *, now: datetime) -> None:
    """Settle the end of a call that was closed as not made: its wish, its contact, its price, once.

    A person decides about the entry, or has decided; its reserve was given back. Old faults hold nobody up.
    """
    prepared = Prepared.of(closing.attempt.pk)
    _keep(closing, follow(_ended(closing), prepared.settings), prepared, now)


def _keep(closing: Closing, following: Following, prepared: Prepared, now: datetime) -> None:
    """Write down what a call came to, wherever its entry goes."""
    if not closing.entry.person_key.startswith(ERASED_KEY):
        if closing.outcome is Outcome.DO_NOT_CALL:
            suppress_caller(closing.attempt, closing.entry)
        flag_number(closing.attempt, following, now=now)
    charge = _settle(closing, following)
    _close_attempt(closing, following, charge, now)
    first, promise = closing.is_first, _promise(closing, prepared)
    figures = _figures(closing, following, charge, first=first, promise=promise)
    _keep_on_entry(closing, following, charge, promise)
    add_figures({closing.attempt.campaign_id: figures})


def _ended(closing: Closing) -> Ended:
    analysis = closing.report.analysis
    return Ended(
        outcome=closing.outcome,
        is_goal_met=analysis.successful if analysis else None,
        has_analysis=analysis is not None,
        talked=bool(closing.attempt.duration_ms),
        attempts=closing.entry.attempts,
        faults=closing.entry.faults,
        has_next_number=any(_serves(closing, phone) for phone in closing.entry.phones),
    )


def _serves(closing: Closing, phone: dict[str, object]) -> bool:
    return not phone.get("retired") and phone["number"] != closing.attempt.to_number


def _settle(closing: Closing, following: Following) -> Decimal:
    attempt = closing.attempt
    charge = money.charge_of(
        closing.account,
        duration_ms=attempt.duration_ms,
        is_counted=following.is_counted,
        reserved=attempt.reserved,
    )
    if closing.is_late:
        return money.settle_late(closing.account, on=attempt.on, attempt=attempt.pk, charge=charge)
    money.settle(
        closing.account,
        on=attempt.on,
        attempt=attempt.pk,
        reserved=attempt.reserved,
        charge=charge,
        was_made=True,
    )
    return charge


def _close_attempt(closing: Closing, following: Following, charge: Decimal, now: datetime) -> None:
    attempt, analysis = closing.attempt, closing.report.analysis
    attempt.state, attempt.closed_at, attempt.ask_at = AttemptState.CLOSED, attempt.closed_at or now, None
    attempt.outcome, attempt.charge = closing.outcome, charge
    attempt.is_goal_met = analysis.successful if analysis else None
    attempt.is_counted, attempt.is_contact = following.is_counted, following.is_contact
    attempt.save()


def _promise(closing: Closing, prepared: Prepared) -> Promise | None:
    analysis = closing.report.analysis
    if analysis is None or closing.outcome not in SPOKEN:
        return None
    currency = currency_of(prepared.attempt.entry, country=closing.account.country)
    return promise_of(analysis.custom, currency=currency)


def _figures(
    closing: Closing, following: Following, charge: Decimal, *, first: bool, promise: Promise | None
) -> Figures:
    entry = closing.entry
    return Figures(
        calls=1,
        dialled=int(first),
        reached=int(following.is_contact and not entry.is_reached),
        promised=int(promise is not None and entry.promise_on is None),
        charged=charge,
        reserved=money.NOTHING if closing.is_late else -closing.attempt.reserved,
        talk_ms=closing.attempt.duration_ms,
    )


def _keep_on_entry(closing: Closing, following: Following, charge: Decimal, promise: Promise | None) -> None:
    entry, called = closing.entry, closing.attempt.to_number
    entry.attempts += int(following.is_counted)
    entry.charged += charge
    if not closing.is_late:
        # Later calls may have said more by now.
        entry.faults = entry.faults + 1 if following.is_fault else 0
        entry.outcome = closing.outcome
    entry.talk_ms += closing.attempt.duration_ms
    entry.is_reached = entry.is_reached or following.is_contact
    # A newer call's promise is not an older one's to change.
    if promise and not (closing.is_late and entry.promise_on):
        entry.promise_on, entry.promise_amount = promise.on, promise.amount
    if following.retires_number:
        entry.phones = [_retired(phone, called) for phone in entry.phones]
    if following.is_counted and not closing.is_late:
        entry.next_phone = _after(entry.phones, called)
    fields = ["attempts", "faults", "outcome", "charged", "talk_ms", "is_reached", "phones", "next_phone"]
    entry.save(update_fields=[*fields, "promise_on", "promise_amount"])


def _retired(phone: dict[str, object], called: str) -> dict[str, object]:
    return phone | {"retired": str(Outcome.BAD_NUMBER)} if phone["number"] == called else phone


def _after(phones: list[dict[str, object]], called: str) -> int:
    """Return the place of the next number in turn."""
    places = [place for place, phone in enumerate(phones) if phone["number"] == called]
    return (places[0] + 1) % len(phones) if places else 0


def _step(closing: Closing, following: Following, prepared: Prepared, now: datetime) -> Move | None:
    entry = closing.entry
    if entry.state not in AT_WORK:
        return None  # decided already; what the call came to stands on its attempt
    was = EntryState(entry.state)
    if prepared.attempt.campaign.state in CAMPAIGN_ENDS:
        if following.state is EntryState.SUCCEEDED:
            return Move(entry.pk, was, EntryState.SUCCEEDED, following.reason)
        return Move(entry.pk, was, EntryState.CANCELLED, EntryReason.CAMPAIGN_CANCELLED)
    if following.delay is None:
        return Move(entry.pk, was, following.state, following.reason)
    return _waits(closing, following, prepared, now, was)


def _waits(
    closing: Closing, following: Following, prepared: Prepared, now: datetime, was: EntryState
) -> Move:
    """Return the step of an entry that waits for its next call: at the next lawful moment, or never."""
    earliest = next_allowed(
        instant=max(now, _asked_for(closing, following)),
        calendar=prepared.calendar,
        standing=prepared.standing(now),  # this call is closed by now, and counted
    )
    if earliest is None:
        return Move(closing.entry.pk, was, EntryState.EXHAUSTED, EntryReason.NO_LEGAL_TIME)
    return Move(closing.entry.pk, was, following.state, following.reason, earliest)


def _asked_for(closing: Closing, following: Following) -> datetime:
    analysis = closing.report.analysis
    if following.reason is EntryReason.CALLBACK_ASKED and analysis:
        wish = callback_of(analysis.custom, zone=_clock_of(closing), after=closing.ended_at)
        if wish:
            return wish
    return closing.ended_at + (following.delay or timedelta())


def _clock_of(closing: Closing) -> str:
    """Return by which clock a person names an hour: their own; of several, the account's."""
    zones, usual = zones_of_key(closing.entry.zones), closing.account.timezone
    return usual if usual in zones or not zones else zones[0]
