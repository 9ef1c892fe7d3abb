"""What people's acts take: one kind of value each, nothing unknown."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from identity.actions.people import SAID
from identity.rules import CODE_LENGTH, IdentifierKind, VerdictKind
from tenants.api.serializers import StrictCharField, StrictSerializer
from tenants.intake import is_number, is_uuid

LONGEST_NOTE = 500
IDENTIFIERS = [(kind.value, kind.value) for kind in IdentifierKind]
MOST_LINKS = 1000


class UuidField(serializers.UUIDField):
    """A key as text in its one written form."""

    def to_internal_value(self, value: Any) -> UUID:
        """Return the key."""
        if not isinstance(value, str) or not is_uuid(value):
            self.fail("invalid", value=value)
        return UUID(value)


class NumberField(serializers.CharField):
    """A row's number as text, or as a JSON integer."""

    default_error_messages = {"invalid": _("This is not an id.")}

    def to_internal_value(self, value: Any) -> int:  # type: ignore[override]  # an id, not its text
        """Return the number."""
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not is_number(text):
            self.fail("invalid")
        return int(text)


class YesNoField(serializers.BooleanField):
    """JSON's true or false; 1 and "yes" are neither."""

    def to_internal_value(self, value: Any) -> bool:
        """Return the truth value."""
        if type(value) is not bool:
            self.fail("invalid", input=value)
        return bool(value)


class NotedSerializer(StrictSerializer):
    """Why; may be left out."""

    note = StrictCharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)


class NothingSerializer(StrictSerializer):
    """An act that takes nothing."""


class AboutSerializer(NotedSerializer):
    """A person or an account, one of both."""

    person_key = UuidField(required=False)
    driver_id = StrictCharField(required=False, max_length=CODE_LENGTH)


class ResolveSerializer(AboutSerializer):
    """Who the lead is: `person_key`, `driver_id` or `new_person`, one of the three.

    `confirmed` names identifiers of the lead that somebody vouches for: the person is their one holder.
    """

    new_person = YesNoField(default=False)
    confirmed = serializers.ListField(
        child=serializers.ChoiceField(choices=IDENTIFIERS), default=list, max_length=len(IDENTIFIERS)
    )


class VerdictSerializer(AboutSerializer):
    """Whom the lead must be linked to, or cannot be."""

    verdict = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in VerdictKind])


class MergeSerializer(NotedSerializer):
    """Who becomes the person of the address, and leaves a tombstone."""

    other = UuidField()


class SplitSerializer(NotedSerializer):
    """The links that a new person gets: accounts, leads, registrations."""

    links = serializers.ListField(child=NumberField(), max_length=MOST_LINKS)


class UndoSerializer(StrictSerializer):
    """Which merge or split is taken back."""

    change = UuidField()


class DecideOriginSerializer(StrictSerializer):
    """What is thought of an origin, and which link it is, if another."""

    status = serializers.ChoiceField(choices=[(status.value, status.value) for status in SAID])
    link = NumberField(required=False)


class AnswerSerializer(NotedSerializer):
    """Yes merges the two, no is not asked again. `kept` is who stays, else the older one."""

    accept = YesNoField()
    kept = UuidField(required=False)
