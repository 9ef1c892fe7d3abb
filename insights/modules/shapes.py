"""The kinds of values that results are made of, checked when made and when read back (N19, N20)."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from insights.rules import Emotion, Frame, Sentiment, Trait

# Nothing beside the keys of the specification, no text for a number, no NaN.
STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

Share = Annotated[float, Field(ge=0, le=1)]
Hundred = Annotated[float, Field(ge=0, le=100)]
Points = Annotated[float, Field(ge=-100, le=100)]
Polar = Annotated[float, Field(ge=-1, le=1)]
Positive = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]

Key = TypeVar("Key")
Value = TypeVar("Value")


def _week(text: str) -> str:
    year, week = text.split("-W")
    if len(year) != 4 or len(week) != 2:
        raise ValueError("not an ISO week")
    date.fromisocalendar(int(year), int(week), 1)
    return text


def _interval(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError("low above high")
    return pair


def each_of(members: Iterable[Key]) -> Callable[[dict[Key, Value]], dict[Key, Value]]:
    """Make a check that all keys are there; they come back in listed order, which JSONB forgets."""
    listed = tuple(members)

    def check(values: dict[Key, Value]) -> dict[Key, Value]:
        if set(values) != set(listed):
            raise ValueError(f"not exactly {', '.join(map(str, listed))}")
        return {key: values[key] for key in listed}

    return check


def _adds_up(values: dict[Key, float]) -> dict[Key, float]:
    if sum(Decimal(repr(value)) for value in values.values()) != 1:
        raise ValueError("shares do not add to 1")
    return values


Week = Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$"), AfterValidator(_week)]
Interval = Annotated[tuple[Share, Share], AfterValidator(_interval)]
EmotionMeans = Annotated[dict[Emotion, Share], AfterValidator(each_of(Emotion))]
TraitMeans = Annotated[dict[Trait, Hundred | None], AfterValidator(each_of(Trait))]
TraitGaps = Annotated[dict[Trait, Points | None], AfterValidator(each_of(Trait))]
FrameShares = Annotated[dict[Frame, Share], AfterValidator(each_of(Frame)), AfterValidator(_adds_up)]
FrameIntervals = Annotated[dict[Frame, Interval], AfterValidator(each_of(Frame))]
ClassShares = Annotated[dict[Sentiment, Share], AfterValidator(each_of(Sentiment)), AfterValidator(_adds_up)]
ClassIntervals = Annotated[dict[Sentiment, Interval], AfterValidator(each_of(Sentiment))]
