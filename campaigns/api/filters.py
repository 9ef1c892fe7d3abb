"""What lists of campaigns can be narrowed to: an unknown parameter is 400, an unknown value of one 422."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from campaigns import actions, queries
from campaigns.actions import BadWish
from campaigns.rules import SuppressionKind
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


def sought(kind: SuppressionKind, text: str, *, home: str) -> set[str]:
    """Return each stored form that a number or document may have, however it is written (C4, C5). One query.

    It is read as the people of the tenant's country `home`, and of its accounts' countries, write it.
    """
    found = {value for country in {home, *queries.countries()} for value in _read(kind, text, country)}
    return found | _dialled(text, found) if kind is SuppressionKind.NUMBER else found


def _read(kind: SuppressionKind, text: str, country: str) -> Iterator[str]:
    # A plus that nobody encoded arrives as a blank.
    line = re.sub(r"^\s+(?=\d)", "+", text) if kind is SuppressionKind.NUMBER else text
    try:
        yield actions.read_wish(kind, line, country=country).value
    except BadWish:
        return


def _dialled(text: str, readings: Collection[str]) -> set[str]:
    """Return the number as it is dialled from anywhere, unless it was written and read as one of here."""
    digits = re.sub(r"\D", "", text)
    is_of_here = bool(readings) and not text.startswith(("+", " "))
    return {f"+{digits}"} if digits and not is_of_here else set()
