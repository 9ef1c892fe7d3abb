"""Viewers bound to brands, for staff: who is bound to some sees those, who is bound to none sees all."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from insights.admin.acting import FichaFilter
from insights.forms.viewers import FichaViewerForm
from insights.models import FichaViewer
from tenants.admin import HouseModelAdmin, tenant_site
from tenants.admin.acting import by_of
from tenants.models import Member


@admin.register(FichaViewer, site=tenant_site)
class FichaViewerAdmin(HouseModelAdmin):
    """Bonds by brand; made and undone, never changed."""

    icon = "visibility"
    form = FichaViewerForm
    list_display = ("who", "ficha", "created_at")
    list_filter = (FichaFilter,)
    list_select_related = ("ficha",)
    ordering = ("ficha__brand_name", "id")
    fields = ("ficha", "member")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Name the viewer of a bond, and ask for the one of a new bond."""
        return ("ficha", "who") if obj else super().get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a bond is there or not."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[FichaViewer]:
        """Name the viewers in the same query."""
        name = Member.objects.filter(pk=OuterRef("member")).values("name")[:1]
        found: QuerySet[FichaViewer] = super().get_queryset(request)
        return found.annotate(name=Subquery(name))

    def save_model(self, request: HttpRequest, obj: FichaViewer, form: forms.ModelForm, change: bool) -> None:
        """Keep who bound them."""
        obj.created_by = by_of(request)
        super().save_model(request, obj, form, change)

    def title_of(self, row: Any) -> str:
        """Name both."""
        return f"{self.who(row)} · {row.ficha}"

    @admin.display(description=pgettext_lazy("person", "viewer"), ordering="name")
    def who(self, bond: Any) -> str:
        """Name the viewer; one who is gone by the id."""
        member: UUID = bond.member
        return bond.name or str(member)
