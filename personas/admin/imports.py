"""LinkedIn imports for staff: upload, confirm the columns, start, watch, see what was not taken."""

import csv
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.forms import COLUMN_LABELS, MappingForm, UploadForm
from personas.imports import describe_row_reason
from personas.models import LinkedInImport, RejectedRow
from personas.models.imports import STATE_LABELS
from personas.rules import ImportColumn, ImportRowReason, ImportState
from tenants.admin import Button, ReadOnlyModelAdmin, tenant_site
from tenants.admin.columns import badge, reader
from tenants.intake.tables import REPEATED_HEADING, Vocabulary
from tenants.jobs import queries as jobs
from tenants.permissions import Capability
from tenants.rules import Refused

TONES = {
    ImportState.COMPLETED: "good",
    ImportState.FAILED: "bad",
    ImportState.PROCESSING: "running",
    ImportState.QUEUED: "running",
    ImportState.PENDING_RETRY: "warn",
}
# A cell that begins with one of these is a formula to a spreadsheet (S15).
LIVE = ("=", "+", "-", "@", "\t", "\r")
RESULT_LABELS = {
    "total_rows": gettext_lazy("Rows in the file"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Updated"),
    "conflicts": gettext_lazy("Conflicts"),
    "invalid": gettext_lazy("Invalid rows"),
    "connected_on_parse_failed": gettext_lazy("Dates not understood"),
    "email_invalid_format": gettext_lazy("E-mails not valid"),
    "url_invalid_format": gettext_lazy("Profile addresses not valid"),
}


def upload_page(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to the upload."""
    return HttpResponseRedirect(_address("upload"))


def mapping_page(_request: HttpRequest, found: LinkedInImport) -> HttpResponse:
    """Go to the columns."""
    return HttpResponseRedirect(_address("mapping", found))


def start(request: HttpRequest, found: LinkedInImport) -> str:
    """Start, or start again."""
    actions.start_import(import_id=found.pk, by=_by(request))
    return _("The import is queued.")


def cancel(request: HttpRequest, found: LinkedInImport) -> str:
    """Ask for the end."""
    actions.cancel_import(import_id=found.pk, by=_by(request))
    return _("Cancelling. What is done until then is kept.")


def in_states(*states: ImportState) -> Any:
    """Return what shows a button in some states."""
    return lambda _request, found: found is None or found.state in states


MAPPABLE = in_states(ImportState.UPLOADED, ImportState.MAPPED)
STARTABLE = in_states(ImportState.FAILED, ImportState.CANCELLED)
CANCELLABLE = in_states(
    *(set(ImportState) - {ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED})
)


@admin.register(LinkedInImport, site=tenant_site)
class LinkedInImportAdmin(ReadOnlyModelAdmin):
    """Imports, newest first; nothing here is written by form, buttons move what may move."""

    icon = "upload_file"
    list_display = ("filename", "profile", "how", "total_rows", "taken", "created_at", "finished_at")
    list_filter = ("state", "profile")
    search_fields = ("filename", "profile")
    fields = (
        "filename",
        "profile",
        "how",
        "columns",
        "outcome",
        "by_persona",
        "error",
        "created_at",
        "started_at",
        "finished_at",
    )
    list_buttons = (Button("upload", gettext_lazy("Upload a LinkedIn file"), upload_page),)
    buttons = (
        Button("mapping", gettext_lazy("Confirm the columns and start"), mapping_page, shown=MAPPABLE),
        Button("start", gettext_lazy("Start again"), start, shown=STARTABLE),
        Button("cancel", gettext_lazy("Cancel"), cancel, shown=CANCELLABLE),
    )
    change_form_outer_before_template = "admin/personas/import.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the wizard's pages and the download."""
        guard = self.admin_site.admin_view
        pages = [
            path("upload/", guard(self.upload_view), name="personas_linkedinimport_upload"),
            path("<uuid:pk>/mapping/", guard(self.mapping_view), name="personas_linkedinimport_mapping"),
            path(
                "<uuid:pk>/rejected.csv", guard(self.rejected_view), name="personas_linkedinimport_rejected"
            ),
        ]
        return [*pages, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the import under its live bar, with what was not taken."""
        found = self.get_object(request, unquote(object_id or ""))
        shown = (extra_context or {}) | (self._watched(request, found) if found else {})
        return super().changeform_view(request, object_id, form_url, shown)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Step 1: take a file."""
        form = UploadForm(request.POST or None, request.FILES or None)
        if self.may(request, Capability.EDIT) and form.is_valid():
            made = _taken(request, form)
            if made:
                step = "mapping" if made.state in {ImportState.UPLOADED, ImportState.MAPPED} else "change"
                return HttpResponseRedirect(_address(step, made))
        page = {"form": form, "title": _("Upload a LinkedIn file"), "opts": self.opts}
        return render(request, "admin/personas/upload.html", self.admin_site.each_context(request) | page)

    def mapping_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Step 2: confirm what each column is, then start."""
        found = queries.linkedin_import(import_id=pk)
        form = MappingForm(request.POST or None, headings=found.headings, mapping=found.mapping)
        if self.may(request, Capability.EDIT) and form.is_valid() and _started(request, found, form):
            return HttpResponseRedirect(_address("change", found))
        seen = actions.preview(import_id=pk)
        page = {
            "form": form,
            "title": _("What each column is"),
            "opts": self.opts,
            "found": found,
            "rows": [(row, describe_row_reason(row.rejected) if row.rejected else "") for row in seen.rows],
            "columns": COLUMN_LABELS.values(),
        }
        return render(request, "admin/personas/mapping.html", self.admin_site.each_context(request) | page)

    def rejected_view(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        """Download the rows that wrote nothing, with the file's columns and the reason (L3)."""
        found = queries.linkedin_import(import_id=pk)
        # Read now: the scope is closed by the time the last line is sent.
        rows = list(queries.rejected_rows(import_id=pk))
        name = f"rejected-{found.created_at:%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            _lines(found, rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how(self, found: LinkedInImport) -> SafeString:
        """Show the state in its colour."""
        state = ImportState(found.state)
        return badge(STATE_LABELS[state], TONES.get(state, ""))

    @admin.display(description=gettext_lazy("taken"))
    def taken(self, found: LinkedInImport) -> str:
        """Count the rows that made or met a contact."""
        result = found.result or {}
        return reader().number(result["created"] + result["updated"]) if result else self.empty_value_display

    @admin.display(description=gettext_lazy("columns"))
    def columns(self, found: LinkedInImport) -> str:
        """Write the mapping."""
        pairs = ((COLUMN_LABELS[ImportColumn(column)], heading) for column, heading in found.mapping.items())
        return "; ".join(f"{label}: {heading}" for label, heading in pairs) or self.empty_value_display

    @admin.display(description=gettext_lazy("result"))
    def outcome(self, found: LinkedInImport) -> str:
        """Write the counts (L7)."""
        result = found.result or {}
        counts = (
            f"{label}: {reader().number(result[name])}"
            for name, label in RESULT_LABELS.items()
            if name in result
        )
        return "; ".join(counts) or self.empty_value_display

    @admin.display(description=gettext_lazy("rows by persona"))
    def by_persona(self, found: LinkedInImport) -> str:
        """Write how many rows each persona got."""
        counts = (found.result or {}).get("persona_counts", {})
        names = {one.code: one.name for one in queries.personas()} if counts else {}
        told = (f"{names.get(code, code)}: {reader().number(count)}" for code, count in counts.items())
        return "; ".join(told) or self.empty_value_display

    def _watched(self, request: HttpRequest, found: LinkedInImport) -> dict[str, Any]:
        rejected = queries.rejected_rows(import_id=found.pk).count()
        download = _address("rejected", found) if rejected else ""
        shown = {"rejected_count": rejected, "rejected_url": download}
        if found.job is None:
            return shown
        seen = jobs.progress(jobs.job(job_id=found.job), now=timezone.now(), links={})
        bar = reverse("admin:jobs_job_bar", args=[found.job], current_app=self.admin_site.name)
        return shown | {"progress": asdict(seen), "progress_url": bar}


def _taken(request: HttpRequest, form: UploadForm) -> LinkedInImport | None:
    file = form.cleaned_data["file"]
    content = file.read(actions.LARGEST_UPLOAD + 1)
    try:
        return actions.upload_linkedin(
            content=content, filename=file.name, profile=form.cleaned_data["profile"], by=_by(request)
        )
    except Refused as refusal:
        form.add_error("profile" if isinstance(refusal, actions.BadProfile) else "file", str(refusal))
        return None


def _started(request: HttpRequest, found: LinkedInImport, form: MappingForm) -> bool:
    repeated = Vocabulary.repeated_columns(form.cleaned_data)
    if repeated:
        form.add_error(repeated[0], REPEATED_HEADING)
        return False
    try:
        actions.confirm_mapping(import_id=found.pk, mapping=form.cleaned_data, by=_by(request))
        if "start" in request.POST:
            actions.start_import(import_id=found.pk, by=_by(request))
            messages.success(request, _("The import is queued."))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return "start" in request.POST


def _lines(found: LinkedInImport, rows: list[RejectedRow]) -> Iterator[str]:
    class Line:
        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line())
    # Excel takes the file for Latin-1 without the mark.
    yield "\ufeff" + str(writer.writerow([*map(_safe, found.headings), _("Row"), _("Reason")]))
    width = len(found.headings)
    for row in rows:
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        reason = describe_row_reason(ImportRowReason(row.reason))
        yield str(writer.writerow([*map(_safe, cells), row.line, reason]))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(LIVE) else cell


def _address(step: str, found: LinkedInImport | None = None) -> str:
    return reverse(f"admin:personas_linkedinimport_{step}", args=[found.pk] if found else [])


def _by(request: HttpRequest) -> Any:
    return request.principal.user_id  # type: ignore[attr-defined]  # set by the tenant middleware
