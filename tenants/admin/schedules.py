"""The shared scheduler's rows, for platform staff (J9). Rows mirrored from tenants are theirs to change."""

from typing import Any

from celery import current_app
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.widgets import UnfoldAdminSelectWidget

from tenants.admin.model_admin import HouseModelAdmin
from tenants.admin.sites import platform_site
from tenants.jobs.schedules import PREFIX


class PeriodicTaskForm(forms.ModelForm):
    """A task that exists, rather than a name typed by hand."""

    class Meta:
        model = PeriodicTask
        fields = ("name", "task", "enabled", "crontab", "interval", "args", "kwargs", "queue", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "task" not in self.fields:  # a mirrored row is only read, so its form asks for nothing
            return
        names = sorted(name for name in current_app.tasks if not name.startswith("celery."))
        self.fields["task"].label = _("Task")
        self.fields["task"].widget = UnfoldAdminSelectWidget(choices=[(name, name) for name in names])


@admin.register(PeriodicTask, site=platform_site)
class PeriodicTaskAdmin(HouseModelAdmin):
    """What runs when."""

    icon = "event_repeat"
    form = PeriodicTaskForm
    list_display = ("name", "what", "when", "enabled", "last_run_at")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what the form asks."""
        return PeriodicTaskForm.Meta.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse rows that the mirror would overwrite."""
        return super().has_change_permission(request, obj) and not _is_mirrored(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse rows that the mirror would bring back."""
        return super().has_delete_permission(request, obj) and not _is_mirrored(obj)

    @admin.display(description=_("task"), ordering="task")
    def what(self, task: PeriodicTask) -> str:
        """Show the task's name, which the package calls in English only."""
        return str(task.task)

    @admin.display(description=_("schedule"))
    def when(self, task: PeriodicTask) -> str:
        """Write the schedule in its own words."""
        return str(task.scheduler or self.empty_value_display)


def _is_mirrored(task: Any) -> bool:
    return task is not None and task.name.startswith(PREFIX)


@admin.register(CrontabSchedule, site=platform_site)
class CrontabAdmin(HouseModelAdmin):
    """Five words and a time zone."""

    icon = "calendar_month"
    list_display = ("__str__", "timezone")


@admin.register(IntervalSchedule, site=platform_site)
class IntervalAdmin(HouseModelAdmin):
    """Every so often."""

    icon = "timer"
    list_display = ("__str__",)


@admin.register(ClockedSchedule, site=platform_site)
class ClockedAdmin(HouseModelAdmin):
    """Once, at a moment."""

    icon = "alarm"
    list_display = ("clocked_time",)


@admin.register(SolarSchedule, site=platform_site)
class SolarAdmin(HouseModelAdmin):
    """By the sun."""

    icon = "wb_sunny"
    list_display = ("event", "latitude", "longitude")
