"""What a brand has spent this month, and whether more may be spent (N12)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum

from insights.models import FichaCliente, Run


@dataclass(frozen=True, slots=True)
class Spent:
    """Money and tokens of a month; `cost_usd` None: something was bought at an unknown price."""

    cost_usd: Decimal | None
    tokens: int


def month_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the beginning of the brand's month and of its next one."""
    local = now.astimezone(ZoneInfo(zone))
    begins = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = (begins.year + 1, 1) if begins.month == 12 else (begins.year, begins.month + 1)
    return begins, begins.replace(year=year, month=month)


def spent_this_month(*, ficha: FichaCliente, now: datetime) -> Spent:
    """Return what the brand's runs of this month took, the running one included. One query."""
    begins, ends = month_of(now, ficha.timezone)
    found = Run.objects.filter(ficha=ficha, created_at__gte=begins, created_at__lt=ends).aggregate(
        cost=Sum("cost_usd"),
        tokens=Sum(F("tokens_in") + F("tokens_out")),
        unknown=Sum("calls", filter=Q(cost_usd__isnull=True)),
    )
    cost = None if found["unknown"] else found["cost"] or Decimal(0)
    return Spent(cost_usd=cost, tokens=found["tokens"] or 0)
