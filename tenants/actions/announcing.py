"""News for outside: the message is written with the event, and a job sent to deliver it (W16)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants.jobs.actions import enqueue, enqueue_soon
from tenants.jobs.rules import AlreadyLive
from tenants.records import queries
from tenants.records.actions import webhooks
from tenants.records.actions.webhooks import Thing
from tenants.records.models import WebhookDelivery
from tenants.rules import JobKind


def announce(*, event: str, things: Sequence[Thing], at: datetime) -> None:
    """Tell every endpoint that wants the event, one message a thing, in the caller's transaction.

    `things` hold ids and states as text, never personal data (S19); `at` is when it happened. One query when
    nobody listens, none without things.
    """
    listeners = queries.listeners(event=event) if things else []
    if listeners:
        with transaction.atomic():
            webhooks.post(event=event, things=things, at=at, endpoints=listeners)
            wake(listeners)


@transaction.atomic
def announce_test(*, endpoint: UUID, at: datetime, by: UUID | None) -> WebhookDelivery:
    """Send an endpoint a message that says nothing. Raises UnknownEndpoint, EndpointStopped."""
    made = webhooks.post_test(endpoint=endpoint, at=at, by=by)
    wake([endpoint])
    return made


@transaction.atomic
def announce_again(*, delivery: UUID, now: datetime, by: UUID | None) -> WebhookDelivery:
    """Send an ended message again. Raises UnknownDelivery, StillWaiting, EndpointStopped."""
    found = webhooks.replay(delivery=delivery, now=now, by=by)
    wake([found.endpoint_id])
    return found


@transaction.atomic
def start_endpoint(*, endpoint: UUID, by: UUID | None) -> None:
    """Tell an endpoint again, what has waited first. Raises UnknownEndpoint."""
    webhooks.start_endpoint(endpoint=endpoint, by=by)
    wake(queries.next_due(endpoint=endpoint))


def wake(endpoints: Iterable[UUID]) -> None:
    """See that somebody looks at each endpoint's messages."""
    for endpoint in endpoints:
        enqueue_soon(kind=JobKind.DELIVER_WEBHOOKS, subject=str(endpoint), params={"endpoint": str(endpoint)})


def wake_later(endpoints: dict[UUID, datetime], *, now: datetime) -> None:
    """See that somebody looks at each endpoint when its next message is due."""
    for endpoint, due_at in endpoints.items():
        with suppress(AlreadyLive):
            enqueue(
                kind=JobKind.DELIVER_WEBHOOKS,
                subject=str(endpoint),
                params={"endpoint": str(endpoint)},
                due_at=due_at if due_at > now else None,
            )


def settle_delivering(params: dict[str, object], _state: str, _error: str) -> None:
    """When a job of an endpoint ends, in its own transaction: another for what is still to be sent."""
    wake_later(queries.next_due(endpoint=UUID(str(params["endpoint"]))), now=timezone.now())
