"""Persons for staff: who they are, why each link is theirs, where they came from, what happened to them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identity.admin.person_page import story_of
from identity.admin.sightings import sought_in
from identity.models import Person
from identity.models.words import CONFIDENCE_LABELS
from identity.queries.finding import counted, persons_found
from tenants.admin import ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.columns import reader
from tenants.intake import is_uuid


class LivingFilter(admin.SimpleListFilter):
    """Narrows to persons, or to the tombstones of merged ones; both are shown unless asked."""

    title = _("merged")
    parameter_name = "merged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("0", _("Persons")), ("1", _("Merged into another"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        """Keep the chosen ones."""
        wanted = {"0": True, "1": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(merged_into__isnull=wanted)


@admin.register(Person, site=tenant_site)
class PersonAdmin(ReadOnlyModelAdmin):
    """Persons, newest first; found by name, or by a key of theirs, their accounts or leads."""

    icon = "person"
    in_palette = palette_by_key = True
    person_of = "person"
    list_display = ("called", "accounts", "leads", "sure", "standing", "created_at")
    list_filter = (LivingFilter,)
    search_fields = ("name",)
    search_help_text = _("A name, or a phone, document, licence, plate, e-mail or id as it is written")
    fields = ("key", "sure", "standing", "created_at")
    change_form_outer_after_template = "admin/identity/person.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """Count accounts and leads in the same query."""
        found: QuerySet[Person] = super().get_queryset(request)
        return counted(found.select_related("merged_into"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        """Search by keys, which have indexes, or by the words of the name."""
        asked = sought_in(request, search_term)
        if not asked.text:
            return queryset, False
        if is_uuid(asked.text):
            return queryset.filter(pk=asked.text), False
        found = persons_found(words=asked.words, keys=asked.keys, text=asked.text)
        return queryset.filter(pk__in=found.values("pk")), False

    def suggested(self, request: HttpRequest, text: str) -> QuerySet[Person]:
        """Suggest by name or key, in no order: sorting all of a frequent name would take its time."""
        return self.get_search_results(request, Person.objects.order_by(), text)[0]

    def beside(self, request: HttpRequest, row: Person) -> dict[str, Any]:
        """Show all that is known of the person below the row."""
        return story_of(row)

    def title_of(self, row: Person) -> str:
        """Name the person."""
        return str(row)

    @admin.display(description=_("name"), ordering="name")
    def called(self, person: Person) -> str:
        """Write the name, or the key of a nameless one."""
        return str(person)

    @admin.display(description=_("accounts"))
    def accounts(self, person: Any) -> str:
        """Count the driver accounts."""
        return reader().number(person.accounts_n)

    @admin.display(description=_("leads"))
    def leads(self, person: Any) -> str:
        """Count the leads."""
        return reader().number(person.leads_n)

    @admin.display(description=_("confidence"), ordering="confidence")
    def sure(self, person: Person) -> str:
        """Name the confidence."""
        return str(CONFIDENCE_LABELS.get(person.confidence, person.confidence))

    @admin.display(description=_("state"))
    def standing(self, person: Person) -> SafeString | str:
        """Say whether the person was merged into another one."""
        if person.merged_into is None:
            return badge(_("Person"), "good")
        return format_html("{}: {}", _("merged into"), person.merged_into)
