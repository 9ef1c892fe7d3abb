"""Who may a lead be? The union of candidates over all keys, for a whole batch at a time (I7)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from identity.actions.linking import statements
from identity.actions.linking.meeting import OWNED, Met, values_of
from identity.actions.linking.naming import may_be_proposed, name_pair
from identity.actions.linking.records import Account, Asked, Found, Known, account, asked
from identity.actions.linking.sql import array, rows
from identity.matching.comparing import is_typo_of
from identity.matching.facts import Candidate, Facts
from identity.matching.keys import name_key


def asked_again(lead: int) -> Asked | None:
    """Return a lead whatever became of it, None when there is none."""
    found = rows(statements.LINKED_LEADS, leads=[lead])
    return asked(found[0]) if found else None


def find(leads: Sequence[Asked], met: Met) -> dict[int, Found]:
    """Return the accounts and persons that hold a key of each lead. Three statements."""
    found = {lead.id: Found() for lead in leads}
    facts = [lead.facts.facts for lead in leads]
    keys = {
        "leads": array(lead.id for lead in leads),
        "phones": array(one.phone for one in facts),
        "documents": array(one.document for one in facts),
        "licences": array(one.licence for one in facts),
        "emails": array(one.email for one in facts),
        "plates": array(one.plate for one in facts),
    }
    _add_accounts(found, rows(statements.ACCOUNTS, **keys), met)
    met.has_all(value for one in facts for value in values_of(one))
    _add_persons(found, rows(statements.IDENTIFIERS, **keys), facts, met)
    return found


def find_near(leads: Sequence[Asked], found: dict[int, Found], met: Met) -> None:
    """Add accounts one typo away in phone or document, and cars of one make (I7, R4). One statement."""
    if not leads:
        return
    by_id = {lead.id: lead.facts.facts for lead in leads}
    near = rows(
        statements.NEAR,
        leads=[lead.id for lead in leads],
        phones=[lead.facts.facts.phone for lead in leads],
        documents=[lead.facts.facts.document for lead in leads],
        parks=[lead.facts.facts.park for lead in leads],
        cars=[lead.facts.facts.car for lead in leads],
        dates=[lead.facts.lead_date for lead in leads],
        names=[lead.name_key for lead in leads],
    )
    # Two thirds of a number in common are mostly chance.
    _add_accounts(found, (row for row in near if _is_near(by_id[row[0]], row)), met)


def _is_near(lead: Facts, row: Sequence[Any]) -> bool:
    park, phone, document, car = row[3], row[4], row[5], row[9]
    is_same_make = bool(car) and car == lead.car and park == lead.park
    return is_same_make or is_typo_of(lead.phone, phone) or is_typo_of(lead.document, document)


def find_named(leads: Sequence[Asked], met: Met) -> dict[int, Found]:
    """Return the accounts that bear the names of leads, if any of them could be proposed. Two statements."""
    if not leads:
        return {}
    hits: dict[int, list[Account]] = defaultdict(list)
    names = {lead.id: name_pair(lead) for lead in leads}
    for number, *row in rows(statements.NAMED, leads=list(names), names=list(names.values())):
        hits[number].append(account(row))
    # Mostly a phone or document tells them apart: whose they are need not be found out then.
    met_by = {
        lead.id: hits[lead.id] for lead in leads if may_be_proposed(lead, map(_as_candidate, hits[lead.id]))
    }
    accounts = {one.id: one for one in accounts_of({one.id for many in met_by.values() for one in many}, met)}
    return {lead: Found({one.id: accounts[one.id] for one in many}) for lead, many in met_by.items()}


def _as_candidate(one: Account) -> Candidate:
    return Candidate(one.id, one.facts, one.hired_on)


def accounts_of(numbers: Iterable[int], met: Met) -> list[Account]:
    """Return accounts by id."""
    chosen = list(numbers)
    found = rows(statements.ACCOUNTS_BY_ID, accounts=chosen) if chosen else []
    return [met.add(row[1:]) for row in found]


def unlinked_holders(people: Mapping[UUID, Known]) -> list[tuple[UUID, Account]]:
    """Return accounts of nobody that bear what one of the persons alone holds. One statement."""
    found = rows(statements.UNLINKED_HOLDERS, persons=list(people)) if people else []
    return [(person, account(row)) for person, *row in found]


def known(persons: Iterable[UUID]) -> dict[UUID, Known]:
    """Return what persons are known by. One statement."""
    keys = list(dict.fromkeys(persons))
    if not keys:
        return {}
    names: dict[UUID, str] = {}
    values: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, name, kind, value, _sole in rows(statements.KNOWN_BY, persons=keys):
        names[key] = name
        values[key][kind].add(value)
    return {
        key: Known(key, name_key(names[key]), {kind: frozenset(many) for kind, many in each.items()})
        for key, each in values.items()
    }


def _add_accounts(found: dict[int, Found], hits: Iterable[Sequence[Any]], met: Met) -> None:
    for hit in hits:
        one = met.add(hit[1:])
        found[hit[0]].accounts[one.id] = one


def _add_persons(
    found: dict[int, Found], hits: Collection[Sequence[Any]], facts: Iterable[Facts], met: Met
) -> None:
    people = known(hit[1] for hit in hits)
    for number, person, *_held in hits:
        # Somebody may have been merged away since the first look.
        if person in people:
            found[number].persons[person] = people[person]
    asked_for = {(kind, value) for one in facts for kind in OWNED if (value := getattr(one, kind))}
    met.has_holders(asked_for, {(kind, value, person, sole) for _lead, person, kind, value, sole in hits})
