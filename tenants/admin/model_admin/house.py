"""How do lists and forms of any model look and answer?"""

from typing import Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from tenants.actions.sessions import check_fresh_authentication
from tenants.admin.columns import WholePersonColumn, column_of, reader, whole_person_of
from tenants.admin.filters import has_unfit_text
from tenants.admin.model_admin.noting import NotingModelAdmin
from tenants.admin.model_admin.pressing import PressingModelAdmin
from tenants.admin.model_admin.refusals import RefusalsTold
from tenants.admin.titles import Titled

# A year 99999, or a text for bytes, passes Django's look-ups and fails when the rows are asked for (S13).
SENSELESS = (TypeError, ValueError, OverflowError, DataError)


class HouseModelAdmin(PressingModelAdmin, NotingModelAdmin):
    """Shows refusals, heads pages by titles, keeps lists cheap.

    `icon` is a Material symbol of the navigation.
    Rows that are people say so: `person_of` is their kind in addresses, `person_id` the field of their id.
    Moments in `list_display` become short relative ones by themselves.
    """

    icon = "database"
    person_of = ""
    person_id = "pk"
    # Money, roles and secrets: whoever saves or deletes proved lately who it is, or is asked again (S8).
    is_delicate = False
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

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Write plain moments as relative ones; of people, lead to everything about each."""
        whole = [WholePersonColumn(self.person_of, self.person_id)] if self.person_of else []
        return [*(self._column(name) for name in super().get_list_display(request)), *whole]

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
        with RefusalsTold(request):
            self._check_fresh(request)
            return super().changeform_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **keyword: Any
    ) -> HttpResponseBase:
        """Head one row's page, and its tab, by the row's title; draw what stands around the form."""
        # A refused form has put what was typed into the row.
        row = self.get_object(request, str(obj.pk)) if obj and request.method == "POST" else obj
        if row is not None:
            context["house_title"] = context["subtitle"] = self.title_of(row)
            context["house_history"] = self.admin_site.history_of(row)
            context["house_person"] = whole_person_of(self.person_of, getattr(row, self.person_id))
            context |= {"house_buttons": self.shown(request, row)} | self.beside(request, row)
        answer: HttpResponseBase = super().render_change_form(request, context, *args, obj=obj, **keyword)
        return answer

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the page of one row draws besides its form."""
        return {}

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

    def _column(self, name: Any) -> Any:
        return column_of(self._field(name)) or name

    def _field(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(self, name) or name in self.list_editable:
            return None
        try:
            return self.opts.get_field(name)
        except FieldDoesNotExist:
            return None
