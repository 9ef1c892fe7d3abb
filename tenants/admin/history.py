"""What platform staff and commands did to shared rows; nothing here can be changed (S20)."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.records import CodeFilter, in_words
from tenants.admin.sites import platform_site
from tenants.intake import is_uuid
from tenants.models import PlatformAct, Tenant, User

COMMAND = "command"
# A filter of more would be no help.
MOST_LISTED = 200


class StaffFilter(admin.SimpleListFilter):
    """Narrows to what one of the staff did, or to what was done by a command."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the staff by name."""
        staff = User.objects.filter(is_staff=True).order_by("name", "pk").values_list("pk", "name")
        return [(COMMAND, _("a command")), *((str(key), name) for key, name in staff[:MOST_LISTED])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PlatformAct]) -> QuerySet[PlatformAct]:
        """Keep the chosen one's; what names nobody narrows nothing."""
        chosen = self.value() or ""
        if chosen == COMMAND:
            return queryset.filter(actor=None)
        return queryset.filter(actor=chosen) if is_uuid(chosen) else queryset


class ConcernedFilter(admin.SimpleListFilter):
    """Narrows to what concerned one tenant."""

    title = _("tenant")
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the tenants by name."""
        return [(str(one.pk), one.name) for one in queries.tenants()[:MOST_LISTED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PlatformAct]) -> QuerySet[PlatformAct]:
        """Keep the chosen one's; what names none narrows nothing."""
        chosen = self.value() or ""
        return queryset.filter(tenant=chosen) if is_uuid(chosen) else queryset


@admin.register(PlatformAct, site=platform_site)
class PlatformActAdmin(ReadOnlyModelAdmin):
    """The platform's history, newest first; a row's own page leads to what happened to it."""

    icon = "history"
    list_display = ("what", "kind", "whose", "whom", "who", "at")
    list_filter = (
        StaffFilter,
        ConcernedFilter,
        ("verb", CodeFilter),
        ("object_type", CodeFilter),
        ("at", admin.DateFieldListFilter),
    )
    search_fields = ("object_id",)
    search_help_text = _("Search by the id of a thing")
    fields = ("at", "who", "what", "kind", "object_id", "whose", "whom", "change", "job", "request")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlatformAct]:
        """Name who did it and whom it concerned in the same query."""
        found: QuerySet[PlatformAct] = super().get_queryset(request)
        return found.annotate(
            actor_name=_name_of(User, "actor"),
            tenant_name=_name_of(Tenant, "tenant"),
            person_name=_name_of(User, "person"),
        )

    def title_of(self, row: PlatformAct) -> str:
        """Say what happened to which thing."""
        return f"{in_words(row.object_type)} · {in_words(row.verb)}"

    @admin.display(description=_("what"), ordering="verb")
    def what(self, act: PlatformAct) -> str:
        """Write the verb in words."""
        return in_words(act.verb)

    @admin.display(description=_("kind of thing"), ordering="object_type")
    def kind(self, act: PlatformAct) -> str:
        """Name the kind of thing in words."""
        return in_words(act.object_type)

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, act: Any) -> str:
        """Name the person; the id of one who is gone; a command."""
        return act.actor_name or str(act.actor or _("a command"))

    @admin.display(description=_("tenant"), ordering="tenant_name")
    def whose(self, act: Any) -> str:
        """Name the tenant; the id of one that is gone."""
        return act.tenant_name or str(act.tenant or self.empty_value_display)

    @admin.display(description=_("person"), ordering="person_name")
    def whom(self, act: Any) -> str:
        """Name whom it concerned; the id of one who is gone."""
        return act.person_name or str(act.person or self.empty_value_display)


def _name_of(model: Any, field: str) -> Subquery:
    return Subquery(model.objects.filter(pk=OuterRef(field)).values("name")[:1])
