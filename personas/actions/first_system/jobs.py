"""Reclassification jobs of the first system become entries of the audit log, which nobody can change."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from personas.actions.first_system.documents import Documents, Read
from personas.imports.documents import JOB_FIELDS, JobRecord, read_job
from tenants.models import Member
from tenants.records.actions import note_past
from tenants.records.models import AuditEntry
from tenants.records.rules import Fate, Taken

VERB = "ran_before"
KIND = "personas.reclassification"


class ReclassificationJobs(Documents[JobRecord]):
    """What was reclassified before this system: history to be read, not to be undone."""

    name = "reclassification_jobs"
    found_as = ("persona_reclassification_jobs", "reclassification_jobs")
    fields = JOB_FIELDS

    def read(self, fields: Mapping[str, Any]) -> JobRecord:
        """Return the job of a document."""
        return read_job(fields)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Write all or nothing; an entry's id is made of the job's, so nobody writes it twice."""
        with transaction.atomic():
            yield

    def decide(self, read: Sequence[Read[JobRecord]]) -> list[Taken]:
        """Write an entry for each job that has ended; what is there already stays as it is."""
        ended = [one for one in read if not one.record.rejected]
        if not self.session.dry_run:
            actors = _members([one.record.created_by for one in ended])
            note_past([_entry(self.session.system, one.record, actors) for one in ended])
        return [self._told(one) for one in read]

    def _told(self, one: Read[JobRecord]) -> Taken:
        record = one.record
        if record.rejected:
            return one.settled(Fate.SKIPPED, reason=record.rejected, detail=record.job_id)
        # Known and ended, it changed afterwards: the entry is of the moment it was first seen.
        was_written = one.before is not None and not one.before.refusal
        fate = Fate.UNCHANGED if was_written else Fate.CREATED
        return one.settled(
            fate, target="" if self.session.dry_run else str(_key(self.session.system, record))
        )


def _members(emails: list[str]) -> dict[str, UUID]:
    """Return the members of the tenant that have these e-mails. One query."""
    wanted = [email for email in emails if email]
    return {
        email.lower(): key
        for key, email in Member.objects.filter(email__in=wanted).values_list("id", "email")
    }


def _entry(system: str, record: JobRecord, actors: Mapping[str, UUID]) -> AuditEntry:
    return AuditEntry(
        id=_key(system, record),
        at=_moment(record) or timezone.now(),
        actor=actors.get(record.created_by),
        verb=VERB,
        object_type=KIND,
        object_id=record.job_id,
        change={"system": system, **(record.change or {})},
        job=record.uuid,
    )


def _key(system: str, record: JobRecord) -> UUID:
    """Return an id of the form of ours: its moment in front, so that the log stays in the order of time."""
    moment = _moment(record)
    milliseconds = int(moment.timestamp() * 1000) & (2**48 - 1) if moment else 0
    rest = int.from_bytes(
        hashlib.blake2b(f"{system} {record.job_id}".encode(), digest_size=10).digest(), "big"
    )
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (rest >> 4 & 0xFFF) << 64 | 0b10 << 62 | rest & (2**62 - 1)
    )


def _moment(record: JobRecord) -> datetime | None:
    return record.ended_at or record.created_at
