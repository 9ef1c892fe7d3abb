"""Time that passes faster for whoever only waits, so that a run need not take weeks."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from campaigns.models import CallAttempt, Entry, ProviderEvent
from campaigns.rules import CALLABLE, AttemptState
from tenants.scope import tenant_scope

# Every so many seconds, a while passes for silent calls and unsent claims, then a week for everybody.
WHILE_SECONDS = 1.0
WEEK_SECONDS = 4.0
SILENCE = timedelta(seconds=20)
LEASE = timedelta(seconds=5)
WEEK = timedelta(days=8)


class Hours:
    """Lets time pass in one tenant; nothing is decided here, whatever waits only waits less."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._while_at = self._week_at = 0.0

    def go_on(self, moment: float, *, now: datetime) -> None:
        """Let pass what `moment`, in seconds of a monotonic clock, says has become due."""
        if moment - self._while_at >= WHILE_SECONDS:
            self._while_at = moment
            with tenant_scope(self._schema):
                pass_a_while()
        if moment - self._week_at >= WEEK_SECONDS:
            self._week_at = moment
            with tenant_scope(self._schema):
                pass_a_week(now=now)


@transaction.atomic
def pass_a_while() -> None:
    """Ask sooner about silent calls, give unsent claims up sooner, try events sooner."""
    attempts = CallAttempt.objects.awaited()
    attempts.filter(pk__in=_free(attempts.exclude(ask_at=None))).update(ask_at=F("ask_at") - SILENCE)
    unsent = attempts.filter(state=AttemptState.INTENT)
    unsent.filter(pk__in=_free(unsent)).update(lease_until=F("lease_until") - LEASE)
    waiting = ProviderEvent.objects.filter(applied_at=None)
    waiting.filter(pk__in=_free(waiting)).update(try_at=F("try_at") - SILENCE)


@transaction.atomic
def pass_a_week(*, now: datetime) -> None:
    """Let a week lie between what has ended and now, and everybody who waits be due."""
    ended = CallAttempt.objects.filter(state=AttemptState.CLOSED, ended_at__gt=now - WEEK)
    ended.filter(pk__in=_free(ended)).update(ended_at=F("ended_at") - WEEK)
    waiting = Entry.objects.filter(state__in=CALLABLE, earliest_at__gt=now)
    waiting.filter(pk__in=_free(waiting)).update(earliest_at=now - timedelta(minutes=1))


def _free(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    """Return the rows that nobody holds, so that nobody is waited for."""
    return rows.order_by("pk").select_for_update(skip_locked=True).values("pk")
