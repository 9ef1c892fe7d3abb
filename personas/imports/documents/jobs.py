"""A reclassification job of the first system, as history: what it was, how it ended, what it counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from personas.imports.documents.reasons import DocumentReason
from personas.imports.documents.values import Fields, number_of, text_of
from personas.rules import ReclassificationType

ENDED = ("completed", "failed", "cancelled")
_COUNTERS = ("total_contacts", "processed", "updated", "skipped_locked", "skipped_same", "errors")
_PARAMS = ("keyword_id", "buyer_persona_id")
MOST_PERSONAS = 200
MOST_KEYWORDS = 200
NAME_LENGTH = 80
ERROR_LENGTH = 200

JOB_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "job_id": "audit entry: thing and job",
    "job_type": "audit entry: type",
    "params": "audit entry: keyword_id, buyer_persona_id, keywords",
    "dry_run": "audit entry: dry_run",
    "status": "audit entry: status (jobs that have ended)",
    "created_by": "audit entry: who, when a member has this e-mail",
    "created_at": "audit entry: created_at",
    "started_at": "audit entry: started_at",
    "completed_at": "audit entry: when",
    "progress": "audit entry: counters",
    "result": "audit entry: total_changes, persona_breakdown (samples hold titles of people: left out)",
    "error": "audit entry: error, 200 characters",
    "attempt": "audit entry: attempt",
}


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job that has ended; `change` holds ids, states and counts, no texts about people."""

    job_id: str = ""
    uuid: UUID | None = None
    created_by: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None
    change: Mapping[str, Any] | None = None
    rejected: str = ""


def read_job(document: Mapping[str, Any]) -> JobRecord:
    """Return the job of a document; one that has not ended, or is no job, is rejected."""
    fields = Fields(document)
    job_id, type_ = fields.text("job_id", "id", longest=64), fields.text("job_type", longest=20)
    if not job_id or type_ not in set(ReclassificationType) - {ReclassificationType.UNDO}:
        return JobRecord(job_id=job_id, rejected=str(DocumentReason.JOB_UNREADABLE))
    status = fields.text("status", longest=20)
    if status not in ENDED:
        return JobRecord(job_id=job_id, rejected=str(DocumentReason.NOT_FINISHED))
    created_at, ended_at = fields.moment("created_at"), fields.moment("completed_at")
    change = {"type": type_, "status": status, "dry_run": fields.flag("dry_run"), **_facts(document)}
    change["created_at"] = created_at.isoformat() if created_at else None
    started_at = fields.moment("started_at")
    change["started_at"] = started_at.isoformat() if started_at else None
    return JobRecord(
        job_id=job_id,
        uuid=fields.uuid("job_id"),
        created_by=fields.text("created_by", longest=254).lower(),
        created_at=created_at,
        ended_at=ended_at,
        change=change,
    )


def _facts(document: Mapping[str, Any]) -> dict[str, Any]:
    params, progress = _object(document.get("params")), _object(document.get("progress"))
    result = _object(document.get("result"))
    breakdown = _object(result.get("persona_breakdown"))
    fields, keywords = Fields(document), Fields(params).texts("keywords", keys=("keyword", "text"))
    named = {name: text_of(params[name])[:NAME_LENGTH] for name in _PARAMS if params.get(name) is not None}
    return {
        "params": named | ({"keywords": keywords[:MOST_KEYWORDS]} if keywords else {}),
        "progress": {name: number_of(progress.get(name)) or 0 for name in _COUNTERS},
        "total_changes": number_of(result.get("total_changes")),
        "persona_breakdown": {
            text_of(code)[:NAME_LENGTH]: number_of(count) or 0
            for code, count in list(breakdown.items())[:MOST_PERSONAS]
        },
        "error": fields.text("error", longest=ERROR_LENGTH),
        "attempt": fields.number("attempt"),
    }


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
