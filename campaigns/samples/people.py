"""Invented people: names, documents and numbers."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.samples.cells import Cell
from campaigns.samples.documents import PAPERS, Paper
from campaigns.samples.numbering import Dialled, Exchange
from tenants.samples.dice import Dice

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_SECOND_MOBILE = 0.3  # landlines that are mobiles
_LANDLINE = 0.4
_WORK = 0.1
_TWO_IN_A_CELL = 0.03
_MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a client knows them; `numbers` go by the column they stand in."""

    name: str
    paper: Paper
    mobile: tuple[Dialled, ...]
    landline: Dialled | None
    work: Dialled | None

    @property
    def phones(self) -> tuple[str, ...]:
        """Return the numbers in the order of calling: mobiles first (C7)."""
        numbers = [*self.mobile, *filter(None, (self.work, self.landline))]
        mobiles = [one.e164 for one in numbers if one.is_mobile]
        return tuple(dict.fromkeys(mobiles + [one.e164 for one in numbers]))

    @property
    def is_mended(self) -> bool:
        """Answer whether a number of theirs is not written as it is dialled."""
        return any(one.is_repaired for one in (*self.mobile, self.work, self.landline) if one)


class Crowd:
    """Makes people one after the other, no document and no mobile twice."""

    def __init__(self, dice: Dice, country: str, *, after: int = 0) -> None:
        """Begin after so many others. Raises KeyError for a country that is not known."""
        self._dice, self._paper = dice, PAPERS[country]
        self._exchange = Exchange(dice, country, given=after * _MOST_NUMBERS)
        self._people = after

    def person(self) -> Somebody:
        """Return a new person with a mobile at least."""
        dice, exchange = self._dice, self._exchange
        self._people += 1
        paper = self._paper(dice, self._people)
        mobile: tuple[Dialled, ...] = (exchange.mobile(),)
        if dice.chance(_TWO_IN_A_CELL):
            mobile = (exchange.plain_mobile(), exchange.plain_mobile())
        landline = None
        if dice.chance(_LANDLINE):
            landline = exchange.mobile() if dice.chance(_SECOND_MOBILE) else exchange.landline()
        work = exchange.plain_mobile() if dice.chance(_WORK) else None
        return Somebody(self._name(), paper, mobile, landline, work)

    def _name(self) -> str:
        dice = self._dice
        first, second = (self._frequent(WORDS[dice.pick(("women", "men"))]) for _ in range(2))
        surname, mother = self._frequent(WORDS["surnames"]), self._frequent(WORDS["surnames"])
        return f"{first} {second} {surname} {mother}"

    def _frequent(self, words: list[str]) -> str:
        return words[int(self._dice.share() ** 2 * len(words))]


def in_a_cell(*numbers: Dialled | None) -> Cell:
    """Return the cell of some numbers, blank for none."""
    there = [number.written for number in numbers if number]
    return there[0] if len(there) == 1 else " / ".join(map(str, there)) or None
