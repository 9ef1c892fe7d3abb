"""The admin site of shared rows: who enters, what it notes, where its history lies."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.admin import dashboard
from tenants.admin.sites.house import HouseSite
from tenants.models import Cause, PlatformAct, Tenant, User
from tenants.permissions import Capability, Forbidden
from tenants.records import actions as records


class PlatformSite(HouseSite):
    """The admin of shared rows, for the platform's staff. It does not exist on a tenant's own host."""

    index_title = subheader = _("Platform")
    ground: ClassVar[dict[str, Any]] = {
        "tenants": "",
        "jobs": "",
        "django_celery_beat": _("Schedules"),
        "axes": _("Log-ins"),
    }

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Ask whether the person is active platform staff."""
        return bool(request.user.is_active and request.user.is_staff)

    def entry(self, request: HttpRequest) -> HttpResponseBase | None:
        """Let staff in, send strangers to log in. Raises Forbidden, and Http404 on a tenant's host."""
        if getattr(request, "host_tenant", None) is not None:
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("login"))
        if not self.has_permission(request):
            raise Forbidden
        structlog.contextvars.bind_contextvars(user=str(request.user.pk))
        return None

    def dashboard(self, request: HttpRequest) -> dict[str, Any]:
        """Return the overview of all tenants."""
        return dashboard.of_platform()

    def note(self, request: HttpRequest, verb: str, row: Model, change: dict[str, Any]) -> None:
        """Write into the platform's history, in the act's own transaction."""
        tenant, person = concerned(row)
        records.note_act(
            verb=verb,
            of=row._meta.label_lower,
            id=row.pk,
            by=request.user.pk,
            tenant=tenant,
            person=person,
            change=change,
        )

    def history_of(self, row: Model) -> str:
        """Return the address of what happened to a row; a tenant's and a person's tell all about them."""
        listed = reverse("admin:tenants_platformact_changelist", current_app=self.name)
        if isinstance(row, PlatformAct | Cause):
            return ""
        if isinstance(row, Tenant | User):
            return f"{listed}?{'tenant' if isinstance(row, Tenant) else 'person'}={row.pk}"
        return f"{listed}?{urlencode({'object_type': row._meta.label_lower, 'object_id': str(row.pk)})}"


def concerned(row: Model) -> tuple[UUID | None, UUID | None]:
    """Return the tenant and the person that a shared row is about."""
    tenant = row.pk if isinstance(row, Tenant) else getattr(row, "tenant_id", None)
    return tenant, row.pk if isinstance(row, User) else getattr(row, "user_id", None)
