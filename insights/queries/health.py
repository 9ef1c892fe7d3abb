"""How well brands are looked after: runs by day and state, errors of the model, who reads (N15, N17)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, F, Sum
from django.db.models.functions import TruncDate

from insights.models import Run
from insights.queries.fichas import stale_fichas
from insights.rules import LONGEST_MEAN_RUN, MOST_CALL_ERRORS, RunState
from tenants.queries import valid_memberships
from tenants.rules import Role


@dataclass(frozen=True, slots=True)
class Health:
    """How the runs of a span went; rates are None where nothing was tried."""

    states: dict[str, int]
    stale: int
    call_error_rate: float | None
    posts_analysed: int
    mean_run: timedelta | None

    @property
    def errs_too_often(self) -> bool:
        """Say whether calls of the model fail more often than they may: under 5 % is well (N17)."""
        return self.call_error_rate is not None and self.call_error_rate >= MOST_CALL_ERRORS

    @property
    def is_slow(self) -> bool:
        """Say whether runs take longer than they may: under 15 minutes is well (N17)."""
        return self.mean_run is not None and self.mean_run >= LONGEST_MEAN_RUN


def health(*, since: datetime, now: datetime) -> Health:
    """Return the summary over all brands of a tenant, each state counted (N15, N17). Three queries."""
    runs = Run.objects.filter(created_at__gte=since, created_at__lte=now).order_by()
    told = runs.exclude(state=RunState.SKIPPED).aggregate(
        calls=Sum("calls"),
        failed=Sum("calls_failed"),
        posts=Sum("posts_new"),
        mean=Avg(F("finished_at") - F("started_at")),
    )
    states = Counter(runs.values_list("state", flat=True))
    return Health(
        states={str(state): states[state] for state in RunState},
        stale=stale_fichas(now=now).count(),
        call_error_rate=told["failed"] / told["calls"] if told["calls"] else None,
        posts_analysed=told["posts"] or 0,
        mean_run=told["mean"],
    )


def midnight(now: datetime, zone: str) -> datetime:
    """Return when today began on a tenant's clock."""
    return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))


def days_of(*, now: datetime, zone: str, days: int) -> list[tuple[date, dict[str, int]]]:
    """Return the last days on a tenant's clock, the newest first, each state counted (N15). One query."""
    begins = midnight(now, zone) - timedelta(days=days - 1)
    runs = Run.objects.filter(created_at__gte=begins, created_at__lte=now).order_by()
    counted = runs.annotate(day=TruncDate("created_at", tzinfo=ZoneInfo(zone))).values_list("day", "state")
    found = {(day, state): count for day, state, count in counted.annotate(count=Count("pk"))}
    today = now.astimezone(ZoneInfo(zone)).date()
    listed = [today - timedelta(days=back) for back in range(days)]
    return [(day, {str(state): found.get((day, state), 0) for state in RunState}) for day in listed]


def active_viewers(*, tenant: UUID, since: datetime) -> int:
    """Return how many viewers of a tenant have logged in since. One query, under the public login."""
    viewers = valid_memberships().filter(tenant=tenant, role=Role.VIEWER)
    return viewers.filter(user__last_login__gte=since).count()
