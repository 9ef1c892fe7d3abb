"""Lists by limit and offset, with what was counted beside, as the first clients walk them."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.intake import Fault, is_number
from tenants.rules import RefusalKind, Refused

if TYPE_CHECKING:  # DRF's views load pagination
    from rest_framework.views import APIView

USUAL, LARGEST = 100, 1000
FURTHEST = 1_000_000_000


class BadPage(Refused):
    """`limit` or `offset` makes no sense; `faults` name it."""

    code = "bad_page"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The limit is 1 to 1000, the offset 0 or more.")


def page_of(request: Request) -> tuple[int, int]:
    """Return a list's limit and offset. Raises BadPage."""
    limit = _number(request, "limit", USUAL, 1, LARGEST)
    return limit, _number(request, "offset", 0, 0, FURTHEST)


def meta_of(*, limit: int, offset: int, returned: int, total: int) -> dict[str, int]:
    """Return what every list says of its page."""
    return {"limit": limit, "offset": offset, "returned": returned, "total": total}


class OffsetPagination(BasePagination):
    """Cuts a page out of the view's ordered rows; a view's `summary_of` sums up all that were chosen."""

    parameters = ("limit", "offset")

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        """Return one page. Two queries. Raises BadPage."""
        limit, offset = page_of(request)
        rows = list(queryset[offset : offset + limit])
        total = queryset.order_by().count()
        self.meta = meta_of(limit=limit, offset=offset, returned=len(rows), total=total)
        summary_of = getattr(view, "summary_of", None)
        self.summary = {"summary": summary_of(queryset)} if summary_of else {}
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """Answer `{results, meta}`, with `summary` where there is one."""
        return Response({"results": data, "meta": self.meta, **self.summary})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe one page."""
        whole = {"type": "integer", "minimum": 0}
        meta = dict.fromkeys(("limit", "offset", "returned", "total"), whole)
        return {
            "type": "object",
            "required": ["results", "meta"],
            "properties": {
                "results": schema,
                "meta": {"type": "object", "required": list(meta), "properties": meta},
                "summary": {
                    "type": "object",
                    "additionalProperties": whole,
                    "description": "Counts over all that the filters choose; not every list has one.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """Describe both parameters."""
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL}
        offset = {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0}
        return [_parameter("limit", "Rows a page.", limit), _parameter("offset", "Rows to skip.", offset)]


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    text = request.query_params.get(name, str(usual))
    number = int(text) if is_number(text) else 0 if text == "0" else -1
    if not least <= number <= most:
        words = _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise BadPage(faults=(Fault("invalid", name, words),))
    return number


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
