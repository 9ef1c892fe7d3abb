"""Files of the fleet for staff: what they may hold, what the first rows become, what came of them."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity import actions, queries
from identity.forms import COLUMN_LABELS, FleetUploadForm
from identity.imports import VOCABULARIES, FleetRow, Terms, describe_reason
from identity.models import IMPORT_STATE_LABELS, FleetImport
from identity.models.imports import IMPORT_KIND_LABELS
from identity.rules import ImportKind, ImportState
from tenants.admin import Act, tenant_site
from tenants.admin.columns import reader
from tenants.admin.imports import ImportAdmin
from tenants.models import Tenant
from tenants.queries import principal_of


@admin.register(FleetImport, site=tenant_site)
class FleetImportAdmin(ImportAdmin):
    """Imports of leads, drivers, trips, claims and scouting registrations."""

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
    upload_form = FleetUploadForm
    refused_table = actions.REFUSED
    samples = ("drivers", "leads", "trips", "claims")
    largest_file = actions.LARGEST_FLEET_UPLOAD
    column_labels = COLUMN_LABELS
    state_labels = IMPORT_STATE_LABELS
    state_tones = {
        ImportState.COMPLETED: "good",
        ImportState.FAILED: "bad",
        ImportState.PROCESSING: "running",
        ImportState.QUEUED: "running",
    }
    result_labels = {
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
    always_told = ("total_rows", "created", "refused")

    def title_of(self, row: FleetImport) -> str:
        """Say which file, and what it brings."""
        return f"{row.filename} · {IMPORT_KIND_LABELS[ImportKind(row.kind)]}"

    def one(self, pk: UUID) -> FleetImport:
        """Return an import; raises UnknownFleetImport."""
        return queries.fleet_import(import_id=pk)

    def take(self, form: forms.Form, content: bytes, filename: str, by: UUID) -> FleetImport:
        """Keep an uploaded file."""
        kind = form.cleaned_data["kind"]
        return actions.upload_fleet_file(kind=kind, content=content, filename=filename, by=by)

    def confirm(self, found: FleetImport, mapping: dict[str, str], by: UUID) -> None:
        """Set the columns."""
        actions.map_fleet_columns(import_id=found.pk, mapping=mapping, by=by)

    def begin(self, found: FleetImport, by: UUID) -> None:
        """Queue the import."""
        actions.start_fleet_import(import_id=found.pk, by=by)

    def end(self, found: FleetImport, by: UUID) -> None:
        """Ask for the import's end."""
        actions.cancel_fleet_import(import_id=found.pk, by=by)

    def is_waiting(self, found: FleetImport) -> bool:
        """Say whether a file was uploaded and never started."""
        return found.job is None and found.state == ImportState.QUEUED

    def is_startable(self, found: FleetImport) -> bool:
        """Say whether an import may be started again."""
        return found.job is not None and found.state in {ImportState.FAILED, ImportState.CANCELLED}

    def is_live(self, found: FleetImport) -> bool:
        """Say whether there is something to cancel."""
        return found.state in {ImportState.QUEUED, ImportState.PROCESSING}

    def columns_of(self, found: FleetImport) -> Mapping[Any, Any]:
        """Return {column: label} of that kind of file."""
        return {column: COLUMN_LABELS[column] for column in VOCABULARIES[ImportKind(found.kind)].columns}

    def preview(self, request: HttpRequest, found: FleetImport) -> dict[str, Any]:
        """Return the first rows as the columns read them, and what is missing or not read."""
        seen = actions.preview_fleet_file(import_id=found.pk, terms=_terms(request))
        return {
            "about": found.get_kind_display(),
            "columns": [COLUMN_LABELS[name] for name in seen.mapping],
            "missing": [COLUMN_LABELS[name] for name in seen.missing if name],
            "unknown": seen.unknown,
            "rows": list(_shown(seen.rows, seen.mapping, found)),
        }

    def refused_count(self, pk: UUID) -> int:
        """Count the rows that wrote nothing."""
        return queries.refused_rows(import_id=pk).count()

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


def _shown(rows: list[FleetRow], mapping: dict[str, str], found: FleetImport) -> Iterator[dict[str, Any]]:
    """Yield each row's cells in the order of the mapping, and why it would not be taken."""
    places = VOCABULARIES[ImportKind(found.kind)].positions(mapping, found.headings)
    for row in rows:
        cells = [row.cells[places[name]] if places[name] < len(row.cells) else "" for name in mapping]
        yield {"line": row.line, "cells": cells, "reason": describe_reason(row.reason) if row.reason else ""}


def _terms(request: HttpRequest) -> Terms:
    tenant: Tenant = principal_of(request).tenant
    return actions.terms_of(country=tenant.country, zone=tenant.timezone, now=timezone.now())


tenant_site.add_act(
    Act(gettext_lazy("Upload leads or accounts"), "admin:identity_fleetimport_upload", "upload_file", 40)
)
