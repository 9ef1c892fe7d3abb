"""Q9 without a model: advice that follows from counts, each piece from one figure (N11)."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from insights.modules.envelope import Module, Remark, Result, finished
from insights.modules.numbers import mean, percent, rounded, whole
from insights.modules.opportunities import Opportunities, Zone
from insights.modules.phrases import say
from insights.modules.recommendations import Area, Evidence, Recommendation, made, ranked
from insights.modules.sentiment import Clarity, Sentiments, class_counts
from insights.modules.timeline import Timeline, Turn
from insights.modules.topic_names import topic_key
from insights.modules.topics import Topics, sentiments
from insights.modules.view import View
from insights.modules.weeks import said_of
from insights.rules import Sentiment

Results = Mapping[Module, Result[Any]]

# How much work it usually is; a rule of thumb, the same for every brand.
_EFFORT = {Area.PRODUCT: 60, Area.OPERATIONS: 50, Area.SALES: 40, Area.CARE: 30, Area.MARKETING: 20}
_AREA_OF_TOPIC = {
    "Precio": Area.SALES,
    "Servicio": Area.CARE,
    "Entrega": Area.OPERATIONS,
    "Garantía": Area.CARE,
    "Comunicación": Area.MARKETING,
    "Recomendación": Area.MARKETING,
}
_PHRASE_OF_ZONE = {
    Zone.CRITICAL: "solve",
    Zone.INTENSE_NICHE: "one_by_one",
    Zone.NOISE: "answer_once",
}
# Percent of negative comments, and mean sentiment of a topic, from where advice is given; unrounded (N20).
_NEGATIVE = 30
_PRAISE = 0.3
# One or two people are answered, not planned for.
_ENOUGH = 3


def by_rules(view: View, results: Results) -> Result[Any]:
    """Answer Q9 from what Q3 and Q6 to Q8 found; too small a sample, or nothing to say, is no_data."""
    enough = len(view.labelled) >= view.minimum
    advice = ranked(_advice(view, results)) if enough else None
    return finished(view, Module.RECOMMENDATIONS, advice, (Remark.BY_RULES.value,))


def _advice(view: View, results: Results) -> Iterator[Recommendation]:
    yield from _about_opportunities(view, _results(results, Module.OPPORTUNITIES))
    yield from _about_weeks(view, _results(results, Module.TIMELINE))
    yield from _about_sentiment(view, _results(results, Module.SENTIMENT))
    yield from _about_praise(view, _results(results, Module.TOPICS))


def _results(results: Results, module: Module) -> Any:
    return results[module].results if module in results else None


def _about_opportunities(view: View, found: Opportunities | None) -> Iterator[Recommendation]:
    for each in found.oportunidades if found else ():
        if each.zona in _PHRASE_OF_ZONE and len(each.comment_ids) >= _ENOUGH:
            area = Area.MARKETING if each.zona is Zone.NOISE else _AREA_OF_TOPIC.get(each.tema, Area.PRODUCT)
            yield _said(
                view,
                _PHRASE_OF_ZONE[each.zona],
                area,
                # How many and how much: a few furious people are no crisis, nor is a crowd that shrugs.
                max(sqrt(each.demanda * each.impacto), 1),
                Evidence(Module.OPPORTUNITIES, topic=each.tema, comment_ids=each.comment_ids[:5]),
                topic=each.tema,
                share=whole(each.demanda),
                strength=whole(each.impacto),
            )


def _about_weeks(view: View, found: Timeline | None) -> Iterator[Recommendation]:
    fallen = [each for each in found.anomalias if each.tipo is Turn.WORSE] if found else []
    for each in fallen[-1:]:
        points = abs(each.cambio_pp)
        evidence = Evidence(Module.TIMELINE, semana=each.semana)
        yield _said(
            view,
            "worse",
            Area.CARE,
            points,
            evidence,
            week=said_of(each.semana, view.language),
            points=whole(points),
        )


def _about_sentiment(view: View, found: Sentiments | None) -> Iterator[Recommendation]:
    if found is None:
        return
    counts = class_counts(view.labelled)
    if percent(counts[Sentiment.NEGATIVE], sum(counts.values())) >= _NEGATIVE:
        share, evidence = 100 * found.distribucion[Sentiment.NEGATIVE], Evidence(Module.SENTIMENT)
        yield _said(view, "negative", Area.CARE, share, evidence, share=whole(share))
    if found.claridad is not Clarity.HIGH:
        share, evidence = found.porcentaje_mixto, Evidence(Module.SENTIMENT)
        yield _said(view, "mixed", Area.MARKETING, share, evidence, share=whole(share))


def _about_praise(view: View, found: Topics | None) -> Iterator[Recommendation]:
    said = sentiments(view, view.labelled)
    liked = [each for each in found.topics if _is_liked(said[topic_key(each.topic)])] if found else []
    for each in liked[:2]:
        yield _said(
            view,
            "praise",
            Area.MARKETING,
            max(each.frecuencia, 1),
            Evidence(Module.TOPICS, topic=each.topic),
            topic=each.topic,
            share=whole(each.frecuencia),
            points=whole(100 * each.sentimiento_promedio),
        )


def _is_liked(spoken: Sequence[float]) -> bool:
    return (mean(spoken) or 0.0) >= _PRAISE


def _said(
    view: View, phrase: str, area: Area, impact: float, evidence: Evidence, **words: object
) -> Recommendation:
    return made(
        title=say(view.language, phrase, **words),
        description=say(view.language, f"{phrase}_why", **words),
        area=area,
        impact=rounded(impact, 1),
        effort=_EFFORT[area],
        steps=say(view.language, f"{phrase}_how").split("|"),
        evidence=[evidence],
    )
