"""Q11: how many of those who see a post react to it."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished_over_posts
from insights.modules.interactions import by_network, by_week, interactions
from insights.modules.numbers import rounded
from insights.modules.shapes import STRICT, Count, Positive, Week
from insights.modules.view import PostView, View
from insights.modules.weeks import year_week
from insights.rules import Platform


@dataclass(frozen=True, slots=True, config=STRICT)
class NetworkEngagement:
    """One network; interactions and views are of the posts whose views are known."""

    red: Platform
    publicaciones: Count
    interacciones: Count
    vistas: Count
    engagement: Positive | None


@dataclass(frozen=True, slots=True, config=STRICT)
class WeekEngagement:
    """One week of posts."""

    semana: Week
    publicaciones: Count
    engagement: Positive | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Engagement:
    """Interactions ÷ views, a fraction of four decimals; None where no views are known."""

    engagement: Positive | None
    por_red: tuple[NetworkEngagement, ...]
    serie: tuple[WeekEngagement, ...]


def compute(view: View) -> Result[Engagement]:
    """Answer Q11, by the posts' dates."""
    results = _engagement(view) if view.published else None
    return finished_over_posts(view, Module.ENGAGEMENT, results, len(_seen(view.published)))


def _engagement(view: View) -> Engagement:
    weeks = by_week(view).items()
    return Engagement(
        engagement=_ratio(view.published),
        por_red=tuple(_network(*each) for each in by_network(view.published).items()),
        serie=tuple(WeekEngagement(year_week(week), len(posts), _ratio(posts)) for week, posts in weeks),
    )


def _network(platform: Platform, posts: Sequence[PostView]) -> NetworkEngagement:
    seen = _seen(posts)
    reacted, views = sum(each for each, _ in seen), sum(each for _, each in seen)
    return NetworkEngagement(platform, len(posts), reacted, views, _ratio(posts))


def _ratio(posts: Sequence[PostView]) -> float | None:
    """Return all interactions over all views, so that a post counts as often as it was seen."""
    seen = _seen(posts)
    return rounded(sum(each for each, _ in seen) / sum(each for _, each in seen), 4) if seen else None


def _seen(posts: Sequence[PostView]) -> list[tuple[int, int]]:
    """Return interactions and views of the posts that have both."""
    pairs = ((interactions(post), post.views) for post in posts)
    return [(reacted, views) for reacted, views in pairs if reacted is not None and views]
