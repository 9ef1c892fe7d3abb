"""The charts of what was published (Q11-Q14), by the post's date; figures lead to the comments below."""

from django.utils.translation import gettext as _

from insights.models.words import PLATFORM_LABELS
from insights.modules.cadence import Cadence
from insights.modules.engagement import Engagement
from insights.modules.net_sentiment import NetSentiment
from insights.modules.timing import Timing
from insights.modules.weeks import first_day
from insights.reports.charts import MOST_WEEKS, labels
from insights.reports.looking import Chosen
from insights.reports.words import WEEKDAYS
from tenants.display.charts import Bars, Category, Columns, Lines, Series
from tenants.display.charts.colours import TEAL
from tenants.display.formats import Formats

# Bars of one kind: hours and days are no parties with colours of their own.
COLOUR = TEAL


def engagement(found: Engagement, chosen: Chosen) -> Bars:
    """Draw interactions for each hundred views, by network."""
    return Bars(
        "engagement",
        _("Engagement by network"),
        _("Likes, comments and shares for each hundred views, of posts whose views are known."),
        tuple(
            Category(
                str(PLATFORM_LABELS[one.red]),
                round(100 * one.engagement, 2),
                href=chosen.comments(platform=one.red),
            )
            for one in found.por_red
            if one.engagement is not None
        ),
        heading=_("Network"),
    )


def cadence(found: Cadence, chosen: Chosen, formats: Formats) -> Columns:
    """Draw how many posts each week had."""
    weeks = found.serie[-MOST_WEEKS:]
    return Columns(
        "cadence",
        _("Posts by week"),
        _("Posts by the week in which they were published."),
        labels((week.semana for week in weeks), formats),
        above=(Series(_("Posts"), tuple(week.publicaciones for week in weeks)),),
        heading=_("Week of"),
        hrefs=tuple(chosen.comments(posted=str(first_day(week.semana))) for week in weeks),
    )


def weekdays(found: Timing, chosen: Chosen) -> Bars:
    """Draw the mean interactions of a post by weekday."""
    return Bars(
        "weekdays",
        _("By weekday"),
        _("Mean likes, comments and shares of a post, on the brand's own calendar."),
        tuple(
            Category(
                str(WEEKDAYS[one.dia]),
                one.interacciones_promedio,
                COLOUR,
                chosen.comments(weekday=str(one.dia)),
            )
            for one in found.por_dia
            if one.interacciones_promedio is not None
        ),
        heading=_("Weekday"),
    )


def hours(found: Timing, chosen: Chosen) -> Bars:
    """Draw the mean interactions of a post by hour."""
    return Bars(
        "hours",
        _("By hour"),
        _("Mean likes, comments and shares of a post, on the brand's own clock."),
        tuple(
            Category(
                f"{one.hora:02}:00", one.interacciones_promedio, COLOUR, chosen.comments(hour=str(one.hora))
            )
            for one in found.por_hora
            if one.interacciones_promedio is not None
        ),
        heading=_("Hour"),
    )


def net_sentiment(found: NetSentiment, chosen: Chosen, formats: Formats) -> Lines:
    """Draw positive minus negative, by the week of the posts."""
    weeks = found.serie[-MOST_WEEKS:]
    return Lines(
        "net-sentiment",
        _("Net sentiment by week"),
        _("Percent of positive minus percent of negative comments, by the week of their posts."),
        labels((week.semana for week in weeks), formats),
        (Series(_("Net sentiment"), tuple(week.sentimiento_neto for week in weeks)),),
        heading=_("Week of"),
        hrefs=tuple(chosen.comments(posted=str(first_day(week.semana))) for week in weeks),
    )
