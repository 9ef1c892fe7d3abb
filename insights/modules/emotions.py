"""Q1: what people feel, after Plutchik."""

from itertools import chain
from operator import itemgetter

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished
from insights.modules.numbers import columns, dominant, mean, rounded
from insights.modules.shapes import STRICT, EmotionMeans, Some, Text
from insights.modules.view import View
from insights.rules import Emotion

_LISTED = tuple(Emotion)
_EIGHT = itemgetter(*_LISTED)

# The eight of some comments, emotion by emotion.
Levels = list[tuple[float, ...]]


@dataclass(frozen=True, slots=True, config=STRICT)
class PostEmotions:
    """The same of one post; `num_comentarios` are its labelled ones."""

    post_url: Text
    num_comentarios: Some
    emociones: EmotionMeans
    emocion_dominante: Emotion | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Emotions:
    """Means of the eight over comments."""

    emociones: EmotionMeans
    emocion_dominante: Emotion | None
    por_post: tuple[PostEmotions, ...]


def compute(view: View) -> Result[Emotions]:
    """Answer Q1."""
    return finished(view, Module.EMOTIONS, _emotions(view) if view.labelled else None)


def _emotions(view: View) -> Emotions:
    posts = [
        (post.url, columns([_EIGHT(label.emotions) for _, label in said])) for post, said in view.by_post
    ]
    means = _means([tuple(chain(*each)) for each in zip(*(levels for _, levels in posts), strict=True)])
    return Emotions(_shown(means), dominant(means), tuple(_of_post(*each) for each in posts))


def _of_post(url: str, levels: Levels) -> PostEmotions:
    means = _means(levels)
    return PostEmotions(url, len(levels[0]), _shown(means), dominant(means))


def _means(levels: Levels) -> dict[Emotion, float]:
    return {emotion: mean(each) or 0.0 for emotion, each in zip(_LISTED, levels, strict=True)}


def _shown(means: dict[Emotion, float]) -> dict[Emotion, float]:
    return {emotion: rounded(value, 3) for emotion, value in means.items()}
