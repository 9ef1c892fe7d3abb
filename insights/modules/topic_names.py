"""When two topics are one, and how it is written (N9): the list's spelling, else the commonest."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from unicodedata import category, normalize

from insights.modules.numbers import mean
from insights.rules import TOPICS, TopicMention


@lru_cache(maxsize=16_384)
def topic_key(topic: str) -> str:
    """Return what equal topics share: no case, no accents, no outer spaces."""
    letters = normalize("NFKD", topic.strip().casefold())
    return normalize("NFKC", "".join(letter for letter in letters if category(letter) != "Mn"))


LISTED: Mapping[str, str] = {topic_key(topic): topic for topic in TOPICS}


def spoken_of(mentions: Iterable[TopicMention]) -> dict[str, float]:
    """Return each topic of one comment once, by key, with the mean of what is said about it."""
    said: defaultdict[str, list[float]] = defaultdict(list)
    for mention in mentions:
        said[topic_key(mention.topic)].append(mention.sentiment)
    return {key: _together(values) for key, values in said.items() if key}


def _together(sentiments: list[float]) -> float:
    return _alone(sentiments[0]) if len(sentiments) == 1 else mean(sentiments) or 0.0


@lru_cache(maxsize=32_768)
def _alone(sentiment: float) -> float:
    # Most comments say one thing of a topic, and sentiments have few values.
    return mean([sentiment]) or 0.0


def spellings(topics: Iterable[str]) -> dict[str, str]:
    """Return how each key is written; of equally common spellings the last by code, so small letters."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for topic, times in Counter(topics).items():
        written[topic_key(topic)][topic.strip()] += times
    return {key: LISTED.get(key) or _commonest(times) for key, times in written.items() if key}


def _commonest(written: Counter[str]) -> str:
    return max(written, key=lambda topic: (written[topic], topic))
