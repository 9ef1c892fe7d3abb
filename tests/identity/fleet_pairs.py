"""The synthetic fleet as the matching sees it, and its pairs as counts of patterns."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from identity.matching import Candidate, Facts, LeadFacts
from identity.matching.comparing import IDENTIFIERS, Field, Levels, compare
from identity.matching.keys import car_key, code_key, email_key, name_key, name_tokens, phone_key
from identity.matching.training import Sample
from identity.matching.weighing import SHIPPED, weigh
from tenants.samples.dice import Dice

MOMENTS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M")


@dataclass(frozen=True)
class Fleet:
    """Leads and accounts with facts in normal form; `truth` is the person of each lead, "" for nobody."""

    leads: dict[str, LeadFacts]
    accounts: list[Candidate]
    truth: dict[str, str]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of one of the fleet's files."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_fleet(folder: Path) -> Fleet:
    """Read what `write_fleet` wrote."""
    person_of = {row["driver_id"]: row["person"] for row in rows(folder, "holders")}
    return Fleet(
        {row["external_id"]: lead_of(row) for row in rows(folder, "leads")},
        [account_of(row, person_of[row["driver_id"]]) for row in rows(folder, "drivers")],
        {row["external_id"]: row["person"] for row in rows(folder, "truth")},
    )


def lead_of(row: dict[str, str]) -> LeadFacts:
    """Return a lead's facts."""
    return LeadFacts(_facts(row, "park_phone", "asset_plate_number"), _day(row["lead_created_at"]))


def account_of(row: dict[str, str], person: str) -> Candidate:
    """Return an account as a candidate."""
    return Candidate(person, _facts(row, "phone", "plate"), date.fromisoformat(row["hired_on"]))


def _facts(row: dict[str, str], phone: str, plate: str) -> Facts:
    return Facts(
        phone=phone_key(row[phone], country="PE"),
        document=code_key(row["document"]),
        licence=code_key(row["licence"]),
        email=email_key(row["email"]),
        plate=code_key(row[plate]),
        car=car_key(row["car_brand"], row["car_model"]),
        name=name_tokens(name_key(row["first_name"], row["middle_name"], row["last_name"])),
        park=row["park"],
    )


def _day(typed: str) -> date | None:
    for shape in MOMENTS:
        with suppress(ValueError):
            return datetime.strptime(typed, shape).date()  # noqa: DTZ007  the day as typed
    return datetime.fromisoformat(typed).date() if typed else None


def found_pairs(fleet: Fleet) -> Iterator[tuple[str, Hashable, Levels]]:
    """Yield lead, person and levels of each pair that an exact key leads to, by the person's best account."""
    by_key = defaultdict(list)
    for account in fleet.accounts:
        for key in _keys(account.facts):
            by_key[key].append(account)
    for external_id, lead in fleet.leads.items():
        found: dict[Hashable, list[Candidate]] = defaultdict(list)
        for key in _keys(lead.facts):
            for account in by_key[key]:
                found[account.person].append(account)
        for person, accounts in found.items():
            yield external_id, person, best_levels(lead, accounts)


def best_levels(lead: LeadFacts, accounts: list[Candidate]) -> Levels:
    """Return the levels that weigh most."""
    found = (compare(lead, one) for one in accounts)
    return max(found, key=lambda levels: sum(weigh(SHIPPED, levels, {}, 0)))


def holders_of(fleet: Fleet) -> Callable[[LeadFacts], dict[Field, int]]:
    """Return what counts, by field, the persons that hold a lead's values."""
    holders: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
    for account in fleet.accounts:
        for key in _keys(account.facts):
            holders[key].add(account.person)
    return lambda lead: {Field(key[0]): len(holders[key]) for key in _keys(lead.facts)}


def sample_of(fleet: Fleet, *, random_pairs: int = 50_000) -> Sample:
    """Count what a fit learns from."""
    dice, leads = Dice(3), list(fleet.leads.values())
    random = Counter(compare(dice.pick(leads), dice.pick(fleet.accounts)) for _number in range(random_pairs))
    blocked = Counter(levels for _lead, _person, levels in found_pairs(fleet))
    return Sample(blocked, random, len(leads))


def _keys(facts: Facts) -> list[tuple[str, str]]:
    return [(kind, getattr(facts, kind)) for kind in IDENTIFIERS if getattr(facts, kind)]
