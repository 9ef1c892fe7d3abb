"""Tasks of recommendations for staff: four weeks, where each stands, what people wrote to it (N18)."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from insights import actions
from insights.admin.acting import FichaFilter, check_may_run
from insights.admin.words import TASK_TONES
from insights.forms.tasks import NoteForm
from insights.models import Task
from insights.models.words import TASK_STATE_LABELS
from insights.reports.words import area_words, urgency_words
from insights.rules import TaskState
from tenants.admin import Button, ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.filters import WordsFilter
from tenants.jobs.queries import names_of

WEEKS = 4
MOVES = {
    TaskState.PENDING: ("pending", _("Back to pending")),
    TaskState.IN_PROGRESS: ("begin", _("Begin")),
    TaskState.DONE: ("done", _("Mark as done")),
    TaskState.REVIEWED: ("reviewed", _("Mark as reviewed")),
}


class StateFilter(WordsFilter):
    """Narrows to one state."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in TASK_STATE_LABELS.items()}


class WeekFilter(WordsFilter):
    """Narrows to one of the four weeks."""

    title = _("week")
    parameter_name = "week"
    words: ClassVar[dict[str, Any]] = {str(week): str(week) for week in range(1, WEEKS + 1)}


class WithdrawnFilter(admin.SimpleListFilter):
    """Shows withdrawn ones only when asked for."""

    title = _("withdrawn")
    parameter_name = "withdrawn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two besides those that stand."""
        return [("1", _("Withdrawn")), ("all", _("Both"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """Keep the chosen ones."""
        if self.value() == "all":
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() != "1")


def _to(state: TaskState) -> Button:
    """Return the button that moves a task to a state, shown in every other one."""

    def press(request: HttpRequest, task: Task) -> str | Promise:
        actions.move_task(task=task, state=state, by=by_of(request))
        return _now("The task stands at: %(state)s.") % {"state": TASK_STATE_LABELS[state]}

    def shown(_request: HttpRequest, task: Task) -> bool:
        return bool(task.state != state)

    name, label = MOVES[state]
    return Button(name, label, press, shown=shown)


@admin.register(Task, site=tenant_site)
class TaskAdmin(ReadOnlyModelAdmin):
    """Tasks by week and priority; a task's page moves it and takes notes."""

    icon = "checklist"
    list_display = ("title", "ficha", "week", "standing", "where", "urgent", "notes_written", "changed_at")
    list_filter = (FichaFilter, WeekFilter, StateFilter, WithdrawnFilter)
    list_select_related = ("ficha",)
    search_fields = ("title",)
    ordering = ("week", "-priority", "id")
    fields = ("ficha", "week", "standing", "where", "urgent", "description", "steps", "changed_at")
    change_form_outer_after_template = "admin/insights/task.html"
    buttons = tuple(_to(state) for state in TaskState)

    def get_urls(self) -> list[URLPattern]:
        """Add the door of notes."""
        guard = self.admin_site.admin_view(self.note_view)
        return [path("<int:number>/note/", guard, name="insights_task_note"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Count the notes in the same query."""
        found: QuerySet[Task] = super().get_queryset(request)
        return found.annotate(notes_count=Count("notes"))

    def beside(self, request: HttpRequest, row: Task) -> dict[str, Any]:
        """Show the notes below the task."""
        return shown_notes(row)

    def note_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Write a note to a task, which from then on stays. Raises Http404, Forbidden."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        check_may_run(request)
        task = Task.objects.filter(pk=number).first()
        if task is None:
            raise Http404
        form = NoteForm(request.POST)
        if form.is_valid():
            actions.annotate_task(task=task, text=form.cleaned_data["text"], by=by_of(request))
            messages.success(request, _now("The note is kept; the task stays with it."))
        else:
            messages.error(request, " ".join(map(str, form.errors["text"])))
        return HttpResponseRedirect(reverse("admin:insights_task_change", args=[number]))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, task: Task) -> SafeString:
        """Say where it stands, in its colour."""
        if task.withdrawn_at:
            return badge(_("Withdrawn"), "")
        return badge(task.get_state_display(), TASK_TONES.get(TaskState(task.state), "warn"))

    @admin.display(description=_("area"), ordering="area")
    def where(self, task: Task) -> str:
        """Name the area as the viewers' board does, not as it is stored."""
        return area_words(task.area) or self.empty_value_display

    @admin.display(description=_("urgency"), ordering="urgency")
    def urgent(self, task: Task) -> str:
        """Name the urgency as the viewers' board does, not as it is stored."""
        return urgency_words(task.urgency) or self.empty_value_display

    @admin.display(description=_("notes"))
    def notes_written(self, task: Any) -> int:
        """Count them."""
        return int(task.notes_count)

    @admin.display(description=_("steps"))
    def steps(self, task: Task) -> str:
        """Write what there is to do, one after the other."""
        return "; ".join(task.actions) or self.empty_value_display


def shown_notes(task: Task) -> dict[str, Any]:
    """Return a task's notes with who wrote each, and the form for another. Two queries."""
    notes = list(task.notes.order_by("id"))
    names: dict[UUID, str] = names_of(ids=[one.created_by for one in notes])
    told = [(one, names.get(one.created_by, "") if one.created_by else "") for one in notes]
    return {"task": task, "notes": told, "note_form": NoteForm()}
