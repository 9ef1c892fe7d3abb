"""The synthetic fleet in the normal form of I1, as plain CSV that any engine can read; the truth beside."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from identity.matching.facts import Facts
from identity.matching.keys import name_key
from identity.samples import write_fleet
from tests.identity.fleet_pairs import account_of, lead_of

HEADINGS = (
    "unique_id", "person", "park", "phone", "document", "licence", "email", "plate", "car",
    "first_name", "middle_name", "last_name", "name", "on_day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Files:
    """Where they are: leads and accounts as prepared, and the fleet's own files."""

    folder: Path

    @property
    def leads(self) -> Path:
        """Return the leads; `person` is empty and `on_day` the lead's date."""
        return self.folder / "prepared-leads.csv"

    @property
    def accounts(self) -> Path:
        """Return the driver accounts; `on_day` is the day of the hire."""
        return self.folder / "prepared-accounts.csv"

    def truth(self) -> dict[str, str]:
        """Return the person of each lead, "" for nobody."""
        return {row["external_id"]: row["person"] for row in _rows(self.folder / "truth.csv")}


def prepared_fleet(folder: Path, *, persons: int, leads: int) -> Files:
    """Write a fleet and its prepared form, unless this folder holds it already."""
    files, wanted = Files(folder), {"persons": persons, "leads": leads}
    mark = folder / "prepared.json"
    if mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) == wanted:
        return files
    write_fleet(folder, persons=persons, leads=leads)
    _write(files.leads, _leads(folder))
    _write(files.accounts, _accounts(folder))
    mark.write_text(json.dumps(wanted), encoding="utf-8")
    return files


def _leads(folder: Path) -> Iterator[list[str]]:
    for row in _rows(folder / "leads.csv"):
        lead = lead_of(row)
        yield _cells(row["external_id"], "", lead.facts, row, str(lead.lead_date or ""))


def _accounts(folder: Path) -> Iterator[list[str]]:
    holders = _rows(folder / "holders.csv")
    for row, holder in zip(_rows(folder / "drivers.csv"), holders, strict=True):
        one = account_of(row, holder["person"])
        yield _cells(row["driver_id"], holder["person"], one.facts, row, row["hired_on"])


def _cells(key: str, person: str, facts: Facts, row: dict[str, str], day: str) -> list[str]:
    keys = [facts.phone, facts.document, facts.licence, facts.email, facts.plate, facts.car]
    names = [name_key(row[part]) for part in ("first_name", "middle_name", "last_name")]
    return [key, person, facts.park, *keys, *names, " ".join(sorted(facts.name)), day]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
