"""What are staff told at once, and only once while it lasts?"""

from datetime import datetime
from typing import Any

from campaigns.models import CallAlert
from campaigns.rules import AlertKind


def raise_alert(kind: AlertKind, subject: str, told: dict[str, Any] | None = None) -> None:
    """Raise an alert unless one of the kind and subject is live. One statement."""
    CallAlert.objects.bulk_create(
        [CallAlert(kind=kind, subject=subject, told=told or {})], ignore_conflicts=True
    )


def clear_alert(kind: AlertKind, subject: str, *, now: datetime) -> int:
    """Clear the live alert of a kind and subject; return how many there were. One statement."""
    live = CallAlert.objects.filter(kind=kind, subject=subject, cleared_at=None)
    return live.update(cleared_at=now)
