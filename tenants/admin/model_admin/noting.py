"""What do forms leave in the audit log? Who added, changed and deleted what, never the texts (S19)."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tenants.admin.lean import LeanModelAdmin


class NotingModelAdmin(LeanModelAdmin):
    """Writes to our audit log what Django would write to its own."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Note the act in our audit log."""
        self.admin_site.note(request, "added", obj, {})

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Note the act in our audit log, with the names of the changed fields and never their texts (S19)."""
        self.admin_site.note(request, "changed", obj, {"fields": changed_fields(message)})

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note the acts in our audit log."""
        for row in queryset:
            self.admin_site.note(request, "deleted", row, {})


def changed_fields(message: Any) -> list[str]:
    """Return the names in Django's change message: the form's fields, then "model: fields" of inline rows."""
    parts = message if isinstance(message, list) else []
    return [name for part in parts for act in part.values() for name in act.get("fields", [])]
