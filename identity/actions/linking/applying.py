"""Write what was decided: persons, links, origins, cases, events; for a whole batch, each lead whole (I8)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from identity.actions.linking import statements, writes
from identity.actions.linking.deciding import Decided
from identity.actions.linking.evidence import evidence_columns
from identity.actions.linking.judging import Judged
from identity.actions.linking.meeting import OWNED
from identity.actions.linking.persons import Person
from identity.actions.linking.records import Account
from identity.actions.linking.sql import rows, run
from identity.actions.linking.stamping import Stamp
from identity.actions.linking.vain import close_cases, write_vain
from identity.actions.origins import decide_origins
from identity.actions.settling import adopt_claims
from identity.rules import LEAVES_BY, Confidence, IdentifierKind, MatchRule, Outcome, Source
from tenants.models import new_id
from tenants.records.actions import note


class Raced(Exception):
    """Somebody else linked one of these accounts meanwhile: look again."""


@dataclass(slots=True)
class Written:
    """What was written; `lost` leads were linked by somebody else first (I9)."""

    decided: list[Decided] = field(default_factory=list)
    matched: list[Decided] = field(default_factory=list)
    lost: list[Decided] = field(default_factory=list)
    drivers: int = 0


def apply(decided: Sequence[Decided], stamp: Stamp) -> Written:
    """Write the decisions in the caller's transaction. Raises Raced when an account's person has changed."""
    matched = [one for one in decided if one.judged.decision.outcome is Outcome.MATCHED]
    written = Written()
    if matched:
        _write_matched(matched, stamp, written)
    vain = [one for one in decided if one.judged.decision.outcome is not Outcome.MATCHED]
    if vain and stamp.source is Source.CABINET:
        write_vain(vain, stamp)
    written.decided = [one for one in decided if one not in written.lost] if written.lost else list(decided)
    return written


def _write_matched(matched: list[Decided], stamp: Stamp, written: Written) -> None:
    keys, fresh = _make_persons(matched)
    written.drivers = _link_drivers(matched, keys, stamp)
    lost = {pk for (pk,) in rows(writes.LINKS, **_links(matched, keys, fresh, stamp))}
    written.matched = [one for one in matched if one.lead.source_pk not in lost]
    written.lost = [one for one in matched if one.lead.source_pk in lost]
    _note_lost(written.lost, stamp)
    persons = {keys[_person(one)] for one in written.matched}
    if stamp.source is Source.CABINET:
        close_cases(written.matched, stamp)
        if rows(writes.CLAIMS_WAIT, pks=[one.lead.source_pk for one in written.matched]):
            adopt_claims(persons=persons)
    decide_origins(persons=persons - fresh, now=stamp.now)


def _person(one: Decided) -> Person:
    person = one.person
    assert person is not None  # noqa: S101 - a matched decision names somebody
    return person


def _make_persons(matched: Iterable[Decided]) -> tuple[dict[Person, UUID], set[UUID]]:
    """Make those whom nobody knows yet, one a group of accounts; return everybody's key, and theirs."""
    keys: dict[Person, UUID] = {}
    fresh: dict[UUID, tuple[str, str]] = {}
    for one in matched:
        person = _person(one)
        if person in keys:
            continue
        if isinstance(person, UUID):
            keys[person] = person
            continue
        keys[person] = new_id()
        name = max((each.name_key for each in one.accounts[person]), key=len, default="") or one.lead.name_key
        fresh[keys[person]] = name.title(), str(one.judged.decision.confidence or Confidence.HIGH)
    if fresh:
        names, confidences = map(list, zip(*fresh.values(), strict=True))
        run(writes.PERSONS, keys=list(fresh), names=names, confidences=confidences)
    return keys, set(fresh)


def _link_drivers(matched: Iterable[Decided], keys: Mapping[Person, UUID], stamp: Stamp) -> int:
    """Give the chosen persons their accounts, and their documents and licences as theirs alone (I8)."""
    taken: dict[str, tuple[UUID, Account]] = {}
    for one in matched:
        person = _person(one)
        for account in one.accounts.get(person, ()):
            if not account.person:
                taken[account.driver_id] = (keys[person], account)
    return link_accounts(taken, stamp, must_win=True)


def link_accounts(taken: Mapping[str, tuple[UUID, Account]], stamp: Stamp, *, must_win: bool) -> int:
    """Link accounts, by driver id, to persons; return how many were nobody's until now.

    With `must_win` it raises Raced when one got another person meanwhile; else that one stays theirs.
    """
    if not taken:
        return 0
    persons = [key for key, _account in taken.values()]
    made = run(writes.DRIVER_LINKS, drivers=list(taken), persons=persons, **stamp.made)
    if must_win and made < len(taken):
        raise Raced
    own_identifiers(taken.values(), must_win=must_win)
    return made


def own_identifiers(taken: Iterable[tuple[UUID, Account]], *, must_win: bool) -> None:
    """Write that persons hold the documents and licences of their accounts alone.

    With `must_win` it raises Raced when somebody else has come to hold one; else that one stays theirs.
    """
    owned = {
        (kind, value): key
        for key, account in taken
        for kind in OWNED
        if (value := getattr(account.facts, kind))
    }
    left = rows(writes.SOLE, **_told(owned)) if owned else []
    if not left:
        return
    known = {(kind, value): owned[kind, value] for kind, value in left}
    run(writes.NOW_SOLE, **_told(known))
    told = _told(known)
    holders = {
        (kind, value): person
        for kind, value, person in rows(statements.SOLE_HOLDERS, kinds=told["kinds"], values=told["values"])
    }
    # A document that somebody else has come to hold meanwhile makes two persons of one.
    if must_win and any(
        holders.get(each, key) != key for each, key in known.items() if each[0] == IdentifierKind.DOCUMENT
    ):
        raise Raced


def _told(owned: Mapping[tuple[str, str], UUID]) -> dict[str, list[Any]]:
    kinds, values = map(list, zip(*owned, strict=True))
    return {"kinds": kinds, "values": values, "persons": list(owned.values())}


def _links(
    matched: Sequence[Decided], keys: Mapping[Person, UUID], fresh: Collection[UUID], stamp: Stamp
) -> dict[str, Any]:
    """Return the leads with their persons, and each different decision once."""
    judged = {id(one.judged): one.judged for one in matched}
    numbers = {each: number for number, each in enumerate(judged, 1)}
    persons = [keys[_person(one)] for one in matched]
    return {
        "source": stamp.source,
        "event": LEAVES_BY[stamp.via] if stamp.source is Source.CABINET else None,
        "pks": [one.lead.source_pk for one in matched],
        "persons": persons,
        "fresh": [person in fresh for person in persons],
        "kinds": [numbers[id(one.judged)] for one in matched],
        **_decisions(list(judged.values())),
        **stamp.made,
    }


def _decisions(judged: Sequence[Judged]) -> dict[str, list[Any]]:
    decisions = [one.decision for one in judged]
    return {
        "rules": [str(one.rule or MatchRule.MANUAL) for one in decisions],
        "scores": [one.score for one in decisions],
        "confidences": [str(one.confidence) for one in decisions],
        "corroborated": [one.is_corroborated for one in decisions],
        **evidence_columns([one.evidence for one in judged]),
    }


def _note_lost(lost: Iterable[Decided], stamp: Stamp) -> None:
    for one in lost:
        note(verb="link_conflict", of="lead", id=one.lead.source_pk, job=stamp.job)
