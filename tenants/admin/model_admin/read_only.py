"""What do rows offer that nobody changes by form?"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tenants.admin.model_admin.house import HouseModelAdmin
from tenants.jobs.models import Job
from tenants.jobs.runner import label_of


class ReadOnlyModelAdmin(HouseModelAdmin):
    """Shows rows that nobody changes by form; buttons may still move them."""

    actions: Sequence[str] | None = None

    @admin.display(description=_("job"))
    def job_page(self, row: Any) -> SafeString | str:
        """Lead from what a job wrote to that job; one that is forgotten is a dash."""
        job = Job.objects.filter(pk=row.job).first() if row.job else None
        if job is None:
            return self.empty_value_display
        page = reverse("admin:jobs_job_change", args=[job.pk], current_app=self.admin_site.name)
        return format_html('<a href="{}">{}</a>', page, label_of(job.kind))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
