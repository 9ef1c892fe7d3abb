"""Leads, accounts and registrations as they came in, for staff to read; files change them, nobody else."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identity.matching.searching import Sought, sought
from identity.models import Driver, Lead, Link, ScoutRegistration
from identity.queries.finding import sightings_found
from identity.rules import Source
from tenants.admin import Button, ReadOnlyModelAdmin, tenant_site
from tenants.admin.columns import badge, reader
from tenants.permissions import Capability
from tenants.queries import principal_of

NAMES = ("first_name", "middle_name", "last_name")
IDENTIFIERS = ("phone", "document", "licence", "email")
CAR = ("plate", "car_brand", "car_model", "car_colour")
WHENCE = (_("Row"), {"fields": ("created_at", "updated_at")})


def sought_in(request: HttpRequest, text: str) -> Sought:
    """Read a search as the tenant's country writes phones."""
    return sought(text, country=principal_of(request).tenant.country)


class LinkedFilter(admin.SimpleListFilter):
    """Narrows to rows with or without a link."""

    title = _("linked")
    parameter_name = "linked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("1", _("Linked")), ("0", _("Not linked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        wanted = {"1": True, "0": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(is_linked=wanted)


class SightingAdmin(ReadOnlyModelAdmin):
    """Leads, accounts and registrations alike: searched by name or identifier, never written."""

    source = Source.CABINET
    key = "source_pk"
    search_fields = ("first_name",)
    search_help_text = _("A name, or a phone, document, licence, plate, e-mail or id as it is written")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Say in the same query whether each row is linked."""
        links = Link.objects.filter(source=self.source, source_pk=OuterRef(self.key))
        found: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = found.annotate(
            is_linked=Exists(links), of_person=links.values("person")[:1]
        )
        return annotated

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by keys, which have indexes, or by the words of the name."""
        asked = sought_in(request, search_term)
        if not asked.text:
            return queryset, False
        return sightings_found(
            queryset, words=asked.words, keys=asked.keys, exact={self.key: asked.text}
        ), False

    def suggested(self, request: HttpRequest, text: str) -> QuerySet[Any]:
        """Suggest by name or identifier, in no order: sorting all of a frequent name would take its time."""
        return self.get_search_results(request, self.get_queryset(request).order_by(), text)[0]

    @admin.display(description=_("name"))
    def who(self, row: Any) -> str:
        """Write the name as typed."""
        return row.name or self.empty_value_display

    @admin.display(description=_("external id"))
    def known_as(self, row: Any) -> str:
        """Write the id in the system that the row came from."""
        return str(row.source_pk)

    @admin.display(description=_("linked"), boolean=False)
    def linked(self, row: Any) -> SafeString | str:
        """Lead to the person."""
        if row.of_person is None:
            return badge(_("Not linked"), "warn")
        address = reverse("admin:identity_person_change", args=[row.of_person])
        return format_html('<a href="{}">{}</a>', address, _("Linked"))

    @admin.display(description=_("date"), ordering=F("lead_date").desc(nulls_last=True))
    def dated(self, row: Any) -> str:
        """Write the day it counts for."""
        return reader().day(row.lead_date) if row.lead_date else self.empty_value_display


def show_case(_request: HttpRequest, lead: Lead) -> HttpResponse:
    """Go to the lead's case."""
    return HttpResponseRedirect(f"{reverse('admin:identity_inbox')}?case={lead.pk}")


def has_case(_request: HttpRequest, lead: Lead) -> bool:
    """Say whether the lead could not be linked at first."""
    return hasattr(lead, "case")


@admin.register(Lead, site=tenant_site)
class LeadAdmin(SightingAdmin):
    """The cabinet's leads; the red ones are those without a link."""

    icon = "person_add"
    in_palette = palette_by_key = True
    person_of = "lead"
    list_display = ("who", "known_as", "dated", "phone", "document", "park", "linked")
    list_filter = (LinkedFilter, "lead_date")
    buttons = (Button("case", _("Open the case"), show_case, shown=has_case, capability=Capability.VIEW),)
    fieldsets = (
        (None, {"fields": ("known_as", "linked", "happened_at", "dated", "park", "city", "status")}),
        (_("Name"), {"fields": NAMES}),
        (_("Identifiers"), {"fields": IDENTIFIERS}),
        (_("Car"), {"fields": CAR}),
        WHENCE,
    )


@admin.register(ScoutRegistration, site=tenant_site)
class ScoutRegistrationAdmin(SightingAdmin):
    """Whom scouts registered."""

    icon = "travel_explore"
    source = Source.SCOUT
    list_display = ("who", "known_as", "dated", "scout", "phone", "document", "linked")
    list_filter = (LinkedFilter,)
    fieldsets = (
        (None, {"fields": ("known_as", "linked", "happened_at", "dated", "park", "scout")}),
        (_("Name"), {"fields": NAMES}),
        (_("Identifiers"), {"fields": IDENTIFIERS}),
        (_("Car"), {"fields": CAR}),
        WHENCE,
    )


@admin.register(Driver, site=tenant_site)
class DriverAdmin(SightingAdmin):
    """Driver accounts; one person may own several."""

    icon = "directions_car"
    in_palette = palette_by_key = True
    source = Source.DRIVER
    key = "driver_id"
    person_of = "driver"
    list_display = ("driver_id", "who", "park", "hired", "phone", "document", "linked")
    list_filter = (LinkedFilter,)
    fieldsets = (
        (None, {"fields": ("driver_id", "linked", "park", "hired")}),
        (_("Name"), {"fields": NAMES}),
        (_("Identifiers"), {"fields": IDENTIFIERS}),
        (_("Car"), {"fields": CAR}),
        WHENCE,
    )

    @admin.display(description=_("hired"), ordering="hired_on")
    def hired(self, row: Driver) -> str:
        """Write the day of the hire."""
        return reader().day(row.hired_on) if row.hired_on else self.empty_value_display
