"""Filters are django-filter's; what nobody reads is refused instead of ignored (W10)."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.forms import SelectMultiple
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from tenants.api import pagination
from tenants.api.parameters import BadParameters, check_parameters
from tenants.intake import Fault

if TYPE_CHECKING:  # DRF's views load this module
    from rest_framework.views import APIView


class StrictFilterBackend(DjangoFilterBackend):
    """Filters lists; on single objects any query parameter is unknown."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: "APIView") -> QuerySet:
        """Return the filtered rows. Raises BadParameters."""
        if getattr(view, "detail", False):
            check_parameters(request.query_params, known=())
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        known, many = _names(filterset)
        check_parameters(request.query_params, known=known | set(pagination.PARAMETERS), many=many)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise BadParameters(faults=_faults(filterset.errors))
        return filterset.qs  # type: ignore[no-any-return]  # django-filter has no types


def _names(filterset: Any) -> tuple[set[str], set[str]]:
    """Return the parameters that a filter set reads, and those of them that may repeat."""
    fields = filterset.form.fields if filterset else {}
    known: set[str] = set()
    many: set[str] = set()
    for name, field in fields.items():
        # A range of filter "age" is read from age_min and age_max.
        parts = getattr(field.widget, "suffixes", [""])
        known |= {f"{name}_{part}" if part else name for part in parts}
        if isinstance(field.widget, SelectMultiple):
            many.add(name)
    return known, many


def _faults(errors: Any) -> tuple[Fault, ...]:
    return tuple(
        Fault(error.code or "invalid", name, " ".join(error.messages))
        for name, found in errors.as_data().items()
        for error in found
    )
