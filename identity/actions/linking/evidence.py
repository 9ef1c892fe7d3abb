"""What is stored of a decision: small arrays that sum up (I7b). As text: arrays of arrays must be square."""

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from identity.actions.linking.sql import array
from identity.matching.combining import Decision
from identity.matching.comparing import Levels
from identity.matching.trying import Verdict
from identity.matching.weighing import Weighed
from identity.rules import TRIED_RULES, MatchRule

VERDICT_CODES = tuple(Verdict)
MOST_COUNTED = 32_000


class Evidence(NamedTuple):
    """The columns of evidence; levels, weights and probability are the chosen's, else the likeliest's."""

    tried: str
    levels: str
    weights: str
    candidates: int
    gap: float | None
    posterior: float | None


def evidence_of(decision: Decision, weighed: Sequence[Weighed]) -> Evidence:
    """Return what is stored of a decision and its weights."""
    first = weights_of(decision.person, weighed) or (weighed[0] if weighed else None)
    return Evidence(
        tried=_codes(tuple((each.rule, each.verdict) for each in decision.tried)),
        levels=_numbers(first.levels if first else ()),
        weights=_hundredths(first.weights if first else ()),
        candidates=min(len(weighed), MOST_COUNTED),
        gap=_gap(first, weighed),
        posterior=round(first.posterior, 6) if first else None,
    )


def evidence_columns(told: Sequence[Evidence]) -> dict[str, list[Any]]:
    """Return the evidence of many decisions, column by column."""
    return {
        "tried": [one.tried for one in told],
        "levels": [one.levels for one in told],
        "weights": [one.weights for one in told],
        "candidates": [one.candidates for one in told],
        "gaps": [one.gap for one in told],
        "posteriors": [one.posterior for one in told],
    }


def weights_of(person: Hashable | None, weighed: Iterable[Weighed]) -> Weighed | None:
    """Return the weights of one person."""
    return next((one for one in weighed if one.person == person), None)


def _gap(first: Weighed | None, weighed: Sequence[Weighed]) -> float | None:
    """Return the bits between the first person and the next who was not set aside."""
    others = [one.bits for one in weighed if one is not first and not one.is_aside]
    return round(first.bits - max(others), 2) if first and others else None


# Few patterns recur.
@lru_cache(maxsize=5_000)
def _codes(tried: tuple[tuple[MatchRule, Verdict], ...]) -> str:
    """Return what every rule said as an array of codes, in the order of `TRIED_RULES`."""
    said = {rule: VERDICT_CODES.index(verdict) for rule, verdict in tried}
    return array(said.get(rule, 0) for rule in TRIED_RULES)


@lru_cache(maxsize=5_000)
def _numbers(levels: Levels) -> str:
    return array(levels)


@lru_cache(maxsize=5_000)
def _hundredths(weights: tuple[float, ...]) -> str:
    return array(round(bits * 100) for bits in weights)
