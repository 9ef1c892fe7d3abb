"""What the viewers' home and the admin's overview say of identity."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.queries.backlog import WEEK_DAYS, BacklogDay, backlog_days, judged
from identity.queries.inbox import reason_counts
from identity.queries.leads import has_leads
from identity.queries.red_reasons import first_day
from identity.rules import OUTCOMES, Outcome
from tenants.display.formats import reader
from tenants.display.home import Attention, Change, Tile, Tone, Way
from tenants.display.tiles import HomePart
from tenants.queries import Principal


def home_part(_now: datetime, _who: Principal) -> HomePart:
    """Return the red backlog, what recovery matched, the cases to settle. One query, four with leads.

    Days are those of the tenant's clock.
    """
    if not has_leads():
        return HomePart()
    two_weeks = backlog_days(days=2 * WEEK_DAYS)
    days = judged(two_weeks[-WEEK_DAYS:], first=first_day())
    page, ways = reverse("identity:dashboard"), (Way(_("Red leads by stage"), reverse("identity:limbo")),)
    return HomePart(
        tiles=(_red(days, page), _matched(two_weeks, page)), attention=_attention(days, page), ways=ways
    )


def _red(days: Sequence[BacklogDay], page: str) -> Tile:
    start, end = days[0].backlog_start, days[-1].backlog_end
    tone: Tone = "calm" if end == start else "good" if end < start else "bad"
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", len(days))
    return Tile(_("Red leads"), end, page, Change(end, start, tone), words % {"count": len(days)})


def _matched(days: Sequence[BacklogDay], page: str) -> Tile:
    now, before = (sum(day.matched_out for day in week) for week in (days[-WEEK_DAYS:], days[:WEEK_DAYS]))
    tone: Tone = "calm" if now == before else "good" if now > before else "bad"
    label = _("Matched by recovery in 7 days")
    return Tile(label, now, page, Change(now, before, tone), _("against the 7 days before"))


def _attention(week: Sequence[BacklogDay], page: str) -> tuple[Attention, ...]:
    return (*_growing(week, page), *_to_settle(page))


def _growing(week: Sequence[BacklogDay], page: str) -> tuple[Attention, ...]:
    if week[-1].backlog_end <= week[0].backlog_start:
        return ()
    why = _("More leads came in than were linked; the page says why and what helps.")
    return (Attention(_("The red backlog grows"), why, page, "bad"),)


def _to_settle(page: str) -> tuple[Attention, ...]:
    counts = reason_counts()
    cases = sum(many for reason, many in counts.items() if OUTCOMES[reason] == Outcome.REVIEW)
    if not cases:
        return ()
    words = ngettext("%(cases)s case waits for a decision", "%(cases)s cases wait for a decision", cases)
    why = _("What the rules could not tell apart, a person decides.")
    return (
        Attention(
            words % {"cases": reader().number(cases)}, why, page, "note", reverse("admin:identity_inbox")
        ),
    )
