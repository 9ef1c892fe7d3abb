"""What a page looks at: brand, range, platform, tab, read from the address and written back to it (W6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.urls import reverse

from insights.models import FichaCliente
from insights.modules import Module
from insights.queries.fichas import visible_fichas
from insights.rules import Platform
from tenants.display import asked

OVERVIEW = "overview"
TABS = (OVERVIEW, *(module.key for module in Module))
ALL, CUSTOM = "all", "custom"
RANGES = ("7", "30", "90", ALL, CUSTOM)
USUAL = "30"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One look at one brand. `since`, `until`: local days, both included; None is open."""

    ficha: FichaCliente
    span: str
    since: date | None
    until: date | None
    platform: Platform | None
    tab: str

    @property
    def start(self) -> datetime | None:
        """The first moment of the range, aware."""
        return self._moment(self.since, time.min)

    @property
    def end(self) -> datetime | None:
        """The last moment of the range, aware."""
        return self._moment(self.until, time.max)

    @property
    def params(self) -> dict[str, str]:
        """What an address must say to show the same."""
        said = {"ficha": str(self.ficha.pk), "range": self.span, "platform": self.platform or ""}
        if self.span == CUSTOM:
            said |= {"from": str(self.since or ""), "to": str(self.until or "")}
        return {name: value for name, value in said.items() if value}

    def href(self, tab: str = "") -> str:
        """Return the address of the same look at a tab."""
        params = self.params | ({"tab": tab} if tab not in ("", OVERVIEW) else {})
        return f"{reverse('insights:dashboard')}?{urlencode(params)}"

    def comments(self, **choice: str) -> str:
        """Return the address of the comments under a figure of this look."""
        params = self.params | {name: value for name, value in choice.items() if value}
        return f"{reverse('insights:comments')}?{urlencode(params)}"

    def before(self) -> "Chosen | None":
        """Return the look at as many days just before; None when the range is open."""
        if self.since is None or self.until is None:
            return None
        days = self.until - self.since + timedelta(days=1)
        return replace(self, span=CUSTOM, since=self.since - days, until=self.until - days)

    def _moment(self, day: date | None, clock: time) -> datetime | None:
        return None if day is None else datetime.combine(day, clock, ZoneInfo(self.ficha.timezone))


def fichas_of(request: HttpRequest) -> list[FichaCliente]:
    """Return the brands that this reader sees."""
    principal = request.principal  # type: ignore[attr-defined]  # the tenancy middleware's
    return list(visible_fichas(role=principal.role, member=principal.id))


def chosen(request: HttpRequest, fichas: list[FichaCliente], *, now: datetime) -> Chosen:
    """Return what an address asks for, of the first brand when it names none. Raises Http404."""
    ficha = _ficha(request, fichas)
    span = asked.one_of(request, "range", RANGES, USUAL)
    since, until = _days(request, span, now.astimezone(ZoneInfo(ficha.timezone)).date())
    platform = asked.one_of(request, "platform", list(Platform))
    tab = asked.one_of(request, "tab", TABS, OVERVIEW)
    return Chosen(ficha, span, since, until, Platform(platform) if platform else None, tab)


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
        return today - timedelta(days=int(span) - 1), today
    since, until = asked.day(request, "from"), asked.day(request, "to")
    return (until, since) if since and until and since > until else (since, until)
