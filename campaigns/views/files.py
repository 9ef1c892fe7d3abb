"""Lists as files to take away: the rows of the pages, narrowed as they are, and no other."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.queries.call_rows import CallRow, all_call_rows
from campaigns.queries.entry_rows import EntryRow, all_entry_rows
from campaigns.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType, exported


def addresses_of(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file `of` a list: entries or calls."""
    path = reverse(f"campaigns:{of}-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


@require_safe
def entries_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen people; no page or file of a viewer holds what was said. Raises TooManyRows."""
    chosen = choosing.chosen(request, zone=str(formats_for(request).zone)).choice
    rows = all_entry_rows(chosen=choosing.entry_choice(request, chosen))
    return _file(request, "entries", EntryRow, rows)


@require_safe
def calls_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen calls. Raises TooManyRows for a workbook."""
    chosen = choosing.chosen(request, zone=str(formats_for(request).zone)).choice
    return _file(request, "calls", CallRow, all_call_rows(chosen=choosing.call_choice(request, chosen)))


def _file(request: HttpRequest, name: str, of: type[Any], rows: Iterable[Any]) -> HttpResponseBase:
    columns = [one.name for one in fields(of)]
    day = timezone.localdate(timezone=formats_for(request).zone)
    return exported(
        name=f"{name}-{day.isoformat()}",
        type=FileType(asked.one_of(request, "format", list(FileType), FileType.CSV)),
        headings=columns,
        rows=([getattr(row, column) for column in columns] for row in rows),
    )
