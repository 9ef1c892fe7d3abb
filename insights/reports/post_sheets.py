"""What the workbook's sheets hold of the questions about posts, Q11 to Q15."""

from typing import Any

from django.utils.translation import gettext as _

from insights.models.words import PLATFORM_LABELS
from insights.modules.cadence import Cadence
from insights.modules.engagement import Engagement
from insights.modules.net_sentiment import NetSentiment
from insights.modules.timing import Timing
from insights.modules.unusual_posts import UnusualPosts
from insights.modules.weeks import first_day
from insights.reports.words import WEEKDAYS
from tenants.display.books import Block, Ratio


def engagement(found: Engagement) -> list[Block]:
    """Return interactions for each view: all, by network, by week."""
    networks = (
        (
            str(PLATFORM_LABELS[one.red]),
            one.publicaciones,
            one.interacciones,
            one.vistas,
            _ratio(one.engagement),
        )
        for one in found.por_red
    )
    weeks = ((first_day(one.semana), one.publicaciones, _ratio(one.engagement)) for one in found.serie)
    headings = (_("Network"), _("Posts"), _("Interactions"), _("Views"), _("Engagement"))
    return [
        Block((_("Engagement"),), [(_ratio(found.engagement),)]),
        Block(headings, networks),
        Block((_("Week of"), _("Posts"), _("Engagement")), weeks, _("By week")),
    ]


def cadence(found: Cadence) -> list[Block]:
    """Return how regularly the brand publishes."""
    facts: list[tuple[Any, ...]] = [
        (_("Posts"), found.publicaciones),
        (_("Weeks"), found.semanas),
        (_("Posts a week"), found.publicaciones_por_semana),
        (_("Weeks with a post"), Ratio(found.semanas_con_publicacion)),
    ]
    weeks = ((first_day(one.semana), one.publicaciones) for one in found.serie)
    return [Block((_("Figure"), _("Value")), facts), Block((_("Week of"), _("Posts")), weeks, _("By week"))]


def timing(found: Timing) -> list[Block]:
    """Return the mean interactions of a post by weekday and hour."""
    days = ((str(WEEKDAYS[one.dia]), one.publicaciones, one.interacciones_promedio) for one in found.por_dia)
    hours = ((f"{one.hora:02}:00", one.publicaciones, one.interacciones_promedio) for one in found.por_hora)
    best: list[tuple[Any, ...]] = [
        (_("Best weekday"), str(WEEKDAYS[found.mejor_dia]) if found.mejor_dia else None),
        (_("Best hour"), None if found.mejor_hora is None else f"{found.mejor_hora:02}:00"),
    ]
    mean = _("Mean interactions")
    return [
        Block((_("Figure"), _("Value")), best),
        Block((_("Weekday"), _("Posts"), mean), days),
        Block((_("Hour"), _("Posts"), mean), hours),
    ]


def net_sentiment(found: NetSentiment) -> list[Block]:
    """Return positive minus negative: all, by network, by week."""
    networks = ((str(PLATFORM_LABELS[one.red]), one.n, one.sentimiento_neto) for one in found.por_red)
    weeks = ((first_day(one.semana), one.n, one.sentimiento_neto) for one in found.serie)
    net = _("Net sentiment")
    return [
        Block((net,), [(found.sentimiento_neto,)]),
        Block((_("Network"), _("Comments"), net), networks),
        Block((_("Week of"), _("Comments"), net), weeks, _("By week")),
    ]


def unusual_posts(found: UnusualPosts) -> list[Block]:
    """Return posts far above or below their network's."""
    rows = (
        (
            one.post_url,
            str(PLATFORM_LABELS[one.red]),
            first_day(one.semana),
            one.interacciones,
            one.mediana_red,
            one.desviacion,
        )
        for one in found.publicaciones
    )
    headings = (_("Post"), _("Network"), _("Week of"), _("Interactions"), _("Median of its network"))
    return [Block((*headings, _("Deviation")), rows)]


def _ratio(value: float | None) -> Ratio | None:
    return None if value is None else Ratio(value)
