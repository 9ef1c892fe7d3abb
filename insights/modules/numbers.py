"""How figures are reckoned and rounded (N20): what is tested is unrounded, what is shown is rounded once."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import copysign, floor, fsum, sqrt
from typing import TypeVar

Z = 1.96
# Labels have a few decimals. What differs beyond the twelfth is the computer's dust, not a difference.
_CLEAN = 12
_THOUSAND = 1000

Key = TypeVar("Key")
Value = TypeVar("Value")


def clean(value: float) -> float:
    """Return a figure without the computer's dust, fit to be tested against a threshold."""
    return round(value, _CLEAN)


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, clean and the same in any order of the values; None without values."""
    return clean(fsum(values) / len(values)) if values else None


def rounded(value: float | Fraction, places: int) -> float:
    """Round as people do: a half goes away from zero; there is no minus zero."""
    unit = 10**places
    # Cleaned once more: a hundred times 1.005 is a hair below 100.5.
    whole = floor(round(abs(float(value)) * unit, _CLEAN - places) + 0.5)
    return copysign(whole / unit, value) if whole else 0.0


def rounded_or_none(value: float | Fraction | None, places: int) -> float | None:
    """Round what there is."""
    return None if value is None else rounded(value, places)


def whole(value: float | Fraction) -> int:
    """Round to a whole number, for sentences."""
    return int(rounded(value, 0))


def percent(part: int, whole: int) -> Fraction:
    """Return so many of so many in percent, exactly, so that thresholds can be tested; `whole` is above 0."""
    return Fraction(100 * part, whole)


def shares(counts: Mapping[Key, int]) -> dict[Key, float]:
    """Return fractions of three decimals that add to exactly 1, by largest remainder; ties in listed order.

    At least one count must be above 0.
    """
    total = sum(counts.values())
    parts = {key: divmod(_THOUSAND * count, total) for key, count in counts.items()}
    left = _THOUSAND - sum(whole for whole, _ in parts.values())
    # A stable sort keeps the listed order among equal remainders.
    favoured = set(sorted(parts, key=lambda key: -parts[key][1])[:left])
    return {key: (whole + (key in favoured)) / _THOUSAND for key, (whole, _) in parts.items()}


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, three decimals; `whole` is above 0."""
    share, square = part / whole, Z * Z
    middle = share + square / (2 * whole)
    half = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    low, high = (middle - half) / (1 + square / whole), (middle + half) / (1 + square / whole)
    return rounded(max(low, 0.0), 3), rounded(min(high, 1.0), 3)


def intervals(counts: Mapping[Key, int]) -> dict[Key, tuple[float, float]]:
    """Return Wilson's interval of every share; at least one count must be above 0."""
    total = sum(counts.values())
    return {key: wilson(count, total) for key, count in counts.items()}


def dominant(values: Mapping[Key, float] | Mapping[Key, int]) -> Key | None:
    """Return what is above all others; None on a tie and when nothing is above 0."""
    highest = max(values.values(), default=0)
    first = [key for key, value in values.items() if value == highest]
    return first[0] if highest > 0 and len(first) == 1 else None


def columns(rows: Iterable[Sequence[Value]]) -> list[tuple[Value, ...]]:
    """Turn rows into columns."""
    return list(zip(*rows, strict=True))
