"""What happened in the tenant and which files came in; nothing here can be changed."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tenants.admin.columns import reader
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import tenant_site
from tenants.models import Member
from tenants.records.models import AuditEntry, StoredFile


def in_words(code: str) -> str:
    """Write a verb or a kind of thing, stored as a code, in the reader's language."""
    if "." in code:
        app, model = code.split(".", 1)
        known = apps.all_models.get(app, {}).get(model)
        return str(known._meta.verbose_name) if known else code
    return pgettext("audit", code.replace("_", " "))


class CodeFilter(admin.AllValuesFieldListFilter):
    """Narrows to one of the codes that occur, named in words."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return the codes; a count in parentheses stays as it is."""
        for choice in super().choices(changelist):
            code, mark, count = str(choice["display"]).partition(" (")
            yield choice | {"display": in_words(code) + mark + count}


@admin.register(AuditEntry, site=tenant_site)
class AuditEntryAdmin(ReadOnlyModelAdmin):
    """The audit log, newest first."""

    icon = "history"
    list_display = ("what", "kind", "object_id", "who", "at")
    list_filter = (("verb", CodeFilter), ("object_type", CodeFilter))
    search_fields = ("object_id",)
    search_help_text = _("Search by the id of a thing")
    fields = ("at", "who", "what", "kind", "object_id", "change", "job")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Name who did it in the same query."""
        name = Member.objects.filter(pk=OuterRef("actor")).values("name")[:1]
        found: QuerySet[AuditEntry] = super().get_queryset(request)
        return found.annotate(actor_name=Subquery(name))

    def title_of(self, row: AuditEntry) -> str:
        """Say what happened to which thing."""
        return f"{in_words(row.object_type)} · {in_words(row.verb)}"

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: AuditEntry) -> str:
        """Write the verb in words."""
        return in_words(entry.verb)

    @admin.display(description=_("kind of thing"), ordering="object_type")
    def kind(self, entry: AuditEntry) -> str:
        """Name the kind of thing in words."""
        return in_words(entry.object_type)

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
    fields = ("name", "content_type", "weight", "fingerprint", "created_at", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        """Leave the bytes where they are: fifty uploads would not fit a page's memory."""
        found: QuerySet[StoredFile] = super().get_queryset(request)
        return found.defer("content")

    @admin.display(description=_("size"), ordering="size")
    def weight(self, file: StoredFile) -> str:
        """Write the size in kilobytes."""
        return f"{reader().number(max(1, file.size // 1024))}\u00a0kB"

    @admin.display(description=_("digest"), ordering="digest")
    def fingerprint(self, file: StoredFile) -> str:
        """Show the SHA-256 of the bytes."""
        return str(file.digest)
