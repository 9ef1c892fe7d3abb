"""From values to places: steps that people count in (1, 2, 2.5, 5) and a straight line between."""

import math
from dataclasses import dataclass

TINY = 1e-9  # figures closer than this are one figure; dividing by less would overflow
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from [low, high] to [start, end]; both differ by more than TINY."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        # Dividing first keeps the largest floats from overflowing.
        share = value / (self.high - self.low) - self.low / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def nice_step(span: float, count: int) -> float:
    """Return the least nice step that covers a positive span in at most `count` steps."""
    power = 10.0 ** math.floor(math.log10(span / count))
    return next(step * power for step in _STEPS if step * power * count >= span * (1 - 1e-9))


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return evenly spaced nice values around [low, high], zero included."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < TINY:
        low, high = 0.0, 1.0
    step = nice_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # Rounded to the step's own places: 0.1 * 3 is not 0.3.
    places = max(0, 1 - math.floor(math.log10(step)))
    return [round(index * step, places) for index in range(first, last + 1)]
