"""LinkedIn imports for staff: what a file may hold, what the first rows become, what came of them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.forms import COLUMN_LABELS, UploadForm
from personas.imports import ImportRow, describe_row_reason
from personas.models import LinkedInImport
from personas.models.imports import STATE_LABELS
from personas.rules import ImportState, states_before
from tenants.admin import Act, tenant_site
from tenants.admin.columns import reader
from tenants.admin.imports import ImportAdmin
from tenants.rules import Refused

MAPPABLE = states_before(ImportState.MAPPED)
STARTABLE = {ImportState.FAILED, ImportState.CANCELLED}
LIVE = set(ImportState) - {ImportState.COMPLETED, *STARTABLE}


@admin.register(LinkedInImport, site=tenant_site)
class LinkedInImportAdmin(ImportAdmin):
    """Imports of a profile's connections."""

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
    upload_title = gettext_lazy("Upload a LinkedIn file")
    upload_form = UploadForm
    samples = ("linkedin",)
    largest_file = actions.LARGEST_UPLOAD
    refused_table = actions.REJECTED
    column_labels = COLUMN_LABELS
    state_labels = STATE_LABELS
    state_tones = {
        ImportState.COMPLETED: "good",
        ImportState.FAILED: "bad",
        ImportState.PROCESSING: "running",
        ImportState.QUEUED: "running",
        ImportState.PENDING_RETRY: "warn",
    }
    result_labels = {
        "total_rows": gettext_lazy("Rows in the file"),
        "created": gettext_lazy("Created"),
        "updated": gettext_lazy("Updated"),
        "conflicts": gettext_lazy("Conflicts"),
        "invalid": gettext_lazy("Invalid rows"),
        "connected_on_parse_failed": gettext_lazy("Dates not understood"),
        "email_invalid_format": gettext_lazy("E-mails not valid"),
        "url_invalid_format": gettext_lazy("Profile addresses not valid"),
    }
    always_told = tuple(result_labels)

    def one(self, pk: UUID) -> LinkedInImport:
        """Return an import; raises UnknownImport."""
        return queries.linkedin_import(import_id=pk)

    def take(self, form: forms.Form, content: bytes, filename: str, by: UUID) -> LinkedInImport:
        """Keep an uploaded file; the same bytes of a profile are the import they were (L1)."""
        profile = form.cleaned_data["profile"]
        return actions.upload_linkedin(content=content, filename=filename, profile=profile, by=by)

    def field_of(self, refusal: Refused) -> str:
        """Return the field of the upload that a refusal is about."""
        return "profile" if isinstance(refusal, actions.BadProfile) else "file"

    def confirm(self, found: LinkedInImport, mapping: dict[str, str], by: UUID) -> None:
        """Set the columns."""
        actions.confirm_mapping(import_id=found.pk, mapping=mapping, by=by)

    def begin(self, found: LinkedInImport, by: UUID) -> None:
        """Queue the import."""
        actions.start_import(import_id=found.pk, by=by)

    def end(self, found: LinkedInImport, by: UUID) -> None:
        """Ask for the import's end."""
        actions.cancel_import(import_id=found.pk, by=by)

    def is_waiting(self, found: LinkedInImport) -> bool:
        """Say whether the columns may be confirmed."""
        return found.state in MAPPABLE

    def is_startable(self, found: LinkedInImport) -> bool:
        """Say whether an import may be started again."""
        return found.state in STARTABLE

    def after_upload(self, made: LinkedInImport) -> str:
        """Go on to the columns, or to the import itself when the same bytes have come further than that."""
        return super().after_upload(made) if self.is_waiting(made) else self.step("change", made)

    def is_live(self, found: LinkedInImport) -> bool:
        """Say whether there is something to cancel."""
        return found.state in LIVE

    def preview(self, request: HttpRequest, found: LinkedInImport) -> dict[str, Any]:
        """Return the first rows as the columns read them (L2)."""
        rows = actions.preview(import_id=found.pk).rows
        return {
            "about": found.profile,
            "columns": COLUMN_LABELS.values(),
            "rows": [{"line": row.line, "cells": _cells(row), "reason": _reason(row)} for row in rows],
        }

    def refused_count(self, pk: UUID) -> int:
        """Count the rows that wrote nothing."""
        return queries.rejected_rows(import_id=pk).count()

    @admin.display(description=gettext_lazy("rows by persona"))
    def by_persona(self, found: LinkedInImport) -> str:
        """Write how many rows each persona got."""
        counts = (found.result or {}).get("persona_counts", {})
        names = {one.code: one.name for one in queries.personas()} if counts else {}
        told = (f"{names.get(code, code)}: {reader().number(count)}" for code, count in counts.items())
        return "; ".join(told) or self.empty_value_display


def _cells(row: ImportRow) -> list[str]:
    connected = reader().day(row.connected_on) if row.connected_on else ""
    return [row.first_name, row.last_name, row.email, row.company, row.job_title, row.profile_url, connected]


def _reason(row: ImportRow) -> str:
    return describe_row_reason(row.rejected) if row.rejected else ""


tenant_site.add_act(
    Act(gettext_lazy("Upload contacts"), "admin:personas_linkedinimport_upload", "upload_file", 10)
)
