"""What the pages of insights have in common: actions write rows and log, the forms only ask."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insights.models import FichaCliente
from insights.permissions import may_run
from tenants.admin import HouseModelAdmin, tenant_site
from tenants.intake import is_number
from tenants.permissions import Capability, Forbidden


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


class FichaFilter(admin.SimpleListFilter):
    """Narrows to one brand, named in the address (W6)."""

    title = _("brand")
    parameter_name = "ficha"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the brands by name."""
        return [(str(number), name) for number, name in FichaCliente.objects.values_list("pk", "brand_name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen brand's rows; what is no number narrows nothing."""
        chosen = self.value() or ""
        return queryset.filter(ficha=int(chosen)) if is_number(chosen) else queryset


def by_of(request: HttpRequest) -> UUID:
    """Return in whose name it is done."""
    found: UUID = request.principal.id  # type: ignore[attr-defined]
    return found


def check_may_run(request: HttpRequest) -> None:
    """Raise Forbidden for who may only look."""
    role = request.principal.role  # type: ignore[attr-defined]
    if not (may_run(role) and tenant_site.may(request, Capability.EDIT)):
        raise Forbidden
