"""Lists as files to take away: the same rows as the page's and the API's, narrowed as the list is."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from identity.queries.tables import GAPS, LIMBO, MONEY, kept
from identity.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType
from tenants.display.later import now_or_later

METHODS = ("GET", "HEAD", "POST")


def addresses(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file `of` a list: limbo, money or gaps."""
    path = reverse(f"identity:{of}-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


@require_http_methods(METHODS)
def limbo_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen leads with their stage, or ask for the file."""
    return _file(request, LIMBO, "limbo")


@require_http_methods(METHODS)
def money_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen leads that have a driver, with their amounts, or ask for the file."""
    return _file(request, MONEY, "money")


@require_http_methods(METHODS)
def gaps_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen milestones that nobody has claimed, or ask for the file."""
    return _file(request, GAPS, "claims-gap", milestone=asked.text(request, "milestone"))


def _file(request: HttpRequest, of: str, name: str, **more: str) -> HttpResponseBase:
    chosen = choosing.chosen(request)
    asked.check_narrowed(request, chosen.params | more)
    day = timezone.localdate(timezone=formats_for(request).zone)
    only = {parameter: value or None for parameter, value in more.items()}
    wanted = kept(chosen.choice, name=f"{name}-{day.isoformat()}", **only)
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.CSV))
    return now_or_later(request, of=of, asked=wanted, type=type)
