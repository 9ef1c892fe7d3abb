"""Lists by their own moments, newest first: forward only, with the id between equal moments (W10)."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from tenants.api.pagination import KeysetPagination, limit_of, wants_count
from tenants.api.parameters import bad_parameter
from tenants.intake import NUMBER

if TYPE_CHECKING:  # DRF's views load pagination
    from rest_framework.views import APIView

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class MomentPagination(KeysetPagination):
    """Walks by the view's `moment`, then by id."""

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        """Return one page. One query, two with `count=exact`. Raises BadParameters."""
        moment = str(getattr(view, "moment", "created_at"))
        limit, beyond = limit_of(request), _beyond(request, moment)
        self.count = queryset.order_by().count() if wants_count(request) else None
        rows = list(queryset.filter(beyond).order_by(f"-{moment}", "-pk")[: limit + 1])
        self.next = _cursor(moment, rows[limit - 1]) if len(rows) > limit else None
        return rows[:limit]


def _cursor(moment: str, row: Any) -> str:
    ticks = (getattr(row, moment) - EPOCH) // TICK
    return base64.urlsafe_b64encode(f"{moment}:{ticks}:{row.pk}".encode()).decode().rstrip("=")


def _beyond(request: Request, moment: str) -> Q:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return Q()
    try:
        at, number = _read(cursor, moment)
    except (binascii.Error, ValueError, OverflowError):
        raise bad_parameter("cursor", _("Not a cursor of this list.")) from None
    return Q(**{f"{moment}__lte": at}) & (Q(**{f"{moment}__lt": at}) | Q(pk__lt=number))


def _read(cursor: str, moment: str) -> tuple[datetime, int]:
    text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    found = re.fullmatch(rf"{moment}:(-?[0-9]{{1,18}}):({NUMBER})", text, re.ASCII)
    if found is None:
        raise ValueError(cursor)
    return EPOCH + int(found[1]) * TICK, int(found[2])
