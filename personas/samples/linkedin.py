"""Synthetic LinkedIn exports with every fault that real ones have, and the truth beside them.

The truth is counted while people are invented: which persona a title means is written in
`people.toml`, so that neither the classifier nor the importer judges itself. The same seed gives the
same bytes on every Python: nothing but `random()` is asked of the generator.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from personas.samples.people import Inventor, Person
from tenants.samples.dice import Dice

SEED = 2026
UNTIL = date(2026, 9, 30)
NOTES = (
    "Notes:\r\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. '
    "You will only see email addresses for connections who have allowed their connections to see or download "
    'their email address."\r\n\r\n'
)
HEADINGS = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")

# What a row is, of a thousand; the rest are people met for the first time, without fault.
_KINDS = (
    ("moved", 25),
    ("seen_by_email", 12),
    ("conflict_of_two", 4),
    ("conflict_of_address", 4),
    ("nobody", 4),
    ("name_only", 4),
    ("name_and_company", 12),
    ("bad_date", 8),
    ("bad_email", 6),
    ("bad_address", 6),
)
_BAD_DATES = ("32 Jan 2024", "hace poco", "05 Jan 24", "2024-02-30")
_BAD_EMAILS = ("sin correo", "ana@", "ana@@acme.example", "ana perez@acme.example")
_BAD_ADDRESSES = ("https://www.linkedin.com/company/acme", "https://linkedin.example/in/ana", "acme.example")


@dataclass(slots=True)
class Truth:
    """What a correct import of the file finds, in a tenant without contacts and with the shipped rules.

    `contacts_per_persona` counts people as they stand at the end, `rows_per_persona` every created or
    updated row with the persona of its moment.
    """

    total_rows: int = 0
    created: int = 0
    updated: int = 0
    conflicts: int = 0
    invalid: int = 0
    connected_on_parse_failed: int = 0
    email_invalid_format: int = 0
    url_invalid_format: int = 0
    contacts_per_persona: dict[str, int] = field(default_factory=dict)
    rows_per_persona: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkedInSample:
    """The bytes of an export and what is true of them."""

    content: bytes
    truth: Truth


class _Export:
    """One export while it is written: its people so far, and the truth about its rows so far."""

    def __init__(self, dice: Dice, until: date) -> None:
        self._dice = dice
        self._inventor = Inventor(dice, until)
        self._met: list[Person] = []
        self._reachable: list[Person] = []  # with both e-mail and address: may be met again
        self._rows_per_persona: Counter[str] = Counter()
        self.truth = Truth()

    def next_row(self) -> tuple[str, ...]:
        """Return one more row and count what it must become."""
        self.truth.total_rows += 1
        kind = self._dice.one_of_thousand(_KINDS) or "newcomer"
        if len(self._reachable) < 2:
            kind = "newcomer"
        row: tuple[str, ...] = getattr(self, f"_{kind}")()
        return row

    def close(self) -> Truth:
        """Return the truth, complete."""
        self.truth.contacts_per_persona = dict(sorted(Counter(one.persona for one in self._met).items()))
        self.truth.rows_per_persona = dict(sorted(self._rows_per_persona.items()))
        return self.truth

    def _create(self, person: Person) -> None:
        self.truth.created += 1
        self._met.append(person)
        self._rows_per_persona[person.persona] += 1

    def _newcomer(self) -> tuple[str, ...]:
        person = self._inventor.person()
        self._create(person)
        if self._dice.chance(0.35):
            self._reachable.append(person)
            return person.row()
        return person.row(email="")

    def _again(self) -> Person:
        person = self._dice.pick(self._reachable)
        self._inventor.change_title(person)
        self.truth.updated += 1
        self._rows_per_persona[person.persona] += 1
        return person

    def _moved(self) -> tuple[str, ...]:
        return self._again().row(email="")

    def _seen_by_email(self) -> tuple[str, ...]:
        person = self._again()
        return person.row(email=person.email.upper(), address="")

    def _conflict_of_two(self) -> tuple[str, ...]:
        one = self._dice.pick(self._reachable)
        other = self._dice.pick([person for person in self._reachable if person is not one])
        self.truth.conflicts += 1
        return one.row(address=other.address)

    def _conflict_of_address(self) -> tuple[str, ...]:
        self.truth.conflicts += 1
        return self._dice.pick(self._reachable).row(address=self._inventor.person().address)

    def _nobody(self) -> tuple[str, ...]:
        self.truth.invalid += 1
        return self._inventor.person().row(first="", last="", address="")

    def _name_only(self) -> tuple[str, ...]:
        self.truth.invalid += 1
        return self._inventor.person().row(email="", address="", company="")

    def _name_and_company(self) -> tuple[str, ...]:
        person = self._inventor.person()
        self._create(person)
        return person.row(email="", address="")

    def _bad_date(self) -> tuple[str, ...]:
        person = self._inventor.person()
        self._create(person)
        self.truth.connected_on_parse_failed += 1
        return person.row(connected=self._dice.pick(_BAD_DATES))

    def _bad_email(self) -> tuple[str, ...]:
        person = self._inventor.person()
        self._create(person)
        self.truth.email_invalid_format += 1
        return person.row(email=self._dice.pick(_BAD_EMAILS))

    def _bad_address(self) -> tuple[str, ...]:
        person = self._inventor.person()
        self._create(person)
        self.truth.url_invalid_format += 1
        return person.row(address=self._dice.pick(_BAD_ADDRESSES))


def make_linkedin_export(*, rows: int = 5_000, seed: int = SEED, until: date = UNTIL) -> LinkedInSample:
    """Return a synthetic connections export of `rows` rows, the last connection on `until`, and its truth."""
    export = _Export(Dice(seed), until)
    text = io.StringIO(newline="")
    text.write(NOTES)
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(HEADINGS)
    lines.writerows(_rows(export, rows))
    return LinkedInSample(text.getvalue().encode("utf-8"), export.close())


def _rows(export: _Export, rows: int) -> Iterator[tuple[str, ...]]:
    for _ in range(rows):
        yield export.next_row()


def write_linkedin_export(
    path: Path, *, rows: int = 5_000, seed: int = SEED, until: date = UNTIL
) -> LinkedInSample:
    """Write the export to `path` and its truth beside it, as `<name>.truth.json`; return both."""
    sample = make_linkedin_export(rows=rows, seed=seed, until=until)
    path.write_bytes(sample.content)
    told = json.dumps(asdict(sample.truth), indent=2, ensure_ascii=False)
    path.with_suffix(".truth.json").write_text(told + "\n", encoding="utf-8")
    return sample
