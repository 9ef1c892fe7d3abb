"""Which weeks that were over say something else now than they were told (N6), whatever changed them.

Rows come late, are edited or get another date, labels come in a later run or from a person. Standard
library and the shapes of Q8 only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from insights.modules.timeline import Timeline, WeekOfComments
from insights.modules.weeks import year_week


@dataclass(frozen=True, slots=True)
class RevisedWeek:
    """A week with its labelled comments as it was told, and as it is now."""

    semana: str
    before: int
    now: int


def revised(now: Timeline, then: Timeline, *, told_on: date) -> tuple[RevisedWeek, ...]:
    """Return the weeks whose figures differ, in the order of time.

    told_on: the local day of `then`. Its week was not over, so that one and later ones are no surprise.
    """
    known = {week.semana: week for week in then.serie}
    gone = {week.semana for week in then.serie} - {week.semana for week in now.serie}
    weeks = sorted([*now.serie, *map(_empty, gone)], key=lambda week: week.semana)
    return tuple(
        RevisedWeek(week.semana, _as_told(known, week).n, week.n)
        for week in weeks
        if week.semana < year_week(told_on) and week != _as_told(known, week)
    )


def _as_told(known: Mapping[str, WeekOfComments], week: WeekOfComments) -> WeekOfComments:
    # A week of which nothing was said had nothing in it.
    return known.get(week.semana) or _empty(week.semana)


def _empty(semana: str) -> WeekOfComments:
    return WeekOfComments(semana, 0, None, None, None)
