"""Candidates are compared as persons: which accounts are one (I4)?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from identity.actions.linking.records import Account
from identity.matching.facts import Facts
from identity.matching.names import similarity
from identity.matching.trying import Thresholds

Person = UUID | str  # whom we know, or "account:…" for accounts of somebody we do not know yet
KINDS = ("document", "licence", "phone")  # that tell persons apart, the surest first
PAPERS = KINDS[:2]


class Holder(NamedTuple):
    """Who alone holds a document or licence.

    Where nobody vouches for it (not `is_sole`) what keeps accounts of it apart: the person's `name`, and the
    accounts that are `others`': people said so, or made the person in spite of them.
    """

    person: UUID
    is_sole: bool = True
    name: frozenset[str] = frozenset()
    others: frozenset[int] = frozenset()


Holders = Mapping[tuple[str, str], Holder]


def persons_of(accounts: Iterable[Account], only: Holders, thresholds: Thresholds) -> dict[int, Person]:
    """Return the person of every account, by its id.

    Whom it is linked to, else the only holder of its document, licence or (name similar or absent) phone,
    else a person of its own, which accounts of the same document, licence or such a phone share.
    """
    many = {one.id: one for one in accounts}
    kin = _Kin(many.values(), only, thresholds)
    found: dict[int, Person] = {one.id: one.person or f"account:{one.id}" for one in many.values()}
    for group in kin.groups():
        together = [many[one] for one in group]
        holders = {one.id: holder for one in together if (holder := kin.holder(one, together))}
        persons = set(holders.values())
        nobody: Person = f"account:{min(group)}"
        for one in group:
            found[one] = next(iter(persons)) if len(persons) == 1 else holders.get(one, nobody)
    return found


class _Kin:
    """Accounts by what they share; most share nothing with anybody and are left out."""

    def __init__(self, accounts: Collection[Account], only: Holders, thresholds: Thresholds) -> None:
        self._only, self._thresholds = only, thresholds
        self._by = {kind: _shared(accounts, kind) for kind in KINDS}
        self._parent = {one.id: one.id for one in self._touched(accounts) if not one.person}

    def groups(self) -> Iterator[list[int]]:
        """Yield the accounts of nobody that are one person's, but for those that are alone."""
        for kind, shared in self._by.items():
            for many in shared.values():
                self._join([one for one in many if not one.person], kind)
        groups: dict[int, list[int]] = defaultdict(list)
        for one in self._parent:
            groups[self._root(one)].append(one)
        yield from groups.values()

    def holder(self, one: Account, group: Collection[Account]) -> UUID | None:
        """Return the one person that holds an account's document, else licence, else phone."""
        for kind in KINDS:
            value = getattr(one.facts, kind)
            held = self._only.get((kind, value))
            if held and (held.is_sole or all(self._may_be_theirs(each, held) for each in group)):
                return held.person
            same = [other for other in self._by[kind].get(value, ()) if other.person]
            persons = {other.person for other in same}
            if len(persons) == 1 and any(self._is_one(one, other, kind) for other in same):
                return persons.pop()
        return None

    def _may_be_theirs(self, one: Account, held: Holder) -> bool:
        """Answer whether neither another holder nor name nor verdict speaks against an unvouched one."""
        holders = {self._only.get((kind, getattr(one.facts, kind)), held).person for kind in PAPERS}
        is_named = held.name and one.facts.name
        if holders != {held.person} or one.id in held.others:
            return False
        return not is_named or similarity(held.name, one.facts.name) >= self._thresholds.different

    def _touched(self, accounts: Iterable[Account]) -> Iterator[Account]:
        """Yield who shares something, or bears what a person holds."""
        sharing = {one.id for shared in self._by.values() for many in shared.values() for one in many}
        for one in accounts:
            if one.id in sharing or (self._only and self._is_held(one.facts)):
                yield one

    def _is_held(self, facts: Facts) -> bool:
        return any((kind, getattr(facts, kind)) in self._only for kind in PAPERS)

    def _join(self, many: list[Account], kind: str) -> None:
        for place, one in enumerate(many):
            for other in many[:place]:
                if self._is_one(one, other, kind):
                    self._parent[self._root(one.id)] = self._root(other.id)

    def _is_one(self, one: Account, other: Account, kind: str) -> bool:
        """Answer whether two accounts that share a value are one person's; a document outweighs the rest."""
        mine, theirs = one.facts, other.facts
        if mine.document and theirs.document:
            return mine.document == theirs.document
        if kind != "phone":
            return True
        if mine.licence and theirs.licence and mine.licence != theirs.licence:
            return False
        return (
            not (mine.name and theirs.name) or similarity(mine.name, theirs.name) >= self._thresholds.similar
        )

    def _root(self, one: int) -> int:
        while self._parent[one] != one:
            one = self._parent[one]
        return one


def _shared(accounts: Iterable[Account], kind: str) -> dict[str, list[Account]]:
    """Return the values that several accounts bear."""
    value_of = attrgetter(kind)
    first: dict[str, Account] = {}
    shared: dict[str, list[Account]] = {}
    for one in accounts:
        value = value_of(one.facts)
        if value:
            other = first.setdefault(value, one)
            if other is not one:
                shared.setdefault(value, [other]).append(one)
    return shared
