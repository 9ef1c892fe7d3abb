"""Q12: how steadily the brand publishes."""

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished_over_posts
from insights.modules.interactions import by_week
from insights.modules.numbers import rounded
from insights.modules.shapes import STRICT, Count, Positive, Share, Some, Week
from insights.modules.view import View
from insights.modules.weeks import year_week


@dataclass(frozen=True, slots=True, config=STRICT)
class WeekOfPosts:
    """Posts of one calendar week."""

    semana: Week
    publicaciones: Count


@dataclass(frozen=True, slots=True, config=STRICT)
class Cadence:
    """Weeks are all from the first to the last in which there is a post or a comment."""

    publicaciones: Some
    semanas: Some
    publicaciones_por_semana: Positive
    semanas_con_publicacion: Share
    serie: tuple[WeekOfPosts, ...]


def compute(view: View) -> Result[Cadence]:
    """Answer Q12, by the posts' dates."""
    results = _cadence(view) if view.published else None
    return finished_over_posts(view, Module.CADENCE, results, len(view.published))


def _cadence(view: View) -> Cadence:
    weeks = {year_week(week): len(posts) for week, posts in by_week(view).items()}
    return Cadence(
        publicaciones=len(view.published),
        semanas=len(weeks),
        publicaciones_por_semana=rounded(len(view.published) / len(weeks), 2),
        semanas_con_publicacion=rounded(sum(map(bool, weeks.values())) / len(weeks), 3),
        serie=tuple(WeekOfPosts(week, posts) for week, posts in weeks.items()),
    )
