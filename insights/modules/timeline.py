"""Q8: how sentiment moves from week to week."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished
from insights.modules.numbers import percent, rounded, rounded_or_none
from insights.modules.sentiment import class_counts
from insights.modules.shapes import STRICT, Count, Hundred, Points, Text, Week
from insights.modules.topics import most_spoken
from insights.modules.view import Said, View
from insights.modules.weeks import WEEK, calendar, year_week
from insights.rules import Sentiment

# Points of Positivo: strictly more in a week is unusual, strictly more between halves is a trend.
ANOMALY = 25
TREND = 5


Classes = Mapping[Sentiment, int]


class Turn(StrEnum):
    """Which way an unusual week went."""

    BETTER = "Mejora"
    WORSE = "Deterioro"


class Trend(StrEnum):
    """Which way it goes on the whole."""

    BETTER = "Mejora"
    WORSE = "Deterioro"
    STABLE = "Estable"
    UNKNOWN = "Datos insuficientes"


@dataclass(frozen=True, slots=True, config=STRICT)
class WeekOfComments:
    """A calendar week; an empty one has n 0 and knows nothing else."""

    semana: Week
    n: Count
    porcentaje_positivo: Hundred | None
    porcentaje_negativo: Hundred | None
    topico_principal: Text | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Anomaly:
    """A week against the one before, in points of Positivo."""

    semana: Week
    cambio_pp: Points
    tipo: Turn


@dataclass(frozen=True, slots=True, config=STRICT)
class Timeline:
    """Every week from the first to the last with labelled comments."""

    serie: tuple[WeekOfComments, ...]
    anomalias: tuple[Anomaly, ...]
    tendencia: Trend


class WeekCount(NamedTuple):
    """A week with enough comments that have a class, exactly."""

    monday: date
    positive: int
    classed: int

    @property
    def share(self) -> Fraction:
        """Percent of Positivo."""
        return percent(self.positive, self.classed)


def compute(view: View) -> Result[Timeline]:
    """Answer Q8."""
    return finished(view, Module.TIMELINE, _timeline(view) if view.labelled else None)


def _timeline(view: View) -> Timeline:
    weeks = view.by_week
    listed = calendar(weeks)
    counted = {monday: class_counts(said) for monday, said in weeks.items()}
    counts = (_count(monday, classes) for monday, classes in counted.items())
    solid = [count for count in counts if count.classed >= max(view.minimum, 1)]
    return Timeline(
        serie=tuple(_week(view, monday, weeks.get(monday, []), counted.get(monday, {})) for monday in listed),
        anomalias=anomalies(solid),
        tendencia=trend(solid),
    )


def anomalies(solid: Sequence[WeekCount]) -> tuple[Anomaly, ...]:
    """Return changes strictly above 25 points from the calendar week before; weeks in the order of time."""
    pairs = (pair for pair in pairwise(solid) if pair[1].monday - pair[0].monday == WEEK)
    changes = [(now.monday, now.share - then.share) for then, now in pairs]
    return tuple(
        Anomaly(year_week(monday), rounded(change, 2), Turn.BETTER if change > 0 else Turn.WORSE)
        for monday, change in changes
        if abs(change) > ANOMALY
    )


def trend(solid: Sequence[WeekCount]) -> Trend:
    """Compare the later half of weeks with the earlier, weighted by comments; an odd middle is left out."""
    half = len(solid) // 2
    if not half:
        return Trend.UNKNOWN
    change = _together(solid[-half:]) - _together(solid[:half])
    if abs(change) <= TREND:
        return Trend.STABLE
    return Trend.BETTER if change > 0 else Trend.WORSE


def _together(weeks: Sequence[WeekCount]) -> Fraction:
    return percent(sum(week.positive for week in weeks), sum(week.classed for week in weeks))


def _count(monday: date, counts: Classes) -> WeekCount:
    return WeekCount(monday, counts[Sentiment.POSITIVE], sum(counts.values()))


def _week(view: View, monday: date, said: list[Said], counts: Classes) -> WeekOfComments:
    classed = sum(counts.values())
    good, bad = (
        rounded_or_none(percent(counts[each], classed) if classed else None, 2)
        for each in (Sentiment.POSITIVE, Sentiment.NEGATIVE)
    )
    return WeekOfComments(year_week(monday), len(said), good, bad, most_spoken(view, said))
