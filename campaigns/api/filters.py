"""What lists of campaigns can be narrowed to: an unknown parameter is 400, an unknown value of one 422."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from tenants.api.filters import StrictFilterBackend
from tenants.api.parameters import BadParameters
from tenants.rules import RefusalKind, Refused

if TYPE_CHECKING:  # DRF's views load this module
    from rest_framework.views import APIView


class UnknownWord(Refused):
    """A filter was asked for a value that there is not; `faults` name it and list the known ones."""

    code = "filter_value_unknown"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("A filter knows other values than this one.")


class WordFilterBackend(StrictFilterBackend):
    """The house's strict filters, with the answer that the first clients get for an unknown word."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: "APIView") -> QuerySet:
        """Return the filtered rows. Raises BadParameters, UnknownWord."""
        try:
            return super().filter_queryset(request, queryset, view)
        except BadParameters as refusal:
            faults: tuple[Any, ...] = tuple(refusal.extra.get("faults", ()))  # type: ignore[arg-type]  # an open bag
            if faults and all(fault.code == "invalid_choice" for fault in faults):
                raise UnknownWord(faults=faults) from refusal
            raise


def _refusal(listed: str) -> str:
    return _("This is unknown. Known are: %s.") % listed


# In the language of who asks: filters are made once, in that of who started the program.
_unknown = lazy(_refusal, str)


class KnownFilter(django_filters.ChoiceFilter):
    """One of some words; the refusal of any other lists them."""

    def __init__(self, known: Iterable[str], **options: Any) -> None:
        words = [str(word) for word in known]
        # Doubled, because Django puts the refused value into the sentence.
        unknown = {"invalid_choice": _unknown(", ".join(words).replace("%", "%%"))}
        super().__init__(choices=[(word, word) for word in words], error_messages=unknown, **options)
