"""One entry as documents of the first calling system would have it."""

from dataclasses import dataclass, field

from campaigns.actions.first_system.calls import Standing, is_open, standing_of
from campaigns.actions.first_system.persons import Somebody
from campaigns.actions.importing.terms import currency_of
from campaigns.dispatch.moving import NEXT_ACTIONS, Figures
from campaigns.dispatch.wishes import Wish
from campaigns.imports.first_system import PastReason, PersonRecord
from campaigns.models import CallAttempt, Debt, Entry
from campaigns.rules import FINAL, EntryReason, EntryState


@dataclass(slots=True)
class Draft:
    """An entry as it would stand; `was` is its state in the database, None for a new one."""

    entry: Entry
    was: EntryState | None
    is_met: bool = False
    debts: list[Debt] = field(default_factory=list)
    calls: list[CallAttempt] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)

    @property
    def is_known(self) -> bool:
        """Say whether the person stood there before this document."""
        return self.was is not None or self.is_met

    def complete(self, person: Somebody, record: PersonRecord) -> None:
        """Add what a document says of a person who is not written yet."""
        if self.was is None:
            numbers = {one["number"] for one in self.entry.phones}
            self.entry.phones += [one for one in person.phones if one["number"] not in numbers]
            self.entry.zones = self.entry.zones or person.zones
            self.entry.fecha_limite = self.entry.fecha_limite or record.fecha_limite
            self.entry.fecha_maxima = self.entry.fecha_maxima or record.fecha_maxima
        self._owe(person, record)

    def _owe(self, person: Somebody, record: PersonRecord) -> None:
        creditor = record.creditor or person.campaign.account.name
        known = {debt.creditor for debt in self.debts}
        if self.was is not None:
            known |= set(self.entry.debts.values_list("creditor", flat=True))
        if record.amount and record.amount > 0 and creditor not in known:
            self.debts.append(
                Debt(
                    creditor=creditor,
                    amount=record.amount,
                    currency=currency_of(person.campaign.account.country),
                    instalments=record.instalments,
                    days_overdue=record.days_overdue,
                    fecha_limite=record.fecha_limite,
                    fecha_maxima=record.fecha_maxima,
                )
            )

    def stand(self, record: PersonRecord, person: Somebody, *, system: str) -> list[str]:
        """Let it stand as a document says; return notes. What ended, or went on here, stays as it is."""
        found = standing_of(record, person, system=system, charged=self.entry.charged)
        if self.is_known and record.call is None:
            return []
        if self.is_known and not is_open(self.entry):
            return [] if found.state == self.entry.state else [str(PastReason.DECIDED_HERE)]
        self._take(found)
        return []

    def _take(self, found: Standing) -> None:
        entry = self.entry
        entry.state, entry.reason = found.state, found.reason
        entry.next_action = NEXT_ACTIONS[found.state]
        entry.finished_at = found.at if found.state in FINAL else None
        if found.call is None:
            return
        call = found.call
        self.figures.dialled += int(not entry.attempts and call.attempts > 0)
        self.figures.reached += int(not entry.is_reached and call.is_reached)
        self.figures.promised += int(entry.promise_on is None and call.promise_on is not None)
        entry.attempts = min(max(entry.attempts, call.attempts), 32_767)
        entry.is_reached = entry.is_reached or call.is_reached
        entry.outcome = found.outcome or entry.outcome
        entry.promise_on = call.promise_on or entry.promise_on
        entry.promise_amount = call.promise_amount or entry.promise_amount
        self.wishes += found.wishes
        self._called(found.attempt)

    def _called(self, attempt: CallAttempt | None) -> None:
        """Count a call once, however often its document says so."""
        if attempt is None or (self.was and CallAttempt.objects.filter(pk=attempt.pk).exists()):
            return
        self.entry.charged += attempt.charge
        self.entry.talk_ms += attempt.duration_ms
        self.figures.calls += 1
        self.figures.charged += attempt.charge
        self.figures.talk_ms += attempt.duration_ms
        self.calls.append(attempt)


def new_entry(person: Somebody) -> Entry:
    """Return an entry of a person that waits, and calls nobody."""
    return Entry(
        campaign=person.campaign,
        person_key=person.key,
        document=person.document,
        name=person.name,
        phones=list(person.phones),
        zones=person.zones,
        state=EntryState.ON_HOLD,
        reason=EntryReason.FIRST_SYSTEM,
    )
