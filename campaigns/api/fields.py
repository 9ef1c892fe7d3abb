"""Fields of campaigns' writes: one kind of value each."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenants.api.serializers import StrictSerializer

# Sixteen digits before the mark say "too large" by themselves; more are no amount but an attack.
_AMOUNT = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,20})?")


class AmountField(serializers.Field):
    """Money or minutes: a decimal text, or a JSON number. Goes out as text with four places (W15)."""

    default_error_messages = {"invalid": _("An amount is a decimal number such as 12.50.")}

    def to_internal_value(self, value: Any) -> Decimal:
        """Return the number as written; the action rounds it."""
        text = format(Decimal(str(value)), "f") if type(value) in (int, float) else value
        if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
            self.fail("invalid")
        return Decimal(text)

    def to_representation(self, value: Decimal) -> str:
        """Return the text."""
        return f"{value:.4f}"


class WholeField(serializers.IntegerField):
    """A JSON integer; a text, a truth value or a fraction is none."""

    def to_internal_value(self, value: Any) -> int:
        """Return the number."""
        if type(value) is not int:
            self.fail("invalid")
        return super().to_internal_value(value)


class NothingSerializer(StrictSerializer):
    """An act that takes nothing."""
