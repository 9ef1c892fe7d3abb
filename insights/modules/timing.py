"""Q13: on which weekday and at which hour posts move most people."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished_over_posts
from insights.modules.interactions import interactions
from insights.modules.numbers import dominant, mean, rounded_or_none
from insights.modules.shapes import STRICT, Count, Positive
from insights.modules.view import View

# Of fewer posts nothing is said about a day or an hour.
ENOUGH = 3

Day = Annotated[int, Field(ge=1, le=7)]
Hour = Annotated[int, Field(ge=0, le=23)]
Slots = Mapping[int, list[int]]


@dataclass(frozen=True, slots=True, config=STRICT)
class WeekdayOfPosts:
    """A weekday, Monday is 1."""

    dia: Day
    publicaciones: Count
    interacciones_promedio: Positive | None


@dataclass(frozen=True, slots=True, config=STRICT)
class HourOfPosts:
    """An hour of the brand's clock."""

    hora: Hour
    publicaciones: Count
    interacciones_promedio: Positive | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Timing:
    """Mean interactions of a post; the best one has three posts or more, and no equal."""

    mejor_dia: Day | None
    mejor_hora: Hour | None
    por_dia: tuple[WeekdayOfPosts, ...]
    por_hora: tuple[HourOfPosts, ...]


def compute(view: View) -> Result[Timing]:
    """Answer Q13, by the posts' dates in the brand's zone."""
    days: dict[int, list[int]] = {day: [] for day in range(1, 8)}
    hours: dict[int, list[int]] = {hour: [] for hour in range(24)}
    zone, measured = ZoneInfo(view.zone), 0
    for post in view.published:
        if (reacted := interactions(post)) is not None:
            here = post.created_at.astimezone(zone)
            days[here.isoweekday()].append(reacted)
            hours[here.hour].append(reacted)
            measured += 1
    return finished_over_posts(view, Module.TIMING, _timing(days, hours) if measured else None, measured)


def _timing(days: Slots, hours: Slots) -> Timing:
    return Timing(
        mejor_dia=_best(days),
        mejor_hora=_best(hours),
        por_dia=tuple(WeekdayOfPosts(day, len(each), _mean(each)) for day, each in days.items()),
        por_hora=tuple(HourOfPosts(hour, len(each), _mean(each)) for hour, each in hours.items()),
    )


def _best(slots: Slots) -> int | None:
    return dominant({slot: mean(each) or 0.0 for slot, each in slots.items() if len(each) >= ENOUGH})


def _mean(reacted: list[int]) -> float | None:
    return rounded_or_none(mean(reacted), 2)
