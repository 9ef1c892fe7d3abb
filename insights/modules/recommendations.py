"""Q9: what to do. Each recommendation is believed only as far as its evidence can be found again."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, failed, finished
from insights.modules.numbers import clean, rounded
from insights.modules.shapes import STRICT, Positive, Some, Text, Week
from insights.modules.topic_names import topic_key
from insights.modules.view import View

MOST = 8
CITABLE = tuple(Module)[:8]
# Ratio of impact to effort from where it is so urgent.
_URGENT_FROM = (2, 1.5, 1, 0.5, 0)


class Area(StrEnum):
    """Who would do it."""

    PRODUCT = "Producto/Servicio"
    MARKETING = "Marketing y Comunicación"
    CARE = "Atención al Cliente"
    SALES = "Ventas y Conversión"
    OPERATIONS = "Operaciones"


class Urgency(StrEnum):
    """How soon, by priority."""

    CRITICAL = "CRÍTICA"
    HIGH = "ALTA"
    UPPER_MIDDLE = "MEDIA-ALTA"
    MIDDLE = "MEDIA"
    LOW = "BAJA"


class Fault(StrEnum):
    """Why a recommendation was rejected."""

    MALFORMED = "malformed"
    OUT_OF_RANGE = "out_of_range"
    UNRESOLVABLE = "unresolvable_evidence"
    REPEATED = "repeated"


# NUL cannot be stored; titles become the titles of tasks.
_Title = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"\A[^\x00]*[^\s\x00][^\x00]*\z")
]
_Words = Annotated[str, StringConstraints(max_length=5_000, pattern=r"\A[^\x00]*\z")]
_MOST_STEPS = 20
_OUT_OF_RANGE = {"greater_than_equal", "less_than_equal"}
_SAID = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)
_Score = Annotated[float, Field(ge=1, le=100)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Evidence:
    """Where to look: a module, and in it a topic, a week or comments, or all of it."""

    module: Module
    topic: Text | None = None
    semana: Week | None = None
    comment_ids: tuple[Some, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Recommendation:
    """One piece of advice. `prioridad` is impact ÷ effort, and urgency follows from it."""

    recomendacion: _Title
    descripcion: _Words
    area_estrategica: Area
    score_impacto: _Score
    score_esfuerzo: _Score
    prioridad: Positive
    urgencia: Urgency
    acciones_concretas: Annotated[tuple[_Title, ...], Field(max_length=_MOST_STEPS)]
    evidencia: Annotated[tuple[Evidence, ...], Field(min_length=1, max_length=_MOST_STEPS)]

    def __post_init__(self) -> None:
        ratio = self.score_impacto / self.score_esfuerzo
        if self.prioridad != rounded(ratio, 2) or self.urgencia is not urgency(ratio):
            raise ValueError("priority and urgency do not follow from impact and effort")


@dataclass(frozen=True, slots=True, config=STRICT)
class Recommendations:
    """The highest priority first."""

    recomendaciones: tuple[Recommendation, ...]


class Rejected(ValueError):
    """A recommendation cannot be believed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Reach(NamedTuple):
    """What evidence can point at in a view: topics, by key, and weeks of each module; labelled comments."""

    modules: frozenset[Module]
    topics: Mapping[Module, Mapping[str, str]]
    weeks: Mapping[Module, frozenset[str]]
    comments: frozenset[int]


def reach_of(view: View, results: Mapping[Module, Result[Any]]) -> Reach:
    """Return what can be pointed at, given what Q1-Q8 found."""
    found = {each: results[each].results for each in CITABLE if each in results}
    told = {module: answer for module, answer in found.items() if answer is not None}
    return Reach(
        modules=frozenset(told),
        topics={module: _by_key(_TOPICS_OF[module](told[module])) for module in _TOPICS_OF.keys() & told},
        weeks={module: frozenset(_WEEKS_OF[module](told[module])) for module in _WEEKS_OF.keys() & told},
        comments=frozenset(comment.id for comment, _ in view.labelled),
    )


def _by_key(topics: Iterable[str]) -> dict[str, str]:
    return {topic_key(topic): topic for topic in topics}


# Which modules tell of topics, and which of weeks; in an empty week there is nothing to see.
_TOPICS_OF: Mapping[Module, Callable[[Any], Iterable[str]]] = {
    Module.TOPICS: lambda found: (each.topic for each in found.topics),
    Module.OPPORTUNITIES: lambda found: (each.tema for each in found.oportunidades),
}
_WEEKS_OF: Mapping[Module, Callable[[Any], Iterable[str]]] = {
    Module.FRAMES: lambda found: (each.semana for each in found.evolucion),
    Module.TIMELINE: lambda found: (each.semana for each in found.serie if each.n),
}


def urgency(ratio: float) -> Urgency:
    """Return how urgent an unrounded ratio of impact to effort is."""
    ratio = clean(ratio)
    return next(each for each, least in zip(Urgency, _URGENT_FROM, strict=True) if ratio >= least)


def made(
    *,
    title: str,
    description: str,
    area: Area,
    impact: float,
    effort: float,
    steps: Sequence[str],
    evidence: Sequence[Evidence],
) -> Recommendation:
    """Return a recommendation with its priority reckoned; raises ValueError for what is out of range."""
    if not 1 <= effort <= 100:
        raise ValueError("effort out of range")
    ratio = impact / effort
    return Recommendation(
        recomendacion=title,
        descripcion=description,
        area_estrategica=area,
        score_impacto=impact,
        score_esfuerzo=effort,
        prioridad=rounded(ratio, 2),
        urgencia=urgency(ratio),
        acciones_concretas=tuple(steps),
        evidencia=tuple(evidence),
    )


@dataclass(frozen=True, slots=True, config=STRICT)
class _Cited:
    """Evidence as a model names it."""

    module: Module
    topic: str | None = None
    semana: str | None = None
    comment_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, config=_SAID)
class _Row:
    """A model's answer: a priority or urgency of its own is ignored."""

    recomendacion: _Title
    descripcion: _Words
    area_estrategica: Area
    score_impacto: _Score
    score_esfuerzo: _Score
    acciones_concretas: Annotated[tuple[_Title, ...], Field(max_length=_MOST_STEPS)]
    evidencia: Annotated[tuple[_Cited, ...], Field(max_length=_MOST_STEPS)]


_ROW = TypeAdapter(_Row)


def check_recommendation(row: Any, reach: Reach) -> Recommendation:
    """Return one believed recommendation of a model's answer; raises Rejected."""
    said = _read(row)
    if not said.evidencia:
        raise Rejected(Fault.UNRESOLVABLE)
    return made(
        title=said.recomendacion.strip(),
        description=said.descripcion.strip(),
        area=said.area_estrategica,
        impact=said.score_impacto,
        effort=said.score_esfuerzo,
        steps=[step.strip() for step in said.acciones_concretas],
        evidence=[_found(each, reach) for each in said.evidencia],
    )


def from_model(view: View, results: Mapping[Module, Result[Any]], rows: Iterable[Any]) -> Result[Any]:
    """Answer Q9 from a model's rows: what cannot be believed is dropped and counted in `warnings`.

    No row at all is no_data; no row that stands is a failed module.
    """
    reach, kept, faults = reach_of(view, results), dict[str, Recommendation](), Counter[Fault]()
    for row in rows:
        try:
            believed = check_recommendation(row, reach)
        except Rejected as rejected:
            faults[rejected.fault] += 1
        else:
            faults[Fault.REPEATED] += topic_key(believed.recomendacion) in kept
            kept.setdefault(topic_key(believed.recomendacion), believed)
    warnings = tuple(f"rejected:{fault}:{times}" for fault, times in sorted(faults.items()) if times)
    if faults.total() and not kept:
        return failed(view, Module.RECOMMENDATIONS, *warnings)
    return finished(view, Module.RECOMMENDATIONS, ranked(kept.values()), warnings)


def ranked(recommendations: Iterable[Recommendation]) -> Recommendations | None:
    """Put the highest priority first, at most eight; None without any."""
    first = sorted(recommendations, key=_rank)
    return Recommendations(tuple(first[:MOST])) if first else None


def _rank(recommendation: Recommendation) -> tuple[float, str]:
    return -recommendation.score_impacto / recommendation.score_esfuerzo, recommendation.recomendacion


def within(view: View, results: Mapping[Module, Result[Any]], stored: Result[Recommendations]) -> Result[Any]:
    """Answer Q9 for a view: the newest recommendations that have evidence in it; nothing is asked."""
    reach = reach_of(view, results)
    known = stored.results.recomendaciones if stored.results else ()
    kept = tuple(each for each in known if any(is_found(item, reach) for item in each.evidencia))
    return finished(view, Module.RECOMMENDATIONS, Recommendations(kept) if kept else None, stored.warnings)


def is_found(evidence: "Evidence | _Cited", reach: Reach) -> bool:
    """Say whether all that evidence names is within reach, in the very module that it names."""
    return (
        evidence.module in reach.modules
        and (evidence.topic is None or topic_key(evidence.topic) in reach.topics.get(evidence.module, ()))
        and (evidence.semana is None or evidence.semana in reach.weeks.get(evidence.module, ()))
        and reach.comments.issuperset(evidence.comment_ids or ())
    )


def _found(cited: _Cited, reach: Reach) -> Evidence:
    if not is_found(cited, reach):
        raise Rejected(Fault.UNRESOLVABLE)
    topic = None if cited.topic is None else reach.topics[cited.module][topic_key(cited.topic)]
    return Evidence(cited.module, topic, cited.semana, cited.comment_ids or ())


def _read(row: Any) -> _Row:
    try:
        return _ROW.validate_json(json.dumps(row, allow_nan=False))
    except ValidationError as error:
        kinds = {each["type"] for each in error.errors()}
        raise Rejected(Fault.OUT_OF_RANGE if kinds <= _OUT_OF_RANGE else Fault.MALFORMED) from None
    except (TypeError, ValueError, RecursionError):
        raise Rejected(Fault.MALFORMED) from None
