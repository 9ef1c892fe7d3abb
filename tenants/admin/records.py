"""What happened in the tenant and which files came in; nothing here can be changed."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tenants.admin.columns import reader
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import tenant_site
from tenants.display.asked import NotNarrowed
from tenants.display.exports import FileType, TooManyRows, exported
from tenants.intake import is_uuid
from tenants.models import Member
from tenants.records.models import AuditEntry, StoredFile
from tenants.rules import XLSX_TYPE

JOBS = "job"
# A filter of more would be no help.
MOST_MEMBERS = 200
FORMATS = {
    "application/pdf": "PDF",
    XLSX_TYPE: _("Workbook"),
    "application/zip": _("Archive"),
    "text/csv": "CSV",
}
FILE_HEADINGS = (_("when"), _("who"), _("what"), _("kind of thing"), _("thing"), _("change"), _("job"))


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


class ActorFilter(admin.SimpleListFilter):
    """Narrows to what one member did, or to what nobody but a job did."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the members by name."""
        members = Member.objects.order_by("name").values_list("pk", "name")[:MOST_MEMBERS]
        return [(JOBS, _("a job")), *((str(number), name) for number, name in members)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Keep the chosen one's; what names nobody narrows nothing."""
        chosen = self.value() or ""
        if chosen == JOBS:
            return queryset.filter(actor=None)
        return queryset.filter(actor=chosen) if is_uuid(chosen) else queryset


@admin.register(AuditEntry, site=tenant_site)
class AuditEntryAdmin(ReadOnlyModelAdmin):
    """The audit log, newest first; as narrowed, it can be taken away as a file."""

    icon = "history"
    list_before_template = "admin/records/audit_files.html"
    list_display = ("what", "kind", "object_id", "who", "at")
    list_filter = (
        ActorFilter,
        ("verb", CodeFilter),
        ("object_type", CodeFilter),
        ("at", admin.DateFieldListFilter),
    )
    search_fields = ("object_id",)
    search_help_text = _("Search by the id of a thing")
    fields = ("at", "who", "what", "kind", "object_id", "change", "job_page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Name who did it in the same query."""
        name = Member.objects.filter(pk=OuterRef("actor")).values("name")[:1]
        found: QuerySet[AuditEntry] = super().get_queryset(request)
        return found.annotate(actor_name=Subquery(name))

    def get_urls(self) -> list[URLPattern]:
        """Add the two files."""
        files = [
            path(f"{type}/", self.admin_site.admin_view(partial(self.file_view, type=type)), name=name)
            for type, name in ((FileType.CSV, "audit_csv"), (FileType.XLSX, "audit_xlsx"))
        ]
        return [*files, *super().get_urls()]

    def file_view(self, request: HttpRequest, type: FileType) -> HttpResponseBase:
        """Return the entries of a list's query as a file; too many for a workbook lead back to that list."""
        back = reverse("admin:records_auditentry_changelist")
        try:
            rows = map(self._told, self._narrowed(request).iterator())
            headings = [str(words) for words in FILE_HEADINGS]
            return exported(name="audit", type=type, headings=headings, rows=rows)
        except IncorrectLookupParameters as refusal:
            messages.error(request, str(refusal) or str(TooManyRows.message))
            return HttpResponseRedirect(back)
        except TooManyRows as refusal:
            # As it was narrowed: its CSV stands there, with all of the rows.
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{back}?{request.GET.urlencode()}")

    def _narrowed(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Return the entries of a list's query. Raises IncorrectLookupParameters, NotNarrowed."""
        who = request.GET.get(ActorFilter.parameter_name, "")
        if who and who != JOBS and not is_uuid(who):
            raise NotNarrowed(ActorFilter.parameter_name)
        found: QuerySet[AuditEntry] = self.get_changelist_instance(request).get_queryset(request)
        return found

    def _told(self, entry: Any) -> tuple[Any, ...]:
        change = json.dumps(entry.change, ensure_ascii=False) if entry.change else ""
        what, kind = in_words(entry.verb), in_words(entry.object_type)
        return entry.at, self.who(entry), what, kind, entry.object_id, change, str(entry.job or "")

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
    list_display = ("name", "format", "weight", "created_at", "expires_at")
    search_fields = ("name",)
    fields = ("name", "format", "weight", "fingerprint", "created_at", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        """Leave the bytes where they are: fifty uploads would not fit a page's memory."""
        found: QuerySet[StoredFile] = super().get_queryset(request)
        return found.defer("content")

    @admin.display(description=_("type"), ordering="content_type")
    def format(self, file: StoredFile) -> str:
        """Name the type in a word."""
        return str(FORMATS.get(file.content_type, file.content_type))

    @admin.display(description=_("size"), ordering="size")
    def weight(self, file: StoredFile) -> str:
        """Write the size in kilobytes."""
        return f"{reader().number(max(1, file.size // 1024))}\u00a0kB"

    @admin.display(description=_("digest"), ordering="digest")
    def fingerprint(self, file: StoredFile) -> str:
        """Show the SHA-256 of the bytes."""
        return str(file.digest)
