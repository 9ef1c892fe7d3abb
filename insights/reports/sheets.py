"""What the workbook's sheet of each question holds: the module's own figures, typed, under words (N20)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insights.models.words import FRAME_LABELS, SENTIMENT_LABELS
from insights.modules import Module, Recommendations
from insights.modules.emotions import Emotions
from insights.modules.frames import Frames
from insights.modules.opportunities import Opportunities
from insights.modules.personality import Personality
from insights.modules.recommendations import Evidence
from insights.modules.sentiment import Sentiments
from insights.modules.summary import Summary
from insights.modules.timeline import Timeline
from insights.modules.topics import Topics
from insights.modules.voices import Voices
from insights.modules.weeks import first_day, said_of
from insights.reports import post_sheets
from insights.reports.words import (
    ADVICE,
    CLARITY,
    EMOTIONS,
    LEVELS,
    MODULES,
    POLARITIES,
    TRAITS,
    TRENDS,
    ZONES,
)
from insights.rules import Emotion, Frame, Trait
from tenants.display.books import Block, Ratio


def _emotions(found: Emotions) -> list[Block]:
    posts = (
        (one.post_url, one.num_comentarios, *(one.emociones[emotion] for emotion in Emotion))
        for one in found.por_post
    )
    dominant = found.emocion_dominante
    return [
        Block((_("Emotion"), _("Mean, 0 to 1")), _named(EMOTIONS, found.emociones)),
        Block((_("Dominant emotion"),), [(str(EMOTIONS[dominant]) if dominant else "–",)]),
        Block((_("Post"), _("Comments"), *map(str, EMOTIONS.values())), posts, _("By post")),
    ]


def _personality(found: Personality) -> list[Block]:
    rows = ((str(TRAITS[trait]), found.rasgos[trait], found.brecha[trait]) for trait in Trait)
    posts = (
        (one.post_url, one.num_comentarios, *(one.rasgos[trait] for trait in Trait)) for one in found.por_post
    )
    leading = [(str(TRAITS[trait]),) for trait in found.dimensiones_dominantes]
    return [
        Block((_("Trait"), _("Perceived, 0 to 100"), _("Perceived minus wanted")), rows),
        Block((_("Dominant traits"),), leading),
        Block((_("Post"), _("Comments"), *map(str, TRAITS.values())), posts, _("By post")),
    ]


def _topics(found: Topics) -> list[Block]:
    posts = (
        (one.topic, one.menciones, one.frecuencia, one.sentimiento_promedio, post.post_url)
        for post in found.por_post
        for one in post.topics
    )
    headings = (_("Topic"), _("Mentions"), _("Frequency, %"), _("Mean sentiment, −1 to 1"))
    rows = ((one.topic, one.menciones, one.frecuencia, one.sentimiento_promedio) for one in found.topics)
    return [Block(headings, rows), Block((*headings, _("Post")), posts, _("By post"))]


def _frames(found: Frames) -> list[Block]:
    weeks = (
        (first_day(one.semana), one.n, *(Ratio(one.distribucion_marcos[frame]) for frame in Frame))
        for one in found.evolucion
    )
    said = (
        (str(FRAME_LABELS[frame]), quote.texto, quote.comment_id)
        for frame, quote in found.ejemplos.items()
        if quote
    )
    return [
        _shares(_("Frame"), FRAME_LABELS, found.distribucion_marcos, found.ci95),
        Block((_("Week of"), _("Comments"), *map(str, FRAME_LABELS.values())), weeks, _("By week")),
        Block((_("Frame"), _("Example"), _("Comment's number")), said, _("Examples")),
    ]


def _voices(found: Voices) -> list[Block]:
    rows = (
        (
            one.username,
            Ratio(one.score_centralidad),
            one.afinidad,
            one.autoridad,
            str(POLARITIES[one.polaridad]) if one.polaridad else None,
            one.evidencia.texto if one.evidencia else None,
        )
        for one in found.voces
    )
    headings = (
        _("Author"),
        _("Posts commented"),
        _("Affinity"),
        _("Authority"),
        _("Side"),
        _("Example"),
    )
    return [Block((_("All voices"),), [(found.total_voces,)]), Block(headings, rows)]


def _opportunities(found: Opportunities) -> list[Block]:
    rows = (
        (
            one.tema,
            one.demanda,
            one.impacto,
            str(LEVELS[one.impacto_nivel]),
            str(ZONES[one.zona]),
            str(ADVICE[one.accion]),
            len(one.comment_ids),
        )
        for one in found.oportunidades
    )
    headings = (
        _("Topic"),
        _("Demand, %"),
        _("Impact"),
        _("Level"),
        _("Zone"),
        _("What to do"),
        _("Comments"),
    )
    return [Block(headings, rows)]


def _sentiment(found: Sentiments) -> list[Block]:
    facts: list[tuple[Any, ...]] = [
        (_("Mixed, %"), found.porcentaje_mixto),
        (_("Mean subjectivity, 0 to 1"), found.subjetividad_promedio),
        (_("Clarity"), str(CLARITY[found.claridad])),
        (_("Example"), found.ejemplo_mixto.texto if found.ejemplo_mixto else None),
    ]
    return [
        _shares(_("Class"), SENTIMENT_LABELS, found.distribucion, found.ci95),
        Block((_("Figure"), _("Value")), facts),
    ]


def _timeline(found: Timeline) -> list[Block]:
    weeks = (
        (first_day(one.semana), one.n, one.porcentaje_positivo, one.porcentaje_negativo, one.topico_principal)
        for one in found.serie
    )
    unusual = ((first_day(one.semana), one.cambio_pp) for one in found.anomalias)
    return [
        Block((_("Trend"),), [(str(TRENDS[found.tendencia]),)]),
        Block((_("Week of"), _("Comments"), _("Positive, %"), _("Negative, %"), _("Main topic")), weeks),
        Block((_("Week of"), _("Change, points")), unusual, _("Unusual weeks")),
    ]


def _recommendations(found: Recommendations) -> list[Block]:
    rows = (
        (
            one.recomendacion,
            one.descripcion,
            one.area_estrategica.value,
            one.score_impacto,
            one.score_esfuerzo,
            one.prioridad,
            one.urgencia.value,
            "; ".join(one.acciones_concretas),
            "; ".join(
                " ".join(filter(None, (str(MODULES[each.module]), each.topic, _week(each))))
                for each in one.evidencia
            ),
        )
        for one in found.recomendaciones
    )
    headings = (
        _("Recommendation"),
        _("Why"),
        _("Area"),
        _("Impact"),
        _("Effort"),
        _("Priority"),
        _("Urgency"),
        _("Steps"),
        _("Evidence"),
    )
    return [Block(headings, rows)]


def _summary(found: Summary) -> list[Block]:
    alert = found.alerta_prioritaria
    first = [(str(MODULES[alert.modulo]), alert.texto, alert.valor)] if alert else []
    findings = ((str(MODULES[one.modulo]), one.texto) for one in found.hallazgos_clave)
    missing = ((str(MODULES[module]),) for module in found.faltantes)
    return [
        Block((_("Module"), _("What cannot wait"), _("Value")), first),
        Block((_("Module"), _("Finding")), findings),
        Block((_("Not available"),), missing),
    ]


def _named(words: Mapping[Any, Any], values: Mapping[Any, Any]) -> Iterable[tuple[Any, ...]]:
    return ((str(words[key]), value) for key, value in values.items())


def _week(each: Evidence) -> str:
    if not each.semana:
        return ""
    return _("week of %(day)s") % {"day": said_of(each.semana, get_language() or "es")}


def _shares(
    heading: str,
    words: Mapping[Any, Any],
    shares: Mapping[Any, float],
    between: Mapping[Any, tuple[float, float]],
) -> Block:
    rows = (
        (str(words[key]), Ratio(share), *(Ratio(end) for end in between[key]))
        for key, share in shares.items()
    )
    return Block((heading, _("Share"), _("95 % from"), _("95 % to")), rows)


SHEETS: Mapping[Module, Callable[[Any], list[Block]]] = {
    Module.EMOTIONS: _emotions,
    Module.PERSONALITY: _personality,
    Module.TOPICS: _topics,
    Module.FRAMES: _frames,
    Module.VOICES: _voices,
    Module.OPPORTUNITIES: _opportunities,
    Module.SENTIMENT: _sentiment,
    Module.TIMELINE: _timeline,
    Module.RECOMMENDATIONS: _recommendations,
    Module.SUMMARY: _summary,
    Module.ENGAGEMENT: post_sheets.engagement,
    Module.CADENCE: post_sheets.cadence,
    Module.TIMING: post_sheets.timing,
    Module.NET_SENTIMENT: post_sheets.net_sentiment,
    Module.UNUSUAL_POSTS: post_sheets.unusual_posts,
}
