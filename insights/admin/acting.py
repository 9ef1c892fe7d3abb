"""What the pages of insights have in common: the filter by brand, and who may run."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insights.models import FichaCliente
from insights.permissions import may_run
from tenants.admin import tenant_site
from tenants.intake import is_number
from tenants.permissions import Capability, Forbidden
from tenants.queries import principal_of


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


def check_may_run(request: HttpRequest) -> None:
    """Raise Forbidden for who may only look."""
    role = principal_of(request).role
    if not (may_run(role) and tenant_site.may(request, Capability.EDIT)):
        raise Forbidden
