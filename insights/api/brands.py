"""Whose rows may be seen: what is not there and what is another's are one answer."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from insights.actions import NoSuchFicha
from insights.models import FichaCliente
from insights.queries.fichas import visible_fichas
from tenants.intake import is_number
from tenants.queries import principal_of


def visible(request: Request) -> QuerySet[FichaCliente]:
    """Return the brands that the asker sees."""
    principal = principal_of(request)
    return visible_fichas(role=principal.role, member=principal.id)


def ficha_of(request: Request, text: str) -> FichaCliente:
    """Return a brand by its id's text. Raises NoSuchFicha."""
    found = visible(request).filter(pk=int(text)).first() if is_number(text) else None
    if found is None:
        raise NoSuchFicha
    return found


class NumberedViewSet(GenericViewSet):
    """Rows by their number. Any text may stand there, so that a viewer's write is 403 whatever it names."""

    lookup_value_regex = r"[^/]+"

    def get_object(self) -> Any:
        """Return the row of the address. Raises Http404."""
        if not is_number(self.kwargs["pk"]):
            raise Http404
        return super().get_object()
