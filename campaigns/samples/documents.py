"""Invented documents of several countries; their check digits are reckoned here, not by the reader (C4)."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.samples.cells import Cell
from tenants.samples.dice import Dice


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it stands in a cell, and the form it must be read as."""

    written: Cell
    canonical: str


def rut_digit(body: int) -> str:
    """Return the check digit of a RUT: weights 2 to 7 from the right, over and over."""
    digits = [int(digit) for digit in reversed(str(body))]
    left = 11 - sum(digit * (2 + place % 6) for place, digit in enumerate(digits)) % 11
    return {11: "0", 10: "K"}.get(left, str(left))


def _rut(dice: Dice, number: int) -> Paper:
    body = 5_000_000 + number * 48_271 % 20_000_000
    digit = rut_digit(body)
    canonical = f"{body}-{digit}"
    if digit != "K" and dice.chance(0.5):
        return Paper(float(f"{body}{digit}"), canonical)  # a number cell
    dotted = f"{body:,}".replace(",", ".")
    forms = (canonical, f"{dotted}-{digit}", f"{body}{digit.lower()}", f"0{canonical}")
    return Paper(dice.pick(forms), canonical)


def _plain(first: int, many: int) -> Callable[[Dice, int], Paper]:
    def make(dice: Dice, number: int) -> Paper:
        digits = str(first + number * 48_271 % many)
        return Paper(float(digits) if dice.chance(0.5) else digits, digits)

    return make


def _cpf(dice: Dice, number: int) -> Paper:
    digits = [int(digit) for digit in f"{100_000_000 + number * 48_271 % 800_000_000:09d}"]
    for length in (9, 10):
        left = sum(digit * (length + 1 - place) for place, digit in enumerate(digits)) % 11
        digits.append(0 if left < 2 else 11 - left)
    canonical = "".join(map(str, digits))
    shown = f"{canonical[:3]}.{canonical[3:6]}.{canonical[6:9]}-{canonical[9:]}"
    return Paper(dice.pick((canonical, shown)), canonical)


def _rfc(dice: Dice, number: int) -> Paper:
    letters = "".join(chr(65 + number // 26**place % 26) for place in range(2))
    canonical = f"ZX{letters}{60 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return Paper(dice.pick((canonical, canonical.lower())), canonical)


PAPERS: dict[str, Callable[[Dice, int], Paper]] = {
    "CL": _rut,
    "PE": _plain(10_000_000, 80_000_000),
    "CO": _plain(1_000_000_000, 200_000_000),
    "MX": _rfc,
    "AR": _plain(10_000_000, 80_000_000),
    "BR": _cpf,
}
