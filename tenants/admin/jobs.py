"""Jobs and schedules for staff: what runs, what failed and why, and the end of what should not go on."""

from dataclasses import asdict
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from tenants.admin.buttons import Button
from tenants.admin.columns import badge, reader
from tenants.admin.model_admin import HouseModelAdmin, ReadOnlyModelAdmin
from tenants.admin.sites import platform_site, tenant_site
from tenants.jobs import actions, queries
from tenants.jobs.models import Job, Schedule
from tenants.jobs.progress import percent, progress_of
from tenants.jobs.rules import STATE_LABELS, State, cancelling_words
from tenants.jobs.runner import handled_kinds, label_of, schedulable_kinds
from tenants.jobs.schedules import check_crontab
from tenants.models import Member, User

TONES = {State.COMPLETED: "good", State.FAILED: "bad", State.WAITING: "warn", State.RUNNING: "running"}
TROUBLES = {
    "failed": _("Failed since yesterday"),
    "silent": _("No sign of life"),
    "overdue": _("Waiting too long"),
}
# The platform's own kinds have no meaning inside a tenant.


class KindFilter(admin.SimpleListFilter):
    """Narrows to one kind, by the words people read."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds that have a handler."""
        return sorted(((kind, label_of(kind)) for kind in handled_kinds()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Keep the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() in handled_kinds() else queryset


class TroubleFilter(admin.SimpleListFilter):
    """Narrows to the jobs behind a red light of the overview."""

    title = _("trouble")
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the kinds of trouble."""
        return list(TROUBLES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """Keep the chosen trouble."""
        meaning = queries.troubled(now=timezone.now()).get(self.value() or "")
        return queryset.filter(meaning) if meaning is not None else queryset


def cancel(request: HttpRequest, job: Job) -> str | Promise:
    """Ask for the job's end in the person's name."""
    actions.cancel(job_id=job.id, by=request.user.pk)
    return cancelling_words(job.kind)


def cancellable(_request: HttpRequest, job: Job) -> bool:
    """Say whether the end can still be asked for."""
    return job.is_live and job.cancel_requested_at is None


@admin.register(Job, site=tenant_site)
@admin.register(Job, site=platform_site)
class JobAdmin(ReadOnlyModelAdmin):
    """Read-only rows with a live bar; cancelling is the one move."""

    icon = "sync"
    buttons = (Button("cancel", _("Cancel"), cancel, shown=cancellable),)
    change_form_outer_before_template = "admin/house/job.html"
    list_display = ("what", "how", "progress", "created_at", "took", "attempt", "asked_by")
    list_filter = ("state", KindFilter, TroubleFilter)
    fieldsets = (
        (None, {"fields": ("what", "subject", "how", "asked_by", "attempt", "error")}),
        (
            _("Moments"),
            {
                "fields": ("created_at", "due_at", "started_at", "heartbeat_at", "finished_at", "worker"),
            },
        ),
        (_("Content"), {"fields": ("params", "counters", "result")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """Name who asked in the same query; inside a tenant only its members can be named."""
        people: Any = Member if self.admin_site is tenant_site else User
        name = people.objects.filter(pk=OuterRef("created_by")).values("name")[:1]
        found: QuerySet[Job] = super().get_queryset(request)
        return found.annotate(asked_by_name=Subquery(name))

    def get_urls(self) -> list[URLPattern]:
        """Add the bar's own address, asked again and again while the job lives."""
        bar = self.admin_site.admin_view(self.bar_view)
        return [path("<path:object_id>/bar/", bar, name="jobs_job_bar"), *super().get_urls()]

    def beside(self, request: HttpRequest, row: Job) -> dict[str, Any]:
        """Show the row under its live bar."""
        return self._bar(request, row)

    def title_of(self, row: Job) -> str:
        """Name the kind in words."""
        return label_of(row.kind)

    def bar_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the bar alone; once the job has ended the page is asked for again, to show what came of it."""
        job = self.get_object(request, unquote(object_id))
        if job is None:
            raise Http404
        answer = render(request, "display/progress.html", self._bar(request, job))
        if not job.is_live:
            answer["HX-Refresh"] = "true"
        return answer

    @admin.display(description=_("job"), ordering="kind")
    def what(self, job: Job) -> str:
        """Name the kind in words."""
        return label_of(job.kind)

    @admin.display(description=_("state"), ordering="state")
    def how(self, job: Job) -> SafeString:
        """Show the state in its colour."""
        return badge(STATE_LABELS[State(job.state)], TONES.get(State(job.state), ""))

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        """Write the percentage; a dash while the total is unknown."""
        done = percent(job)
        return self.empty_value_display if done is None else f"{reader().number(done, 0)}\u00a0%"

    @admin.display(description=_("took"))
    def took(self, job: Job) -> str:
        """Write how long the work took."""
        return reader().duration(job.took) if job.took else self.empty_value_display

    @admin.display(description=_("asked by"), ordering="asked_by_name")
    def asked_by(self, job: Job) -> str:
        """Name who asked; a dash for the schedule and for those who are gone."""
        return getattr(job, "asked_by_name", None) or self.empty_value_display

    def _bar(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        links = {button.name: address for button, address in self.shown(request, job)}
        asked = reverse("admin:jobs_job_bar", args=[job.pk], current_app=self.admin_site.name)
        seen = progress_of(job, now=timezone.now(), links=links)
        return {"progress": asdict(seen), "progress_url": asked}


class ScheduleForm(forms.ModelForm):
    """A kind that can be scheduled, and five crontab words that mean something."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Schedule
        fields = ("kind", "subject", "params", "crontab", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(schedulable_kinds())
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind, label_of(kind)) for kind in kinds]

    def clean_params(self) -> dict[str, Any]:
        """Refuse parameters that are not an object of names and values."""
        params = self.cleaned_data["params"]
        if not isinstance(params, dict):
            raise forms.ValidationError(_("An object of names and values is needed: {}"))
        return params

    def clean_crontab(self) -> str:
        """Refuse words that no clock understands."""
        words: str = self.cleaned_data["crontab"]
        try:
            check_crontab(words, now=timezone.now(), zone=ZoneInfo("UTC"))
        except ValueError as error:
            wanted = _("Five words are needed: minute, hour, day, month, weekday.")
            raise forms.ValidationError(wanted) from error
        return words


@admin.register(Schedule, site=tenant_site)
class ScheduleAdmin(HouseModelAdmin):
    """The tenant's own periodic work, by the tenant's clock (J9)."""

    icon = "schedule"
    form = ScheduleForm
    list_display = ("what", "crontab", "next_at", "is_active", "changed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        """Read by whose clock each runs with it."""
        found: Any = super().get_queryset(request)
        return cast(QuerySet[Schedule], found.with_zone())

    def title_of(self, row: Schedule) -> str:
        """Name the kind in words, and when it runs."""
        return f"{label_of(row.kind)} · {row.crontab}"

    @admin.display(description=_("job"), ordering="kind")
    def what(self, schedule: Schedule) -> str:
        """Name the kind in words."""
        return label_of(schedule.kind)

    @admin.display(description=_("next run"))
    def next_at(self, schedule: Schedule) -> str:
        """Write when it runs next."""
        if not schedule.is_active:
            return self.empty_value_display
        return reader().moment(queries.run_after(schedule, timezone.now()))
