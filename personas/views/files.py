"""Contacts as a file to take away: the rows of the list, narrowed as it is; viewers may."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from personas import queries
from personas.queries.tables import CONTACTS, kept
from personas.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType
from tenants.display.later import now_or_later


def addresses(params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file of a list."""
    path = reverse("personas:contacts-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


@require_http_methods(["GET", "HEAD", "POST"])
def contacts_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen contacts, or ask for the file. Raises NotNarrowed."""
    formats = formats_for(request)
    chosen = choosing.chosen(request, list(queries.personas()))
    asked.check_narrowed(request, chosen)
    name = f"contacts-{timezone.localdate(timezone=formats.zone).isoformat()}"
    wanted = kept(choosing.filter_of(chosen), name=name, language=formats.language)
    type = FileType(asked.one_of(request, "format", list(FileType), FileType.CSV))
    return now_or_later(request, of=CONTACTS, asked=wanted, type=type)
