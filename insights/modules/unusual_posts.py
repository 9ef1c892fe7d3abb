"""Q15: posts that moved far more or far fewer people than the others of their network."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import log1p
from statistics import fmean, median
from zoneinfo import ZoneInfo

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished_over_posts
from insights.modules.interactions import by_network, interactions
from insights.modules.numbers import clean, rounded
from insights.modules.shapes import STRICT, Count, Positive, Text, Week
from insights.modules.view import PostView, View
from insights.modules.weeks import monday, year_week
from insights.rules import Platform

# Of fewer posts of a network nothing is unusual.
ENOUGH = 8
# Iglewicz and Hoaglin: a modified z-score beyond 3.5, by the median absolute deviation (0.6745 of a sigma)
# or, where most posts are alike, by the mean one (1.253314).
UNUSUAL = 3.5
_OF_MEDIAN = 0.6745
_OF_MEAN = 1.253314


class Kind(StrEnum):
    """Which way a post is unusual."""

    HIGH = "Alto"
    LOW = "Bajo"


@dataclass(frozen=True, slots=True, config=STRICT)
class UnusualPost:
    """A post against the median of its network; `desviacion` is the modified z-score of logarithms."""

    post_url: Text
    red: Platform
    semana: Week
    interacciones: Count
    mediana_red: Positive
    desviacion: float
    tipo: Kind


@dataclass(frozen=True, slots=True, config=STRICT)
class UnusualPosts:
    """The most unusual first."""

    publicaciones: tuple[UnusualPost, ...]


Measured = Sequence[tuple[PostView, int]]


def compute(view: View) -> Result[UnusualPosts]:
    """Answer Q15, by the posts' dates; no network with enough posts is no_data."""
    networks = [_measured(posts) for posts in by_network(view.published).values()]
    enough = [posts for posts in networks if len(posts) >= ENOUGH]
    zone = ZoneInfo(view.zone)
    found = sorted(
        (each for posts in enough for each in _unusual(posts, zone)),
        key=lambda each: (-abs(each.desviacion), each.post_url),
    )
    results = UnusualPosts(tuple(found)) if enough else None
    return finished_over_posts(view, Module.UNUSUAL_POSTS, results, sum(map(len, networks)))


def deviations(figures: Sequence[int]) -> list[float]:
    """Return the modified z-score of each figure's logarithm: what is spread over powers of ten is alike."""
    logs = [log1p(figure) for figure in figures]
    middle = median(logs)
    apart = [abs(each - middle) for each in logs]
    spread = median(apart) / _OF_MEDIAN or fmean(apart) * _OF_MEAN
    return [clean((each - middle) / spread) if spread else 0.0 for each in logs]


def _measured(posts: Sequence[PostView]) -> Measured:
    return [(post, reacted) for post in posts if (reacted := interactions(post)) is not None]


def _unusual(posts: Measured, zone: ZoneInfo) -> Iterator[UnusualPost]:
    figures = [reacted for _, reacted in posts]
    middle = rounded(median(figures), 1)
    for (post, reacted), deviation in zip(posts, deviations(figures), strict=True):
        if abs(deviation) > UNUSUAL:
            yield UnusualPost(
                post_url=post.url,
                red=post.platform,
                semana=year_week(monday(post.created_at, zone)),
                interacciones=reacted,
                mediana_red=middle,
                desviacion=rounded(deviation, 2),
                tipo=Kind.HIGH if deviation > 0 else Kind.LOW,
            )
