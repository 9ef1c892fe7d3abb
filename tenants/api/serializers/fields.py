"""Fields and serializers that every app's API builds on: strict in, one written form out (W15, S13)."""

import re
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenants.intake import UNFIT_WORDS, faults_in, is_number, is_uuid, read_json, text_fault


class StrictCharField(serializers.CharField):
    """Text that can be stored and shown; a number or a truth value is no text."""

    default_error_messages = dict(UNFIT_WORDS)

    def to_internal_value(self, value: Any) -> str:
        """Return the text, trimmed; unfit characters are refused, whatever door they came through."""
        if not isinstance(value, str):
            self.fail("invalid")
        # Before trimming: strip() takes some control characters for space.
        code = text_fault(value)
        if code:
            self.fail(code)
        return super().to_internal_value(value)


class CleanJSONField(serializers.JSONField):
    """Any JSON value whose texts and keys can be stored; null only where allowed."""

    default_error_messages = dict(UNFIT_WORDS)

    def to_internal_value(self, value: Any) -> Any:
        """Return the value. Raises BadJSON for a form's JSON text, which the strict parser has not seen."""
        if getattr(value, "is_json_string", False):
            return read_json(str(value).encode("utf-8", "surrogatepass"))
        for fault in faults_in(value):
            self.fail(fault.code)
        return super().to_internal_value(value)


class PageNumberField(serializers.IntegerField):
    """A whole number as a query writes it: in the digits 0 to 9."""

    def to_internal_value(self, value: Any) -> int:
        """Return the number."""
        if not re.fullmatch(r"-?[0-9]{1,18}", str(value)):
            self.fail("invalid")
        return super().to_internal_value(value)


class IdField(serializers.Field):
    """An id as text, in its one written form."""

    default_error_messages = {"invalid": _("This is not an id.")}

    def to_internal_value(self, value: Any) -> str:
        """Return the id's text; JSON integers are taken too, fractions and odd spellings are not."""
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not (is_number(text) or is_uuid(text)):
            self.fail("invalid")
        return text

    def to_representation(self, value: Any) -> str:
        """Return the id as text."""
        return str(value)


class KeyField(serializers.PrimaryKeyRelatedField):
    """Another row by its id; 1.5 or "01" name nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=IdField(), **kwargs)


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know: a misspelt name must not pass for "not given"."""

    default_error_messages = {"unknown_field": _("There is no such field.")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; unknown names are faults of their own."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            words = serializers.ErrorDetail(str(self.error_messages["unknown_field"]), "unknown_field")
            raise serializers.ValidationError({name: [words] for name in sorted(unknown)})
        return super().to_internal_value(data)


class FormSerializer(StrictSerializer):
    """A form whose parts stand once each: of two files, none is the one that was meant."""

    default_error_messages = {"repeated": _("The parameter may be given once.")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; a request without a body and its type comes as a plain dict."""
        parts = data.lists() if isinstance(data, QueryDict) else ()
        repeated = sorted(name for name, values in parts if len(values) > 1)
        if repeated:
            words = serializers.ErrorDetail(str(self.error_messages["repeated"]), "repeated")
            raise serializers.ValidationError({name: [words] for name in repeated})
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer):
    """A model's serializer with the strict fields; ids and keys go out as text."""

    serializer_related_field = KeyField
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: StrictCharField,
        models.TextField: StrictCharField,
        models.JSONField: CleanJSONField,
        models.AutoField: IdField,
        models.BigAutoField: IdField,
    }
