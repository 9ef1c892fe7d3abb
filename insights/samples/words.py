"""The invented words, typed: what can be said, and what is true of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insights.rules import Emotion, Frame, Label, Need, Sentiment, TopicMention, Trait

_TEXT = Path(__file__).with_name("words.toml").read_text("utf-8")
WORDS: Mapping[str, Any] = tomllib.loads(_TEXT)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Ways to say one thing in two languages, with the label that is true of each."""

    texts: tuple[str, ...]
    texts_en: tuple[str, ...]
    label: Label

    @property
    def topics(self) -> frozenset[str]:
        """What it speaks of."""
        return frozenset(mention.topic for mention in self.label.topics)


@dataclass(frozen=True, slots=True)
class Story:
    """Something that happens in one week, and that most of its comments are about."""

    weeks_ago: int
    topic: str
    mood: Sentiment
    share: float


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented brand. Of those without `has_ids`, comments have no id of their own."""

    key: str
    name: str
    industry: str
    country: str
    zone: str
    archetype: str
    tone: str
    handle: str
    things: tuple[str, ...]
    captions: tuple[str, ...]
    posts_a_week: int
    comments_a_post: int
    has_ids: bool
    targets: Mapping[Trait, float]
    stories: tuple[Story, ...]


def _emotions(said: Mapping[str, float]) -> dict[Emotion, float]:
    return {emotion: float(said.get(emotion, 0.0)) for emotion in Emotion}


def _label(said: Mapping[str, Any]) -> Label:
    need = said.get("need")
    return Label(
        emotions=_emotions(said.get("emotions", {})),
        sentiment=Sentiment(said["mood"]),
        score=said["score"],
        subjectivity=0.2 if said["mood"] == Sentiment.NEUTRAL else 0.8,
        traits={Trait(name): float(level) for name, level in said.get("traits", {}).items()},
        topics=tuple(TopicMention(topic, level) for topic, level in said.get("topics", {}).items()),
        frame=Frame(said["frame"]) if "frame" in said else None,
        need=Need(**need) if need else None,
        authority=said.get("authority"),
    )


def _phrase(said: Mapping[str, Any]) -> Phrase:
    return Phrase(tuple(said["texts"]), tuple(said.get("texts_en", ())), _label(said))


def _brand(said: Mapping[str, Any]) -> Brand:
    stories = tuple(Story(**{**story, "mood": Sentiment(story["mood"])}) for story in said["stories"])
    lists = {name: tuple(said[name]) for name in ("things", "captions")}
    targets = {Trait(name): float(level) for name, level in said["targets"].items()}
    return Brand(**{**said, **lists, "targets": targets, "stories": stories})


PHRASES = tuple(map(_phrase, WORDS["phrases"]))
HOSTILE = Phrase(tuple(WORDS["hostile"]["texts"]), (), _label({"mood": "Neutral", "score": 0.0}))
BRANDS = {brand.key: brand for brand in map(_brand, WORDS["brands"])}
