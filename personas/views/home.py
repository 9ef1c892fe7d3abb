"""What the viewers' home and the admin's overview say of personas."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas import queries
from personas.queries import Figure
from tenants.display.home import Attention, Change, Tile, Way
from tenants.display.tiles import HomePart
from tenants.queries import Principal

DAYS = 30
# Below it most contacts are nobody in particular, and every list by persona misleads.
LOW_COVERAGE = 0.5


def home_part(now: datetime, _who: Principal) -> HomePart:
    """Return the contacts, their coverage, and what wants a look. Two queries."""
    count = queries.headcount(now=now, days=DAYS)
    contacts, chosen = count.contacts, count.classified
    if not contacts.now:
        return HomePart()
    page, everybody = reverse("personas:dashboard"), reverse("personas:contacts")
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", DAYS) % {"count": DAYS}
    tiles = (
        Tile(_("Contacts"), contacts.now, everybody, _calm(contacts), words),
        Tile(_("With a persona of their own"), chosen.now, page, _better(chosen), words),
    )
    ways = (Way(_("Find a contact"), everybody),)
    return HomePart(tiles=tiles, attention=_attention(chosen.ratio, page), ways=ways)


def _calm(figure: Figure) -> Change | None:
    return None if figure.before is None else Change(figure.now, figure.before)


def _better(figure: Figure) -> Change | None:
    now, before = figure.now, figure.before
    if before is None:
        return None
    return Change(now, before, "calm" if now == before else "good" if now > before else "bad")


def _attention(coverage: float, page: str) -> tuple[Attention, ...]:
    if coverage >= LOW_COVERAGE:
        return ()
    text = _("Most contacts have the default persona")
    why = _("The most frequent titles without a keyword are listed on the persona page.")
    return (Attention(text, why, page),)
