"""What the viewers' home and the admin's overview say of insights."""

from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.models import Comment, FichaCliente, Run
from insights.queries.fichas import stale_fichas
from insights.rules import RunState
from tenants.display.home import Attention, Change, Tile, Way
from tenants.display.tiles import HomePart

DAYS = 7


def home_part(now: datetime) -> HomePart:
    """Return a week's comments, and how many brands are stale or failed last. One query, four with brands.

    Brands are counted and not named: a viewer may be bound to others.
    """
    if not FichaCliente.objects.exists():
        return HomePart()
    page = reverse("insights:dashboard")
    week, before = _comments(now)
    since = _("against the 7 days before")
    tile = Tile(_("Comments in 7 days"), week, page, Change(week, before), since)
    return HomePart(tiles=(tile,), attention=_attention(now, page), ways=(Way(_("What people say"), page),))


def _comments(now: datetime) -> tuple[int, int]:
    begins, before = now - timedelta(days=DAYS), now - timedelta(days=2 * DAYS)
    said = Comment.objects.filter(created_at__gt=before, created_at__lte=now).order_by()
    told = said.aggregate(all=Count("pk"), week=Count("pk", filter=Q(created_at__gt=begins)))
    return told["week"], told["all"] - told["week"]


def _attention(now: datetime, page: str) -> tuple[Attention, ...]:
    newest = Run.objects.filter(ficha=OuterRef("pk")).order_by("-id").values("state")[:1]
    failed = FichaCliente.objects.annotate(newest=Subquery(newest)).filter(newest=RunState.FAILED).count()
    stale = stale_fichas(now=now).count()
    return tuple(
        Attention(words % {"count": count}, why, page, "bad")
        for count, words, why in (
            (stale, _stale_words(stale), _("The schedule or its source has stopped; see its newest run.")),
            (failed, _failed_words(failed), _("What was known before stays; its run says what to do.")),
        )
        if count
    )


def _stale_words(count: int) -> str:
    return ngettext(
        "%(count)d brand has not been checked for 25 hours",
        "%(count)d brands have not been checked for 25 hours",
        count,
    )


def _failed_words(count: int) -> str:
    return ngettext(
        "The newest analysis of %(count)d brand failed",
        "The newest analysis of %(count)d brands failed",
        count,
    )
