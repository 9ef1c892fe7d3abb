"""May this candidate be called now, and at which number; if not, where does the entry go? (C13–C15)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.dispatch.candidates import Candidate, Known
from campaigns.dispatch.desk import Running
from campaigns.dispatch.moving import Move
from campaigns.legality import Standing, Verdict, Why, may_call
from campaigns.rules import EntryReason, EntryState

BUSY_FOR = timedelta(seconds=30)  # the other call's end is told by no event of this campaign
REASONS: Mapping[Why, EntryReason] = {
    Why.SUPPRESSED: EntryReason.DO_NOT_CALL,
    Why.ZONE_UNKNOWN: EntryReason.UNKNOWN_ZONE,
    Why.COUNTRY_UNKNOWN: EntryReason.UNKNOWN_ZONE,
    Why.NEVER_OPEN: EntryReason.NO_LEGAL_TIME,
    Why.PAST_LAST_DAY: EntryReason.PAST_LAST_DAY,
    Why.NO_MOMENT_LEFT: EntryReason.NO_LEGAL_TIME,
    Why.NOT_BEFORE: EntryReason.OUTSIDE_WINDOW,
    Why.CONTACT_LIMIT: EntryReason.CONTACT_LIMIT,
    Why.ATTEMPT_LIMIT: EntryReason.CONTACT_LIMIT,
    Why.HOLIDAY: EntryReason.HOLIDAY,
    Why.CLOSED_DAY: EntryReason.OUTSIDE_WINDOW,
    Why.CLOSED_HOUR: EntryReason.OUTSIDE_WINDOW,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that may be called now, and the number that rings."""

    candidate: Candidate
    place: int
    number: str


@dataclass(slots=True)
class Judge:
    """Decides candidate by candidate; who was chosen is busy for those that follow."""

    known: Known
    now: datetime
    taken: set[str] = field(default_factory=set)  # shared by those who decide in one claim

    def decide(self, one: Candidate, campaign: Running) -> Chosen | Move:
        """Return the call to make, or the step that the entry takes instead."""
        numbers = one.numbers()
        verdict, usable = self._asked(one, campaign, numbers)
        if not verdict.is_allowed:
            return _step(one, verdict)
        if not numbers:
            return Move(one.id, one.state, EntryState.FAILED, EntryReason.NO_NUMBER_LEFT)
        free = [(place, number) for place, number in usable if not self._is_busy(number)]
        if self._is_busy(one.person_key) or not free:
            # The other call decides when this one may follow.
            later = self.now + BUSY_FOR
            return Move(one.id, one.state, one.state, EntryReason.PERSON_AT_WORK, later)
        return Chosen(one, *free[0])

    def choose(self, chosen: Chosen) -> None:
        """Remember that somebody is called, at that number."""
        self.taken |= {chosen.candidate.person_key, chosen.number}

    def _asked(
        self, one: Candidate, campaign: Running, numbers: Sequence[tuple[int, str]]
    ) -> tuple[Verdict, list[tuple[int, str]]]:
        account = campaign.account
        usable = [
            (place, number) for place, number in numbers if not self.known.is_suppressed(number, account)
        ]
        barred = self.known.is_suppressed(one.person_key, account) or (not usable and bool(numbers))
        standing = Standing(
            contacts=self.known.contacts.get(one.person_key, ()),
            attempts=self.known.attempts.get(one.person_key, ()),
            is_suppressed=barred,
            last_day=one.last_day,
        )
        calendar = campaign.hours.within(one.zones)
        return may_call(now=self.now, calendar=calendar, standing=standing), usable

    def _is_busy(self, word: str) -> bool:
        return word in self.known.busy or word in self.taken


def _step(one: Candidate, verdict: Verdict) -> Move:
    reason = REASONS[verdict.why]
    if verdict.why is Why.SUPPRESSED:
        return Move(one.id, one.state, EntryState.SUPPRESSED, reason)
    if verdict.is_held:
        return Move(one.id, one.state, EntryState.ON_HOLD, reason)
    if verdict.is_over:
        return Move(one.id, one.state, EntryState.EXHAUSTED, reason)
    return Move(one.id, one.state, one.state, reason, verdict.earliest)
