"""What pages have in common whose rows are written by actions: forms only ask, actions write and note it."""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tenants.admin.model_admin import HouseModelAdmin
from tenants.queries import principal_of


class ActingModelAdmin(HouseModelAdmin):
    """A model that is written by actions alone: they note what happens, and nothing is deleted by form."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Leave it to the action, which has written it already."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action, which noted it already."""


def by_of(request: HttpRequest) -> UUID:
    """Return in whose name it is done."""
    return principal_of(request).id


def job_page(job_id: object) -> HttpResponse:
    """Lead to a platform job's live bar."""
    return HttpResponseRedirect(reverse("admin:jobs_job_change", args=[job_id], current_app="platform"))
