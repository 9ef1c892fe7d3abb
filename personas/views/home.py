"""What the viewers' home and the admin's overview say of personas."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas import queries
from tenants.display.home import Attention, Change, Tile, Way
from tenants.display.tiles import HomePart
from tenants.queries import Principal

DAYS = 30
# Below it most contacts are nobody in particular, and every list by persona misleads.
LOW_COVERAGE = 0.5


def home_part(now: datetime, _who: Principal) -> HomePart:
    """Return the contacts, their coverage, and what wants a look. One query."""
    shares = queries.shares(since=now - timedelta(days=DAYS))
    total, before = sum(one.contacts for one in shares), sum(one.contacts_before for one in shares)
    if not total:
        return HomePart()
    chosen = sum(one.contacts for one in shares if not one.is_default)
    chosen_before = sum(one.contacts_before for one in shares if not one.is_default)
    page = reverse("personas:dashboard")
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", DAYS) % {"count": DAYS}
    tiles = (
        Tile(_("Contacts"), total, reverse("personas:contacts"), Change(total, before), words),
        Tile(_("With a persona of their own"), chosen, page, _better(chosen, chosen_before), words),
    )
    ways = (Way(_("Find a contact"), reverse("personas:contacts")),)
    return HomePart(tiles=tiles, attention=_attention(chosen / total, page), ways=ways)


def _better(now: int, before: int) -> Change:
    return Change(now, before, "calm" if now == before else "good" if now > before else "bad")


def _attention(coverage: float, page: str) -> tuple[Attention, ...]:
    if coverage >= LOW_COVERAGE:
        return ()
    text = _("Most contacts have the default persona")
    why = _("The most frequent titles without a keyword are listed on the persona page.")
    return (Attention(text, why, page),)
