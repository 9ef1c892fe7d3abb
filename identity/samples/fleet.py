"""A synthetic fleet of any size: drivers, the leads they came by, trips and claims, and the truth beside.

Files, never rows; the same seed writes the same bytes. Persons have several accounts, families share phones,
phones pass on, plates come in lower case, facts are missing or mistyped, some leads are nobody's and some
persons are two leads; trips lie around the ends of the window.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from identity.rules import MILESTONES, WINDOW_DAYS
from identity.samples.faults import as_lead
from identity.samples.people import Account, Identity, Town
from tenants.samples.dice import Dice

SEED = 2026
UNTIL = date(2026, 9, 30)
NOBODYS = 0.15
SECOND_LEAD = 0.04
HEADINGS = {
    "drivers": (
        "driver_id", "park", "hired_on", "first_name", "middle_name", "last_name", "phone", "document",
        "licence", "email", "plate", "car_brand", "car_model", "car_colour",
    ),
    "leads": (
        "external_id", "lead_created_at", "park", "first_name", "middle_name", "last_name", "park_phone",
        "document", "licence", "email", "asset_plate_number", "car_brand", "car_model", "car_colour",
    ),
    "trips": ("driver_id", "on", "completed_trips"),
    "claims": ("external_id", "milestone", "state", "amount"),
    "holders": ("driver_id", "person"),
    "truth": ("external_id", "person", "trips_in_window", "reached"),
}  # fmt: skip
# How people of a country write phones and moments.
COUNTRIES = {"PE": ("51", "-05:00"), "CL": ("56", "-04:00")}
_STATES = (("paid", 600), ("rejected", 100), ("generated", 100))


@dataclass(slots=True)
class FleetTruth:
    """What is in the files; `of_persons` leads have somebody to be linked to."""

    persons: int = 0
    drivers: int = 0
    leads: int = 0
    of_persons: int = 0
    undated: int = 0
    second_leads: int = 0
    trips: int = 0
    claims: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Lead:
    external_id: str
    created: datetime | None
    park: str
    said: Identity


def write_fleet(
    folder: Path,
    *,
    persons: int,
    leads: int,
    seed: int = SEED,
    until: date | None = None,
    country: str = "PE",
) -> FleetTruth:
    """Write drivers, leads, trips, claims, and as truth the persons behind drivers and leads, as CSV files.

    With `until` they hold what is known on that day: nobody is hired, nothing driven or brought in later.
    Without it the last hires are on UNTIL and what follows them is known too. `country` is PE or CL.
    Returns what truth.json holds too. Memory does not grow with the fleet. Raises OSError, KeyError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        writers = {name: _writer(files, folder / f"{name}.csv", head) for name, head in HEADINGS.items()}
        town = Town(Dice(seed + 1), until or UNTIL)
        truth = _Fleet(writers, Dice(seed), town, until, country).write(persons, leads)
    (folder / "truth.json").write_text(json.dumps(asdict(truth), indent=1, sort_keys=True), encoding="utf-8")
    return truth


def _writer(files: ExitStack, path: Path, headings: tuple[str, ...]) -> Any:
    writer = csv.writer(files.enter_context(path.open("w", encoding="utf-8", newline="")))
    writer.writerow(headings)
    return writer


class _Fleet:
    """Writes the files person by person, so that nothing needs to be remembered."""

    def __init__(
        self, writers: dict[str, Any], dice: Dice, town: Town, known: date | None, country: str
    ) -> None:
        self._writers, self._dice, self._town = writers, dice, town
        self._until, self._known = known or UNTIL, known or date.max
        self._dial, self._offset = COUNTRIES[country]
        self._truth = FleetTruth()

    def write(self, persons: int, leads: int) -> FleetTruth:
        """Spread the leads evenly over the persons, nobody's leads between them."""
        for number in range(persons):
            said, accounts = self._town.person()
            self._truth.persons += 1
            self._write_accounts(accounts)
            while self._truth.leads < leads and self._truth.leads * persons <= number * leads:
                if self._dice.chance(NOBODYS):
                    self._write_stranger()
                else:
                    self._write_person(said, accounts)
        return self._truth

    def _write_accounts(self, accounts: list[Account]) -> None:
        for one in accounts:
            self._truth.drivers += 1
            self._writers["holders"].writerow([one.driver_id, one.person])
            self._writers["drivers"].writerow(
                [one.driver_id, one.park, one.hired_on.isoformat(), *_cells(one.said)]
            )

    def _write_stranger(self) -> None:
        created = datetime.combine(self._until, datetime.min.time()) - timedelta(
            hours=int(self._dice.share() * 9000)
        )
        lead = self._lead(self._town.stranger(), "lima-norte", created)
        self._write_lead(lead, person="", trips=0, reached=[])

    def _write_person(self, said: Identity, accounts: list[Account]) -> None:
        first = accounts[0]
        ahead = timedelta(days=int(self._dice.share() * 20), hours=int(self._dice.share() * 24))
        created = datetime.combine(first.hired_on, datetime.min.time()) - ahead
        dated = None if self._dice.chance(0.005) else created
        self._truth.undated += dated is None
        lead = self._lead(said, first.park, dated)
        inside = self._write_trips(accounts, dated.date() if dated else first.hired_on)
        trips = inside if dated else 0
        reached = [code for code, needed, _amount in MILESTONES if trips >= needed]
        self._write_lead(lead, person=str(first.person), trips=trips, reached=reached)
        self._write_claims(lead, reached)
        if dated and self._dice.chance(SECOND_LEAD):
            again = self._lead(said, first.park, dated + timedelta(days=3 + int(self._dice.share() * 40)))
            if again.created and again.created.date() < self._known:
                self._truth.second_leads += 1
                self._write_lead(again, person=str(first.person), trips=None, reached=[])

    def _lead(self, said: Identity, park: str, created: datetime | None) -> _Lead:
        external = f"L{self._truth.leads + 1:07d}"
        return _Lead(external, created, park, as_lead(said, self._dice, self._dial))

    def _write_lead(self, lead: _Lead, *, person: str, trips: int | None, reached: list[str]) -> None:
        self._truth.leads += 1
        self._truth.of_persons += bool(person)
        _count(self._truth.reached, reached)
        moment = _moment(lead.created, self._dice, self._offset)
        self._writers["leads"].writerow([lead.external_id, moment, lead.park, *_cells(lead.said)])
        told = "" if trips is None else trips
        self._writers["truth"].writerow([lead.external_id, person, told, " ".join(reached)])

    def _write_trips(self, accounts: list[Account], lead_on: date) -> int:
        """Write days of trips around the window, over all accounts; return those inside it."""
        inside = 0
        for day, count in self._days(lead_on):
            account = self._dice.pick(accounts)
            if day > self._known:
                continue
            self._writers["trips"].writerow([account.driver_id, day.isoformat(), count])
            self._truth.trips += count
            inside += count if lead_on <= day < lead_on + timedelta(days=WINDOW_DAYS) else 0
        return inside

    def _days(self, lead_on: date) -> Iterator[tuple[date, int]]:
        """Yield days with trips: most begin in the window, some on its first or past its last day."""
        if self._dice.chance(0.25):
            return
        begin = int(self._dice.share() * 20) - 1
        for step in range(int(self._dice.share() ** 2 * 8) + 1):
            yield lead_on + timedelta(days=begin + step), 1 + int(self._dice.share() ** 2 * 12)

    def _write_claims(self, lead: _Lead, reached: list[str]) -> None:
        amounts = {code: amount for code, _needed, amount in MILESTONES}
        for code in reached:
            state = self._dice.one_of_thousand(_STATES)
            if state:
                _count(self._truth.claims, [state])
                self._writers["claims"].writerow([lead.external_id, code, state, amounts[code]])


def _count(counted: dict[str, int], names: Iterable[str]) -> None:
    for name in names:
        counted[name] = counted.get(name, 0) + 1


def _cells(said: Identity) -> list[str]:
    return [
        said.first_name,
        said.middle_name,
        said.last_name,
        said.phone,
        said.document,
        said.licence,
        said.email,
        said.plate,
        said.car_brand,
        said.car_model,
        said.car_colour,
    ]


def _moment(created: datetime | None, dice: Dice, offset: str) -> str:
    """Write a moment as cabinets do: with the zone, or as the clock on the wall says."""
    if created is None:
        return ""
    if dice.chance(0.5):
        return f"{created.isoformat(timespec='seconds')}{offset}"
    return created.strftime(dice.pick(("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M")))
