"""What the viewers' home and the admin's overview say of insights."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.models import Comment, FichaCliente, Run
from insights.queries.fichas import stale_fichas, visible_fichas
from insights.reports.looking import Chosen
from insights.rules import RunState
from insights.views.choosing import last_days
from tenants.display.home import Attention, Change, Tile, Way
from tenants.display.tiles import HomePart
from tenants.queries import Principal

WEEK = "7"


def home_part(now: datetime, who: Principal) -> HomePart:
    """Return a week's comments, and how many brands are stale or failed last, of those that `who` sees.

    Two queries, five with brands.
    """
    fichas = list(visible_fichas(role=who.role, member=who.id))
    if not fichas:
        return HomePart()
    ways = (Way(_("What people say"), reverse("insights:dashboard")),)
    return HomePart(tiles=(_week(now, fichas),), attention=_attention(now, fichas), ways=ways)


def _week(now: datetime, fichas: Sequence[FichaCliente]) -> Tile:
    """Return the tile of a week's comments: one brand's leads to them, that of several to the first one."""
    looks = [last_days(one, WEEK, now=now) for one in fichas]
    week, before = _comments(looks)
    href = looks[0].href() if len(looks) > 1 else looks[0].comments()
    return Tile(_("Comments in 7 days"), week, href, Change(week, before), _("against the 7 days before"))


def _comments(looks: Sequence[Chosen]) -> tuple[int, int]:
    week, before = _said(looks), _said([one for look in looks if (one := look.before())])
    said = Comment.objects.filter(week | before).order_by()
    told = said.aggregate(week=Count("pk", filter=week), before=Count("pk", filter=before))
    return told["week"], told["before"]


def _said(looks: Sequence[Chosen]) -> Q:
    """Return the comments of looks: brands of one clock have the same ends."""
    fichas = defaultdict(list)
    for look in looks:
        fichas[look.start, look.end].append(look.ficha.pk)
    wanted = Q()
    for (start, end), numbers in fichas.items():
        wanted |= Q(ficha__in=numbers, created_at__gte=start, created_at__lte=end)
    return wanted


def _attention(now: datetime, fichas: Sequence[FichaCliente]) -> tuple[Attention, ...]:
    """Return how many brands want a look; each line leads to the first of them. Two queries."""
    stale, failed = (_among(found, fichas) for found in (stale_fichas(now=now), _failed_fichas()))
    page = reverse("insights:dashboard")
    return tuple(
        Attention(words(len(found)) % {"count": len(found)}, why, f"{page}?ficha={found[0]}", "bad")
        for found, words, why in (
            (stale, _stale_words, _("The schedule or its source has stopped; see its newest run.")),
            (failed, _failed_words, _("What was known before stays; its run says what to do.")),
        )
        if found
    )


def _failed_fichas() -> QuerySet[FichaCliente]:
    newest = Run.objects.filter(ficha=OuterRef("pk")).order_by("-id").values("state")[:1]
    return FichaCliente.objects.annotate(newest=Subquery(newest)).filter(newest=RunState.FAILED)


def _among(found: QuerySet[FichaCliente], fichas: Sequence[FichaCliente]) -> list[int]:
    return list(found.filter(pk__in=[one.pk for one in fichas]).values_list("pk", flat=True))


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
