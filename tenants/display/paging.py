"""Walking a list on a page: forward by cursor, back to the start, filters kept in the URL (W6, W10)."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list goes on; empty addresses are not shown. `total` None means that nobody counted."""

    shown: int
    next_url: str = ""
    first_url: str = ""
    total: int | None = None


def pages_of(request: HttpRequest, *, shown: int, next_cursor: str = "", total: int | None = None) -> Pages:
    """Return the addresses around this page of a list; its cursor is the GET parameter `cursor`."""
    return Pages(
        shown=shown,
        next_url=_address(request, next_cursor) if next_cursor else "",
        first_url=_address(request, "") if request.GET.get("cursor") else "",
        total=total,
    )


def _address(request: HttpRequest, cursor: str) -> str:
    kept = request.GET.copy()
    kept.pop("cursor", None)
    if cursor:
        kept["cursor"] = cursor
    return f"{request.path}?{kept.urlencode()}" if kept else request.path
