"""The dashboard's charts, each from what a query answers; what it draws it also tells as a table."""

from collections.abc import Iterable
from urllib.parse import urlencode

from babel.dates import format_skeleton
from django.urls import reverse
from django.utils.translation import gettext as _

from personas.queries import Coverage, PersonaOverview, PersonaTrend, Share
from tenants.display.charts import Bars, Category, Doughnut, Lines, Series
from tenants.display.formats import Formats

MOST_LINES = 8


def link(**chosen: str) -> str:
    """Return the address of the contacts behind a figure."""
    return f"{reverse('personas:contacts')}?{urlencode(chosen)}"


def bars(seen: PersonaOverview, source: dict[str, str]) -> Bars:
    """Draw each persona's contacts."""
    told = _("How many contacts each persona has, and its share of all.")
    title, heading = _("Contacts by persona"), _("Persona")
    return Bars("shares", title, told, _categories(seen, source), share=True, heading=heading)


def ring(seen: PersonaOverview, source: dict[str, str]) -> Doughnut:
    """Draw each persona's part of the whole."""
    told = _("The default persona holds what no keyword matches.")
    return Doughnut("ring", _("Share of each persona"), told, _categories(seen, source), _("Persona"))


def growth(seen: PersonaOverview, source: dict[str, str], formats: Formats) -> Lines:
    """Draw the new connections of each month."""
    nothing = (0,) * len(seen.growth.months)
    series = tuple(
        Series(one.name, seen.growth.counts.get(one.id, nothing), one.color, link(persona=one.code, **source))
        for one in _largest(seen.shares)
        if seen.contacts.now
    )
    told = _("By the month in which LinkedIn says that they connected.")
    title = _("New connections by month")
    return Lines("growth", title, told, _months(seen, formats), series, _("Month"))


def coverage_by_month(seen: PersonaOverview, formats: Formats) -> Lines:
    """Draw which part of each month's connections, and of all until then, has a persona of its own now."""
    series = (
        Series(_("In the month"), _percents(seen.coverage_of_month)),
        Series(_("Until then"), _percents(seen.coverage_by_month)),
    )
    told = _("In percent of those who connected: who has a persona of their own, by the rules of today.")
    title = _("Coverage by month of connection")
    return Lines("connected", title, told, _months(seen, formats), series, _("Month"))


def coverage(days: Iterable[Coverage], formats: Formats) -> Lines | None:
    """Draw the recorded coverage from day to day; None before there are two days of it."""
    rows = list(days)
    if len(rows) < 2:
        return None
    series = (
        Series(_("Own persona"), tuple(one.classification for one in rows)),
        Series(_("Job title"), tuple(one.job_title for one in rows)),
        Series(_("Normalised"), tuple(one.normalization for one in rows)),
    )
    labels = tuple(formats.day(one.on) for one in rows)
    told = _("In percent of all contacts, as it was at the end of each day (UTC).")
    return Lines("coverage", _("Coverage by day"), told, labels, series, _("Day"))


def personas_by_day(shares: Iterable[Share], trend: PersonaTrend, formats: Formats) -> Lines | None:
    """Draw the contacts of each persona from day to day; None before there are two days of them."""
    counted = [one for one in _largest(shares) if one.id in trend.counts]
    if len(trend.days) < 2:
        return None
    series = tuple(
        Series(one.name, trend.counts[one.id], one.color, link(persona=one.code)) for one in counted
    )
    labels = tuple(formats.day(day) for day in trend.days)
    told = _(
        "At the end of each day (UTC), from whatever source;"
        " decisions, imports and reclassifications move them."
    )
    return Lines("days", _("Contacts by persona and day"), told, labels, series, _("Day"))


def _percents(parts: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(None if part is None else round(100 * part, 2) for part in parts)


def _categories(seen: PersonaOverview, source: dict[str, str]) -> tuple[Category, ...]:
    return tuple(
        Category(share.name, share.contacts, share.color, link(persona=share.code, **source))
        for share in seen.shares
    )


def _largest(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: -share.contacts)[:MOST_LINES]


def _months(seen: PersonaOverview, formats: Formats) -> tuple[str, ...]:
    return tuple(str(format_skeleton("yMMM", month, locale=formats.locale)) for month in seen.growth.months)
