"""Shapes of what the classifier says, as the first clients read them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from personas.classifier import Classification, explain
from personas.rules import BULK_TITLES, Match
from tenants.api.serializers import StrictCharField, StrictSerializer

TITLE_LENGTH = 5_000
MATCHES = [(one.value, one.name) for one in Match]


class HitSerializer(serializers.Serializer):
    """A keyword that matches, with its persona."""

    keyword = serializers.CharField(source="keyword.text")
    match = serializers.ChoiceField(source="keyword.match", choices=MATCHES)
    buyer_persona_id = serializers.CharField(source="persona.code", help_text="The persona's code.")
    buyer_persona_name = serializers.CharField(source="persona.name")
    priority = serializers.IntegerField(source="persona.priority")


class ClassificationSerializer(serializers.Serializer):
    """Which persona a title has and why; `all_matches` stand in the order in which they win (P3)."""

    buyer_persona_id = serializers.CharField(source="persona.code", help_text="The persona's code.")
    buyer_persona_name = serializers.CharField(source="persona.name")
    matched_keywords = serializers.ListField(child=serializers.CharField())
    priority_used = serializers.IntegerField(help_text="999 when nothing matched.")
    normalized_job_title = serializers.CharField()
    original_job_title = serializers.CharField(source="original")
    all_matches = HitSerializer(many=True)
    is_default = serializers.BooleanField()
    explanation = serializers.SerializerMethodField()
    ruleset_revision = serializers.IntegerField()

    def get_explanation(self, classification: Classification) -> str:
        """Write the sentence a person reads (W1)."""
        return explain(classification)


class OneTitleSerializer(StrictSerializer):
    """A job title; "" is one, null is not."""

    job_title = StrictCharField(allow_blank=True, trim_whitespace=False, max_length=TITLE_LENGTH)


class TitlesSerializer(StrictSerializer):
    """One job title, or up to 10,000 of them."""

    job_title = StrictCharField(
        allow_blank=True, trim_whitespace=False, max_length=TITLE_LENGTH, required=False
    )
    job_titles = serializers.ListField(
        child=StrictCharField(allow_blank=True, trim_whitespace=False, max_length=TITLE_LENGTH),
        min_length=1,
        max_length=BULK_TITLES,
        required=False,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take one of the two."""
        if len(attrs) != 1:
            words = serializers.ErrorDetail(_("Give job_title or job_titles."), "required")
            raise serializers.ValidationError({"job_title": [words]})
        return attrs


class ClassifiedSerializer(serializers.Serializer):
    """The answer for one title (`classification`) or for several (`classifications`, in their order)."""

    success = serializers.BooleanField()
    classification = ClassificationSerializer(required=False)
    classifications = ClassificationSerializer(many=True, required=False)


class NormalizedSerializer(serializers.Serializer):
    """A title and its normal form (P1)."""

    success = serializers.BooleanField()
    original = serializers.CharField()
    normalized = serializers.CharField()


class DiagnosisInputSerializer(serializers.Serializer):
    """What was asked."""

    original = serializers.CharField()
    normalized = serializers.CharField()


class DiagnosisResultSerializer(serializers.Serializer):
    """What the rules decide."""

    buyer_persona_id = serializers.CharField()
    buyer_persona_name = serializers.CharField()
    is_default = serializers.BooleanField()
    explanation = serializers.CharField()


class DiagnosisMatchingSerializer(serializers.Serializer):
    """Which keywords competed."""

    keywords_matched = serializers.ListField(child=serializers.CharField())
    priority_used = serializers.IntegerField()
    total_matches = serializers.IntegerField()
    all_matches = HitSerializer(many=True)


class CacheStatusSerializer(serializers.Serializer):
    """What the answering process keeps of the rules (P6)."""

    is_valid = serializers.BooleanField()  # type: ignore[assignment]  # DRF takes fields off the class
    keywords_count = serializers.IntegerField()
    last_loaded = serializers.DateTimeField(allow_null=True)


class DiagnosisSerializer(serializers.Serializer):
    """A title under the magnifying glass, by rules read afresh."""

    input = DiagnosisInputSerializer()
    result = DiagnosisResultSerializer()
    matching = DiagnosisMatchingSerializer()
    cache_status = CacheStatusSerializer()


class DiagnosedSerializer(serializers.Serializer):
    """The answer of `diagnose`."""

    success = serializers.BooleanField()
    diagnosis = DiagnosisSerializer()


class CurrentClassificationSerializer(serializers.Serializer):
    """What is stored of a contact."""

    buyer_persona = serializers.CharField(allow_null=True)
    locked = serializers.BooleanField()
    manually_assigned = serializers.BooleanField()


class ContactClassificationSerializer(serializers.Serializer):
    """What is stored beside what the rules say; `would_change` when they differ, locked or not."""

    contact = serializers.CharField()
    current_classification = CurrentClassificationSerializer()
    classifier_result = ClassificationSerializer()
    would_change = serializers.BooleanField()
