"""Lists as files to take away: the rows of the pages, narrowed as they are, and no other."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.queries.tables import CALLS, ENTRIES, kept
from campaigns.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType
from tenants.display.later import now_or_later

METHODS = ("GET", "HEAD", "POST")


def addresses_of(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file `of` a list: entries or calls."""
    path = reverse(f"campaigns:{of}-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


@require_http_methods(METHODS)
def entries_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen people, or ask for the file; no page or file of a viewer holds what was said."""
    chosen = choosing.entry_choice(request, _choice(request))
    asked.check_narrowed(request, choosing.params_of(chosen.of) | choosing.said_of_entries(chosen))
    return _file(request, ENTRIES, kept(chosen, name=_name(request, "entries")))


@require_http_methods(METHODS)
def calls_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen calls, or ask for the file. Raises NotNarrowed."""
    chosen = choosing.call_choice(request, _choice(request))
    asked.check_narrowed(request, choosing.params_of(chosen.of) | choosing.said_of_calls(chosen))
    return _file(request, CALLS, kept(chosen, name=_name(request, "calls")))


def _choice(request: HttpRequest) -> Any:
    return choosing.chosen(request, zone=str(formats_for(request).zone)).choice


def _name(request: HttpRequest, of: str) -> str:
    return f"{of}-{timezone.localdate(timezone=formats_for(request).zone).isoformat()}"


def _file(request: HttpRequest, of: str, wanted: dict[str, Any]) -> HttpResponseBase:
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.CSV))
    return now_or_later(request, of=of, asked=wanted, type=type)
