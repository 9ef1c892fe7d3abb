"""What several forms of campaigns ask for: money of one currency, days."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.imports import describe_row
from campaigns.imports.amounts import exact_amount
from campaigns.imports.cells import read_date
from campaigns.imports.codes import Unacceptable
from tenants.forms import FigureField

_BETWEEN = re.compile(r"[\s,;]+")


class AmountField(FigureField):
    """Money in `currency`, which the form sets: its own signs and words are read, another's refused (C6)."""

    currency = ""

    def read(self, text: str) -> Decimal | None:
        """Return the amount with all its places. Raises ValidationError."""
        try:
            return exact_amount(text, currency=self.currency)
        except Unacceptable as error:
            raise forms.ValidationError(describe_row(error.code, error.told)) from error


class DaysField(forms.CharField):
    """Days, one a line, the day before the month or as ISO; read as ISO texts (W7)."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Return the days as they are written. Raises ValidationError for the first that is none."""
        return [_day(word) for word in _BETWEEN.split(super().to_python(value) or "") if word]

    def prepare_value(self, value: Any) -> Any:
        """Write stored days one a line; what was typed stays."""
        is_stored = isinstance(value, Sequence) and not isinstance(value, str)
        return "\n".join(value) if is_stored else value


def _day(word: str) -> str:
    # A bare number is a spreadsheet's day and nobody's writing: a slip must not become a day off.
    found = None if word.isdecimal() else read_date(word)
    if found is None:
        words = _("“%(word)s” is no day: write 18/09/2026 or 2026-09-18.")
        raise forms.ValidationError(words % {"word": word[:40]})
    return found.isoformat()
