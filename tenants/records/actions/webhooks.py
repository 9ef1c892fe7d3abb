"""Endpoints and their messages: written in the event's own transaction, tried one by one (W16).

Nothing here goes out: who sends asks for a message by `claim` and tells the outcome by `settle`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from tenants.models import Tenant
from tenants.outgoing import target_of
from tenants.records.actions.keeping import note
from tenants.records.events import check_events
from tenants.records.models import WebhookDelivery, WebhookEndpoint, WebhookTry
from tenants.records.rules import (
    MOST_ENDPOINTS,
    OLD_SECRET_LIVES,
    PATIENCE,
    RESTS,
    TEST_EVENT,
    DeliveryState,
    EndpointStopped,
    StillWaiting,
    Stop,
    TooManyEndpoints,
    UnknownDelivery,
    UnknownEndpoint,
    rest_after,
    wait_after,
)
from tenants.records.signing import new_seed, secret_of
from tenants.scope import current_schema

ENDPOINT, DELIVERY = "records.webhookendpoint", "records.webhookdelivery"
GONE = 410
Thing = Mapping[str, str]


@transaction.atomic
def add_endpoint(*, url: str, events: list[str], by: UUID | None) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; return it and its secret, which is shown this once.

    Raises BadTarget, UnknownEvents, TooManyEndpoints.
    """
    target_of(url)
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    seed = new_seed()
    made = WebhookEndpoint.objects.create(url=url, events=check_events(events), seed=seed, created_by=by)
    # The address stays out: it may hold a token.
    note(verb="added", of=ENDPOINT, id=made.pk, by=by, change={"events": made.events})
    return made, secret_of(seed)


@transaction.atomic
def change_endpoint(
    *, endpoint: UUID, by: UUID | None, url: str | None = None, events: list[str] | None = None
) -> WebhookEndpoint:
    """Change address or events. Raises UnknownEndpoint, BadTarget, UnknownEvents."""
    values: dict[str, Any] = {}
    if url is not None:
        target_of(url)
        values["url"] = url
    if events is not None:
        values["events"] = check_events(events)
    _update(endpoint, **values)
    note(verb="changed", of=ENDPOINT, id=endpoint, by=by, change={"fields": sorted(values)})
    return WebhookEndpoint.objects.get(pk=endpoint)


@transaction.atomic
def remove_endpoint(*, endpoint: UUID, by: UUID | None) -> None:
    """Delete an endpoint with its log. Raises UnknownEndpoint."""
    if not WebhookEndpoint.objects.filter(pk=endpoint).delete()[0]:
        raise UnknownEndpoint
    note(verb="deleted", of=ENDPOINT, id=endpoint, by=by)


@transaction.atomic
def rotate_secret(*, endpoint: UUID, now: datetime, by: UUID | None) -> str:
    """Make a new secret and return it, this once; the old one signs too for a day. Raises UnknownEndpoint."""
    seed = new_seed()
    _update(endpoint, old_seed=F("seed"), seed=seed, old_seed_ends_at=now + OLD_SECRET_LIVES)
    note(verb="secret_rotated", of=ENDPOINT, id=endpoint, by=by)
    return secret_of(seed)


@transaction.atomic
def end_old_secret(*, endpoint: UUID, by: UUID | None) -> None:
    """Let the secret before sign nothing more, from now on. Raises UnknownEndpoint."""
    _update(endpoint, old_seed="", old_seed_ends_at=None)
    note(verb="old_secret_ended", of=ENDPOINT, id=endpoint, by=by)


@transaction.atomic
def stop_endpoint(*, endpoint: UUID, by: UUID | None) -> None:
    """Tell it nothing more; what waits stays. Twice is once. Raises UnknownEndpoint."""
    _update(endpoint, stopped=Stop.PERSON)
    note(verb="stopped", of=ENDPOINT, id=endpoint, by=by)


@transaction.atomic
def start_endpoint(*, endpoint: UUID, by: UUID | None) -> None:
    """Tell it again, with a clean slate. Twice is once. Raises UnknownEndpoint."""
    _update(endpoint, stopped="", failures=0, failing_since=None, rests_until=None)
    note(verb="started", of=ENDPOINT, id=endpoint, by=by)


@transaction.atomic
def post(*, event: str, things: Sequence[Thing], at: datetime, endpoints: Sequence[UUID]) -> None:
    """Write one message for each thing and each of the endpoints, in the caller's transaction.

    No event without its messages, none for what was taken back. `things` hold ids and states, never personal
    data (S19).
    """
    _write(event, things, at, endpoints)


@transaction.atomic
def post_test(*, endpoint: UUID, at: datetime, by: UUID | None) -> WebhookDelivery:
    """Write a message that says nothing but its own id. Raises UnknownEndpoint, EndpointStopped."""
    _check_told(WebhookEndpoint.objects.filter(pk=endpoint))
    [made] = _write(TEST_EVENT, [{"endpoint_id": str(endpoint)}], at, [endpoint])
    note(verb="tested", of=ENDPOINT, id=endpoint, by=by)
    return made


@transaction.atomic
def replay(*, delivery: UUID, now: datetime, by: UUID | None) -> WebhookDelivery:
    """Send an ended message again, under its own id, with all its tries before it.

    Raises UnknownDelivery, StillWaiting, EndpointStopped.
    """
    found = WebhookDelivery.objects.filter(pk=delivery).first()
    if found is None:
        raise UnknownDelivery
    _check_told(WebhookEndpoint.objects.filter(pk=found.endpoint_id))
    ended = WebhookDelivery.objects.filter(pk=delivery, ended_at__isnull=False)
    if not ended.update(state=DeliveryState.WAITING, tries=0, due_at=now, ended_at=None):
        raise StillWaiting
    note(verb="replayed", of=DELIVERY, id=delivery, by=by)
    return WebhookDelivery.objects.get(pk=delivery)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent now: where, with which secrets, and the number of this try."""

    id: UUID
    endpoint: UUID
    url: str
    body: str
    seeds: tuple[str, ...]
    number: int


@transaction.atomic
def claim(*, endpoint: UUID, now: datetime) -> Message | None:
    """Take the endpoint's next due message, None when there is none. Two queries.

    It is due again already when this returns: who dies before `settle` leaves a message that is sent again.
    """
    due = WebhookDelivery.objects.due(now).filter(endpoint=endpoint)
    found = due.select_related("endpoint").order_by("due_at", "id").first()
    if found is None:
        return None
    number = found.tries + 1
    still = WebhookDelivery.objects.waiting().filter(pk=found.pk, tries=found.tries)
    if not still.update(tries=number, due_at=now + (wait_after(number) or RESTS[-1])):
        return None
    told = found.endpoint
    is_old_live = told.old_seed_ends_at is not None and told.old_seed_ends_at > now
    seeds = (told.seed, told.old_seed) if is_old_live else (told.seed,)
    return Message(found.pk, told.pk, told.url, found.body, seeds, number)


@transaction.atomic
def settle(*, message: Message, status: int | None, fault: str, took_ms: int, now: datetime) -> bool:
    """Write down how a try went and say whether it was taken (any 2xx); without success wait, or give up."""
    WebhookTry.objects.create(delivery_id=message.id, status=status, fault=fault, took_ms=took_ms)
    waiting = WebhookDelivery.objects.waiting().filter(pk=message.id)
    told = WebhookEndpoint.objects.filter(pk=message.endpoint)
    if status is not None and 200 <= status < 300:
        waiting.update(state=DeliveryState.DELIVERED, ended_at=now)
        told.filter(failures__gt=0).update(failures=0, failing_since=None, rests_until=None)
        return True
    if wait_after(message.number) is None:
        waiting.update(state=DeliveryState.FAILED, ended_at=now)
    _note_failure(told, is_gone=status == GONE, now=now)
    return False


def _note_failure(told: QuerySet[WebhookEndpoint], *, is_gone: bool, now: datetime) -> None:
    found = told.select_for_update().first()
    if found is None:
        return
    rests_until = now + rest_after(found.failures + 1)
    since = Coalesce("failing_since", now)
    told.update(failures=F("failures") + 1, failing_since=since, rests_until=rests_until)
    stop = Stop.GONE if is_gone else Stop.FAILING
    worn_out = told.filter(Q() if is_gone else Q(failing_since__lte=now - PATIENCE), stopped="")
    if worn_out.update(stopped=stop):
        note(verb="stopped", of=ENDPOINT, id=found.pk, change={"because": stop})


def _write(
    event: str, things: Sequence[Thing], at: datetime, endpoints: Sequence[UUID]
) -> list[WebhookDelivery]:
    slug = Tenant.objects.values_list("slug", flat=True).get(schema_name=current_schema() or "")
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
    told = [{"type": event, "timestamp": moment, "tenant": slug, "data": dict(thing)} for thing in things]
    bodies = [json.dumps(one, separators=(",", ":")) for one in told]
    rows = [WebhookDelivery(endpoint_id=to, type=event, body=body) for body in bodies for to in endpoints]
    return WebhookDelivery.objects.bulk_create(rows, batch_size=1000)


def _update(endpoint: UUID, **values: Any) -> None:
    found = WebhookEndpoint.objects.filter(pk=endpoint)
    if not (found.update(**values) if values else found.exists()):
        raise UnknownEndpoint


def _check_told(found: QuerySet[WebhookEndpoint]) -> None:
    stopped = found.values_list("stopped", flat=True).first()
    if stopped is None:
        raise UnknownEndpoint
    if stopped:
        raise EndpointStopped
