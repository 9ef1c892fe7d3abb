"""What a tab says beside its charts: facts in words, a table, quotes that lead to their comments (N21)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import TypeAdapter, ValidationError

from insights.models.words import FRAME_LABELS, PLATFORM_LABELS
from insights.modules import Module, Quote, Recommendation, Recommendations
from insights.modules.frames import Frames
from insights.modules.opportunities import Opportunities
from insights.modules.recommendations import Evidence, Urgency
from insights.modules.sentiment import Sentiments
from insights.modules.summary import Summary
from insights.modules.timeline import Timeline
from insights.modules.unusual_posts import UnusualPosts
from insights.modules.voices import Voices
from insights.modules.weeks import first_day
from insights.reports.charts import turned
from insights.reports.looking import Chosen
from insights.reports.words import (
    ADVICE,
    AREAS,
    CLARITY,
    LEVELS,
    MODULES,
    POLARITIES,
    TRENDS,
    URGENCIES,
    ZONES,
)
from tenants.display.charts import Table
from tenants.display.formats import Formats, Number

LISTED = 25
# As many as an address holds.
MOST_CITED = 10
QUOTED = 6
URGENCY_TONES: Mapping[str, str] = {Urgency.CRITICAL: "bad", Urgency.HIGH: "warn"}


@dataclass(frozen=True, slots=True)
class Cited:
    """Somebody's own words, what they stand for, and the comment they are from."""

    text: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """A recommendation with what it stands on: (words, address) of each piece of evidence."""

    title: str
    description: str
    area: str
    urgency: str
    tone: str
    figures: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one module beside its charts."""

    facts: tuple[str, ...] = ()
    table: Table | None = None
    quotes: tuple[Cited, ...] = ()
    # What the page shows in place of the table.
    cards: tuple[Card, ...] = ()


NOTHING = Told()
_EVIDENCE = TypeAdapter(tuple[Evidence, ...])


def told(module: Module, found: Any, chosen: Chosen, formats: Formats) -> Told:
    """Return what a module's results say beside charts."""
    teller = TELLERS.get(module)
    return teller(found, chosen, formats) if teller else NOTHING


def _frames(found: Frames, chosen: Chosen, _formats: Formats) -> Told:
    quoted = [(quote, FRAME_LABELS[frame]) for frame, quote in found.ejemplos.items() if quote]
    return Told(quotes=tuple(_cited(quote, str(label), chosen) for quote, label in quoted))


def _voices(found: Voices, chosen: Chosen, formats: Formats) -> Told:
    shown = found.voces[:LISTED]
    rows = tuple(
        (
            voice.username,
            formats.percent(voice.score_centralidad),
            _number(voice.afinidad, formats),
            _number(voice.autoridad, formats),
            str(POLARITIES[voice.polaridad]) if voice.polaridad else "–",
        )
        for voice in shown
    )
    headings = (_("Author"), _("Posts commented"), _("Affinity"), _("Authority"), _("Side"))
    hrefs = tuple(chosen.comments(author=voice.username) for voice in shown)
    quotes = tuple(_cited(one.evidencia, one.username, chosen) for one in shown[:QUOTED] if one.evidencia)
    return Told(table=Table(_("Voices"), headings, rows, hrefs), quotes=quotes)


def _opportunities(found: Opportunities, chosen: Chosen, formats: Formats) -> Told:
    shown = found.oportunidades[:LISTED]
    rows = tuple(
        (
            one.tema,
            f"{formats.number(one.demanda)} %",
            f"{formats.number(one.impacto)} ({LEVELS[one.impacto_nivel]})",
            str(ZONES[one.zona]),
            str(ADVICE[one.accion]),
        )
        for one in shown
    )
    headings = (_("Topic"), _("Demand"), _("Impact"), _("Zone"), _("What to do"))
    return Told(
        table=Table(
            _("Opportunities"), headings, rows, tuple(chosen.comments(asks=one.tema) for one in shown)
        )
    )


def _sentiment(found: Sentiments, chosen: Chosen, formats: Formats) -> Told:
    facts = [
        _("Clarity: %(level)s; %(mixed)s %% of the comments are of two minds.")
        % {"level": CLARITY[found.claridad], "mixed": formats.number(found.porcentaje_mixto)}
    ]
    if found.subjetividad_promedio is not None:
        mean = formats.number(found.subjetividad_promedio)
        facts.append(_("Mean subjectivity: %(mean)s of 1.") % {"mean": mean})
    example = found.ejemplo_mixto
    return Told(tuple(facts), quotes=(_cited(example, _("Mixed"), chosen),) if example else ())


def _timeline(found: Timeline, chosen: Chosen, formats: Formats) -> Told:  # noqa: ARG001 - a teller's form
    unusual = [turned(one, formats) for one in found.anomalias]
    trend = _("Trend: %(trend)s.") % {"trend": TRENDS[found.tendencia]}
    return Told((trend, *(unusual or [_("No week was unusual.")])))


def _recommendations(found: Recommendations, chosen: Chosen, formats: Formats) -> Told:
    rows = tuple(
        (
            one.recomendacion,
            one.descripcion,
            str(AREAS[one.area_estrategica]),
            f"{formats.number(one.prioridad)} ({URGENCIES[one.urgencia]})",
            "; ".join(one.acciones_concretas),
        )
        for one in found.recomendaciones
    )
    headings = (_("Recommendation"), _("Why"), _("Area"), _("Priority"), _("Steps"))
    cards = tuple(_card(one, chosen, formats) for one in found.recomendaciones)
    hrefs = tuple(card.evidence[0][1] for card in cards)
    return Told(table=Table(_("Recommendations"), headings, rows, hrefs), cards=cards)


def _card(one: Recommendation, chosen: Chosen, formats: Formats) -> Card:
    scores = ((_("Impact"), one.score_impacto), (_("Effort"), one.score_esfuerzo))
    return Card(
        title=one.recomendacion,
        description=one.descripcion,
        area=str(AREAS[one.area_estrategica]),
        urgency=str(URGENCIES[one.urgencia]),
        tone=URGENCY_TONES.get(one.urgencia, ""),
        figures=tuple((label, formats.number(score)) for label, score in scores),
        steps=one.acciones_concretas,
        evidence=tuple(evidence_of(each, chosen, formats) for each in one.evidencia),
    )


def cited(stored: Sequence[Any], chosen: Chosen, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Return what stored evidence is called and where it is seen; nothing of what makes no sense."""
    try:
        every = _EVIDENCE.validate_json(json.dumps(stored))
        return tuple(evidence_of(each, chosen, formats) for each in every)
    except ValidationError:
        return ()


def evidence_of(each: Evidence, chosen: Chosen, formats: Formats) -> tuple[str, str]:
    """Return what a piece of evidence is called, and where it is seen (W1)."""
    # An analysis advises on the whole history (Q9), so what it cites can be older than the days in view.
    chosen = chosen.whole()
    if each.comment_ids:
        ids = each.comment_ids[:MOST_CITED]
        words = ngettext("%(count)d comment", "%(count)d comments", len(ids)) % {"count": len(ids)}
        return words, chosen.comments(ids=".".join(map(str, ids)))
    if each.topic:
        # Q6 counts who asks for a topic, and not everybody who asks speaks of it, or the other way round.
        seen_by = "asks" if each.module is Module.OPPORTUNITIES else "topic"
        return each.topic, chosen.comments(**{seen_by: each.topic})
    if each.semana:
        words = _("week of %(day)s") % {"day": formats.day(first_day(each.semana))}
        return words, chosen.comments(week=str(first_day(each.semana)))
    return str(MODULES[each.module]), chosen.href(each.module.key)


def _summary(found: Summary, chosen: Chosen, formats: Formats) -> Told:  # noqa: ARG001 - a teller's form
    alert = found.alerta_prioritaria
    missing = [str(MODULES[module]) for module in found.faltantes]
    facts = [_("First: %(alert)s") % {"alert": alert.texto}] if alert else []
    facts += [finding.texto for finding in found.hallazgos_clave]
    if missing:
        facts.append(_("Not available: %(modules)s.") % {"modules": ", ".join(missing)})
    return Told(tuple(facts))


def _unusual(found: UnusualPosts, chosen: Chosen, formats: Formats) -> Told:
    shown = found.publicaciones[:LISTED]
    rows = tuple(
        (
            one.post_url,
            str(PLATFORM_LABELS[one.red]),
            formats.day(first_day(one.semana)),
            formats.number(one.interacciones),
            formats.number(one.mediana_red),
        )
        for one in shown
    )
    headings = (_("Post"), _("Network"), _("Week of"), _("Interactions"), _("Median of its network"))
    hrefs = tuple(chosen.comments(address=one.post_url) for one in shown)
    return Told(table=Table(_("Unusual posts"), headings, rows, hrefs))


TELLERS: Mapping[Module, Callable[[Any, Chosen, Formats], Told]] = {
    Module.FRAMES: _frames,
    Module.VOICES: _voices,
    Module.OPPORTUNITIES: _opportunities,
    Module.SENTIMENT: _sentiment,
    Module.TIMELINE: _timeline,
    Module.RECOMMENDATIONS: _recommendations,
    Module.SUMMARY: _summary,
    Module.UNUSUAL_POSTS: _unusual,
}


def _cited(quote: Quote, label: str, chosen: Chosen) -> Cited:
    return Cited(quote.texto, label, chosen.comments(comment=str(quote.comment_id)))


def _number(value: Number | None, formats: Formats) -> str:
    return "–" if value is None else formats.number(value)
