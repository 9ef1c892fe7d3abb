"""Invented drivers: names, documents, phones that families share and that pass on, cars, accounts."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tenants.samples.dice import Dice

_WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_CARS = [(brand, model) for brand, models in _WORDS["cars"].items() for model in models]
_FAMILY_PHONE = 0.04
_RECYCLED_PHONE = 0.01
# Which facts parks do not ask for, and how often.
_NOT_ASKED = (("document", 0.1), ("licence", 0.15), ("email", 0.5), ("plate", 0.1), ("phone", 0.03))
_MORE_ACCOUNTS = (0.85, 0.97)  # below the first: one account, below the second: two, else three


@dataclass(frozen=True, slots=True)
class Identity:
    """What somebody says of themselves, as typed; "" for what is not said."""

    first_name: str
    middle_name: str
    last_name: str
    phone: str
    document: str
    licence: str
    email: str
    plate: str
    car_brand: str
    car_model: str
    car_colour: str


@dataclass(frozen=True, slots=True)
class Account:
    """A driver account in a park, and the number of the person behind it."""

    driver_id: str
    person: int
    park: str
    hired_on: date
    said: Identity


class Town:
    """Makes persons one after the other; remembers some phones, to be shared and to pass on."""

    def __init__(self, dice: Dice, until: date) -> None:
        """Begin an empty town whose last hire is on `until`."""
        self._dice, self._until = dice, until
        self._homes: list[tuple[str, str]] = []
        self._given_up: list[str] = []
        self._people = self._accounts = 0

    def person(self) -> tuple[Identity, list[Account]]:
        """Return a new person with one to three accounts, each of which says a little less or otherwise."""
        number, self._people = self._people, self._people + 1
        said = self._identity(number)
        hired = self._until - timedelta(days=int(self._dice.share() ** 2 * 720))
        draw = self._dice.share()
        count = 1 + sum(draw >= limit for limit in _MORE_ACCOUNTS)
        first = int(self._dice.share() * len(_WORDS["parks"]))
        parks = [_WORDS["parks"][(first + step) % len(_WORDS["parks"])] for step in range(count)]
        return said, [self._account(number, said, park, hired) for park in parks]

    def stranger(self) -> Identity:
        """Return somebody who never drives for any park."""
        number, self._people = self._people, self._people + 1
        return self._identity(number)

    def _identity(self, number: int) -> Identity:
        dice = self._dice
        first_names = _WORDS["women" if dice.chance(0.3) else "men"]
        surname, mother = self._frequent(_WORDS["surnames"]), self._frequent(_WORDS["surnames"])
        first, middle = self._frequent(first_names), self._frequent(first_names)
        document = str(10_000_000 + number * 7_919 % 80_000_000)
        brand, model = dice.pick(_CARS)
        return Identity(
            first_name=first,
            middle_name=middle if middle != first and dice.chance(0.7) else "",
            last_name=f"{surname} {mother}",
            phone=self._phone(number, surname),
            document=document,
            licence=f"Q{document}",
            email=f"{_plain(first)}.{_plain(surname)}{number}@correo.example".lower(),
            plate=_plate(number),
            car_brand=brand,
            car_model=model,
            car_colour=dice.pick(_WORDS["colours"]),
        )

    def _phone(self, number: int, surname: str) -> str:
        """Return a mobile number: mostly one's own, else a relative's, or one that somebody gave up."""
        dice = self._dice
        if self._homes and dice.chance(_FAMILY_PHONE):
            family, phone = dice.pick(self._homes)
            if family == surname:
                return phone
        if self._given_up and dice.chance(_RECYCLED_PHONE):
            return self._given_up.pop()
        phone = str(900_000_000 + number * 6_700_417 % 99_999_989)
        if dice.chance(0.2):
            # A short memory is enough for families; a long one would grow with the fleet.
            self._homes = [*self._homes[-199:], (surname, phone)]
        if dice.chance(2 * _RECYCLED_PHONE) and len(self._given_up) < 100:
            self._given_up.append(phone)
        return phone

    def _account(self, number: int, said: Identity, park: str, hired: date) -> Account:
        self._accounts += 1
        lost = {name: "" for name, share in _NOT_ASKED if self._dice.chance(share)}
        day = min(hired + timedelta(days=int(self._dice.share() * 20)), self._until)
        return Account(f"drv{self._accounts:08d}", number, park, day, replace(said, **lost))

    def _frequent(self, words: list[str]) -> str:
        return words[int(self._dice.share() ** 2 * len(words))]


def _plate(number: int) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    mixed = number * 48_271 % (23**3 * 1000)
    head, tail = divmod(mixed, 1000)
    return f"{letters[head // 529]}{letters[head // 23 % 23]}{letters[head % 23]}-{tail:03d}"


def _plain(word: str) -> str:
    return word.translate(str.maketrans("áéíóúÁÉÍÓÚñÑ ", "aeiouAEIOUnN."))
