"""Which contacts a program asks for, and the file of them: the list's filters and no other (W6, W10)."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.request import Request

from personas import queries
from personas.models import Contact
from personas.queries import ContactFilter as Chosen
from personas.queries.tables import CONTACTS, kept
from tenants.api.files import listed
from tenants.api.filters import YesNoFilter
from tenants.display.exports import FileType


class ContactFilter(django_filters.FilterSet):
    """Contacts of a persona or company, or by the words of name and title, or by an e-mail's beginning."""

    persona = django_filters.CharFilter(method="narrow")
    text = django_filters.CharFilter(method="narrow", max_length=200)
    company = django_filters.CharFilter(method="narrow", max_length=255)
    title = django_filters.CharFilter(method="narrow", label="Normalised title.")
    source = django_filters.CharFilter(method="narrow")
    keyword = django_filters.CharFilter(method="narrow", label="Text of the keyword that won it.")
    held = YesNoFilter(method="narrow", label="Decided by hand, so no job changes it.")

    # `object`, never Any: the schema takes this hint for every filter's type, and Any says none.
    def narrow(self, found: QuerySet[Contact], name: str, value: object) -> QuerySet[Contact]:
        """Narrow as the page does: by the same query."""
        told: dict[str, Any] = {name: value}
        return queries.narrowed(found, Chosen(**told))


class ContactFileFilter(ContactFilter):
    """The same contacts, as a file of a format."""

    format = django_filters.ChoiceFilter(
        method="narrow",
        choices=[(one.value, one.name) for one in FileType],
        label="csv unless said otherwise.",
    )

    def narrow(self, found: QuerySet[Contact], name: str, value: object) -> QuerySet[Contact]:
        """Narrow as the list does; a format narrows nothing."""
        return found if name == "format" else super().narrow(found, name, value)


def file_of(request: Request, found: QuerySet[Contact]) -> HttpResponseBase:
    """Return the file of the contacts that valid parameters name, which `found` are, or its job."""
    form = ContactFileFilter(request.query_params, queryset=Contact.objects.none()).form
    form.is_valid()
    told: dict[str, Any] = {
        name: value for name, value in form.cleaned_data.items() if value not in ("", None)
    }
    type = FileType(told.pop("format", FileType.CSV))
    name = f"contacts-{timezone.localdate().isoformat()}"
    wanted = kept(Chosen(**told), name=name, language=get_language() or "")
    # Nobody counts a million contacts for a file that takes any number.
    rows = found.count() if type is FileType.XLSX else None
    return listed(request, of=CONTACTS, asked=wanted, type=type, rows=rows)
