"""What the house's alerts hear of insights: brands that nobody checks, or whose newest run failed (N17)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from insights.models import FichaCliente, Run
from insights.queries.fichas import stale_fichas
from insights.rules import RunState
from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.display.watches import Watch
from tenants.records.actions.alerts import Alarm

STALE_CODE, FAILED_CODE = "insights.run_stale", "insights.run_failed"


def _stale(now: datetime) -> Iterator[Alarm]:
    for number, name in stale_fichas(now=now).order_by("id").values_list("id", "brand_name"):
        yield Alarm(STALE_CODE, str(number), {"brand": name})


def _failed(_now: datetime) -> Iterator[Alarm]:
    newest = Run.objects.filter(ficha=OuterRef("pk")).order_by("-id").values("state")[:1]
    failed = FichaCliente.objects.annotate(newest=Subquery(newest)).filter(newest=RunState.FAILED)
    for number, name in failed.order_by("id").values_list("id", "brand_name"):
        yield Alarm(FAILED_CODE, str(number), {"brand": name})


def _tell(alarm: Alarm, _formats: Formats) -> Attention:
    page = f"{reverse('insights:dashboard')}?ficha={alarm.subject}"
    brand = {"brand": alarm.figures.get("brand", "")}
    if alarm.code == STALE_CODE:
        why = _("The schedule or its source has stopped; see its newest run.")
        return Attention(_("%(brand)s has not been checked for 25 hours.") % brand, why, page, "bad")
    why = _("What was known before stays; its run says what to do.")
    return Attention(_("The newest analysis of %(brand)s failed.") % brand, why, page, "bad")


# Home counts both, of the brands that its reader sees; the first is written about hourly (N17).
STALE = Watch(frozenset({STALE_CODE}), look=_stale, tell=_tell, at_home=False, by_mail=False)
FAILED = Watch(frozenset({FAILED_CODE}), look=_failed, tell=_tell, at_home=False)
