"""What the ground floor itself may hold of a person: files handed out, texts of jobs, answers (S19)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet

from tenants.jobs.actions import begin_anew
from tenants.jobs.models import Job
from tenants.jobs.rules import ENDED
from tenants.records.erasure import Fate, Finding, Order, PersonKeys, Rows, Trace
from tenants.records.models import AuditEntry, IdempotencyKey, SourceRecord, StoredFile
from tenants.records.queries import rows_saying, told
from tenants.rules import LEAVES_NOTHING

JOB_TEXTS = ("params", "cursor", "result", "error")


class GroundTraces:
    """Exports go whole, since any of them may hold anybody; texts of ended jobs are emptied."""

    app = "records"
    models = (
        "jobs.Job",
        "records.AuditEntry",
        "records.IdempotencyKey",
        "records.SourceRecord",
        "records.StoredFile",
    )

    def found(self, keys: PersonKeys) -> Finding:
        """Count the rows. Five queries."""
        counted = (
            Trace("jobs.Job", len(_jobs(keys)), Fate.EMPTIED),
            Trace("records.AuditEntry", len(_audit(keys)), Fate.EMPTIED),
            Trace("records.IdempotencyKey", len(_answers(keys))),
            Trace("records.SourceRecord", _documents(keys).count()),
        )
        return Finding(tuple(trace for trace in counted if trace.count))

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return what is told about the person; files are copies of what the apps tell."""
        return {
            "jobs.Job": told(Job.objects.filter(pk__in=_jobs(keys)), leave=("lease_token", "worker")),
            "records.AuditEntry": told(AuditEntry.objects.filter(pk__in=_audit(keys))),
        }

    def erased(self, order: Order) -> Mapping[str, int]:
        """Delete and empty; files that are being written begin anew: what was read may name anybody."""
        keys = order.keys
        # First: one that is kept at this moment is awaited, and goes with the others.
        begin_anew(kinds=LEAVES_NOTHING)
        return {
            "jobs.Job": Job.objects.filter(pk__in=_jobs(keys)).update(
                params={}, cursor={}, result=None, error=""
            ),
            "records.AuditEntry": AuditEntry.objects.filter(pk__in=_audit(keys)).update(change={}),
            "records.IdempotencyKey": _delete(IdempotencyKey, _answers(keys)),
            "records.SourceRecord": _documents(keys).delete()[0],
            "records.StoredFile": _handed_out().only("pk").delete()[0],
        }


def _jobs(keys: PersonKeys) -> list[Any]:
    """Return ended jobs; one that runs needs its words, and is found the next time."""
    named = rows_saying(Job, JOB_TEXTS, keys.words())
    return list(Job.objects.filter(pk__in=named, state__in=ENDED).values_list("pk", flat=True))


def _audit(keys: PersonKeys) -> list[Any]:
    return rows_saying(AuditEntry, ("change",), keys.words())


def _answers(keys: PersonKeys) -> list[Any]:
    # Bytes as they went out; a backslash before a byte changes nothing that is looked for.
    return rows_saying(IdempotencyKey, ("encode(body, 'escape')", "headers"), keys.words())


def _documents(keys: PersonKeys) -> QuerySet[SourceRecord]:
    values = [f"str:{value}" for value in keys.given().values()]
    return SourceRecord.objects.filter(source_id__in=values)


def _handed_out() -> QuerySet[StoredFile]:
    """Return files with an end that no app's row names: those that one names are that app's to read."""
    files = StoredFile.objects.filter(expires_at__isnull=False)
    for field in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel):
            rows = field.related_model._base_manager.filter(**{field.field.name: OuterRef("pk")})
            files = files.filter(~Exists(rows))
    return files


def _delete(model: type[Model], keys: list[Any]) -> int:
    return model._default_manager.filter(pk__in=keys).delete()[0]
