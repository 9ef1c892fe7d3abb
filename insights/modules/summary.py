"""Q10: what to know first: one alert at most, one finding of each module that ran, and what is missing."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished, partial
from insights.modules.numbers import percent, rounded, whole
from insights.modules.opportunities import Opportunity, Zone
from insights.modules.phrases import say
from insights.modules.sentiment import class_counts
from insights.modules.shapes import STRICT, Count, Hundred, Text, Week
from insights.modules.timeline import Trend, Turn
from insights.modules.view import View
from insights.modules.weeks import said_of
from insights.rules import Emotion, ModuleState, Sentiment

# Percent of Negativo above which it comes first, and the weeks that are still news.
NEGATIVE_ABOVE = 50
LAST_WEEKS = 2
SUMMARISED = tuple(Module)[:9]
_TREND = {Trend.BETTER: "found_better", Trend.WORSE: "found_worse", Trend.STABLE: "found_stable"}

Results = Mapping[Module, Result[Any]]


class AlertKind(StrEnum):
    """What cannot wait, the first first."""

    WORSE = "deterioro"
    NEGATIVE = "negativo"
    CRITICAL = "prioridad_critica"


@dataclass(frozen=True, slots=True, config=STRICT)
class Alert:
    """What cannot wait: `valor` in points, percent of Negativo or percent of demand."""

    tipo: AlertKind
    modulo: Module
    texto: Text
    valor: float
    semana: Week | None = None
    tema: Text | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Finding:
    """One sentence of one module."""

    modulo: Module
    texto: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class Kpis:
    """The figures of the first row; None: its module gave none."""

    emocion_dominante: Emotion | None
    tema_principal: Text | None
    influenciadores: Count | None
    oportunidades: Count | None
    sentimiento_positivo_pct: Hundred | None
    sentimiento_negativo_pct: Hundred | None
    sentimiento_neutral_pct: Hundred | None
    sentimiento_mixto_pct: Hundred | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Summary:
    """`faltantes` failed or did not run; the answer is then partial."""

    alerta_prioritaria: Alert | None
    hallazgos_clave: tuple[Finding, ...]
    kpis: Kpis
    faltantes: tuple[Module, ...]


def summarise(view: View, results: Results) -> Result[Summary]:
    """Answer Q10 from Q1 to Q9 of the same view."""
    if not view.labelled:
        return finished(view, Module.SUMMARY, None)
    missing = tuple(each for each in SUMMARISED if each not in results or _is_failed(results[each]))
    enough = len(view.labelled) >= view.minimum
    summary = Summary(
        alerta_prioritaria=_alert(view, results) if enough else None,
        hallazgos_clave=_findings(view, results) if enough else (),
        kpis=_kpis(results),
        faltantes=missing,
    )
    return partial(view, Module.SUMMARY, summary) if missing else finished(view, Module.SUMMARY, summary)


def _is_failed(result: Result[Any]) -> bool:
    return result.estado is ModuleState.FAILED


def _alert(view: View, results: Results) -> Alert | None:
    return _worse(view, results) or _negative(view) or _critical(view, results)


def _worse(view: View, results: Results) -> Alert | None:
    found = _of(results, Module.TIMELINE)
    recent = {week.semana for week in found.serie[-LAST_WEEKS:]} if found else set()
    fallen = [each for each in found.anomalias if each.tipo is Turn.WORSE] if found else []
    for each in reversed(fallen):
        if each.semana in recent:
            points = abs(each.cambio_pp)
            text = say(
                view.language, "alert_worse", points=whole(points), week=said_of(each.semana, view.language)
            )
            return Alert(AlertKind.WORSE, Module.TIMELINE, text, each.cambio_pp, semana=each.semana)
    return None


def _negative(view: View) -> Alert | None:
    counts = class_counts(view.labelled)
    classed = sum(counts.values())
    # Fewer than the minimum may have a class, although enough have a label.
    share = percent(counts[Sentiment.NEGATIVE], classed) if classed >= max(view.minimum, 1) else 0
    if share <= NEGATIVE_ABOVE:
        return None
    text = say(view.language, "alert_negative", share=whole(share))
    return Alert(AlertKind.NEGATIVE, Module.SENTIMENT, text, rounded(share, 2))


def _critical(view: View, results: Results) -> Alert | None:
    found = _of(results, Module.OPPORTUNITIES)
    for each in found.oportunidades if found else ():
        if each.zona is Zone.CRITICAL:
            text = say(view.language, "alert_critical", **_in_words(each))
            return Alert(AlertKind.CRITICAL, Module.OPPORTUNITIES, text, each.demanda, tema=each.tema)
    return None


def _in_words(opportunity: Opportunity) -> dict[str, object]:
    return {
        "topic": opportunity.tema,
        "share": whole(opportunity.demanda),
        "impact": whole(opportunity.impacto),
    }


def _kpis(results: Results) -> Kpis:
    emotions, topics = _of(results, Module.EMOTIONS), _of(results, Module.TOPICS)
    voices, opportunities = _of(results, Module.VOICES), _of(results, Module.OPPORTUNITIES)
    sentiment = _of(results, Module.SENTIMENT)
    shares = sentiment.distribucion if sentiment else {}
    return Kpis(
        emotions.emocion_dominante if emotions else None,
        topics.topics[0].topic if topics and topics.topics else None,
        voices.total_voces if voices else None,
        len(opportunities.oportunidades) if opportunities else None,
        *(rounded(100 * shares[each], 1) if shares else None for each in Sentiment),
    )


def _findings(view: View, results: Results) -> tuple[Finding, ...]:
    said = (
        (module, _FINDERS[module](view.language, found))
        for module in SUMMARISED
        if (found := _of(results, module))
    )
    return tuple(Finding(module, text) for module, text in said if text)


def _of(results: Results, module: Module) -> Any:
    return results[module].results if module in results else None


def _about_emotions(language: str, found: Any) -> str | None:
    emotion = found.emocion_dominante
    return say(language, "found_emotions", emotion=say(language, emotion)) if emotion else None


def _about_personality(language: str, found: Any) -> str | None:
    first = found.dimensiones_dominantes[:1]
    return say(language, "found_personality", trait=say(language, first[0])) if first else None


def _about_topics(language: str, found: Any) -> str | None:
    first = found.topics[:1]
    return (
        say(language, "found_topics", topic=first[0].topic, share=whole(first[0].frecuencia))
        if first
        else None
    )


def _about_frames(language: str, found: Any) -> str | None:
    frame = found.marco_dominante
    if not frame:
        return None
    share = whole(100 * found.distribucion_marcos[frame])
    return say(language, "found_frames", frame=say(language, f"frame_{frame}"), share=share)


def _about_voices(language: str, found: Any) -> str | None:
    return say(language, "found_voices", author=found.voces[0].username) if found.voces else None


def _about_opportunities(language: str, found: Any) -> str | None:
    if not found.oportunidades:
        return None
    greatest = max(found.oportunidades, key=lambda each: each.demanda * each.impacto)
    return say(language, "found_opportunities", **_in_words(greatest))


def _about_sentiment(language: str, found: Any) -> str:
    good, bad = (whole(100 * found.distribucion[each]) for each in (Sentiment.POSITIVE, Sentiment.NEGATIVE))
    return say(language, "found_sentiment", good=good, bad=bad)


def _about_weeks(language: str, found: Any) -> str | None:
    phrase = _TREND.get(found.tendencia)
    return say(language, phrase) if phrase else None


def _about_recommendations(language: str, found: Any) -> str | None:
    first = found.recomendaciones[:1]
    return say(language, "found_recommendations", title=first[0].recomendacion) if first else None


_FINDERS: Mapping[Module, Callable[[str, Any], str | None]] = {
    Module.EMOTIONS: _about_emotions,
    Module.PERSONALITY: _about_personality,
    Module.TOPICS: _about_topics,
    Module.FRAMES: _about_frames,
    Module.VOICES: _about_voices,
    Module.OPPORTUNITIES: _about_opportunities,
    Module.SENTIMENT: _about_sentiment,
    Module.TIMELINE: _about_weeks,
    Module.RECOMMENDATIONS: _about_recommendations,
}
