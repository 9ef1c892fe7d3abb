"""Shapes of a question to matching, and of its answer with all reasons (I10)."""

from typing import Any

from rest_framework import serializers

from identity.actions import Explanation
from identity.matching.comparing import Field
from identity.matching.trying import Verdict
from identity.models.sightings import KEY_LENGTH
from identity.rules import (
    CODE_LENGTH,
    FIRST_SYSTEM_WORDS,
    NAME_LENGTH,
    Confidence,
    MatchRule,
    Outcome,
    Reason,
)
from tenants.api.serializers import StrictCharField, StrictSerializer


def _typed(length: int) -> StrictCharField:
    return StrictCharField(required=False, allow_blank=True, max_length=length, default="")


class FactsSerializer(StrictSerializer):
    """A lead's facts as somebody types them; each may be left out."""

    park = _typed(CODE_LENGTH)
    first_name = _typed(NAME_LENGTH)
    middle_name = _typed(NAME_LENGTH)
    last_name = _typed(NAME_LENGTH)
    phone = _typed(CODE_LENGTH)
    document = _typed(CODE_LENGTH)
    licence = _typed(CODE_LENGTH)
    email = _typed(KEY_LENGTH)
    plate = _typed(CODE_LENGTH)
    car_brand = _typed(CODE_LENGTH)
    car_model = _typed(CODE_LENGTH)
    lead_date = serializers.DateField(required=False, allow_null=True, default=None)


class RuleSaidSerializer(serializers.Serializer):
    """What one rule says."""

    rule = serializers.ChoiceField(choices=[(one.value, one.value) for one in MatchRule])
    verdict = serializers.ChoiceField(choices=[(one.value, one.value) for one in Verdict])
    score = serializers.IntegerField(help_text="0 unless the rule names somebody.")
    names_alike = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        source="alike",
        help_text="How alike the names of those on the rule's key are, best first; null without a name.",
    )


class StepSerializer(serializers.Serializer):
    """A field, how it compares, and what that weighs in bits."""

    field = serializers.ChoiceField(choices=[(one.value, one.value) for one in Field])
    level = serializers.CharField()
    bits = serializers.FloatField()


class MatchCandidateSerializer(serializers.Serializer):
    """A person who may be the lead; the steps sum to `bits`."""

    person = serializers.UUIDField(allow_null=True, help_text="Null while only accounts are known.")
    name = serializers.CharField()
    drivers = serializers.ListField(child=serializers.CharField())
    steps = StepSerializer(many=True)
    bits = serializers.FloatField()
    posterior = serializers.FloatField()
    is_aside = serializers.BooleanField(
        help_text="A rule set this person aside (park, window, name): the others share the probability."
    )


class ExplanationSerializer(serializers.Serializer):
    """A decision with its rule or reason, every rule's word, and the candidates by probability."""

    outcome = serializers.ChoiceField(choices=[(one.value, one.value) for one in Outcome])
    reason = serializers.ChoiceField(choices=[(one.value, one.value) for one in Reason], allow_null=True)
    first_system_reason = serializers.SerializerMethodField()
    rule = serializers.ChoiceField(choices=[(one.value, one.value) for one in MatchRule], allow_null=True)
    score = serializers.IntegerField()
    confidence = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in Confidence], allow_null=True
    )
    is_corroborated = serializers.BooleanField()
    chosen = serializers.IntegerField(allow_null=True, help_text="Place of the chosen one in `candidates`.")
    gap = serializers.FloatField(allow_null=True, help_text="Bits to the next person.")
    ruleset = serializers.CharField()
    inputs = serializers.DictField(child=serializers.CharField(allow_blank=True))
    tried = RuleSaidSerializer(many=True)
    candidates = MatchCandidateSerializer(many=True)

    def get_first_system_reason(self, told: Explanation) -> str | None:
        """Return the first system's word for the reason (I6)."""
        return FIRST_SYSTEM_WORDS.get(told.reason) if told.reason else None


def shaped(told: Explanation) -> dict[str, Any]:
    """Return an explanation as it is answered."""
    return dict(ExplanationSerializer(told).data)
