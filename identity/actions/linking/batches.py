"""A batch of leads, linked or explained; a bad lead touches only itself (I8)."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity.actions.evidence import read_evidence
from identity.actions.linking import statements, writes
from identity.actions.linking.applying import Raced, apply
from identity.actions.linking.candidates import accounts_of, find, find_named, find_near
from identity.actions.linking.deciding import NOTHING_SAID, Decided, People, Said, candidates_of, decide
from identity.actions.linking.garbage import collected_later
from identity.actions.linking.judging import Fate, fate_of
from identity.actions.linking.meeting import Met
from identity.actions.linking.naming import is_crowd, named_leads, proposed
from identity.actions.linking.persons import Person, persons_of
from identity.actions.linking.records import Asked, Found, asked
from identity.actions.linking.ruleset import Ruleset, current_ruleset
from identity.actions.linking.sql import rows
from identity.actions.linking.stamping import Stamp
from identity.actions.opening import open_cases
from identity.matching.facts import Candidate
from identity.rules import Outcome, Reason, Source, VerdictKind, Via

log = logging.getLogger(__name__)
MOST_LEADS = 1_000
LOOKS = 5  # others may be faster at every look
TOWN = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'identity_driver'::regclass"


@dataclass(slots=True)
class Tally:
    """What became of a batch. `skipped` leads were linked, ignored, unchanged, waiting or somebody else's."""

    processed: int = 0
    matched: int = 0
    newly_driver_mapped: int = 0
    review: int = 0
    unmatched: int = 0
    errors: int = 0
    conflicts: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    fates: dict[int, Fate] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Take in another tally."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, int):
                setattr(self, each.name, mine + theirs)
            else:
                mine.update(theirs)


@transaction.atomic
def link_leads(
    *,
    leads: Sequence[int],
    via: Via,
    now: datetime,
    job: UUID | None = None,
    by: UUID | None = None,
    force: bool = False,
) -> Tally:
    """Try to link up to 1,000 leads in the caller's transaction; unchanged ones only with `force` (I7c).

    Leads that another transaction is at are left to it. Each is linked whole or not at all.
    """
    read_evidence()
    stamp = Stamp(Source.CABINET, via, now, current_ruleset(), job, by)
    read = _reader(statements.LEADS, force=force, ruleset=stamp.rules.text, now=now)
    with collected_later():
        return _link(list(leads), stamp, read)


@transaction.atomic
def link_scouts(*, scouts: Sequence[int], now: datetime, job: UUID | None = None) -> Tally:
    """Link up to 1,000 scouting registrations to the persons they name; who names nobody waits."""
    read_evidence()
    stamp = Stamp(Source.SCOUT, Via.IMPORT, now, current_ruleset(), job)
    with collected_later():
        return _link(list(scouts), stamp, _reader(statements.SCOUTS))


Read = Callable[[Collection[int]], list[Asked]]


def _reader(statement: str, **given: object) -> Read:
    return lambda numbers: [asked(row) for row in rows(statement, leads=list(numbers), **given)]


def _link(numbers: list[int], stamp: Stamp, read: Read, *, looks: int = LOOKS) -> Tally:
    """Link all of them, or after a failure each half by itself, down to one."""
    leads = read(numbers)
    if not leads:
        return Tally(skipped=len(numbers))
    try:
        with transaction.atomic():
            return _once(leads, stamp, skipped=len(numbers) - len(leads))
    except Raced:
        # The winner has committed: the next look sees what it made. Giving in would make a second person.
        if looks > 1:
            return _link(numbers, stamp, read, looks=looks - 1)
        return _halved(numbers, stamp, read, None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other leads must not suffer for it
        return _halved(numbers, stamp, read, error)


def _halved(numbers: list[int], stamp: Stamp, read: Read, error: Exception | None) -> Tally:
    if len(numbers) <= 1:
        return _failed(numbers, stamp, error)
    middle = len(numbers) // 2
    tally = _link(numbers[:middle], stamp, read)
    tally.add(_link(numbers[middle:], stamp, read))
    return tally


def _failed(numbers: list[int], stamp: Stamp, error: Exception | None) -> Tally:
    """Say on the case that something went wrong; it is tried again later and was no attempt (I6)."""
    words = f"{type(error).__name__}: {error}" if error else "raced"
    log.error("%s %s could not be linked: %s", stamp.source, numbers, type(error).__name__, exc_info=error)
    if stamp.source is Source.CABINET:
        with transaction.atomic():
            open_cases(writes.FAILED, leads=numbers, now=stamp.now, error=words[:500])
    fates = dict.fromkeys(numbers, fate_of(Outcome.ERROR, Reason.ERROR))
    return Tally(processed=len(numbers), errors=len(numbers), fates=fates)


def _once(leads: Sequence[Asked], stamp: Stamp, *, skipped: int) -> Tally:
    tally = Tally(processed=len(leads), skipped=skipped)
    written = apply(decide_all(leads, stamp.rules, stamp.source), stamp)
    tally.matched, tally.newly_driver_mapped = len(written.matched), written.drivers
    tally.conflicts = len(written.lost)
    tally.fates = {one.lead.id: one.judged.fate for one in written.decided}
    tally.reasons = Counter(str(reason) for _outcome, reason in tally.fates.values() if reason)
    outcomes = Counter(outcome for outcome, _reason in tally.fates.values())
    tally.review, tally.unmatched = outcomes[Outcome.REVIEW], outcomes[Outcome.UNMATCHED]
    return tally


def decide_all(leads: Sequence[Asked], rules: Ruleset, source: Source = Source.CABINET) -> list[Decided]:
    """Return the decision of every lead, its candidates fetched for all of them at a time. Writes nothing."""
    batch = _Batch(rules, said=_said(leads) if source is Source.CABINET else {})
    found = find(leads, batch.met)
    _add_musts(found, batch)
    first = batch.decide(leads, found)
    further = [one.lead for one in first if one.judged.wants_more and one.lead.id not in batch.said]
    before = {lead.id: len(found[lead.id].accounts) for lead in further}
    find_near(further, found, batch.met)
    more = [lead for lead in further if len(found[lead.id].accounts) > before[lead.id]]
    second = {one.lead.id: one for one in batch.decide(more, found)} if more else {}
    return _with_named([second.get(one.lead.id, one) for one in first], batch)


class _Batch:
    """What one batch is decided with."""

    def __init__(self, rules: Ruleset, said: dict[int, Said]) -> None:
        self.rules, self.said, self.met = rules, said, Met()
        self._town = int(rows(TOWN)[0][0])

    def decide(self, leads: Sequence[Asked], found: dict[int, Found]) -> list[Decided]:
        """Decide on leads by what has been found of them."""
        people = self._people(leads, found)
        return [self._decide(lead, found[lead.id], people) for lead in leads]

    def decide_named(self, leads: Sequence[Asked], found: dict[int, Found]) -> list[Decided]:
        """Decide on leads by those who bear their names, unless they are a crowd."""
        people = self._people(leads, found)
        met = [lead for lead in leads if not is_crowd(lead, self._candidates(lead, found[lead.id], people))]
        return [self._decide(lead, found[lead.id], people) for lead in met]

    def _people(self, leads: Sequence[Asked], found: dict[int, Found]) -> People:
        """Return whose the accounts are that were found of these leads."""
        accounts = {number: one for lead in leads for number, one in found[lead.id].accounts.items()}
        kin, only = self.met.kin_of([one for one in accounts.values() if not one.person])
        everybody = accounts | {one.id: one for one in kin}
        persons = persons_of(everybody.values(), only, self.rules.thresholds)
        return People(everybody.values(), persons)

    def _candidates(self, lead: Asked, found: Found, people: People) -> list[Candidate]:
        return candidates_of(lead, found, people, self.said.get(lead.id, NOTHING_SAID))

    def _decide(self, lead: Asked, found: Found, people: People) -> Decided:
        return decide(lead, found, people, self.rules, self.said.get(lead.id, NOTHING_SAID), self._town)


def _with_named(decided: list[Decided], batch: _Batch) -> list[Decided]:
    """Show a person who bears a rare name, where nothing else led to anybody (I7)."""
    found = find_named(named_leads(decided), batch.met)
    met = [one.lead for one in decided if one.lead.id in found]
    third = {one.lead.id: proposed(one) for one in batch.decide_named(met, found)}
    return [_better(one, third.get(one.lead.id)) for one in decided]


def _better(one: Decided, named: Decided | None) -> Decided:
    return named if named and named.judged.decision.outcome is Outcome.REVIEW else one


def _add_musts(found: dict[int, Found], batch: _Batch) -> None:
    """Fetch the accounts that people named; no key may lead there."""
    wanted = {lead: each.must for lead, each in batch.said.items() if isinstance(each.must, int)}
    accounts = {one.id: one for one in accounts_of(wanted.values(), batch.met)}
    for lead, number in wanted.items():
        if number in accounts:
            found[lead].accounts[number] = accounts[number]


def _said(leads: Sequence[Asked]) -> dict[int, Said]:
    """Return people's verdicts on these leads (I7c). One statement."""
    said: dict[int, Said] = {}
    for lead, kind, person, driver, owner in rows(statements.VERDICTS, leads=[lead.id for lead in leads]):
        known = said.get(lead, Said())
        who: Person | None = person or owner
        if kind == VerdictKind.MUST_LINK:
            said[lead] = Said(who or driver, known.persons, known.accounts)
        else:
            # Who owns an account is found by more than the account.
            persons = {each for each in (person, owner) if each}
            accounts = {driver} if driver else set()
            said[lead] = Said(known.must, known.persons | persons, known.accounts | accounts)
    return said
