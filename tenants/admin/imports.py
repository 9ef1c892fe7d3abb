"""Files that staff bring in, as pages: upload, confirm the columns, start, watch, mend what was refused."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tenants.admin.acting import by_of
from tenants.admin.buttons import Button
from tenants.admin.columns import badge, reader
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.display.exports import FileType
from tenants.display.later import now_or_later
from tenants.forms import ColumnsForm
from tenants.intake.tables import REPEATED_HEADING, Vocabulary
from tenants.jobs import queries as jobs
from tenants.jobs.progress import progress_of
from tenants.permissions import Capability
from tenants.rules import Refused


class ImportAdmin(ReadOnlyModelAdmin):
    """Imports, newest first; nothing here is written by form, buttons move what may move.

    An import has state, job, headings, mapping, result and created_at. What differs from app to app is named
    in the attributes, and said by the methods that raise NotImplementedError.
    """

    icon = "upload_file"
    change_form_outer_before_template = "admin/house/import.html"
    upload_title: Any = gettext_lazy("Upload a file")
    upload_form: type[forms.Form]
    state_labels: ClassVar[Mapping[Any, Any]]
    state_tones: ClassVar[Mapping[Any, str]]
    result_labels: ClassVar[Mapping[str, Any]]
    # Counts that are told even when they are zero.
    always_told: tuple[str, ...] = ()
    column_labels: ClassVar[Mapping[Any, Any]]
    largest_file: int
    # The table of its refused rows, as `later.tables` knows it; asked for `import_id` in a `language`.
    refused_table: str
    # Names of invented files to try it with, as the site knows them.
    samples: tuple[str, ...] = ()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.list_buttons = (Button("upload", self.upload_title, self._to_upload),)
        self.buttons = (
            Button(
                "columns",
                gettext_lazy("Confirm the columns and start"),
                self._to_columns,
                shown=lambda _request, found: self.is_waiting(found),
            ),
            Button(
                "start",
                gettext_lazy("Start again"),
                self._start_again,
                shown=lambda _request, found: self.is_startable(found),
            ),
            Button(
                "cancel",
                gettext_lazy("Cancel"),
                self._cancel,
                shown=lambda _request, found: self.is_live(found),
            ),
        )

    def one(self, pk: UUID) -> Any:
        """Return an import; raises a Refused that is 404."""
        raise NotImplementedError

    def take(self, form: forms.Form, content: bytes, filename: str, by: UUID) -> Any:
        """Keep an uploaded file and return its import; raises Refused."""
        raise NotImplementedError

    def confirm(self, found: Any, mapping: dict[str, str], by: UUID) -> None:
        """Set the columns; raises Refused."""
        raise NotImplementedError

    def begin(self, found: Any, by: UUID) -> None:
        """Queue the import; raises Refused."""
        raise NotImplementedError

    def end(self, found: Any, by: UUID) -> None:
        """Ask for the import's end; raises Refused."""
        raise NotImplementedError

    def is_waiting(self, found: Any) -> bool:
        """Say whether the columns may be confirmed."""
        raise NotImplementedError

    def is_startable(self, found: Any) -> bool:
        """Say whether an import may be started again."""
        raise NotImplementedError

    def is_live(self, found: Any) -> bool:
        """Say whether there is something to cancel."""
        raise NotImplementedError

    def columns_of(self, found: Any) -> Mapping[Any, Any]:
        """Return {column: label} of what such a file may hold."""
        return self.column_labels

    def preview(self, request: HttpRequest, found: Any) -> dict[str, Any]:
        """Return `about`, `columns` (labels), `rows` (line, cells, reason), maybe `missing`, `unknown`."""
        raise NotImplementedError

    def refused_count(self, pk: UUID) -> int:
        """Count the rows that wrote nothing."""
        raise NotImplementedError

    def field_of(self, refusal: Refused) -> str:
        """Return the field of the upload that a refusal is about."""
        return "file"

    def get_urls(self) -> list[URLPattern]:
        """Add the wizard's pages and the downloads."""
        guard, name = self.admin_site.admin_view, self._name
        refused = guard(self.refused_view)
        pages = [
            path("upload/", guard(self.upload_view), name=name("upload")),
            path("<uuid:pk>/columns/", guard(self.columns_view), name=name("columns")),
            path("<uuid:pk>/refused.csv", refused, {"type": FileType.CSV}, name=name("refused")),
            path("<uuid:pk>/refused.xlsx", refused, {"type": FileType.XLSX}, name=name("refused_book")),
        ]
        return [*pages, *super().get_urls()]

    def step(self, name: str, found: Any = None) -> str:
        """Return the address of a step: upload, columns, change, refused, refused_book."""
        args = [found.pk] if found else []
        return reverse(f"admin:{self._name(name)}", args=args, current_app=self.admin_site.name)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Show the import under its live bar, with what was not taken."""
        return self._watched(row)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Step 1: take a file."""
        form = self.upload_form(request.POST or None, request.FILES or None)
        if self.may(request, Capability.EDIT) and form.is_valid():
            made = self._taken(request, form)
            if made:
                return HttpResponseRedirect(self.after_upload(made))
        samples = [self.admin_site.samples[name] for name in self.samples]
        page = {"form": form, "title": self.upload_title, "samples": samples}
        return self._page(request, "import_upload", page)

    def after_upload(self, made: Any) -> str:
        """Return where the wizard goes on: to the columns."""
        return self.step("columns", made)

    def columns_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Step 2: see what each column is taken for and what the first rows become, then start."""
        found = self.one(pk)
        form = ColumnsForm(
            request.POST or None,
            labels=self.columns_of(found),
            headings=found.headings,
            mapping=found.mapping,
        )
        if self.may(request, Capability.EDIT) and form.is_valid() and self._started(request, found, form):
            return HttpResponseRedirect(self.step("change", found))
        page = {"form": form, "title": _("What each column is"), "found": found}
        return self._page(request, "import_columns", page | self.preview(request, found))

    def refused_view(self, request: HttpRequest, pk: UUID, type: FileType) -> HttpResponseBase:
        """Download the rows that wrote nothing, with the file's columns and reasons, or ask for them (W3)."""
        asked = {"import_id": str(self.one(pk).pk), "language": get_language()}
        return now_or_later(request, of=self.refused_table, asked=asked, type=type)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how(self, found: Any) -> SafeString:
        """Show the state in its colour."""
        return badge(self.state_labels[found.state], self.state_tones.get(found.state, ""))

    @admin.display(description=gettext_lazy("taken"))
    def taken(self, found: Any) -> str:
        """Count the rows that said something new."""
        result = found.result or {}
        return reader().number(result["created"] + result["updated"]) if result else self.empty_value_display

    @admin.display(description=gettext_lazy("columns"))
    def columns(self, found: Any) -> str:
        """Write the mapping."""
        pairs = (
            (self.column_labels.get(column, column), heading) for column, heading in found.mapping.items()
        )
        return "; ".join(f"{label}: {heading}" for label, heading in pairs) or self.empty_value_display

    @admin.display(description=gettext_lazy("result"))
    def outcome(self, found: Any) -> str:
        """Write the counts that say something."""
        result = found.result or {}
        told = (
            f"{label}: {reader().number(result[name])}"
            for name, label in self.result_labels.items()
            if result.get(name) or (name in result and name in self.always_told)
        )
        return "; ".join(told) or self.empty_value_display

    def _to_upload(self, _request: HttpRequest, _none: None) -> HttpResponse:
        return HttpResponseRedirect(self.step("upload"))

    def _to_columns(self, _request: HttpRequest, found: Any) -> HttpResponse:
        return HttpResponseRedirect(self.step("columns", found))

    def _start_again(self, request: HttpRequest, found: Any) -> str:
        self.begin(found, by_of(request))
        return _("The import is queued.")

    def _cancel(self, request: HttpRequest, found: Any) -> str:
        self.end(found, by_of(request))
        return _("Cancelling. What is done until then is kept.")

    def _name(self, step: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{step}"

    def _page(self, request: HttpRequest, name: str, page: dict[str, Any]) -> HttpResponse:
        shown = self.admin_site.each_context(request) | {"opts": self.opts} | page
        return render(request, f"admin/house/{name}.html", shown)

    def _watched(self, found: Any) -> dict[str, Any]:
        refused = self.refused_count(found.pk)
        shown: dict[str, Any] = {"refused_count": refused}
        if refused:
            shown |= {
                "refused_url": self.step("refused", found),
                "book_url": self.step("refused_book", found),
            }
        if found.job is None:
            return shown
        seen = progress_of(jobs.job(job_id=found.job), now=timezone.now(), links={})
        bar = reverse("admin:jobs_job_bar", args=[found.job], current_app=self.admin_site.name)
        return shown | {"progress": asdict(seen), "progress_url": bar}

    def _taken(self, request: HttpRequest, form: forms.Form) -> Any:
        file = form.cleaned_data["file"]
        try:
            return self.take(form, file.read(self.largest_file + 1), file.name, by_of(request))
        except Refused as refusal:
            form.add_error(self.field_of(refusal), str(refusal))
            return None

    def _started(self, request: HttpRequest, found: Any, form: forms.Form) -> bool:
        repeated = Vocabulary.repeated_columns(form.cleaned_data)
        if repeated:
            form.add_error(repeated[0], REPEATED_HEADING)
            return False
        try:
            self.confirm(found, form.cleaned_data, by_of(request))
            if "start" in request.POST:
                self.begin(found, by_of(request))
                messages.success(request, _("The import is queued."))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return False
        return "start" in request.POST
