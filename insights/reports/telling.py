"""What a tab says beside its charts: facts in words, a table, quotes that lead to their comments (N21)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insights.models.words import FRAME_LABELS, PLATFORM_LABELS
from insights.modules import Module, Quote, Recommendation, Recommendations
from insights.modules.frames import Frames
from insights.modules.opportunities import Opportunities
from insights.modules.sentiment import Sentiments
from insights.modules.summary import Summary
from insights.modules.timeline import Timeline
from insights.modules.unusual_posts import UnusualPosts
from insights.modules.voices import Voices
from insights.reports.charts import first_day
from insights.reports.looking import Chosen
from insights.reports.words import ADVICE, CLARITY, LEVELS, MODULES, POLARITIES, TRENDS, TURNS, ZONES
from tenants.display.charts import Table
from tenants.display.formats import Formats, Number

LISTED = 25


@dataclass(frozen=True, slots=True)
class Cited:
    """Somebody's own words, what they stand for, and the comment they are from."""

    text: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one module beside its charts."""

    facts: tuple[str, ...] = ()
    table: Table | None = None
    quotes: tuple[Cited, ...] = ()


NOTHING = Told()


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
    return Told(table=Table(_("Voices"), headings, rows, hrefs))


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
            _("Opportunities"), headings, rows, tuple(chosen.comments(topic=one.tema) for one in shown)
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
    unusual = [
        _("%(week)s: %(turn)s of %(points)s points")
        % {"week": one.semana, "turn": TURNS[one.tipo], "points": formats.number(one.cambio_pp)}
        for one in found.anomalias
    ]
    trend = _("Trend: %(trend)s.") % {"trend": TRENDS[found.tendencia]}
    return Told((trend, *(unusual or [_("No week was unusual.")])))


def _recommendations(found: Recommendations, chosen: Chosen, formats: Formats) -> Told:
    rows = tuple(
        (
            one.recomendacion,
            one.descripcion,
            one.area_estrategica.value,
            f"{formats.number(one.prioridad)} ({one.urgencia.value})",
            "; ".join(one.acciones_concretas),
        )
        for one in found.recomendaciones
    )
    headings = (_("Recommendation"), _("Why"), _("Area"), _("Priority"), _("Steps"))
    hrefs = tuple(_evidence(one, chosen) for one in found.recomendaciones)
    return Told(table=Table(_("Recommendations"), headings, rows, hrefs))


def _evidence(one: Recommendation, chosen: Chosen) -> str:
    first = one.evidencia[0]
    if first.comment_ids:
        return chosen.comments(comment=str(first.comment_ids[0]))
    if first.topic:
        return chosen.comments(topic=first.topic)
    return chosen.comments(week=first_day(first.semana)) if first.semana else chosen.href(first.module.key)


def _summary(found: Summary, chosen: Chosen, formats: Formats) -> Told:  # noqa: ARG001 - a teller's form
    alert = found.alerta_prioritaria
    missing = [str(MODULES[module]) for module in found.faltantes]
    facts = [_("First: %(alert)s") % {"alert": alert.texto}] if alert else []
    facts += [finding.texto for finding in found.hallazgos_clave]
    if missing:
        facts.append(_("Not available: %(modules)s.") % {"modules": ", ".join(missing)})
    return Told(tuple(facts))


def _unusual(found: UnusualPosts, chosen: Chosen, formats: Formats) -> Told:  # noqa: ARG001 - a teller's form
    shown = found.publicaciones[:LISTED]
    rows = tuple(
        (
            one.post_url,
            str(PLATFORM_LABELS[one.red]),
            one.semana,
            formats.number(one.interacciones),
            formats.number(one.mediana_red),
        )
        for one in shown
    )
    headings = (_("Post"), _("Network"), _("Week"), _("Interactions"), _("Median of its network"))
    return Told(table=Table(_("Unusual posts"), headings, rows))


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
