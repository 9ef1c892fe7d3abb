"""Filters beside the lists: codes in the reader's words (W7), tenants without the template (S1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from tenants.intake import text_fault


class WordsFilter(admin.SimpleListFilter):
    """Narrows a list to one code of the column `parameter_name`; `words` says what each code means."""

    words: ClassVar[Mapping[str, Any]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return each code with its words."""
        return [(str(code), word) for code, word in self.words.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen code's rows; a code that nobody knows narrows nothing."""
        chosen = self.value()
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen in self.words else queryset


class TenantFilter(admin.RelatedFieldListFilter):
    """Narrows to one tenant; the template that new schemas are cloned from is none."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """Return the tenants by name."""
        found: list[Any] = field.get_choices(
            include_blank=False, ordering=("name",), limit_choices_to={"is_template": False}
        )
        return found


def has_unfit_text(request: HttpRequest) -> bool:
    """Say whether a name or a value of the query holds what no text may hold (S13)."""
    return any(text_fault(text) for name, values in request.GET.lists() for text in (name, *values))
