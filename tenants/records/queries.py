"""What can be asked: documents (F9), alerts, webhooks (W16), rows that name a person, days (S19)."""

import re
import tempfile
import weakref
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min, Model, QuerySet
from django.db.models.functions import Greatest, Now
from psycopg import Cursor

from tenants.intake.content import Content
from tenants.records.erasure import BLANK, PersonKeys
from tenants.records.models import (
    Alert,
    AlertRefusal,
    Retention,
    SourceMark,
    SourceRecord,
    StoredFile,
    WebhookDelivery,
    WebhookEndpoint,
)
from tenants.records.retention import Aged

# More ids than this do not fit one question to the source.
MOST_REFUSED = 10_000
# Bytes at a time; where they are stored packed, each part is unpacked from the beginning.
PART = 4_000_000
READ_PART = "SELECT substring(content FROM %s FOR %s) FROM records_storedfile WHERE id = %s"


def stored_content(*, file: UUID | None) -> Content:
    """Return the bytes of a stored file, on the disk of this machine; none for one that is gone."""
    with ExitStack() as closing:
        spooled = closing.enter_context(tempfile.TemporaryFile())
        place = 1
        while part := _part(file, place):
            spooled.write(part)
            place += len(part)
        spooled.flush()
        closing.pop_all()
    held = Content(spooled)
    weakref.finalize(held, spooled.close)
    return held


def _part(file: UUID | None, place: int) -> bytes:
    connection.ensure_connection()
    # As bytes, not in Django's cursor's text of twice their length.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        found = cursor.execute(READ_PART, [place, PART, file], binary=True).fetchone()
    return bytes(found[0]) if found else b""


def kept_for(*, file: UUID, by: UUID) -> StoredFile | None:
    """Return what is kept for somebody to take away, without its bytes; None for others and after its day."""
    kept = StoredFile.objects.filter(pk=file, created_by=by, expires_at__gt=Now())
    return kept.defer("content").first()


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


def kept_days(aged: Aged) -> int:
    """Return for how many days the open tenant keeps a kind. One query."""
    if aged.stored is not None:
        return aged.stored.read()
    return days_of(aged.kind, usual=aged.days)


def days_of(kind: str, *, usual: int) -> int:
    """Return the days that the open tenant says for a kind, else the usual ones. One query."""
    return Retention.objects.filter(kind=kind).values_list("days", flat=True).first() or usual


def kept_since(aged: Aged, *, now: datetime) -> datetime:
    """Return the moment before which rows of a kind are forgotten. One query."""
    return now - timedelta(days=kept_days(aged))


def rows_naming(model: type[Model], column: str, keys: PersonKeys) -> list[Any]:
    """Return the keys of rows one of whose cells (a JSON list of texts) is exactly the person's. One query.

    Cells are compared as codes, which is how people write one document or number in many ways.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    # Names of a model; what cells hold besides texts says nothing.
    statement = f"""
        SELECT {key} FROM {table}
         WHERE jsonb_typeof({column}) = 'array' AND EXISTS (
               SELECT FROM jsonb_array_elements_text({column}) AS cell
                WHERE lower(trim(cell)) = ANY(%(texts)s::text[])
                   OR regexp_replace(upper(cell), '[^A-Z0-9]', '', 'g') = ANY(%(codes)s::text[]))
    """  # noqa: S608 - names of columns and a table
    texts = [text.lower() for text in (keys.email, keys.handle) if text]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"texts": texts, "codes": keys.codes()})
        return [row[0] for row in cursor.fetchall()]


def rows_saying(model: type[Model], columns: Sequence[str], words: Sequence[str]) -> list[Any]:
    """Return the keys of rows in one of whose columns, read as text, one of some words stands by itself.

    `without` takes exactly these words out again. One query.
    """
    if not words:
        return []
    table, key = model._meta.db_table, model._meta.pk.column
    said = " || ' ' || ".join(f"coalesce({column}::text, '')" for column in columns)
    # JSON writes the end of a line as two characters, of which one is a letter.
    statement = rf"""
        SELECT {key} FROM (SELECT {key}, replace(lower({said}), E'\\n', ' ') AS said FROM {table}) AS t
         WHERE t.said ~ %(pattern)s
    """  # noqa: S608 - names of columns and a table
    inside = "|".join(re.escape(word.lower()) for word in words)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"pattern": rf"(^|[^[:alnum:]_])({inside})($|[^[:alnum:]_])"})
        return [row[0] for row in cursor.fetchall()]


def without(text: str, words: Sequence[str]) -> str:
    """Return a text in which a dash stands for each of some words."""
    inside = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<!\w)({inside})(?!\w)", BLANK, text, flags=re.IGNORECASE) if words else text


def told(rows: QuerySet[Any], *, leave: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return rows as an export tells them: every column by its name but those to `leave`. One query."""
    names = [field.attname for field in rows.model._meta.concrete_fields if field.name not in set(leave)]
    return list(rows.values(*names))
