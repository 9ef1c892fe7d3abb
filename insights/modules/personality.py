"""Q2: whom the brand seems to be, after Aaker."""

from collections.abc import Mapping

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished, needs_model
from insights.modules.numbers import clean, columns, mean, rounded_or_none
from insights.modules.shapes import STRICT, Some, Text, TraitGaps, TraitMeans
from insights.modules.view import Said, View
from insights.rules import Trait

# A second trait dominates too if it is less than this behind the first.
CLOSE = 5

Means = dict[Trait, float | None]
_LISTED = tuple(Trait)


@dataclass(frozen=True, slots=True, config=STRICT)
class PostPersonality:
    """The same of one post that shows a trait."""

    post_url: Text
    num_comentarios: Some
    rasgos: TraitMeans
    dimensiones_dominantes: tuple[Trait, ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class Personality:
    """Means of five traits over the comments that show each; `brecha` is perceived minus target."""

    rasgos: TraitMeans
    dimensiones_dominantes: tuple[Trait, ...]
    brecha: TraitGaps
    por_post: tuple[PostPersonality, ...]


def compute(view: View) -> Result[Personality]:
    """Answer Q2; no comment showing any trait is no_data."""
    if not view.offers_model:
        return needs_model(view, Module.PERSONALITY)
    return finished(view, Module.PERSONALITY, _personality(view))


def _personality(view: View) -> Personality | None:
    means = _means(view.labelled)
    if not _shows(means):
        return None
    posts = ((post.url, len(said), _means(said)) for post, said in view.by_post)
    return Personality(
        rasgos=_rounded(means),
        dimensiones_dominantes=dominant_traits(means),
        brecha=_rounded({trait: _gap(value, view.targets.get(trait)) for trait, value in means.items()}),
        por_post=tuple(
            PostPersonality(url, n, _rounded(of_post), dominant_traits(of_post))
            for url, n, of_post in posts
            if _shows(of_post)
        ),
    )


def dominant_traits(means: Mapping[Trait, float | None]) -> tuple[Trait, ...]:
    """Return the highest, and a second less than 5 behind; ties in listed order; none if none is above 0."""
    # A stable sort keeps the listed order among equals.
    ranked = sorted(((value, trait) for trait, value in means.items() if value), key=lambda pair: -pair[0])
    return tuple(trait for value, trait in ranked[:2] if clean(ranked[0][0] - value) < CLOSE)


def _means(said: list[Said]) -> Means:
    rows = [tuple(map(label.traits.get, _LISTED)) for _, label in said if label.traits]
    shown = columns(rows) or [()] * len(_LISTED)
    return {
        trait: mean([value for value in values if value is not None])
        for trait, values in zip(_LISTED, shown, strict=True)
    }


def _shows(means: Means) -> bool:
    return any(value is not None for value in means.values())


def _gap(perceived: float | None, target: float | None) -> float | None:
    return None if perceived is None or target is None else perceived - target


def _rounded(means: Means) -> Means:
    return {trait: rounded_or_none(value, 1) for trait, value in means.items()}
