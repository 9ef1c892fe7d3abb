"""Q3: what people speak of, and how."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished
from insights.modules.numbers import mean, rounded
from insights.modules.shapes import STRICT, Hundred, Polar, Some, Text
from insights.modules.view import Said, View

IN_ALL = 20
PER_POST = 8


@dataclass(frozen=True, slots=True, config=STRICT)
class Topic:
    """`menciones` comments speak of it, which is `frecuencia` % of n."""

    topic: Text
    menciones: Some
    frecuencia: Hundred
    sentimiento_promedio: Polar


@dataclass(frozen=True, slots=True, config=STRICT)
class PostTopics:
    """The same of one post; percents are of its own comments."""

    post_url: Text
    num_comentarios: Some
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class Topics:
    """The most spoken of first, then by name."""

    topics: tuple[Topic, ...]
    por_post: tuple[PostTopics, ...]


def compute(view: View) -> Result[Topics]:
    """Answer Q3; comments that speak of no topic give an empty list."""
    return finished(view, Module.TOPICS, _topics(view) if view.labelled else None)


def _topics(view: View) -> Topics:
    posts = ((post.url, len(said), ranked(view, said, PER_POST)) for post, said in view.by_post)
    return Topics(
        topics=ranked(view, view.labelled, IN_ALL),
        por_post=tuple(PostTopics(url, n, topics) for url, n, topics in posts if topics),
    )


def ranked(view: View, said: list[Said], most: int) -> tuple[Topic, ...]:
    """Return the topics of some comments of a view, the most spoken of first, at most so many."""
    spoken = sentiments(view, said)
    first = sorted(spoken, key=lambda key: (-len(spoken[key]), key))[:most]
    return tuple(_topic(view.topic_spellings[key], spoken[key], len(said)) for key in first)


def most_spoken(view: View, said: Iterable[Said]) -> str | None:
    """Return the topic that most of some comments speak of, as `ranked` puts it first; None without any."""
    times = Counter(chain.from_iterable(view.topics.get(comment.id, ()) for comment, _ in said))
    first = min(times, key=lambda key: (-times[key], key), default=None)
    return None if first is None else view.topic_spellings[first]


def sentiments(view: View, said: Iterable[Said]) -> dict[str, list[float]]:
    """Return what each comment that speaks of a topic says of it, by topic key."""
    spoken: defaultdict[str, list[float]] = defaultdict(list)
    for comment, _ in said:
        for key, sentiment in view.topics.get(comment.id, {}).items():
            spoken[key].append(sentiment)
    return spoken


def _topic(name: str, spoken: list[float], n: int) -> Topic:
    return Topic(name, len(spoken), rounded(100 * len(spoken) / n, 2), rounded(mean(spoken) or 0.0, 2))
