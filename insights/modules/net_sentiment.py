"""Q14: how much more people speak well than badly, by the date and network of the post."""

from collections.abc import Iterable, Mapping

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished
from insights.modules.interactions import by_network, by_week
from insights.modules.numbers import percent, rounded
from insights.modules.sentiment import class_counts
from insights.modules.shapes import STRICT, Count, Points, Week
from insights.modules.view import PostView, View
from insights.modules.weeks import year_week
from insights.rules import Platform, Sentiment


@dataclass(frozen=True, slots=True, config=STRICT)
class NetworkSentiment:
    """Posts of one network; `n` comments of theirs have a class."""

    red: Platform
    n: Count
    sentimiento_neto: Points | None


@dataclass(frozen=True, slots=True, config=STRICT)
class WeekSentiment:
    """Posts of one week, whenever they were commented."""

    semana: Week
    n: Count
    sentimiento_neto: Points | None


@dataclass(frozen=True, slots=True, config=STRICT)
class NetSentiment:
    """Percent of Positivo minus percent of Negativo, two decimals."""

    sentimiento_neto: Points
    por_red: tuple[NetworkSentiment, ...]
    serie: tuple[WeekSentiment, ...]


Net = tuple[int, float | None]
Classes = Mapping[Sentiment, int]


def compute(view: View) -> Result[NetSentiment]:
    """Answer Q14, by the posts' dates."""
    return finished(view, Module.NET_SENTIMENT, _net_sentiment(view))


def _net_sentiment(view: View) -> NetSentiment | None:
    said = {post.id: class_counts(said) for post, said in view.by_post}
    _, net = _net(view.published, said)
    if net is None:
        return None
    networks, weeks = by_network(view.published).items(), by_week(view).items()
    return NetSentiment(
        sentimiento_neto=net,
        por_red=tuple(NetworkSentiment(platform, *_net(posts, said)) for platform, posts in networks),
        serie=tuple(WeekSentiment(year_week(week), *_net(posts, said)) for week, posts in weeks),
    )


def _net(posts: Iterable[PostView], said: Mapping[int, Classes]) -> Net:
    of_posts = [said[post.id] for post in posts if post.id in said]
    counts = {sentiment: sum(each[sentiment] for each in of_posts) for sentiment in Sentiment}
    classed = sum(counts.values())
    if not classed:
        return 0, None
    return classed, rounded(_difference(counts, classed), 2)


def _difference(counts: Classes, classed: int) -> float:
    return float(percent(counts[Sentiment.POSITIVE] - counts[Sentiment.NEGATIVE], classed))
