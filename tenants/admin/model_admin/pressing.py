"""Which buttons move a row, or a whole list, and what happens when one is pressed?"""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from tenants.actions.sessions import check_fresh_authentication
from tenants.admin.buttons import Button
from tenants.admin.model_admin.permitting import PermittingModelAdmin
from tenants.admin.model_admin.refusals import RefusalsTold


class PressingModelAdmin(PermittingModelAdmin):
    """Gives rows their `buttons`, and lists their `list_buttons`: the moves of a life cycle."""

    buttons: tuple[Button, ...] = ()
    list_buttons: tuple[Button, ...] = ()
    list_before_template = "admin/house/list_buttons.html"
    change_form_outer_before_template = "admin/house/detail_buttons.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the doors of the buttons; leave out Django's own history."""
        label = f"{self.opts.app_label}_{self.opts.model_name}"
        press = self.admin_site.admin_view(self.press_view)
        doors = [path("press/<slug:name>/", press, name=f"{label}_press_list")] if self.list_buttons else []
        if self.buttons:
            doors.append(path("<path:object_id>/press/<slug:name>/", press, name=f"{label}_press"))
        return doors + [url for url in super().get_urls() if url.name != f"{label}_history"]

    def shown(self, request: HttpRequest, row: Any) -> list[tuple[Button, str]]:
        """Return the buttons that the person may press now, each with its address."""
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}_press"
        label, args = (label, [quote(row.pk)]) if row else (f"{label}_list", [])
        return [
            (one, reverse(label, args=[*args, one.name], current_app=self.admin_site.name) + one.query(row))
            for one in (self.buttons if row else self.list_buttons)
            if self.may(request, one.capability) and one.shown(request, row)
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

    def _address(self, row: Any) -> str:
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        # A key that people gave may hold what an address reads otherwise.
        args = [quote(row.pk)] if row else []
        kind = "change" if row else "changelist"
        return reverse(f"{label}_{kind}", args=args, current_app=self.admin_site.name)
