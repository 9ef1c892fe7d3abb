"""Log-ins, and tries to, as django-axes keeps them (S8). Deleting an attempt unlocks its account."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import platform_site
from tenants.models import LogIn
from tenants.permissions import Capability

# The package calls its part "Axes" in every language.
apps.get_app_config("axes").verbose_name = _("Log-ins")


@admin.register(AccessAttempt, site=platform_site)
class AccessAttemptAdmin(ReadOnlyModelAdmin):
    """Accounts with failed tries; deleting a row unlocks it."""

    icon = "lock"
    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    # What was typed is nobody's business, not even masked.
    fields = ("username", "ip_address", "user_agent", "path_info", "failures_since_start", "attempt_time")

    def title_of(self, row: AccessAttempt) -> str:
        """Say whose tries they are; the package says it in English."""
        return str(row.username or row.ip_address)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff unlock."""
        return self.may(request, Capability.EDIT)


@admin.register(AccessFailureLog, site=platform_site)
class AccessFailureLogAdmin(ReadOnlyModelAdmin):
    """Failed tries."""

    icon = "gpp_bad"
    list_display = ("username", "ip_address", "locked_out", "attempt_time")
    search_fields = ("username", "ip_address")

    def title_of(self, row: AccessFailureLog) -> str:
        """Say whose try it was."""
        return str(row.username or row.ip_address)


@admin.register(LogIn, site=platform_site)
class LogInAdmin(ReadOnlyModelAdmin):
    """Who came in by which proof, on the pages or by a program."""

    icon = "login"
    list_display = ("user", "proof", "door", "agent", "address", "at")
    list_filter = ("proof",)
    list_select_related = ("user",)
    search_fields = ("user__email", "address")
    fields = ("user", "proof", "door", "agent", "address", "at")

    def title_of(self, row: LogIn) -> str:
        """Say who came in."""
        return str(row.user)

    @admin.display(description=_("by"), ordering="is_program")
    def door(self, row: LogIn) -> str:
        """Say by which door."""
        return str(_("Program") if row.is_program else _("Pages"))
