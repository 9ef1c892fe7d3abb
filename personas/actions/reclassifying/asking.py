"""What people ask of reclassifications: start one, apply a preview, cancel, undo (R1, R2, R6, R8)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions.classifying import ruleset
from personas.actions.keywords import KeywordTooLong
from personas.actions.reclassifying.forgetting import schedule_forgetting_previews
from personas.actions.reclassifying.snapshot import written_selection
from personas.classifier import normalise
from personas.models import Keyword, Reclassification
from personas.queries import Selection
from personas.rules import AFFECTED_KEYWORDS, KEYWORD_LENGTH, JobKind, Match, ReclassificationType
from tenants.intake import is_number
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.models import new_id
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class BadSelection(Refused):
    """The parameters do not say which contacts are meant."""

    code = "reclassification_params"
    kind = RefusalKind.INVALID
    message = _("Say which contacts are meant: the parameters of this type are missing or empty.")


class RulesChanged(Refused):
    """The rules are not those of the preview any more (R2)."""

    code = "rules_changed"
    message = _("The rules changed since the preview. Make a new one.")


class PreviewUnusable(Refused):
    """The preview has not ended, was for something else, is too old, or was applied already (R2)."""

    code = "preview_unusable"
    message = _("The preview has not completed, was made for other contacts, or was applied already.")


class NotUndoable(Refused):
    """The job wrote nothing, has not ended, or was undone already (R8)."""

    code = "not_undoable"
    message = _("Only a reclassification that ended and changed contacts can be undone, and only once.")


def selection_of(type: ReclassificationType, params: Mapping[str, Any]) -> Selection:
    """Look a type's parameters up. Raises BadSelection, UnknownKeyword, UnknownPersona. At most one query."""
    if type is ReclassificationType.BY_KEYWORD:
        keyword = _keyword(str(params.get("keyword_id") or ""))
        return Selection(type, keyword=keyword.normalized, match=Match(keyword.match))
    if type is ReclassificationType.BY_PERSONA:
        code = str(params.get("buyer_persona_id") or "")
        if not code:
            raise BadSelection
        return Selection(type, persona=queries.persona(code=code).pk)
    if type is ReclassificationType.AFFECTED:
        return Selection(type, phrases=_phrases(params.get("keywords") or ()))
    if type is ReclassificationType.ALL:
        return Selection(type)
    raise BadSelection


@transaction.atomic
def reclassify(
    *,
    type: ReclassificationType,
    params: Mapping[str, Any],
    by: UUID | None = None,
    dry_run: bool = True,
    preview_job_id: UUID | None = None,
) -> Job:
    """Queue a reclassification; a dry run lists what would change and writes nothing else (R1).

    `params`: {}, {"keyword_id"}, {"buyer_persona_id": code} or {"keywords": texts}. A real one may apply a
    preview (R2). Raises BadSelection, UnknownKeyword, UnknownPersona, NoRules, PreviewUnusable, RulesChanged.
    """
    selection, params = selection_of(type, params), _plain(type, params)
    # Without a default persona there is nothing to decide by: say it now, not in a failed job.
    revision = ruleset().revision
    preview = _preview(preview_job_id, type, params, revision) if preview_job_id else None
    if preview and dry_run:
        raise PreviewUnusable
    return _queue(
        by=by,
        type=type,
        params=params,
        dry_run=dry_run,
        preview=preview,
        rules={"selection": written_selection(selection)},
    )


@transaction.atomic
def undo_reclassification(*, job_id: UUID, by: UUID | None = None) -> Job:
    """Queue the way back of a real job that ended; contacts touched since are left and listed (R8).

    Raises UnknownReclassification, NotUndoable.
    """
    found = queries.reclassification(job_id=job_id)
    if not found.can_undo:
        raise NotUndoable
    undone = Reclassification.objects.select_for_update().get(job=job_id)
    _let_go(Reclassification.objects.filter(undoes=undone))
    if Reclassification.objects.filter(undoes=undone).exists():
        raise NotUndoable
    return _queue(
        by=by,
        type=ReclassificationType.UNDO,
        params={"job_id": str(job_id)},
        dry_run=False,
        undoes=undone,
        revision=undone.revision,
        rules={"personas": undone.rules.get("personas", [])},
    )


def cancel_reclassification(*, job_id: UUID, by: UUID | None = None) -> Job:
    """Cancel at once what waits, at the next batch what runs; what is committed stays (R6).

    Raises UnknownReclassification, NotCancellable.
    """
    queries.reclassification(job_id=job_id)
    return jobs.cancel(job_id=job_id, by=by)


def _queue(*, by: UUID | None, **asked: Any) -> Job:
    schedule_forgetting_previews()
    # A subject of its own: several may wait in a tenant, and run oldest first (R7).
    job = jobs.enqueue(kind=JobKind.RECLASSIFY, subject=str(new_id()), by=by)
    made = Reclassification(job=job.id, **asked)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        # Another request applied or undid the same a moment ago.
        raise (NotUndoable if made.undoes_id else PreviewUnusable) from error
    note(verb=str(made.type), of="reclassification", id=made.job, by=by, change={"dry_run": made.dry_run})
    return job


def _preview(
    job_id: UUID, type: ReclassificationType, params: dict[str, Any], revision: int
) -> Reclassification:
    found = Reclassification.objects.filter(job=job_id).first()
    if found is None:
        raise queries.UnknownReclassification
    same = (found.type, found.params) == (type, params)
    _let_go(Reclassification.objects.filter(preview=found))
    applied = Reclassification.objects.filter(preview=found).exists()
    if applied or not same or not queries.is_applicable(found, Job.objects.get(pk=job_id)):
        raise PreviewUnusable
    if found.revision != revision:
        raise RulesChanged
    return found


def _let_go(followers: QuerySet[Reclassification]) -> None:
    """Take its aim from a follower that stopped before it wrote anything, so that another may have it."""
    stopped = Job.objects.filter(pk=OuterRef("job"), state__in=queries.STOPPED)
    followers.filter(Exists(stopped), chunks=None).update(preview=None, undoes=None)


def _plain(type: ReclassificationType, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters in the one form that is stored and compared with a preview's."""
    if type is ReclassificationType.BY_KEYWORD:
        return {"keyword_id": str(params["keyword_id"])}
    if type is ReclassificationType.BY_PERSONA:
        return {"buyer_persona_id": str(params["buyer_persona_id"])}
    if type is ReclassificationType.AFFECTED:
        texts = (str(text).strip() for text in params["keywords"])
        return {"keywords": sorted({text for text in texts if text})}
    return {}


def _keyword(number: str) -> Keyword:
    if not number:
        raise BadSelection
    if not is_number(number):
        raise queries.UnknownKeyword(keyword=number[:40])
    return queries.keyword(keyword_id=int(number))


def _phrases(texts: Any) -> tuple[str, ...]:
    """Normalise texts; blank ones go, others must leave something (the table of types)."""
    if any(len(str(text)) > KEYWORD_LENGTH for text in texts):
        # No keyword is so long, and PostgreSQL leaves out of a query what is too long for its index.
        raise KeywordTooLong
    phrases = [normalise(text) for text in texts if str(text).strip()]
    if not phrases or not all(phrases) or len(phrases) > AFFECTED_KEYWORDS:
        raise BadSelection
    return tuple(dict.fromkeys(phrases))
