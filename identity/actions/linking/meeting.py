"""Whom a batch has met so far: no value is looked up twice (I4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from identity.actions.linking import statements
from identity.actions.linking.persons import KINDS, Holder
from identity.actions.linking.records import Account, account
from identity.actions.linking.sql import rows
from identity.matching.facts import Facts
from identity.matching.keys import name_key, name_tokens
from identity.rules import IdentifierKind

Value = tuple[str, str]  # kind and value
OWNED = (str(IdentifierKind.DOCUMENT), str(IdentifierKind.LICENCE))


class Met:
    """Accounts by what they bear, the values whose accounts are all here, and who alone holds what."""

    def __init__(self) -> None:
        self.accounts: dict[int, Account] = {}
        self._bearers: dict[Value, list[Account]] = defaultdict(list)
        self._complete: set[Value] = set()
        self._only: dict[Value, Holder | None] = {}

    def add(self, row: Sequence[Any]) -> Account:
        """Remember an account as `statements.ACCOUNT` says it, once; return it."""
        known = self.accounts.get(row[0])
        if known:
            return known
        one = self.accounts[row[0]] = account(row)
        for value in values_of(one.facts):
            self._bearers[value].append(one)
        return one

    def has_all(self, values: Iterable[Value]) -> None:
        """Hear that all accounts which bear these values are here."""
        self._complete.update(values)

    def has_holders(self, asked: Collection[Value], held: Iterable[tuple[str, str, UUID, bool]]) -> None:
        """Hear who holds the values that were asked for, as rows of kind, value, person and `is_sole`."""
        sole: dict[Value, Holder] = {}
        shared: set[Value] = set()
        for kind, value, person, is_sole in held:
            shared.add((kind, value))
            if is_sole:
                sole[kind, value] = Holder(person)
        # Of a crowd not everybody was read, and what nobody vouches for is asked about by itself.
        self._only.update({one: sole.get(one) for one in asked if one in sole or one not in shared})

    def kin_of(self, accounts: Collection[Account]) -> tuple[list[Account], dict[Value, Holder]]:
        """Return who shares document, licence or phone with accounts of nobody, and who holds those alone."""
        if not accounts:
            return [], {}
        values = dict.fromkeys(value for one in accounts for value in values_of(one.facts))
        self._read_bearers(values)
        ours = {one.id for one in accounts}
        kin = {one.id: one for value in values for one in self._bearers[value] if one.id not in ours}
        return [kin[number] for number in sorted(kin)], self._only_holders(values)

    def _read_bearers(self, values: Iterable[Value]) -> None:
        missing: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, value in values:
            if (kind, value) not in self._complete:
                missing[kind].append(value)
                self._complete.add((kind, value))
        if any(missing.values()):
            for row in rows(statements.KIN, accounts=list(self.accounts), **missing):
                self.add(row)

    def _only_holders(self, values: Iterable[Value]) -> dict[Value, Holder]:
        owned = [value for value in values if value[0] in OWNED]
        missing = [value for value in owned if value not in self._only]
        if missing:
            kinds, held = map(list, zip(*missing, strict=True))
            self._only.update(dict.fromkeys(missing))
            for kind, value, *told in rows(statements.ONLY_HOLDERS, kinds=kinds, values=held):
                self._only[kind, value] = _holder(*told)
        return {value: holder for value in owned if (holder := self._only[value])}


def _holder(person: UUID, is_sole: bool, name: str | None, others: Collection[int] | None) -> Holder:
    return Holder(person, is_sole, name_tokens(name_key(name or "")), frozenset(others or ()))


def values_of(facts: Facts) -> Iterator[Value]:
    """Yield what persons are told apart by."""
    if facts.document:
        yield "document", facts.document
    if facts.licence:
        yield "licence", facts.licence
    if facts.phone:
        yield "phone", facts.phone
