"""What follows from how a call ended? (C21) Pure: facts in, a decision out."""

from dataclasses import dataclass
from datetime import timedelta

from campaigns.legality import CallSettings
from campaigns.rules import FAULTS_IN_A_ROW, EntryReason, EntryState, Outcome

FAULT_BACKOFF = timedelta(minutes=1)  # doubles with every fault in a row

# Somebody may have been spoken with: only these can have promised anything.
SPOKEN = frozenset({Outcome.CONVERSED, Outcome.CUT_SHORT, Outcome.CALLBACK, Outcome.PLATFORM})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, and how often the person had been tried before."""

    outcome: Outcome
    is_goal_met: bool | None
    has_analysis: bool
    talked: bool
    attempts: int
    faults: int
    has_next_number: bool  # beside the one that was called


@dataclass(frozen=True, slots=True)
class Following:
    """Where the entry goes. `delay` counts from the call's end and ends at the next lawful moment."""

    state: EntryState
    reason: EntryReason
    is_counted: bool = True
    is_contact: bool = False
    retires_number: bool = False
    is_fault: bool = False
    delay: timedelta | None = None


_RETRIED = {
    Outcome.CONVERSED: EntryReason.GOAL_NOT_MET,
    Outcome.MACHINE: EntryReason.MACHINE,
    Outcome.NOT_REACHED: EntryReason.NOT_REACHED,
    Outcome.PLATFORM: EntryReason.PLATFORM,
}
_UNCOUNTED = {
    Outcome.CARRIER: EntryReason.CARRIER,
    Outcome.REPUTATION: EntryReason.CARRIER,
    Outcome.CAPACITY: EntryReason.CAPACITY,
    Outcome.MONEY: EntryReason.PROVIDER_MONEY,
    Outcome.PLATFORM: EntryReason.PLATFORM,
    Outcome.UNSENT: EntryReason.CAPACITY,
}
_FAULTS = frozenset({Outcome.CARRIER, Outcome.REPUTATION, Outcome.PLATFORM})


def follow(ended: Ended, settings: CallSettings) -> Following:
    """Decide what becomes of an entry after a call."""
    if ended.outcome in (Outcome.CONVERSED, Outcome.CUT_SHORT):
        return _after_talk(ended, settings)
    if ended.outcome is Outcome.DO_NOT_CALL:
        return Following(EntryState.SUPPRESSED, EntryReason.DO_NOT_CALL, is_contact=True)
    if ended.outcome is Outcome.CALLBACK:
        delay = settings.retry_after(Outcome.CONVERSED).delay
        return Following(EntryState.RETRY_WAIT, EntryReason.CALLBACK_ASKED, is_contact=True, delay=delay)
    if ended.outcome is Outcome.BAD_NUMBER:
        return _after_bad_number(ended, settings)
    if ended.outcome in _UNCOUNTED and not ended.talked:
        return _put_back(ended)
    if ended.outcome in _RETRIED or (ended.talked and ended.outcome in _UNCOUNTED):
        # Whatever broke off a talk, somebody was spoken with.
        return _retry(ended, settings, is_contact=ended.outcome in _UNCOUNTED)
    return Following(EntryState.NEEDS_REVIEW, EntryReason.UNKNOWN_OUTCOME)


def _after_talk(ended: Ended, settings: CallSettings) -> Following:
    if ended.is_goal_met:
        return Following(EntryState.SUCCEEDED, EntryReason.GOAL_MET, is_contact=True)
    if ended.outcome is Outcome.CUT_SHORT:
        return Following(EntryState.NEEDS_REVIEW, EntryReason.CUT_SHORT, is_contact=True)
    if not ended.has_analysis or ended.is_goal_met is None:
        return Following(EntryState.NEEDS_REVIEW, EntryReason.NO_ANALYSIS, is_contact=True)
    return _retry(ended, settings, is_contact=True)


def _after_bad_number(ended: Ended, settings: CallSettings) -> Following:
    if not ended.has_next_number:
        return Following(EntryState.FAILED, EntryReason.NO_NUMBER_LEFT, retires_number=True)
    if ended.attempts + 1 >= settings.max_attempts:
        return Following(EntryState.EXHAUSTED, EntryReason.MAX_ATTEMPTS, retires_number=True)
    # Nobody was disturbed: the next number may ring at once.
    return Following(EntryState.RETRY_WAIT, EntryReason.BAD_NUMBER, retires_number=True, delay=timedelta())


def _put_back(ended: Ended) -> Following:
    reason = _UNCOUNTED[ended.outcome]
    is_fault = ended.outcome in _FAULTS
    if is_fault and ended.faults + 1 >= FAULTS_IN_A_ROW:
        return Following(EntryState.NEEDS_REVIEW, reason, is_counted=False, is_fault=True)
    delay = FAULT_BACKOFF * 2**ended.faults if is_fault else FAULT_BACKOFF
    return Following(EntryState.QUEUED, reason, is_counted=False, is_fault=is_fault, delay=delay)


def _retry(ended: Ended, settings: CallSettings, *, is_contact: bool) -> Following:
    rule = settings.retry_after(ended.outcome)
    if ended.attempts + 1 >= rule.max_attempts:
        return Following(EntryState.EXHAUSTED, EntryReason.MAX_ATTEMPTS, is_contact=is_contact)
    reason = _RETRIED.get(ended.outcome) or _UNCOUNTED[ended.outcome]
    return Following(EntryState.RETRY_WAIT, reason, is_contact=is_contact, delay=rule.delay)
