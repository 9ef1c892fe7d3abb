"""The house base of every model in either admin site; a test refuses any other."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tenants.actions.sessions import NotFresh, check_fresh_authentication
from tenants.admin.buttons import Button
from tenants.admin.columns import WholePersonColumn, column_of, reader, whole_person_of
from tenants.admin.filters import has_unfit_text
from tenants.admin.lean import LeanModelAdmin
from tenants.admin.titles import Titled
from tenants.jobs.models import Job
from tenants.jobs.runner import label_of
from tenants.permissions import Capability
from tenants.rules import Refused

# A year 99999, or a text for bytes, passes Django's look-ups and fails when the rows are asked for (S13).
SENSELESS = (TypeError, ValueError, OverflowError, DataError)


class HouseModelAdmin(LeanModelAdmin):
    """Asks `permissions.py`, writes our audit log, shows refusals, keeps lists cheap.

    `buttons` and `list_buttons` are life-cycle moves; `icon` is a Material symbol of the navigation.
    Rows that are people say so: `person_of` is their kind in addresses, `person_id` the field of their id.
    Moments in `list_display` become short relative ones by themselves.
    """

    icon = "database"
    person_of = ""
    person_id = "pk"
    # Money, roles and secrets: whoever saves or deletes proved lately who it is, or is asked again (S8).
    is_delicate = False
    buttons: tuple[Button, ...] = ()
    list_buttons: tuple[Button, ...] = ()
    # Whether Ctrl+K looks for rows of this kind; see `suggested`.
    in_palette: ClassVar[bool] = False
    # Whether it finds them by identifiers alone, so that words are offered to the list.
    palette_by_key: ClassVar[bool] = False

    list_per_page = 50
    list_max_show_all = 50
    # Counting a million rows to write "of 1,000,000" costs more than the page.
    show_full_result_count = False
    view_on_site: ClassVar[bool] = False
    empty_value_display = "–"
    list_before_template = "admin/house/list_buttons.html"
    change_form_outer_before_template = "admin/house/detail_buttons.html"

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Ask the site, and through it `permissions.py`."""
        return bool(self.admin_site.may(request, capability))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the model appears at all."""
        return self.may(request, Capability.VIEW)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether rows may be seen."""
        return self.may(request, Capability.VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether a row may be added by form."""
        return self.may(request, Capability.EDIT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a row may be changed by form."""
        return self.may(request, Capability.EDIT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a row may be deleted."""
        return self.may(request, Capability.EDIT)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Write plain moments as relative ones; of people, lead to everything about each."""
        whole = [WholePersonColumn(self.person_of, self.person_id)] if self.person_of else []
        return [*(self._column(name) for name in super().get_list_display(request)), *whole]

    def get_urls(self) -> list[URLPattern]:
        """Add the doors of the buttons; leave out Django's own history."""
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        press = self.admin_site.admin_view(self.press_view)
        doors = [path("press/<slug:name>/", press, name=f"{label}_press_list")] if self.list_buttons else []
        if self.buttons:
            doors.append(path("<path:object_id>/press/<slug:name>/", press, name=f"{label}_press"))
        return doors + [url for url in super().get_urls() if url.name != f"{label}_history"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list with the buttons that may be pressed; a senseless query leads to the whole list."""
        if has_unfit_text(request):
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        shown = {"house_buttons": self.shown(request, None)}
        with RefusalsTold(request):
            return super().changelist_view(request, (extra_context or {}) | shown)
        return HttpResponseRedirect(request.get_full_path())

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Ask for the rows now, while Django still answers a query that makes no sense by the whole list."""
        try:
            found = super().get_changelist_instance(request)
            # Kept by the query set: the page does not ask again.
            len(found.result_list)
            # The theme writes the bare number below the list and above it.
            found.count_shown = reader().number(found.result_count)
            # What an empty list says is drawn by a tag that knows the list alone.
            found.empty = self.admin_site.say_of_empty(self.model)
        except SENSELESS as error:
            # Without a query the fault is our own, and has to be seen.
            if set(request.GET) <= {ERROR_FLAG}:
                raise
            raise IncorrectLookupParameters from error
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show or save one row; a refusal of the action below is told and nothing is written."""
        row = self.get_object(request, unquote(object_id)) if object_id and self.buttons else None
        shown = {"house_buttons": self.shown(request, row)} if row else {}
        with RefusalsTold(request):
            self._check_fresh(request)
            return super().changeform_view(request, object_id, form_url, (extra_context or {}) | shown)
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **keyword: Any
    ) -> HttpResponseBase:
        """Head one row's page, and its tab, by the row's title."""
        if obj is not None:
            context["house_title"] = context["subtitle"] = self.title_of(obj)
            context["house_history"] = self.admin_site.history_of(obj)
            context["house_person"] = whole_person_of(self.person_of, getattr(obj, self.person_id))
        answer: HttpResponseBase = super().render_change_form(request, context, *args, obj=obj, **keyword)
        return answer

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask and delete; a refusal of the action below is told and nothing is deleted."""
        with RefusalsTold(request):
            self._check_fresh(request)
            return super().delete_view(request, object_id, extra_context)
        return HttpResponseRedirect(request.get_full_path())

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
        """Ask about the row by the title of its page, not by a code or an id."""
        title = self.title_of(context["object"])
        # More than one: what goes with it is listed as Django does.
        alone = {"deleted_objects": [title]} if len(context["deleted_objects"]) == 1 else {}
        named = context | alone | {"object": Titled(context["object"], title)}
        answer: HttpResponseBase = super().render_delete_form(request, named)
        return answer

    def _check_fresh(self, request: HttpRequest) -> None:
        if self.is_delicate and request.method == "POST":
            check_fresh_authentication(request)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        # Django sends people to the index; another tenant's row is 404 at every door.
        raise Http404

    def suggested(self, request: HttpRequest, text: str) -> QuerySet[Any]:
        """Return rows for the palette, best first; it takes a few. By an index, or of a small table."""
        found: QuerySet[Any] = self.get_search_results(request, self.get_queryset(request), text)[0]
        return found

    def hint_of(self, row: Any) -> str:
        """Return what tells two rows of one name apart in the palette, if anything does."""
        return ""

    def title_of(self, row: Any) -> str:
        """Return the heading of one row's page, in the reader's language."""
        return str(row)

    def shown(self, request: HttpRequest, row: Any) -> list[tuple[Button, str]]:
        """Return the buttons that the person may press now, each with its address."""
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}_press"
        label, args = (label, [quote(row.pk)]) if row else (f"{label}_list", [])
        return [
            (button, reverse(label, args=[*args, button.name], current_app=self.admin_site.name))
            for button in (self.buttons if row else self.list_buttons)
            if self.may(request, button.capability) and button.shown(request, row)
        ]

    def press_view(self, request: HttpRequest, name: str, object_id: str | None = None) -> HttpResponseBase:
        """Do what a button says and tell the outcome; a button that is not shown does not exist."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, unquote(object_id)) if object_id else None
        pressed = next((b for b, _url in self.shown(request, row) if b.name == name), None)
        if pressed is None or (object_id and row is None):
            raise Http404
        with RefusalsTold(request):
            if pressed.is_delicate:
                check_fresh_authentication(request)
            outcome = pressed.press(request, row)
            if isinstance(outcome, HttpResponseBase):
                return outcome
            if outcome:
                messages.success(request, str(outcome))
        return HttpResponseRedirect(self._address(row))

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

    def _address(self, row: Any) -> str:
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        # A key that people gave may hold what an address reads otherwise.
        args = [quote(row.pk)] if row else []
        kind = "change" if row else "changelist"
        return reverse(f"{label}_{kind}", args=args, current_app=self.admin_site.name)

    def _column(self, name: Any) -> Any:
        return column_of(self._field(name)) or name

    def _field(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(self, name) or name in self.list_editable:
            return None
        try:
            return self.opts.get_field(name)
        except FieldDoesNotExist:
            return None


class ReadOnlyModelAdmin(HouseModelAdmin):
    """Shows rows that nobody changes by form; buttons may still move them."""

    actions: Sequence[str] | None = None

    @admin.display(description=_("job"))
    def job_page(self, row: Any) -> SafeString | str:
        """Lead from what a job wrote to that job; one that is forgotten is a dash."""
        job = Job.objects.filter(pk=row.job).first() if row.job else None
        if job is None:
            return self.empty_value_display
        page = reverse("admin:jobs_job_change", args=[job.pk], current_app=self.admin_site.name)
        return format_html('<a href="{}">{}</a>', page, label_of(job.kind))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class RefusalsTold:
    """Tells a refused POST in words on the page the person returns to; a refused GET goes its usual way."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Swallow a refusal of a POST."""
        is_told = isinstance(error, Refused) and not isinstance(error, NotFresh)
        told = is_told and self.request.method == "POST"
        if told:
            messages.error(self.request, str(error))
        return told


def changed_fields(message: Any) -> list[str]:
    """Return the names in Django's change message: the form's fields, then "model: fields" of inline rows."""
    parts = message if isinstance(message, list) else []
    return [name for part in parts for act in part.values() for name in act.get("fields", [])]
