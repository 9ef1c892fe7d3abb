"""The board of four weeks: what recommendations ask to be done and where each stands; read only (N18)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models import Task
from insights.models.words import TASK_STATE_LABELS
from insights.permissions import may_run
from insights.queries.fichas import board_of
from insights.reports.looking import Chosen
from insights.reports.telling import URGENCY_TONES, cited
from insights.reports.words import area_words, urgency_words
from insights.rules import TaskState
from insights.views.choosing import chosen, fichas_of
from insights.views.dashboard import frame
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.queries import principal_of

TONES = {TaskState.IN_PROGRESS: "running", TaskState.DONE: "good", TaskState.REVIEWED: "good"}


@dataclass(frozen=True, slots=True)
class Card:
    """A task as the board shows it; `move` leads staff to where it is moved, "" for who only looks."""

    task: Task
    state: str
    tone: str
    area: str
    urgency: str
    urgency_tone: str
    evidence: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    move: str


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Show a brand's tasks in their four weeks. Raises Http404 for a brand that is not there."""
    fichas = fichas_of(request)
    if not fichas:
        return render(request, "insights/dashboard.html", {"is_empty": True})
    looked = chosen(request, fichas, now=timezone.now())
    is_staff = may_run(principal_of(request).role)
    page = frame(looked, fichas) | _board(looked, formats_for(request), is_staff=is_staff)
    return render(request, "insights/tasks.html", page | {"back": looked.href(), "is_board": True})


def _board(looked: Chosen, formats: Formats, *, is_staff: bool) -> dict[str, object]:
    """Return the four weeks with their tasks, and how many are done."""
    weeks = [
        (week, [card(task, looked, formats, is_staff=is_staff) for task in found])
        for week, found in board_of(ficha=looked.ficha).items()
    ]
    cards = [one for _week, found in weeks for one in found]
    done = (TaskState.DONE, TaskState.REVIEWED)
    return {"weeks": weeks, "total": len(cards), "done": sum(one.task.state in done for one in cards)}


def card(task: Task, looked: Chosen, formats: Formats, *, is_staff: bool) -> Card:
    """Return one task in words, with the comments that it stands on."""
    state = TaskState(task.state)
    return Card(
        task=task,
        state=str(TASK_STATE_LABELS[state]),
        tone=TONES.get(state, ""),
        area=area_words(task.area),
        urgency=urgency_words(task.urgency),
        urgency_tone=URGENCY_TONES.get(task.urgency, ""),
        evidence=cited(task.evidence, looked, formats),
        notes=tuple(note.text for note in task.notes.all()),
        move=reverse("admin:insights_task_change", args=[task.pk]) if is_staff else "",
    )
