"""Invented phones of several countries: how people write them, and what each must be read as (C5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from campaigns.samples.cells import Cell
from tenants.samples.dice import Dice

_MANY = 10_000_000
_STEP = 6_700_417  # prime: numbers follow one another without a pattern and without repeating


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number as it stands in a cell, and what it is."""

    written: Cell
    e164: str
    is_mobile: bool
    is_repaired: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a number, how often in a thousand, and whether digits are added or dropped by it."""

    write: Callable[[str], Cell]
    weight: int
    is_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a country numbers: `mobile` and `landline` make national numbers out of seven digits."""

    code: str
    mobile: str
    landline: str
    mobile_forms: Sequence[Form]
    landline_forms: Sequence[Form]
    tells_mobiles: bool = True


def _digits(number: str) -> Cell:
    return number


def _as_float(number: str) -> Cell:
    return float(number)


def _in_groups(number: str) -> Cell:
    return f"{number[:-8]} {number[-8:-4]} {number[-4:]}".strip()


def _with_code(code: str) -> Callable[[str], Cell]:
    return lambda number: f"+{code} {_in_groups(number)}"


def _usual(code: str) -> list[Form]:
    return [Form(_as_float, 350), Form(_with_code(code), 250), Form(_in_groups, 150), Form(_digits, 100)]


NUMBERINGS = {
    "CL": Numbering(
        "56",
        "98{:07d}",
        "22{:07d}",
        [
            *_usual("56"),
            Form(lambda number: float(f"56{number}"), 50),
            Form(lambda number: f"0{number}", 20),
            Form(lambda number: float(number[1:]), 40, is_repaired=True),  # eight digits, as before 2013
            Form(lambda number: f"9{number}", 20, is_repaired=True),  # a doubled 9
            Form(lambda number: f"{number} anexo 12", 10, is_repaired=True),
        ],
        [
            *_usual("56"),
            Form(lambda number: f"(02) {number[1:]}", 50),
            Form(lambda number: float(number[0] + number[2:]), 50, is_repaired=True),
        ],
    ),
    "PE": Numbering("51", "98{:07d}", "14{:06d}", _usual("51"), _usual("51")),
    "CO": Numbering(
        "57",
        "310{:07d}",
        "6013{:06d}",
        [*_usual("57"), Form(lambda number: f"03 {number}", 50, is_repaired=True)],
        _usual("57"),
    ),
    "MX": Numbering(
        "52",
        "552{:07d}",
        "333{:07d}",
        [
            *_usual("52"),
            Form(lambda number: f"044 {number}", 50, is_repaired=True),
            Form(lambda number: f"+521{number}", 30, is_repaired=True),
        ],
        [*_usual("52"), Form(lambda number: f"01 {number}", 50, is_repaired=True)],
        tells_mobiles=False,
    ),
    "AR": Numbering(
        "54",
        "9116{:07d}",
        "114{:07d}",
        [
            Form(lambda number: f"+54 9 11 {number[3:7]} {number[7:]}", 300),
            Form(lambda number: f"011 15 {number[3:7]}-{number[7:]}", 200, is_repaired=True),
            Form(lambda number: float(f"54{number}"), 300),
        ],
        _usual("54"),
    ),
    "BR": Numbering("55", "1198{:07d}", "113{:07d}", _usual("55"), _usual("55")),
}  # fmt: skip


class Exchange:
    """Gives out the numbers of a country, no mobile twice."""

    def __init__(self, dice: Dice, country: str, *, given: int = 0) -> None:
        """Begin with so many numbers given. Raises KeyError for a country that is not known."""
        self._dice, self._plan = dice, NUMBERINGS[country]
        self._given = given

    def mobile(self) -> Dialled:
        """Return a new mobile, written in one of the ways of the country."""
        return self._dialled(self._plan.mobile, self._plan.mobile_forms, self._plan.tells_mobiles)

    def landline(self) -> Dialled:
        """Return a landline, written in one of the ways of the country."""
        return self._dialled(self._plan.landline, self._plan.landline_forms, is_mobile=False)

    def plain_mobile(self) -> Dialled:
        """Return a new mobile as an international number: what nobody can misread."""
        number = self._next(self._plan.mobile)
        return Dialled(f"+{self._plan.code}{number}", self._e164(number), self._plan.tells_mobiles, False)

    def _dialled(self, shape: str, forms: Sequence[Form], is_mobile: bool) -> Dialled:
        number = self._next(shape)
        form = self._dice.one_of_thousand([(form, form.weight) for form in forms]) or forms[0]
        return Dialled(form.write(number), self._e164(number), is_mobile, form.is_repaired)

    def _next(self, shape: str) -> str:
        self._given += 1
        number = 2_000_000 + self._given * _STEP % (_MANY - 2_000_000)
        # Six digits are enough for some shapes; all eights would be a filler.
        return shape.format(number % 1_000_000 if ":06d" in shape else number - (number == 8_888_888))

    def _e164(self, number: str) -> str:
        return f"+{self._plan.code}{number}"
