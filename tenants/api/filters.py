"""Filters are django-filter's; what nobody reads is refused instead of ignored (W10)."""

from datetime import date
from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import QuerySet
from django.forms import DateField, SelectMultiple
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.drainage import set_override
from rest_framework.request import Request

from tenants.api import pagination
from tenants.api.parameters import BadParameters, check_parameters
from tenants.intake import Fault, day_of_ours

if TYPE_CHECKING:  # DRF's views load this module
    from rest_framework.views import APIView


class DayField(DateField):
    """A day that may be asked for."""

    def clean(self, value: Any) -> date | None:
        """Return the day, None if there is none. Raises ValidationError."""
        day: date | None = super().clean(value)
        return None if day is None else day_of_ours(day)


class DayFilter(django_filters.DateFilter):
    """A day written 2026-11-21 and no other way: 10/11/2026 is another day in another language (W15)."""

    field_class = DayField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **options)


class YesNoFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`; django-filter's own would take "maybe" for "not asked" (W10)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        words = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=words, coerce=_is_true, empty_value=None, **options)
        told = {"type": "boolean"} | ({"description": self.label} if self.label else {})
        set_override(self, "field", told)


def _is_true(word: str) -> bool:
    return word == "true"


class StrictFilterBackend(DjangoFilterBackend):
    """Filters lists; on single objects any query parameter is unknown."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: "APIView") -> QuerySet:
        """Return the filtered rows. Raises BadParameters."""
        if getattr(view, "detail", False):
            check_parameters(request.query_params, known=())
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        known, many = _names(filterset)
        walked = getattr(getattr(view, "paginator", None), "parameters", pagination.PARAMETERS)
        check_parameters(request.query_params, known=known | set(walked), many=many)
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
