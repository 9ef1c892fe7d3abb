"""How long answers are kept (W12), what foreign documents become (F9), when webhooks go out (W16)."""

import enum
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from tenants.rules import RefusalKind, Refused

KEPT = timedelta(hours=24)
# No request runs longer: a claim of that age was left by a process that is gone.
LONGEST_ATTEMPT = timedelta(minutes=2)
# What a claim has for a status until its answer is there.
RUNNING = 0
LONGEST_KEY = 200
# Object ids begin with the second of their making and order by it: what is new has a higher one.
OBJECT_ID = "oid:"


class DeliveryState(enum.StrEnum):
    """Where a message to an endpoint stands (W16)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Stop(enum.StrEnum):
    """Why an endpoint is not told any more."""

    PERSON = "person"
    FAILING = "failing"
    GONE = "gone"


DELIVERY_LABELS = {
    DeliveryState.WAITING: _("Waiting"),
    DeliveryState.DELIVERED: _("Delivered"),
    DeliveryState.FAILED: _("Failed"),
}
STOP_LABELS = {
    Stop.PERSON: _("Stopped by a person"),
    Stop.FAILING: _("Stopped: it failed for two days"),
    Stop.GONE: _("Stopped: its address says that it is gone"),
}
# Why a try found no answer, by the codes of `NotSent`.
FAULT_LABELS = {
    "address": _("Its address is not allowed"),
    "dns": _("Its name leads nowhere"),
    "connect": _("No connection"),
    "tls": _("Its certificate was not accepted"),
    "timeout": _("No answer in time"),
    "protocol": _("No answer that could be read"),
}
TEST_EVENT = "webhook.test"
# From one try to the next; the ninth is the last, 28 hours after the first. A receiver's weekend is longer:
# what failed can be sent again by hand for as long as it is kept.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000))
# How long an endpoint rests after so many failures in a row: others' messages wait with the one that failed.
RESTS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
# An endpoint that fails for so long, without one success, is stopped.
PATIENCE = timedelta(days=2)
# After a rotation the receiver has a day to learn the new secret.
OLD_SECRET_LIVES = timedelta(days=1)
DELIVERIES_KEPT = timedelta(days=30)
MOST_ENDPOINTS = 20
# Not seen for so long: over. The look is every five minutes, so two may miss it.
CALM = timedelta(minutes=14)
ALERTS_KEPT = timedelta(days=90)


def wait_after(tries: int) -> timedelta | None:
    """Return how long a message waits after its `tries`-th try failed; None when that was the last."""
    return BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else None


def rest_after(failures: int) -> timedelta:
    """Return how long an endpoint rests after so many failures in a row."""
    return RESTS[min(failures, len(RESTS)) - 1]


class UnknownEvents(Refused):
    """An endpoint wants no event, or one that nobody offers."""

    code = "unknown_event"
    kind = RefusalKind.UNPROCESSABLE
    message = _("At least one event is needed, and only known ones.")


class UnknownEndpoint(Refused):
    """There is no such endpoint in this tenant."""

    code = "webhook_endpoint_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such webhook endpoint.")


class TooManyEndpoints(Refused):
    """The tenant has as many endpoints as it may."""

    code = "too_many_webhook_endpoints"
    message = _("There are 20 webhook endpoints already; delete one first.")


class EndpointStopped(Refused):
    """Nothing is sent to an endpoint that is stopped."""

    code = "webhook_endpoint_stopped"
    message = _("This webhook endpoint is stopped. Start it first.")


class StillWaiting(Refused):
    """The message has not ended: it is sent anyway."""

    code = "webhook_delivery_waiting"
    message = _("This message is waiting to be sent already.")


class UnknownDelivery(Refused):
    """There is no such delivery in this tenant."""

    code = "webhook_delivery_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such webhook delivery.")


class RequestKind(enum.StrEnum):
    """What is asked about a person (S19)."""

    EXPORT = "export"
    ERASURE = "erasure"


class KeyInUse(Refused):
    """The first request with this key is still running."""

    code = "idempotency_key_in_use"
    message = _("The first request with this Idempotency-Key is still running. Try again in a moment.")


class KeyReused(Refused):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    kind = RefusalKind.UNPROCESSABLE
    message = _("This Idempotency-Key was used for another request.")


class BadKey(Refused):
    """The key is empty, too long or not printable ASCII."""

    code = "idempotency_key_invalid"
    kind = RefusalKind.INVALID
    message = _("An Idempotency-Key has 1 to 200 printable ASCII characters.")


class Fate(enum.StrEnum):
    """What became of a document of another system (F9)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document of another system: its id there (type and value), its fields as plain Python values."""

    id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one document. `reason` and `notes` are codes, worded by its collection."""

    id: str
    fate: Fate
    target: str = ""
    reason: str = ""
    detail: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Survey:
    """What a collection holds, seen before anything is taken from it.

    `shapes` counts kinds of value by field, `named` the values that the collection asked to be counted.
    """

    documents: int = 0
    shapes: dict[str, Counter[str]] = field(default_factory=dict)
    named: Counter[str] = field(default_factory=Counter)


class Collection(Protocol):
    """How an app takes the documents of one collection of another system; made anew for each run.

    A dry run takes the same way and writes nothing.
    """

    @property
    def name(self) -> str:
        """What operators call it."""
        ...

    @property
    def found_as(self) -> Sequence[str]:
        """What it may be called over there."""
        ...

    @property
    def fields(self) -> Mapping[str, str]:
        """Fields there, and what each becomes here."""
        ...

    @property
    def words(self) -> Mapping[str, str]:
        """The codes of reasons and notes, in words."""
        ...

    @property
    def chunk(self) -> int:
        """How many documents are taken in one commit."""
        ...

    def names_in(self, fields: Mapping[str, Any]) -> Iterable[str]:
        """Return the values of a document that the survey shall count."""
        ...

    def begin(self, survey: Survey) -> None:
        """Prepare for the documents that were surveyed. Raises Refused when they cannot be taken."""
        ...

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Take some documents in one transaction and say what became of each, in their order."""
        ...

    def remarks(self) -> list[str]:
        """Return what an operator should know after the last document."""
        ...


def fingerprint(*facts: object) -> str:
    """Return a digest of what was understood of a document: equal facts, nothing new."""
    text = json.dumps(facts, default=str, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode("ascii"), digest_size=20).hexdigest()
