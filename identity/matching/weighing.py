"""I7b: what a comparison weighs, in bits, and how probable each person and nobody are."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import log2
from typing import Any, NamedTuple

from identity.matching.comparing import DIFFERS, LEVELS, MISSING, Field, Levels, identifier_agrees, top_of

SMALLEST_TOWN = 100_000  # frequencies of a few hundred persons say nothing about chance
NOBODY_ELSE = 1  # holders of a value that nobody else has


@dataclass(frozen=True, slots=True)
class Model:
    """A versioned set of probabilities; its fields, in the order of `same`, are those of the levels.

    `same` and `chance` hold, by field, how often each level from "differs" on is seen of one person and of
    two. `slack` is how many others than the holder a unique value may still belong to: full agreement is
    weighed by the value's holders, not by `chance`. `share` is the part of leads that have a person at all.
    """

    version: str
    same: Mapping[str, tuple[float, ...]]
    chance: Mapping[str, tuple[float, ...]]
    slack: Mapping[str, float]
    share: float = 0.5

    def top_of(self, field: str) -> int:
        """Return the level of full agreement."""
        return DIFFERS + len(self.same[field]) - 1


SHIPPED = Model(
    version="shipped-1",
    same={
        Field.DOCUMENT: (0.02, 0.03, 0.95),
        Field.PHONE: (0.1, 0.03, 0.87),
        Field.LICENCE: (0.05, 0.95),
        Field.EMAIL: (0.1, 0.9),
        Field.PLATE: (0.35, 0.65),
        Field.NAME: (0.02, 0.06, 0.22, 0.7),
        Field.CAR: (0.3, 0.7),
        Field.HIRED: (0.2, 0.2, 0.6),
    },
    chance={
        Field.DOCUMENT: (0.999, 1e-6, 1e-6),
        Field.PHONE: (0.999, 1e-6, 1e-6),
        Field.LICENCE: (0.999, 1e-6),
        Field.EMAIL: (0.999, 1e-6),
        Field.PLATE: (0.999, 1e-5),
        Field.NAME: (0.85, 0.14, 0.009, 0.001),
        Field.CAR: (0.93, 0.07),
        Field.HIRED: (0.75, 0.15, 0.1),
    },
    slack={
        Field.DOCUMENT: 0.01,
        Field.PHONE: 0.02,
        Field.LICENCE: 0.02,
        Field.EMAIL: 0.02,
        Field.PLATE: 0.12,
    },
)


class Weighed(NamedTuple):
    """One person against one lead: the levels, the bits of each field, and how probable it is (I10).

    `is_aside`: a rule or a park set the person aside, so that no probability is theirs (I7b).
    """

    person: Hashable
    levels: Levels
    weights: tuple[float, ...]
    posterior: float = 0.0
    is_aside: bool = False

    @property
    def bits(self) -> float:
        """Return the sum of the weights."""
        return sum(self.weights)

    @property
    def identifier_agrees(self) -> bool:
        """Answer whether more than a name speaks for it."""
        return identifier_agrees(self.levels)


def weigh(model: Model, levels: Levels, holders: Mapping[Any, int], persons: int) -> tuple[float, ...]:
    """Return the bits of every field; `holders` counts, by field, who holds the lead's value (I7b)."""
    town = max(persons, SMALLEST_TOWN)
    return tuple(
        round(_bits(model, field, level, holders.get(field, NOBODY_ELSE), town), 2)
        for field, level in zip(model.same, levels, strict=True)
    )


def with_posteriors(model: Model, weighed: Mapping[Hashable, Weighed], persons: int) -> list[Weighed]:
    """Return the persons, most probable first, each with its probability among all of them and nobody."""
    town = max(persons, SMALLEST_TOWN)
    # Every person is as likely beforehand; 2 to the bits of a sure one has thirty digits, which floats bear.
    odds = {one: model.share / town * 2.0**each.bits for one, each in weighed.items()}
    whole = sum(odds.values()) + 1 - model.share
    found = [
        Weighed(each.person, each.levels, each.weights, odds[one] / whole) for one, each in weighed.items()
    ]
    return sorted(found, key=lambda each: (-each.posterior, str(each.person)))


def _bits(model: Model, field: str, level: int, holders: int, town: int) -> float:
    if level == MISSING:
        return 0.0
    same = model.same[field][level - DIFFERS]
    if field in model.slack and level == model.top_of(field):
        others = max(holders, NOBODY_ELSE) - 1 + model.slack[field]
        return log2(same * town / others)
    return log2(same / model.chance[field][level - DIFFERS])


def missed_points(model: Model) -> list[str]:
    """Return the points that a model must hold and does not; one that misses any is not activated (I7b)."""
    points = [
        (f"{field} alone", {field: top_of(field)}, 0.97, 1.0)
        for field in (Field.DOCUMENT, Field.PHONE, Field.LICENCE, Field.EMAIL)
    ]
    similar = 1 + DIFFERS + LEVELS[Field.NAME].index("similar")
    points += [
        ("plate and similar name", {Field.PLATE: 2, Field.NAME: similar}, 0.9, 1.0),
        ("plate alone", {Field.PLATE: 2}, 0.0, 0.9),
        ("phone and another name", {Field.PHONE: 3, Field.NAME: DIFFERS}, 0.0, 0.9),
        ("name alone", {Field.NAME: top_of(Field.NAME)}, 0.0, 0.9),
    ]
    return [words for words, levels, least, below in points if not least <= _alone(model, levels) < below]


def _alone(model: Model, told: Mapping[Field, int]) -> float:
    levels = tuple(told.get(field, MISSING) for field in Field)
    only = Weighed("p", levels, weigh(model, levels, {}, SMALLEST_TOWN))
    return with_posteriors(model, {"p": only}, SMALLEST_TOWN)[0].posterior
