"""The rules in force, as matching takes them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from identity.matching.comparing import Field, Levels
from identity.matching.refereeing import Mode
from identity.matching.trying import Thresholds
from identity.matching.versions import read_model
from identity.matching.weighing import SHIPPED, Model, weigh
from identity.queries.ruleset import stored_ruleset

MOST_PATTERNS = 5_000  # a process that lives for weeks stays small
Judged = TypeVar("Judged")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Mode, thresholds and weights; `text` names them: another text is new evidence (I7c)."""

    text: str
    mode: Mode
    thresholds: Thresholds
    model: Model
    # Few patterns recur: the same levels and holders weigh the same, and lone persons are decided the same.
    _weights: dict[tuple[object, ...], tuple[float, ...]] = field(default_factory=dict, compare=False)
    _judged: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False)

    def weigh(self, levels: Levels, holders: Mapping[Field, int], town: int) -> tuple[float, ...]:
        """Return the bits of every field (I7b)."""
        pattern = (levels, town, *holders.items())
        return _known(self._weights, pattern, lambda: weigh(self.model, levels, holders, town))

    def judged(self, pattern: tuple[object, ...], judge: Callable[[], Judged]) -> Judged:
        """Return what `judge` says, asking once for each pattern."""
        found: Judged = _known(self._judged, pattern, judge)
        return found


def _known(
    by: dict[tuple[object, ...], Judged], pattern: tuple[object, ...], ask: Callable[[], Judged]
) -> Judged:
    known: Judged | None = by.get(pattern)
    if known is None:
        if len(by) >= MOST_PATTERNS:
            by.clear()
        known = by[pattern] = ask()
    return known


def current_ruleset() -> Ruleset:
    """Return the tenant's rules. Two queries."""
    stored = stored_ruleset(shipped=SHIPPED.version)
    chosen = stored.settings
    limits = (chosen.similar, chosen.clear_gap, chosen.different)
    return _ruleset(stored.text, chosen.mode, limits, json.dumps(stored.model))


# What was weighed for a batch serves the next one; whatever makes two rulesets different is in the key.
@lru_cache(maxsize=8)
def _ruleset(text: str, mode: str, limits: tuple[float, float, float], model: str) -> Ruleset:
    stored = json.loads(model)
    return Ruleset(text, Mode(mode), Thresholds(*limits), read_model(stored) if stored else SHIPPED)
