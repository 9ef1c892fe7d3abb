"""Lists: forward only, by a unique key, so that no row is lost or doubled while walking (W10)."""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.parameters import bad_parameter
from tenants.intake import is_number, is_uuid

if TYPE_CHECKING:  # DRF's views load this module
    from rest_framework.views import APIView


USUAL, LARGEST = 50, 200
PARAMETERS = ("limit", "cursor", "count")


class KeysetPagination(BasePagination):
    """Walks the view's `keyset`: one unique column, "-id" unless the view says otherwise."""

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        """Return one page. One query, two with `count=exact`. Raises BadParameters."""
        keyset = getattr(view, "keyset", "-id")
        name, column = keyset.lstrip("-"), _column(queryset, keyset)
        limit, last = limit_of(request), _last(request, keyset, column)
        self.count = queryset.order_by().count() if wants_count(request) else None
        beyond = f"{name}__{'lt' if keyset.startswith('-') else 'gt'}"
        ordered = queryset.order_by(keyset)
        rows = list((ordered if last is None else ordered.filter(**{beyond: last}))[: limit + 1])
        self.next = _cursor(keyset, getattr(rows[limit - 1], name)) if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """Answer `{results, next_cursor}` and, when asked for, `count`."""
        counted = {} if self.count is None else {"count": self.count}
        return Response({"results": data, "next_cursor": self.next, **counted})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe one page."""
        return {
            "type": "object",
            "required": ["results", "next_cursor"],
            "properties": {
                "results": schema,
                "next_cursor": {
                    "type": "string",
                    "nullable": True,
                    "description": "The next page's `cursor`; null at the end.",
                },
                "count": {"type": "integer", "minimum": 0, "description": "Only with `count=exact`."},
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """Describe the three parameters."""
        limit = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL}
        return [
            _parameter("limit", "Rows a page.", limit),
            _parameter("cursor", "`next_cursor` of the page before.", {"type": "string"}),
            _parameter("count", "Ask for the number of all rows.", {"type": "string", "enum": ["exact"]}),
        ]


def limit_of(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not is_number(text) or int(text) > LARGEST:
        raise bad_parameter("limit", _("A whole number from 1 to 200."))
    return int(text)


def wants_count(request: Request) -> bool:
    asked = request.query_params.get("count")
    if asked not in (None, "exact"):
        raise bad_parameter("count", _("Only “exact” is known."))
    return asked is not None


def _column(queryset: QuerySet, keyset: str) -> Field:
    column = queryset.model._meta.get_field(keyset.lstrip("-"))
    if not isinstance(column, Field) or not column.unique:
        raise ImproperlyConfigured(
            f"{keyset} is not unique in {queryset.model.__name__}: pages would lose rows"
        )
    return column


def _cursor(keyset: str, value: object) -> str:
    return base64.urlsafe_b64encode(f"{keyset}:{value}".encode()).decode().rstrip("=")


def _last(request: Request, keyset: str, column: Field) -> Any:
    """Return the last seen key, None on the first page; only what `_cursor` writes is taken."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        value = text.removeprefix(f"{keyset}:")
        fits = is_uuid if isinstance(column, UUIDField) else is_number
        if _cursor(keyset, value) == cursor and fits(value):
            return column.to_python(value)
    except (binascii.Error, ValueError, TypeError):
        pass
    raise bad_parameter("cursor", _("Not a cursor of this list."))


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
