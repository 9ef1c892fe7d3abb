"""What time is it for a call? Ours; for calls that nobody receives, whatever is set."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from campaigns.models import Provider
from campaigns.providers import CallReport
from campaigns.rules import ProviderKind


def clock_for(provider: Provider, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """Return the clock that calls of a provider are judged by.

    The simulator's is shifted by `CALL_CLOCK_SHIFT` seconds, so that a demo at night can show a campaign by
    day; a real provider's never is.
    """
    shift = shift_of(provider)
    return (lambda: clock() + shift) if shift else clock


def as_told(report: CallReport, provider: Provider) -> CallReport:
    """Return what a provider tells, by the clock that its calls are judged by."""
    shift = shift_of(provider)
    if not shift:
        return report
    started, ended = report.started_at, report.ended_at
    return replace(report, started_at=started and started + shift, ended_at=ended and ended + shift)


def shift_of(provider: Provider) -> timedelta:
    """Return by how much the clock of a provider's calls is shifted: never for a real one."""
    is_simulated = provider.kind == ProviderKind.SIMULATOR
    return timedelta(seconds=settings.CALL_CLOCK_SHIFT if is_simulated else 0)
