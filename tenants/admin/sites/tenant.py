"""The admin site inside the open tenant: who enters, what it notes, what it shows first."""

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from tenants import permissions
from tenants.admin import dashboard
from tenants.admin.empties import taken_away
from tenants.admin.sites.house import HouseSite
from tenants.permissions import Capability, Forbidden
from tenants.queries import principal_of
from tenants.records import actions as records
from tenants.scope import public_scope


class TenantSite(HouseSite):
    """The admin of one tenant's own rows, for its administrators and for support."""

    index_title = _("Overview")
    ground: ClassVar[dict[str, Any]] = {"jobs": "", "tenants": _("People"), "records": ""}

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Ask the role in the open tenant; whoever may not administer sees nothing here."""
        role = getattr(getattr(request, "principal", None), "role", None)
        return permissions.may(role, Capability.ADMINISTER) and permissions.may(role, capability)

    def entry(self, request: HttpRequest) -> HttpResponseBase | None:
        """Let administrators in. Raises Forbidden."""
        if not self.has_permission(request):
            raise Forbidden
        self._know_content_types()
        return None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the invented files."""

        def sample(request: HttpRequest, name: str) -> HttpResponse:
            return taken_away(request, self.samples.get(name))

        return [path("samples/<slug:name>/", self.admin_view(sample), name="sample"), *super().get_urls()]

    def dashboard(self, request: HttpRequest) -> dict[str, Any]:
        """Return the open tenant's overview."""
        return dashboard.of_tenant(request)

    def note(self, request: HttpRequest, verb: str, row: Model, change: dict[str, Any]) -> None:
        """Write into the tenant's audit log, in the act's own transaction."""
        by = principal_of(request).user_id
        records.note(verb=verb, of=row._meta.label_lower, id=row.pk, by=by, change=change)

    def where(self, request: HttpRequest) -> str:
        """Name the tenant."""
        return str(principal_of(request).tenant.name)

    def _know_content_types(self) -> None:
        # Django's change form names a model's content type. Tenant roles cannot read that shared table, so
        # each process reads it once under the public role; from then on the cache answers (S1).
        known = ContentType.objects._cache.get("default", {})  # type: ignore[attr-defined]
        if not all((model._meta.app_label, model._meta.model_name) in known for model in self._registry):
            with public_scope():
                ContentType.objects.get_for_models(*self._registry, for_concrete_models=False)
