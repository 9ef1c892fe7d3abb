"""What happened in the tenant and which files came in; nothing here can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.admin.columns import reader
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import tenant_site
from tenants.models import Member
from tenants.records.models import AuditEntry, StoredFile


@admin.register(AuditEntry, site=tenant_site)
class AuditEntryAdmin(ReadOnlyModelAdmin):
    """The audit log, newest first."""

    icon = "history"
    list_display = ("what", "object_type", "object_id", "who", "at")
    list_filter = ("verb", "object_type")
    search_fields = ("object_id",)
    search_help_text = _("Search by the id of a thing")
    fields = ("at", "who", "verb", "object_type", "object_id", "change", "job")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Name who did it in the same query."""
        name = Member.objects.filter(pk=OuterRef("actor")).values("name")[:1]
        found: QuerySet[AuditEntry] = super().get_queryset(request)
        return found.annotate(actor_name=Subquery(name))

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: AuditEntry) -> str:
        """Write the verb without its underscores."""
        return entry.verb.replace("_", " ")

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, entry: Any) -> str:
        """Name the member; the id of one who is gone; a dash for a job."""
        return entry.actor_name or (str(entry.actor) if entry.actor else self.empty_value_display)


@admin.register(StoredFile, site=tenant_site)
class StoredFileAdmin(ReadOnlyModelAdmin):
    """Uploads and exports, without their bytes."""

    icon = "draft"
    list_display = ("name", "content_type", "weight", "created_at", "expires_at")
    search_fields = ("name",)
    fields = ("name", "content_type", "weight", "digest", "created_at", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        """Leave the bytes where they are: fifty uploads would not fit a page's memory."""
        found: QuerySet[StoredFile] = super().get_queryset(request)
        return found.defer("content")

    @admin.display(description=_("size"), ordering="size")
    def weight(self, file: StoredFile) -> str:
        """Write the size in kilobytes."""
        return f"{reader().number(max(1, file.size // 1024))}\u00a0kB"
