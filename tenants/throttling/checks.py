"""Do all processes count together, and do requests stay outside? Asked by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

COUNTED_APART = Warning(
    "CACHE_URL is not set: each process counts log-ins and requests for itself.",
    hint="Set CACHE_URL to a Valkey or Redis server that all processes share (docs/operations.md).",
    id="tenants.W001",
)


INSIDE_REACHED = Warning(
    "MINGA_OUTGOING_PRIVATE is on: webhooks may go to machines of this network.",
    hint="Unset it outside development (docs/webhooks.md).",
    id="tenants.W002",
)


@register(Tags.security, deploy=True)
def webhooks_stay_outside(**_options: Any) -> list[CheckMessage]:
    """Warn where requests to typed addresses are let inside (S16)."""
    return [INSIDE_REACHED] if settings.OUTGOING_PRIVATE else []


@register(Tags.security, deploy=True)
def counters_are_shared(**_options: Any) -> list[CheckMessage]:
    """Warn when each process counts limits for itself: n processes would allow n times as much (S8)."""
    return [] if settings.CACHE_URL or settings.DEMO else [COUNTED_APART]
