"""Invented people: names, companies, titles of a known persona, days they connected."""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tenants.samples.dice import Dice

_WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))
_YEARS = 5  # of connections before the last one
_PERSONAS = (("dc_generales", 90), ("dc_marketing", 180), ("dc_comerciales", 240), ("dc_medicas", 140))
_DEFAULT = "mateo"
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """Somebody of an export; only the title may change, and the persona with it."""

    first: str
    last: str
    address: str
    email: str
    company: str
    title: str
    persona: str
    connected: str

    def row(
        self,
        *,
        first: str | None = None,
        last: str | None = None,
        address: str | None = None,
        email: str | None = None,
        company: str | None = None,
        connected: str | None = None,
    ) -> tuple[str, ...]:
        """Return the cells of an export's row, with some of them as given."""
        return (
            self.first if first is None else first,
            self.last if last is None else last,
            self.address if address is None else address,
            self.email if email is None else email,
            self.company if company is None else company,
            self.title,
            self.connected if connected is None else connected,
        )


class Inventor:
    """Makes people one after the other, no two with one e-mail or address."""

    def __init__(self, dice: Dice, until: date) -> None:
        """Throw `dice` for every choice; nobody connects after `until`."""
        self._dice, self._until = dice, until
        self._made = 0

    def person(self) -> Person:
        """Return somebody new."""
        self._made += 1
        pick = self._dice.pick
        first, last = pick(_WORDS["first_names"]), pick(_WORDS["last_names"])
        company = f"{pick(_WORDS['company_heads'])} {pick(_WORDS['company_tails'])}"
        persona, title = self._title()
        slug = f"{_plain(first)}-{last.lower()}-{self._made:x}"
        return Person(
            first=first,
            last=last,
            address=f"https://www.linkedin.com/in/{quote(slug)}",
            email=f"{_plain(first)}.{_plain(last)}{self._made}@{_plain(company)}.example",
            company=company,
            title=title,
            persona=persona,
            connected=self._day(),
        )

    def change_title(self, person: Person) -> None:
        """Give a person another title, and the persona that goes with it."""
        before = person.title
        while person.title == before or not person.title:
            person.persona, person.title = self._title()

    def _title(self) -> tuple[str, str]:
        """Return a persona and a title that means it, spelled as people spell."""
        persona = self._dice.one_of_thousand(_PERSONAS) or _DEFAULT
        if persona == _DEFAULT and self._dice.chance(0.08):
            return persona, ""
        title = self._dice.pick(_WORDS["titles"][persona])
        return persona, self._respell(title)

    def _respell(self, title: str) -> str:
        title = self._with_place(title)
        manner = self._dice.share()
        if manner < 0.08:
            return title.upper()
        if manner < 0.14:
            return title.lower()
        if manner < 0.18:
            return _without_accents(title)
        if manner < 0.20:
            return f"✨ {title} 💼"
        return f" {title.replace(' ', '  ')} " if manner < 0.21 else title

    def _with_place(self, title: str) -> str:
        choice = self._dice.share()
        if choice < 0.15:
            return f"{title} {self._dice.pick(_WORDS['places'])}"
        if choice < 0.25:
            return f"{title} - {self._dice.pick(_WORDS['places'])}"
        return f"{title} | {self._dice.pick(_WORDS['sectors'])}" if choice < 0.33 else title

    def _day(self) -> str:
        # The root brings more connections to the later years, as a network grows.
        days_ago = int((1 - self._dice.share() ** 0.5) * _YEARS * 365)
        day = self._until - timedelta(days=days_ago)
        manner = self._dice.share()
        if manner < 0.80:
            return f"{day.day:02d} {_ENGLISH[day.month - 1]} {day.year}"
        if manner < 0.92:
            return f"{day.day:02d} {_SPANISH[day.month - 1][:3]} {day.year}"
        return f"{day.day} de {_SPANISH[day.month - 1]} de {day.year}"


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode("ascii")
    return letters.replace(" ", "-")
