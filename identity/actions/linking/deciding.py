"""What becomes of a lead: rules, verdicts and the referee over its candidates. Writes nothing (I7)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from identity.actions.linking.judging import FEW, Judged, ask_both, judge, judge_few, judged
from identity.actions.linking.persons import Person
from identity.actions.linking.records import Account, Asked, Found, Known
from identity.actions.linking.ruleset import Ruleset
from identity.matching.combining import Decision
from identity.matching.comparing import IDENTIFIERS
from identity.matching.facts import Candidate, Facts
from identity.matching.keys import name_tokens
from identity.matching.weighing import Weighed
from identity.rules import CONFIDENCES, SCORES, MatchRule, Outcome


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a lead: whom it must be, and whom it cannot be (I7c)."""

    must: Person | int | None = None
    persons: frozenset[UUID] = frozenset()
    accounts: frozenset[int] = frozenset()


NOTHING_SAID = Said()


class People:
    """Whose is every account that a batch met, candidates and their kin."""

    def __init__(self, accounts: Iterable[Account], of: Mapping[int, Person]) -> None:
        self.of = of
        grouped: dict[Person, list[Account]] = defaultdict(list)
        for one in accounts:
            grouped[of[one.id]].append(one)
        self.accounts: Mapping[Person, Sequence[Account]] = grouped

    def without(self, barred: Collection[int]) -> Mapping[Person, Sequence[Account]]:
        """Return the accounts of every person, but for those that people said no to."""
        if not barred:
            return self.accounts
        return {
            person: tuple(one for one in many if one.id not in barred)
            for person, many in self.accounts.items()
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """A lead's decision, with all that is shown and stored of it; `who` are the persons that it numbers."""

    lead: Asked
    judged: Judged
    who: Sequence[Person] | None = None
    accounts: Mapping[Person, Sequence[Account]] = field(default_factory=dict)

    @property
    def person(self) -> Person | None:
        """Return who it is."""
        return self._named(self.judged.decision.person)

    @property
    def decision(self) -> Decision:
        """Return the decision about real persons; what single rules said keeps their places."""
        found = self.judged.decision
        named = tuple(self._named(one) for one in found.candidates)
        return found._replace(person=self.person, candidates=named)

    @property
    def weighed(self) -> tuple[Weighed, ...]:
        """Return the weights of real persons, most probable first."""
        return tuple(one._replace(person=self._named(one.person)) for one in self.judged.weighed)

    def named_by(self, rule: MatchRule) -> Person | None:
        """Return whom one rule names."""
        return next((self._named(one.named) for one in self.judged.decision.tried if one.rule is rule), None)

    def _named(self, person: Hashable | None) -> Person | None:
        if self.who is not None and isinstance(person, int):
            return self.who[person]
        return person if isinstance(person, UUID | str) else None


def decide(lead: Asked, found: Found, people: People, rules: Ruleset, said: Said, town: int) -> Decided:
    """Return what the rules, people's verdicts and the weights say together (I3–I7c)."""
    candidates, accounts = candidates_of(lead, found, people, said), people.without(said.accounts)
    if said.must is not None:
        decision, weighed = ask_both(lead.facts, candidates, rules, town)
        return Decided(lead, judged(_bound(decision, said.must, people.of), weighed), None, accounts)
    if len(candidates) > FEW:
        return Decided(lead, judge(lead.facts, candidates, rules, town), None, accounts)
    who = _in_order(candidates)
    return Decided(lead, judge_few(lead.facts, candidates, who, rules, town), who, accounts)


def _in_order(candidates: Sequence[Candidate]) -> Sequence[Person]:
    """Return the persons as equals are ordered."""
    persons = {one.person for one in candidates if isinstance(one.person, UUID | str)}
    return tuple(persons) if len(persons) < 2 else sorted(persons, key=str)


def candidates_of(lead: Asked, found: Found, people: People, said: Said) -> list[Candidate]:
    """Return accounts and persons as candidates, but for those that people said no to (I7c)."""
    of, accounts, known = people.of, found.accounts.values(), found.persons.values()
    barred: Collection[Person] = ()
    if said.persons or said.accounts:
        # Whose account it cannot be, it cannot be by another account either.
        barred = {*said.persons, *(of[one] for one in said.accounts if one in of)}
    candidates = [
        Candidate(of[one.id], one.facts, one.hired_on, one.id) for one in accounts if of[one.id] not in barred
    ]
    if known:
        facts = lead.facts.facts
        candidates += [_as_known(one, facts) for one in known if one.key not in said.persons]
    return candidates


def _as_known(one: Known, lead: Facts) -> Candidate:
    """Return a person as a candidate: of several values the lead's own, if it is among them."""

    def value(kind: str) -> str:
        values = one.values.get(kind, frozenset())
        mine = str(getattr(lead, kind))
        return mine if mine in values else min(values, default="")

    kinds = {str(kind): value(str(kind)) for kind in IDENTIFIERS}
    return Candidate(one.key, Facts(**kinds, name=name_tokens(one.name_key)))


def _bound(decision: Decision, must: Person | int, persons: Mapping[int, Person]) -> Decision:
    """Return the decision that a named user took (I7c)."""
    person = persons.get(must) if isinstance(must, int) else must
    if person is None:
        return decision
    return decision._replace(
        outcome=Outcome.MATCHED,
        person=person,
        rule=MatchRule.MANUAL,
        score=SCORES[MatchRule.MANUAL],
        confidence=CONFIDENCES[MatchRule.MANUAL],
        is_corroborated=False,
        reason=None,
        candidates=(),
    )
