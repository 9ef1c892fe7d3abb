"""Fields of personas' writes: one kind of value each, in its canonical form."""

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from personas.imports.identifiers import canonical_email, canonical_profile_url
from tenants.api.serializers import StrictCharField
from tenants.intake import is_uuid, one_line

LARGEST_PRIORITY = 2_147_483_647
PERSONA_CODE_LENGTH = 60
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SEPARATORS = re.compile(r"[\s().-]+")


class WholeNumberField(serializers.IntegerField):
    """A JSON integer; a text, a truth value or a fraction is none."""

    def to_internal_value(self, value: Any) -> int:
        """Return the number."""
        if type(value) is not int:
            self.fail("invalid")
        return super().to_internal_value(value)


class TruthField(serializers.BooleanField):
    """JSON's true or false; 1 and "yes" are neither."""

    def to_internal_value(self, value: Any) -> bool:
        """Return the truth value."""
        if type(value) is not bool:
            self.fail("invalid", input=value)
        return bool(value)


class CodeField(StrictCharField):
    """A persona's code, to be looked up: one that nobody has is 404, however it is spelt."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PERSONA_CODE_LENGTH, **options)


class KeyTextField(serializers.CharField):
    """An id to be looked up, as text or number: one that names nothing is 404, however it is spelt."""

    def to_internal_value(self, value: Any) -> str:
        """Return the id's text."""
        if type(value) not in (int, str):
            self.fail("invalid")
        return super().to_internal_value(value)


class JobIdField(serializers.CharField):
    """The id of a job to be looked up."""

    def to_internal_value(self, value: Any) -> UUID:  # type: ignore[override]  # an id, not its text
        """Return the id; a text that is none names no job, so it becomes one that nobody has."""
        if not isinstance(value, str):
            self.fail("invalid")
        return UUID(value) if is_uuid(value) else UUID(int=0)


class LineField(StrictCharField):
    """Text of one line with single blanks."""

    def to_internal_value(self, value: Any) -> str:
        """Return the line; one of which nothing shows is blank."""
        line = one_line(super().to_internal_value(value))
        if not line and not self.allow_blank:
            self.fail("blank")
        return line


class AddressField(StrictCharField):
    """An e-mail address in lower case."""

    default_error_messages = {"invalid_email": _("This is not an e-mail address.")}

    def to_internal_value(self, value: Any) -> str:
        """Return the canonical address (L3)."""
        found = canonical_email(super().to_internal_value(value))
        if found is None:
            self.fail("invalid_email")
        return found


class ProfileField(StrictCharField):
    """The address of a LinkedIn profile in its canonical form, "" for none."""

    default_error_messages = {"invalid_profile": _("This is not the address of a LinkedIn profile.")}

    def to_internal_value(self, value: Any) -> str:
        """Return the canonical address (L5)."""
        written = super().to_internal_value(value)
        found = canonical_profile_url(written) if written else ""
        if found is None:
            self.fail("invalid_profile")
        return found


class PhoneField(StrictCharField):
    """A telephone number in E.164, "" for none; blanks and hyphens are dropped (W15)."""

    default_error_messages = {"invalid_phone": _("Write the number as +56912345678.")}

    def to_internal_value(self, value: Any) -> str:
        """Return the number."""
        number = _SEPARATORS.sub("", super().to_internal_value(value))
        if number and not _E164.fullmatch(number):
            self.fail("invalid_phone")
        return number
