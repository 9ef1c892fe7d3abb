"""What a page looks at: brand, range, platform, tab, read from its address (W6)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from insights.models import FichaCliente
from insights.queries.fichas import visible_fichas
from insights.reports.looking import ALL, CUSTOM, OVERVIEW, RANGES, TABS, USUAL, Chosen
from insights.rules import Platform
from tenants.display import asked
from tenants.queries import principal_of


def fichas_of(request: HttpRequest) -> list[FichaCliente]:
    """Return the brands that this reader sees."""
    principal = principal_of(request)
    return list(visible_fichas(role=principal.role, member=principal.id))


def chosen(request: HttpRequest, fichas: list[FichaCliente], *, now: datetime) -> Chosen:
    """Return what an address asks for, of the first brand when it names none. Raises Http404."""
    ficha = _ficha(request, fichas)
    span = asked.one_of(request, "range", RANGES, USUAL)
    since, until = _days(request, span, _today(ficha, now))
    platform = asked.one_of(request, "platform", list(Platform))
    tab = asked.one_of(request, "tab", TABS, OVERVIEW)
    return Chosen(ficha, span, since, until, Platform(platform) if platform else None, tab)


def last_days(ficha: FichaCliente, span: str, *, now: datetime) -> Chosen:
    """Return the look at a brand's last days, today's with it; `span` is how many (7, 30, 90)."""
    return Chosen(ficha, span, *_last(span, _today(ficha, now)), None)


def _ficha(request: HttpRequest, fichas: list[FichaCliente]) -> FichaCliente:
    wanted = asked.number(request, "ficha")
    found = next((one for one in fichas if wanted in (None, one.pk)), None)
    if found is None:
        raise Http404
    return found


def _days(request: HttpRequest, span: str, today: date) -> tuple[date | None, date | None]:
    if span == ALL:
        return None, None
    if span != CUSTOM:
        return _last(span, today)
    since, until = asked.day(request, "from"), asked.day(request, "to")
    return (until, since) if since and until and since > until else (since, until)


def _today(ficha: FichaCliente, now: datetime) -> date:
    return now.astimezone(ZoneInfo(ficha.timezone)).date()


def _last(span: str, today: date) -> tuple[date, date]:
    return today - timedelta(days=int(span) - 1), today
