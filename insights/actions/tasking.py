"""Tasks of recommendations: merged with what people have begun, moved, annotated (N18)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from pydantic import TypeAdapter

from insights.models import Insight, Task, TaskNote
from insights.modules import Evidence, Recommendation, topic_key
from insights.rules import TaskState
from tenants.records.actions import note

WEEKS = 4


def merge_tasks(*, insight: Insight, recommended: Sequence[Recommendation]) -> tuple[int, int]:
    """Bring a brand's tasks in line; return how many were added and withdrawn.

    What is begun, done or annotated stays. In the caller's transaction; a repeated title counts once.
    """
    wanted = _by_week(recommended)
    notes = TaskNote.objects.filter(task=OuterRef("pk"))
    known = {
        task.title_key: task
        for task in Task.objects.filter(ficha=insight.ficha_id)
        .annotate(is_annotated=Exists(notes))
        .select_for_update()
    }
    added = [_new_task(insight, one, week) for key, (one, week) in wanted.items() if key not in known]
    Task.objects.bulk_create(added)
    for key, task in known.items():
        if key in wanted and _is_untouched(task):
            _refresh(task, insight, *wanted[key])
    left = [task.pk for key, task in known.items() if key not in wanted and _is_untouched(task)]
    withdrawn = Task.objects.filter(pk__in=left, withdrawn_at=None)
    return len(added), withdrawn.update(withdrawn_at=Now(), changed_at=Now())


@transaction.atomic
def move_task(*, task: Task, state: TaskState, by: UUID | None) -> Task:
    """Say where a task stands; a withdrawn one that somebody takes up is back."""
    Task.objects.filter(pk=task.pk).update(state=state, withdrawn_at=None, changed_at=Now(), changed_by=by)
    note(verb="changed", of="task", id=task.pk, by=by, change={"state": [task.state, str(state)]})
    task.refresh_from_db()
    return task


@transaction.atomic
def annotate_task(*, task: Task, text: str, by: UUID | None) -> TaskNote:
    """Add a note to a task, which from now on stays."""
    written = TaskNote.objects.create(task=task, text=text, created_by=by)
    Task.objects.filter(pk=task.pk).update(withdrawn_at=None, changed_at=Now(), changed_by=by)
    note(verb="changed", of="task", id=task.pk, by=by)
    return written


def _by_week(recommended: Sequence[Recommendation]) -> dict[str, tuple[Recommendation, int]]:
    """Spread by priority evenly over the weeks: the most urgent first."""
    once: dict[str, Recommendation] = {}
    for one in sorted(recommended, key=lambda each: (-each.prioridad, each.recomendacion)):
        once.setdefault(topic_key(one.recomendacion), one)
    return {key: (one, 1 + place * WEEKS // len(once)) for place, (key, one) in enumerate(once.items())}


def _is_untouched(task: Task) -> bool:
    return task.state == TaskState.PENDING and not getattr(task, "is_annotated", False)


def _new_task(insight: Insight, one: Recommendation, week: int) -> Task:
    key, values = topic_key(one.recomendacion), _values(insight, one, week)
    return Task(ficha_id=insight.ficha_id, title=one.recomendacion, title_key=key, **values)


def _refresh(task: Task, insight: Insight, one: Recommendation, week: int) -> None:
    values = _values(insight, one, week) | {"withdrawn_at": None, "changed_at": Now()}
    Task.objects.filter(pk=task.pk).update(**values)


def _values(insight: Insight, one: Recommendation, week: int) -> dict[str, Any]:
    return {
        "insight": insight,
        "description": one.descripcion,
        "area": str(one.area_estrategica),
        "urgency": str(one.urgencia),
        "priority": one.prioridad,
        "actions": list(one.acciones_concretas),
        "evidence": TypeAdapter(tuple[Evidence, ...]).dump_python(one.evidencia, mode="json"),
        "week": week,
    }
