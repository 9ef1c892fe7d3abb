"""Files of the fleet for staff: upload, see what is recognised, start, watch, see what was not taken."""

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

from identity import actions, queries
from identity.forms import COLUMN_LABELS, FleetColumnsForm, FleetUploadForm
from identity.imports import VOCABULARIES, FleetRow, Terms, describe_reason, report_lines
from identity.models import IMPORT_STATE_LABELS, FleetImport
from identity.rules import ImportKind, ImportState
from tenants.admin import Button, ReadOnlyModelAdmin, tenant_site
from tenants.admin.columns import badge, reader
from tenants.intake.tables import REPEATED_HEADING, Vocabulary
from tenants.jobs import queries as jobs
from tenants.models import Tenant
from tenants.permissions import Capability
from tenants.rules import Refused

TONES = {
    ImportState.COMPLETED: "good",
    ImportState.FAILED: "bad",
    ImportState.PROCESSING: "running",
    ImportState.QUEUED: "running",
}
RESULT_LABELS = {
    "total_rows": gettext_lazy("Rows in the file"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
    "kept": gettext_lazy("Answered before, kept"),
    "superseded": gettext_lazy("Repeated rows"),
    "refused": gettext_lazy("Refused rows"),
    "late": gettext_lazy("Rows of drivers or leads not known yet"),
    "woken": gettext_lazy("Leads to be tried again"),
    "linked": gettext_lazy("Registrations linked"),
}


def upload_page(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to the upload."""
    return HttpResponseRedirect(_address("upload"))


def columns_page(_request: HttpRequest, found: FleetImport) -> HttpResponse:
    """Go to the columns."""
    return HttpResponseRedirect(_address("columns", found))


def start(request: HttpRequest, found: FleetImport) -> str:
    """Start again."""
    actions.start_fleet_import(import_id=found.pk, by=_by(request))
    return _("The import is queued.")


def cancel(request: HttpRequest, found: FleetImport) -> str:
    """Ask for the end."""
    actions.cancel_fleet_import(import_id=found.pk, by=_by(request))
    return _("Cancelling. What is done until then is kept.")


def is_waiting(_request: HttpRequest, found: FleetImport | None) -> bool:
    """Say whether a file was uploaded and not started."""
    return found is None or (found.job is None and found.state == ImportState.QUEUED)


def is_startable(_request: HttpRequest, found: FleetImport | None) -> bool:
    """Say whether an import may be started again."""
    return found is None or (
        found.job is not None and found.state in {ImportState.FAILED, ImportState.CANCELLED}
    )


def is_live(_request: HttpRequest, found: FleetImport | None) -> bool:
    """Say whether there is something to cancel."""
    return found is None or found.state in {ImportState.QUEUED, ImportState.PROCESSING}


@admin.register(FleetImport, site=tenant_site)
class FleetImportAdmin(ReadOnlyModelAdmin):
    """Imports, newest first; nothing here is written by form, buttons move what may move."""

    icon = "upload_file"
    list_display = ("filename", "kind", "how", "total_rows", "taken", "created_at", "finished_at")
    list_filter = ("kind", "state")
    search_fields = ("filename",)
    fields = (
        "filename",
        "kind",
        "how",
        "columns",
        "outcome",
        "attention",
        "error",
        "created_at",
        "finished_at",
    )
    list_buttons = (Button("upload", gettext_lazy("Upload a file"), upload_page),)
    buttons = (
        Button("columns", gettext_lazy("Confirm the columns and start"), columns_page, shown=is_waiting),
        Button("start", gettext_lazy("Start again"), start, shown=is_startable),
        Button("cancel", gettext_lazy("Cancel"), cancel, shown=is_live),
    )
    change_form_outer_before_template = "admin/identity/import.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the wizard's pages and the download."""
        guard = self.admin_site.admin_view
        pages = [
            path("upload/", guard(self.upload_view), name="identity_fleetimport_upload"),
            path("<uuid:pk>/columns/", guard(self.columns_view), name="identity_fleetimport_columns"),
            path("<uuid:pk>/refused.csv", guard(self.refused_view), name="identity_fleetimport_refused"),
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
        shown = (extra_context or {}) | (self._watched(found) if found else {})
        return super().changeform_view(request, object_id, form_url, shown)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Step 1: take a file."""
        form = FleetUploadForm(request.POST or None, request.FILES or None)
        if self.may(request, Capability.EDIT) and form.is_valid():
            made = _taken(request, form)
            if made:
                return HttpResponseRedirect(_address("columns", made))
        page = {"form": form, "title": _("Upload a file"), "opts": self.opts}
        return render(request, "admin/identity/upload.html", self.admin_site.each_context(request) | page)

    def columns_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Step 2: see what each column is taken for and what the first rows become, then start."""
        found = queries.fleet_import(import_id=pk)
        kind = ImportKind(found.kind)
        form = FleetColumnsForm(
            request.POST or None, kind=kind, headings=found.headings, mapping=found.mapping
        )
        if self.may(request, Capability.EDIT) and form.is_valid() and _started(request, found, form):
            return HttpResponseRedirect(_address("change", found))
        seen = actions.preview_fleet_file(import_id=pk, terms=_terms(request))
        page = {
            "form": form,
            "title": _("What each column is"),
            "opts": self.opts,
            "found": found,
            "kind": found.get_kind_display(),
            "columns": [COLUMN_LABELS[name] for name in seen.mapping],
            "missing": [COLUMN_LABELS[name] for name in seen.missing if name],
            "unknown": seen.unknown,
            "rows": list(_shown(seen.rows, seen.mapping, found.headings, kind)),
        }
        return render(request, "admin/identity/columns.html", self.admin_site.each_context(request) | page)

    def refused_view(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        """Download the rows that wrote nothing, with the file's columns and the reason."""
        found = queries.fleet_import(import_id=pk)
        # Read now: the scope is closed by the time the last line is sent.
        rows = list(queries.refused_rows(import_id=pk).values_list("line", "reason", "cells"))
        name = f"refused-{found.kind}-{found.created_at:%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            list(report_lines(found.headings, rows)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how(self, found: FleetImport) -> SafeString:
        """Show the state in its colour."""
        state = ImportState(found.state)
        return badge(IMPORT_STATE_LABELS[state], TONES.get(state, ""))

    @admin.display(description=gettext_lazy("taken"))
    def taken(self, found: FleetImport) -> str:
        """Count the rows that said something new."""
        result = found.result or {}
        return reader().number(result["created"] + result["updated"]) if result else self.empty_value_display

    @admin.display(description=gettext_lazy("columns"))
    def columns(self, found: FleetImport) -> str:
        """Write the mapping."""
        pairs = ((COLUMN_LABELS.get(column, column), heading) for column, heading in found.mapping.items())
        return "; ".join(f"{label}: {heading}" for label, heading in pairs) or self.empty_value_display

    @admin.display(description=gettext_lazy("result"))
    def outcome(self, found: FleetImport) -> str:
        """Write the counts."""
        result = found.result or {}
        told = (
            f"{label}: {reader().number(result[name])}"
            for name, label in RESULT_LABELS.items()
            if result.get(name) or (name in result and name in ("total_rows", "created", "refused"))
        )
        return "; ".join(told) or self.empty_value_display

    @admin.display(description=gettext_lazy("attention"))
    def attention(self, found: FleetImport) -> str:
        """Say what a person should look at."""
        result = found.result or {}
        if actions.FLEET_SHRUNK not in result.get("warnings", ()):
            return self.empty_value_display
        missing = reader().number(result["missing_drivers"])
        return _(
            "The file names less than half of the known drivers. Nobody was deleted: %(missing)s stay."
        ) % {"missing": missing}

    def _watched(self, found: FleetImport) -> dict[str, Any]:
        refused = queries.refused_rows(import_id=found.pk).count()
        shown = {"refused_count": refused, "refused_url": _address("refused", found) if refused else ""}
        if found.job is None:
            return shown
        seen = jobs.progress(jobs.job(job_id=found.job), now=timezone.now(), links={})
        bar = reverse("admin:jobs_job_bar", args=[found.job], current_app=self.admin_site.name)
        return shown | {"progress": asdict(seen), "progress_url": bar}


def _taken(request: HttpRequest, form: FleetUploadForm) -> FleetImport | None:
    file = form.cleaned_data["file"]
    content = file.read(actions.LARGEST_FLEET_UPLOAD + 1)
    try:
        return actions.upload_fleet_file(
            kind=form.cleaned_data["kind"], content=content, filename=file.name, by=_by(request)
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


def _started(request: HttpRequest, found: FleetImport, form: FleetColumnsForm) -> bool:
    repeated = Vocabulary.repeated_columns(form.cleaned_data)
    if repeated:
        form.add_error(repeated[0], REPEATED_HEADING)
        return False
    try:
        actions.map_fleet_columns(import_id=found.pk, mapping=form.cleaned_data, by=_by(request))
        if "start" in request.POST:
            actions.start_fleet_import(import_id=found.pk, by=_by(request))
            messages.success(request, _("The import is queued."))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return "start" in request.POST


def _shown(
    rows: list[FleetRow], mapping: dict[str, str], headings: list[str], kind: ImportKind
) -> Iterator[dict[str, Any]]:
    """Yield each row's cells in the order of the mapping, and why it would not be taken."""
    places = VOCABULARIES[kind].positions(mapping, headings)
    for row in rows:
        cells = [row.cells[places[name]] if places[name] < len(row.cells) else "" for name in mapping]
        yield {"line": row.line, "cells": cells, "reason": describe_reason(row.reason) if row.reason else ""}


def _terms(request: HttpRequest) -> Terms:
    tenant: Tenant = request.principal.tenant  # type: ignore[attr-defined]  # set by the tenant middleware
    return actions.terms_of(country=tenant.country, zone=tenant.timezone, now=timezone.now())


def _address(step: str, found: FleetImport | None = None) -> str:
    return reverse(f"admin:identity_fleetimport_{step}", args=[found.pk] if found else [])


def _by(request: HttpRequest) -> Any:
    return request.principal.user_id  # type: ignore[attr-defined]  # set by the tenant middleware
