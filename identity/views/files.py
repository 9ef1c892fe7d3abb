"""Lists as files to take away: the same rows as the page's and the API's, narrowed as the list is."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.queries.claims_gap import ClaimGap, all_claims_gap
from identity.queries.limbo import LimboRow, all_limbo
from identity.queries.money import MoneyRow, all_money
from identity.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import FileType, exported


def addresses(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (CSV or XLSX, address) of the file `of` a list: limbo, money or gaps."""
    path = reverse(f"identity:{of}-file")
    return [(form.upper(), f"{path}?{urlencode(params | {'format': form})}") for form in FileType]


@require_safe
def limbo_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen leads with their stage. Raises TooManyRows for a workbook."""
    return _file(request, "limbo", LimboRow, all_limbo(chosen=choosing.chosen(request).choice))


@require_safe
def money_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen leads that have a driver, with their amounts. Raises TooManyRows for a workbook."""
    return _file(request, "money", MoneyRow, all_money(chosen=choosing.chosen(request).choice))


@require_safe
def gaps_file(request: HttpRequest) -> HttpResponseBase:
    """Download all chosen milestones that nobody has claimed. Raises TooManyRows for a workbook."""
    milestone = asked.text(request, "milestone") or None
    found = all_claims_gap(chosen=choosing.chosen(request).choice, milestone=milestone)
    return _file(request, "claims-gap", ClaimGap, found)


def _file(request: HttpRequest, name: str, of: type[Any], rows: Iterable[Any]) -> HttpResponseBase:
    # Numbers of rows are nobody's business outside.
    columns = [one.name for one in fields(of) if one.name != "lead_id"]
    day = timezone.localdate(timezone=formats_for(request).zone)
    return exported(
        name=f"{name}-{day.isoformat()}",
        type=FileType(asked.one_of(request, "format", list(FileType), FileType.CSV)),
        headings=columns,
        rows=([getattr(row, column) for column in columns] for row in rows),
    )
