"""What can be asked: documents of another system (F9), alerts, webhooks and when they are due (W16)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet
from django.db.models.functions import Greatest

from tenants.records.models import (
    Alert,
    AlertRefusal,
    SourceMark,
    SourceRecord,
    WebhookDelivery,
    WebhookEndpoint,
)

# More ids than this do not fit one question to the source.
MOST_REFUSED = 10_000


def known_documents(*, system: str, collection: str, ids: Iterable[str]) -> dict[str, SourceRecord]:
    """Return the documents seen before, by their id there. One query."""
    found = SourceRecord.objects.filter(system=system, collection=collection, source_id__in=list(ids))
    return {record.source_id: record for record in found}


def refused_documents(*, system: str, collection: str) -> list[str] | None:
    """Return the ids of documents that were refused, None when they are too many to name. One query."""
    found = SourceRecord.objects.filter(system=system, collection=collection).exclude(refusal="")
    ids = list(found.values_list("source_id", flat=True)[: MOST_REFUSED + 1])
    return ids if len(ids) <= MOST_REFUSED else None


def read_upto(*, system: str, collection: str) -> str:
    """Return the highest object id up to which all were read, "" before the first. One query."""
    found = SourceMark.objects.filter(system=system, collection=collection)
    return found.values_list("upto", flat=True).first() or ""


def open_alerts(*, codes: Collection[str] | None = None) -> list[Alert]:
    """Return what is wrong now, the newest first, all of it or of some codes. One query."""
    found = Alert.objects.filter(closed_at=None).order_by("-id")
    return list(found if codes is None else found.filter(code__in=list(codes)))


def mail_refusers() -> set[UUID]:
    """Return who does not want alerts by e-mail. One query."""
    return set(AlertRefusal.objects.values_list("person", flat=True))


def endpoints() -> QuerySet[WebhookEndpoint]:
    """Return the webhook endpoints, newest first."""
    return WebhookEndpoint.objects.order_by("-id")


def listeners(*, event: str) -> list[UUID]:
    """Return the endpoints that are told of an event. One query."""
    wanted = WebhookEndpoint.objects.filter(stopped="", events__contains=[event])
    return list(wanted.order_by("id").values_list("id", flat=True))


def deliveries() -> QuerySet[WebhookDelivery]:
    """Return messages to endpoints, newest first, each with its tries in order. Two queries."""
    return WebhookDelivery.objects.order_by("-id").select_related("endpoint").prefetch_related("log")


def next_due(*, endpoint: UUID | None = None) -> dict[UUID, datetime]:
    """Return when each endpoint's next message goes out, of those that are told and have one. One query."""
    waiting = WebhookDelivery.objects.waiting().filter(endpoint__stopped="").order_by()
    if endpoint is not None:
        waiting = waiting.filter(endpoint=endpoint)
    # GREATEST passes over NULL: an endpoint that does not rest.
    rows = waiting.values_list("endpoint").annotate(at=Greatest(Min("due_at"), Min("endpoint__rests_until")))
    return dict(rows)
