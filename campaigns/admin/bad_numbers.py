"""Numbers that do not exist, for staff: what call found it out, and the way back."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.models import BadNumber
from tenants.admin import ReadOnlyModelAdmin, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.buttons import Button


def clear(request: HttpRequest, found: BadNumber) -> str | Promise:
    """Let new campaigns call it again."""
    actions.clear_bad_number(number=found.pk, by=by_of(request))
    return _("New campaigns may call the number again.")


@admin.register(BadNumber, site=tenant_site)
class BadNumberAdmin(ReadOnlyModelAdmin):
    """Bad numbers, newest first."""

    icon = "phone_missed"
    list_display = ("number", "reason", "found_at")
    fields = ("number", "reason", "found_at")
    search_fields = ("number",)
    search_help_text = _("A number as +56912345678")
    buttons = (Button("clear", _("Usable again"), clear),)
