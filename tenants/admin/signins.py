"""Tries to log in, as django-axes keeps them (S8). Deleting an attempt unlocks its account."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import platform_site
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


@admin.register(AccessLog, site=platform_site)
class AccessLogAdmin(ReadOnlyModelAdmin):
    """Log-ins and log-outs."""

    icon = "login"
    list_display = ("username", "ip_address", "attempt_time", "logout_time")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "user_agent", "path_info", "attempt_time", "logout_time")

    def title_of(self, row: AccessLog) -> str:
        """Say who came in."""
        return str(row.username or row.ip_address)
