"""A look at a brand as a query asks for it: range, platform, run."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from insights.api import moments
from insights.api.brands import ficha_of
from insights.api.words import BAD_WHEN, WHEN
from insights.labelling import labeller_for
from insights.models import FichaCliente, Run
from insights.queries.kept import KeptResults, results_for
from insights.reports.looking import CUSTOM, Chosen
from insights.rules import Platform
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.intake import day_of_ours, is_number

PARAMETERS = [
    OpenApiParameter("ficha_cliente_id", str, required=True),
    OpenApiParameter("start_date", str, description=WHEN),
    OpenApiParameter("end_date", str, description=WHEN),
    OpenApiParameter("platform", str, enum=list(Platform)),
    OpenApiParameter("run", str, description="Only the posts and comments that this run brought."),
]


@dataclass(frozen=True, slots=True)
class Look:
    """One look. Ends are aware and included, None is open; `days` are None where a moment was asked for."""

    ficha: FichaCliente
    start: datetime | None
    end: datetime | None
    platform: Platform | None
    run: int | None
    days: tuple[date | None, date | None] | None

    @property
    def chosen(self) -> Chosen:
        """The same look as pages and files know it: by days where days were asked for."""
        since, until = self.days or (None, None)
        moments = None if self.days else (self.start, self.end)
        return Chosen(self.ficha, CUSTOM, since, until, self.platform, moments=moments, run=self.run)

    def results(self) -> KeptResults:
        """Return every module's answer. One query when it is kept, else five."""
        engine = labeller_for(self.ficha.model)
        return results_for(
            ficha=self.ficha,
            engine=engine.engine,
            version=engine.version,
            start=self.start,
            end=self.end,
            platforms=(self.platform,) if self.platform else (),
            run=self.run,
        )


def asked_look(request: Request, *, also: Collection[str] = ()) -> Look:
    """Return what a query asks for. Raises BadParameters, NoSuchFicha, Http404 for an unknown run."""
    check_parameters(request.query_params, known=[*(one.name for one in PARAMETERS), *also])
    named = request.query_params.get("ficha_cliente_id", "")
    if not named:
        raise bad_parameter("ficha_cliente_id", _("A brand is needed."), "required")
    platform, start, end = _platform(request), _when(request, "start_date"), _when(request, "end_date")
    ficha = ficha_of(request, named)
    zone = ZoneInfo(ficha.timezone)
    return Look(
        ficha,
        moments.first_of(start, zone) if start else None,
        moments.last_of(end, zone) if end else None,
        platform,
        _run(request, ficha),
        _days(start, end),
    )


def _when(request: Request, name: str) -> moments.When | None:
    text = request.query_params.get(name, "")
    try:
        return moments.read_when(text) if text else None
    except ValueError:
        raise bad_parameter(name, BAD_WHEN) from None


def _days(start: moments.When | None, end: moments.When | None) -> tuple[date | None, date | None] | None:
    """Return both ends when both are days or open; None when one is a moment."""
    if isinstance(start, datetime) or isinstance(end, datetime):
        return None
    return start and day_of_ours(start), end and day_of_ours(end)


def _platform(request: Request) -> Platform | None:
    text = request.query_params.get("platform", "")
    if text and text not in list(Platform):
        raise bad_parameter("platform", _("This is unknown. Known are: %s.") % ", ".join(Platform))
    return Platform(text) if text else None


def _run(request: Request, ficha: FichaCliente) -> int | None:
    text = request.query_params.get("run", "")
    if not text:
        return None
    if not is_number(text) or not Run.objects.filter(pk=int(text), ficha=ficha).exists():
        raise Http404
    return int(text)
