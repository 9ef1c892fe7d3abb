"""Which rows have a page of their own in place of Django's form, and how is it reached and headed?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from tenants.admin.model_admin.read_only import ReadOnlyModelAdmin
from tenants.intake import is_number


class OwnPageModelAdmin(ReadOnlyModelAdmin):
    """Answers one row's address by `row_page`; nothing is added there."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show one row. Raises PermissionDenied for a new one, Http404 for what is no id of any."""
        if object_id is None:
            raise PermissionDenied
        if not self.is_key(object_id):
            raise Http404
        return self.row_page(request, object_id)

    def is_key(self, text: str) -> bool:
        """Say whether `text` is written as ids of this model are."""
        return is_number(text)

    def row_page(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """Draw the page of the row of this id, or lead to where it stands. Raises Http404."""
        raise NotImplementedError

    def drawn(self, request: HttpRequest, template: str, row: Model, shown: dict[str, Any]) -> HttpResponse:
        """Draw a page headed, as its tab is, by the row's title."""
        title = self.title_of(row)
        page = {"title": title, "house_title": title, "subtitle": title, "opts": self.opts}
        return render(request, template, self.admin_site.each_context(request) | page | shown)
