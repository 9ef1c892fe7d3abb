"""What the viewers' home and the admin's overview say of identity."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.queries.backlog import WEEK_DAYS, BacklogDay, backlog_days, judged
from identity.queries.leads import has_leads
from identity.queries.red_reasons import first_day
from tenants.display.home import Attention, Change, Tile, Tone
from tenants.display.tiles import HomePart


def home_part(now: datetime) -> HomePart:  # noqa: ARG001 - days are those of the tenant's clock
    """Return the red backlog, what recovery matched, and whether red grows. One query, three with leads."""
    if not has_leads():
        return HomePart()
    week = backlog_days(days=WEEK_DAYS)
    days = judged(week, first=first_day())
    page, start, end = reverse("identity:dashboard"), days[0].backlog_start, week[-1].backlog_end
    tone: Tone = "calm" if end == start else "good" if end < start else "bad"
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", len(days))
    since = words % {"count": len(days)}
    tiles = (
        Tile(_("Red leads"), end, page, Change(end, start, tone), since),
        Tile(_("Matched by recovery in 7 days"), sum(day.matched_out for day in week), page),
    )
    return HomePart(tiles=tiles, attention=_attention(days, page))


def _attention(week: Sequence[BacklogDay], page: str) -> tuple[Attention, ...]:
    if week[-1].backlog_end <= week[0].backlog_start:
        return ()
    why = _("More leads came in than were linked; the page says why and what helps.")
    return (Attention(_("The red backlog grows"), why, page),)
