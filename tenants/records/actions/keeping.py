"""What can be remembered: an act, a file, the first answer to a write."""

import hashlib
import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from psycopg import Cursor

from tenants.intake.content import Content, Given
from tenants.models import new_id
from tenants.records.models import AuditEntry, IdempotencyKey, SourceMark, SourceRecord, StoredFile
from tenants.records.rules import (
    KEPT,
    LONGEST_ATTEMPT,
    LONGEST_KEY,
    RUNNING,
    BadKey,
    KeyInUse,
    KeyReused,
)
from tenants.scope import current_schema, tenant_scope

# A file may have tens of megabytes.
FORGOTTEN_AT_ONCE = 20
# A row that says the same stays as it is, so that a second import writes nothing.
REMEMBER = """
    INSERT INTO records_sourcerecord AS r (system, collection, source_id, target, fingerprint, refusal)
    SELECT %(system)s, %(collection)s, v.*
      FROM unnest(%(ids)s::text[], %(targets)s::text[], %(fingerprints)s::text[], %(refusals)s::text[]) AS v
        ON CONFLICT (system, collection, source_id) DO UPDATE
       SET target = EXCLUDED.target, fingerprint = EXCLUDED.fingerprint, refusal = EXCLUDED.refusal,
           imported_at = statement_timestamp()
     WHERE (r.target, r.fingerprint, r.refusal)
           IS DISTINCT FROM (EXCLUDED.target, EXCLUDED.fingerprint, EXCLUDED.refusal)
"""

# Bytes go piece by piece beside the statement: inside of one they would be held whole, several times over.
KEEP = """
    COPY records_storedfile (id, name, content_type, digest, size, content) FROM STDIN (FORMAT BINARY)
"""
BEGIN_COPY = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END_COPY = b"\xff\xff"


def note(
    *,
    verb: str,
    of: str,
    id: object,
    by: UUID | None = None,
    change: dict[str, Any] | None = None,
    job: UUID | None = None,
) -> None:
    """Write one audit entry in the caller's transaction. `change` holds ids and states, no personal texts."""
    AuditEntry.objects.create(
        actor=by, verb=verb, object_type=of, object_id=str(id), change=change or {}, job=job
    )


def note_past(entries: Iterable[AuditEntry]) -> None:
    """Write acts of another system, with ids and moments of their own; what is there stays. One statement."""
    AuditEntry.objects.bulk_create(entries, ignore_conflicts=True)


def remember_documents(*, system: str, collection: str, records: Collection[SourceRecord]) -> None:
    """Keep what documents of another system became, each once, in the caller's transaction. One statement."""
    if not records:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            REMEMBER,
            {
                "system": system,
                "collection": collection,
                "ids": [record.source_id for record in records],
                "targets": [record.target for record in records],
                "fingerprints": [record.fingerprint for record in records],
                "refusals": [record.refusal for record in records],
            },
        )


def mark_read(*, system: str, collection: str, upto: str) -> None:
    """Say that every object id up to `upto` has been read; a mark never goes back. Two statements."""
    key = {"system": system, "collection": collection}
    SourceMark.objects.bulk_create([SourceMark(**key, upto=upto)], ignore_conflicts=True)
    SourceMark.objects.filter(**key, upto__lt=upto).update(upto=upto, marked_at=Now())


@transaction.atomic
def keep_file(
    *,
    name: str,
    content: Given,
    content_type: str,
    by: UUID | None = None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Store a file's bytes under a server-made id (S5); the given name is only shown.

    Of a file on the disk some bytes at a time are held.
    """
    held, number = Content.of(content), new_id()
    fields = (number.bytes, name[-200:].encode(), content_type.encode(), digest(held).encode())
    _copy(fields, held)
    # What it holds stays where it is.
    StoredFile.objects.filter(pk=number).update(created_by=by, expires_at=expires_at)
    return StoredFile.objects.defer("content").get(pk=number)


def _copy(fields: Sequence[bytes], content: Content) -> None:
    """Send one row in PostgreSQL's binary form: the number of fields, then each behind its length."""
    size = struct.pack("!i", content.size)
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor, cursor.copy(KEEP) as copy:
        copy.write(BEGIN_COPY + struct.pack("!h", len(fields) + 2))
        for one in (*fields, size):
            copy.write(struct.pack("!i", len(one)) + one)
        copy.write(size)
        for piece in content.pieces():
            copy.write(piece)
        copy.write(END_COPY)


def digest(content: Given) -> str:
    """Return the content hash that makes an upload idempotent (L1)."""
    found = hashlib.sha256()
    for piece in Content.of(content).pieces():
        found.update(piece)
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that carries an idempotency key; `fingerprint` tells two bodies apart."""

    principal: str
    method: str
    path: str
    key: str
    fingerprint: str

    @property
    def place(self) -> dict[str, str]:
        """Name the row of the first answer."""
        return {"principal": self.principal, "method": self.method, "path": self.path, "key": self.key}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went out; `kept_body` replaces the body for replays."""

    status: int
    body: bytes
    headers: dict[str, str]
    kept_body: bytes | None = None

    @property
    def to_keep(self) -> bytes:
        """What a replay says: the body, without what is shown once."""
        return self.body if self.kept_body is None else self.kept_body


def answer_once(*, attempt: Attempt, do: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Return the answer and whether it is a replay; effect and stored answer commit together (W12).

    A crash at any moment therefore leaves neither. Answers from 400 up undo what `do` wrote, from 500 up
    they are not kept. Raises BadKey, KeyInUse (a twin runs), KeyReused (another body).
    """
    _check_key(attempt.key)
    with transaction.atomic():
        if not _alone(attempt):
            raise KeyInUse(retry_after_s=1)
        kept = _kept(attempt)
        if kept:
            return kept, True
        answer = _undone_when_refused(do)
        if answer.status < 500:
            _keep(attempt, answer)
    return answer, False


def answer_once_outside(*, attempt: Attempt, schema: str, do: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Return the answer of an act outside of the tenant, and whether it is a replay (W12). Public scope.

    Act and answer are two log-ins' transactions: a committed claim keeps twins out. After a crash between
    them the key is free once the claim is old, and the act's own rules meet what was done already. Raises as
    `answer_once`.
    """
    _check_key(attempt.key)
    with tenant_scope(schema):
        kept = _claimed(attempt)
    if kept:
        return kept, True
    answer: Answer | None = None
    try:
        answer = do()
    finally:
        with tenant_scope(schema):
            _settle(attempt, answer)
    return answer, False


def _check_key(key: str) -> None:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadKey


def _claimed(attempt: Attempt) -> Answer | None:
    """Claim the key, or return the answer that it has. The unique constraint decides between twins."""
    rows = IdempotencyKey.objects
    rows.filter(created_at__lte=Now() - KEPT).delete()
    rows.filter(status=RUNNING, created_at__lte=Now() - LONGEST_ATTEMPT).delete()
    try:
        with transaction.atomic():
            rows.create(**attempt.place, fingerprint=attempt.fingerprint, status=RUNNING)
    except IntegrityError:
        kept = _kept(attempt)
        if kept is None or kept.status == RUNNING:
            raise KeyInUse(retry_after_s=1) from None
        return kept
    return None


def _settle(attempt: Attempt, answer: Answer | None) -> None:
    """Put the answer into the claim; without one, or with a failure, the next try is a first one."""
    claim = IdempotencyKey.objects.filter(**attempt.place, status=RUNNING)
    if answer is None or answer.status >= 500:
        claim.delete()
    else:
        claim.update(status=answer.status, body=answer.to_keep, headers=answer.headers)


def _alone(attempt: Attempt) -> bool:
    # Held to the end of this transaction only (S9); it names the schema because locks are the database's.
    name = "\n".join(["idempotency", current_schema() or "", *attempt.place.values()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _kept(attempt: Attempt) -> Answer | None:
    row = IdempotencyKey.objects.filter(**attempt.place, created_at__gt=Now() - KEPT).first()
    if row is None:
        return None
    if row.fingerprint != attempt.fingerprint:
        raise KeyReused
    return Answer(row.status, bytes(row.body), row.headers)


def _undone_when_refused(do: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        answer = do()
        if answer.status >= 400:
            transaction.set_rollback(True)
    return answer


def _keep(attempt: Attempt, answer: Answer) -> None:
    # Old answers go with every new one: the table stays as small as a day's writes, without a job of its own.
    IdempotencyKey.objects.filter(created_at__lte=Now() - KEPT).delete()
    IdempotencyKey.objects.create(
        **attempt.place,
        fingerprint=attempt.fingerprint,
        status=answer.status,
        body=answer.to_keep,
        headers=answer.headers,
    )


def forget_bytes(files: QuerySet[Any, Any]) -> int:
    """Delete some of these stored files, given by their keys in order; return how many went."""
    keys = list(files[:FORGOTTEN_AT_ONCE])
    return StoredFile.objects.filter(pk__in=keys).only("pk").delete()[1].get("records.StoredFile", 0)
