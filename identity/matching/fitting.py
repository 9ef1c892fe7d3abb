"""One pass of the fit: what one person's pairs look like, told from counts alone by EM (I7b)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from identity.matching.comparing import DIFFERS, MISSING, Levels
from identity.matching.weighing import Model

MOST_ROUNDS = 500
STILL = 1e-5  # no probability moves further in a round: done
OWN_WEIGHT = 10.0  # the pairs that the first guess counts for, so that nothing ever becomes 0
Patterns = Mapping[Levels, int]
Table = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass found: expected counts of one person's levels, and how probable each pattern is one."""

    expected: Table
    posteriors: dict[Levels, float]
    rounds: int
    has_converged: bool


def fit_pass(patterns: Patterns, model: Model, key: str) -> Pass:
    """Fit one person's levels to the pairs that agree on `key`, which therefore says nothing itself.

    `patterns` counts these pairs by their levels. The chances of two persons' levels stay as the model has
    them, and its own `same` counts for a few pairs.
    """
    seen = list(_cells(patterns, model, key))
    chances = [prod(model.chance[field][at] for field, at in cells) for _levels, _count, cells in seen]
    same: Table = {field: list(each) for field, each in model.same.items()}
    share, rounds, moved = 0.5, 0, 1.0
    expected, posteriors = same, [share] * len(seen)
    while moved > STILL and rounds < MOST_ROUNDS:
        rounds += 1
        posteriors = [
            _posterior(share, prod(same[field][at] for field, at in cells), chance)
            for (_levels, _count, cells), chance in zip(seen, chances, strict=True)
        ]
        expected = _expected(seen, posteriors, same)
        before, before_share = same, share
        same, share = settled(expected, model), _share(seen, posteriors)
        moved = max(abs(share - before_share), *_moves(before, same))
    told = {levels: one for (levels, _count, _cells), one in zip(seen, posteriors, strict=True)}
    return Pass(expected, told, rounds, moved <= STILL)


def settled(expected: Table, first: Model) -> Table:
    """Return the probabilities of expected counts, each field's first guess counted among them."""
    return {
        field: [
            (count + OWN_WEIGHT * guess) / (sum(counts) + OWN_WEIGHT * sum(first.same[field]))
            for count, guess in zip(counts, first.same[field], strict=True)
        ]
        for field, counts in expected.items()
    }


_Cells = list[tuple[str, int]]
_Seen = list[tuple[Levels, int, _Cells]]


def _cells(patterns: Patterns, model: Model, key: str) -> Iterator[tuple[Levels, int, _Cells]]:
    """Yield each pattern with the places of its levels; the key's own and the missing ones have none."""
    for levels, count in patterns.items():
        told = zip(model.same, levels, strict=True)
        yield (
            levels,
            count,
            [(field, level - DIFFERS) for field, level in told if field != key and level != MISSING],
        )


def _posterior(share: float, same: float, chance: float) -> float:
    whole = share * same + (1 - share) * chance
    return share * same / whole


def _expected(seen: _Seen, posteriors: list[float], shape: Table) -> Table:
    expected = {field: [0.0] * len(each) for field, each in shape.items()}
    for (_levels, count, cells), posterior in zip(seen, posteriors, strict=True):
        for field, at in cells:
            expected[field][at] += count * posterior
    return expected


def _share(seen: _Seen, posteriors: list[float]) -> float:
    """Return the part of the pairs that are one person; half a pair on each side keeps it off 0 and 1."""
    pairs = sum(count for _levels, count, _cells in seen)
    found = sum(count * one for (_levels, count, _cells), one in zip(seen, posteriors, strict=True))
    return (found + 0.5) / (pairs + 1)


def _moves(before: Table, after: Table) -> Iterator[float]:
    for field, each in before.items():
        yield from (abs(old - new) for old, new in zip(each, after[field], strict=True))
