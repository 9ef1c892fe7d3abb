"""Q6: what people ask for, how many and how much."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Remark, Result, finished
from insights.modules.numbers import mean, percent, rounded
from insights.modules.quotes import rank
from insights.modules.shapes import STRICT, Hundred, Some, Text
from insights.modules.topic_names import spellings, topic_key
from insights.modules.view import CommentView, Cuts, View

# Impact from where it is no longer low, and no longer medium.
MEDIUM_FROM = 34
HIGH_FROM = 67
# Comments listed of one opportunity: the most liked, then the newest.
CITED = 100


class Level(StrEnum):
    """How strong an impact is."""

    LOW = "Bajo"
    MEDIUM = "Medio"
    HIGH = "Alto"


class Zone(StrEnum):
    """Where an opportunity stands by demand and impact, the most urgent first."""

    CRITICAL = "prioridad_critica"
    INTENSE_NICHE = "nicho_intenso"
    NOISE = "ruido"
    WATCH = "observar"


class Advice(StrEnum):
    """What to do about it: by its zone, by rule."""

    SOLVE = "Resolver ya y comunicarlo"
    ONE_BY_ONE = "Atender caso a caso"
    ANSWER_ONCE = "Responder una vez para todos"
    WATCH = "Observar"


ADVICE = dict(zip(Zone, Advice, strict=True))


@dataclass(frozen=True, slots=True, config=STRICT)
class Opportunity:
    """One topic: `demanda` is the percent of n that ask."""

    tema: Text
    demanda: Hundred
    impacto: Hundred
    impacto_nivel: Level
    zona: Zone
    comment_ids: tuple[Some, ...]
    accion: Advice


@dataclass(frozen=True, slots=True, config=STRICT)
class Opportunities:
    """By zone, then by demand, impact and name."""

    oportunidades: tuple[Opportunity, ...]


Asking = tuple[str, CommentView, float]


class _Weighed(NamedTuple):
    """A topic with unrounded figures."""

    key: str
    asking: list[tuple[CommentView, float]]
    demand: Fraction
    impact: float
    zone: Zone

    @property
    def rank(self) -> tuple[int, Fraction, float, str]:
        return list(Zone).index(self.zone), -self.demand, -self.impact, self.key


def compute(view: View) -> Result[Opportunities]:
    """Answer Q6, by rules from counts where no engine reads needs (N11), and say so."""
    warnings = () if view.offers_model else (Remark.BY_RULES.value,)
    return finished(view, Module.OPPORTUNITIES, _opportunities(view) if view.labelled else None, warnings)


def zone(demand: Fraction | float, impact: float, cuts: Cuts) -> Zone:
    """Return the zone of unrounded figures; equal to a cut is high."""
    if impact >= cuts.impact:
        return Zone.CRITICAL if demand >= cuts.demand else Zone.INTENSE_NICHE
    return Zone.NOISE if demand >= cuts.demand else Zone.WATCH


def level(impact: float) -> Level:
    """Return how strong an unrounded impact is."""
    if impact < MEDIUM_FROM:
        return Level.LOW
    return Level.MEDIUM if impact < HIGH_FROM else Level.HIGH


def _opportunities(view: View) -> Opportunities:
    asking: defaultdict[str, list[tuple[CommentView, float]]] = defaultdict(list)
    for key, comment, impact in _needs(view) if view.offers_model else _complaints(view):
        asking[key].append((comment, impact))
    asking.pop("", None)
    weighed = sorted((_weighed(view, key, each) for key, each in asking.items()), key=lambda each: each.rank)
    names = _names(view)
    return Opportunities(tuple(_opportunity(names[each.key], each) for each in weighed))


def _needs(view: View) -> Iterator[Asking]:
    for comment, label in view.labelled:
        if label.need:
            yield topic_key(label.need.topic), comment, label.need.impact


def _complaints(view: View) -> Iterator[Asking]:
    """Yield who speaks badly of a topic: the rule in place of needs (N11)."""
    for comment, _ in view.labelled:
        for key, sentiment in view.topics.get(comment.id, {}).items():
            if sentiment < 0:
                yield key, comment, -100 * sentiment


def _names(view: View) -> dict[str, str]:
    """Return how topics of needs are written: as Q3 writes them, where it knows them."""
    needs = (label.need.topic for _, label in view.labelled if label.need)
    return {**spellings(needs), **view.topic_spellings}


def _weighed(view: View, key: str, asking: list[tuple[CommentView, float]]) -> _Weighed:
    demand = percent(len(asking), len(view.labelled))
    impact = mean([impact for _, impact in asking]) or 0.0
    return _Weighed(key, asking, demand, impact, zone(demand, impact, view.cuts))


def _opportunity(name: str, weighed: _Weighed) -> Opportunity:
    comments = sorted((comment for comment, _ in weighed.asking), key=rank)
    return Opportunity(
        tema=name,
        demanda=rounded(weighed.demand, 2),
        impacto=rounded(weighed.impact, 1),
        impacto_nivel=level(weighed.impact),
        zona=weighed.zone,
        comment_ids=tuple(comment.id for comment in comments[:CITED]),
        accion=ADVICE[weighed.zone],
    )
