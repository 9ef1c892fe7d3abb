"""Shapes of figures and of what mending them answers, as the first clients read them."""

from rest_framework import serializers

from personas.api.reclassification_shapes import ReclassificationSerializer
from personas.api.shapes import MATCHES, CacheStatusSerializer
from personas.rules import METRICS_KEPT_DAYS, Effect
from tenants.api.serializers import PageNumberField, StrictSerializer

EFFECTS = [(one.value, one.name) for one in Effect]
USUAL_DAYS = 30
MOST_CONTACTS = 100_000_000


class ContactFiguresSerializer(serializers.Serializer):
    """Contacts counted; `by_persona` by code."""

    total = serializers.IntegerField()
    by_persona = serializers.DictField(child=serializers.IntegerField())
    locked = serializers.IntegerField()
    manually_assigned = serializers.IntegerField()
    with_job_title = serializers.IntegerField()
    with_normalized_job_title = serializers.IntegerField(help_text="An empty copy is a copy too.")
    default_persona = serializers.IntegerField(help_text="With the default persona, or with none.")


class KeywordFiguresSerializer(serializers.Serializer):
    """Keywords counted; `by_persona` by code."""

    total = serializers.IntegerField()
    by_persona = serializers.DictField(child=serializers.IntegerField())


class KeywordUseSerializer(serializers.Serializer):
    """A keyword and the contacts whose title it matches (P2)."""

    keyword = serializers.CharField()
    buyer_persona_id = serializers.CharField(help_text="The persona's code.")
    match = serializers.ChoiceField(choices=MATCHES)
    effect = serializers.ChoiceField(choices=EFFECTS)
    contacts = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer):
    """Parts of the contacts in percent, of none: 0."""

    normalization = serializers.FloatField()
    classification = serializers.FloatField(help_text="Of another persona than the default one.")
    job_title = serializers.FloatField()


class TrendsSerializer(serializers.Serializer):
    """What has changed since the record before; empty for the first."""

    contact_growth = serializers.IntegerField(required=False)
    contact_growth_percent = serializers.FloatField(required=False)
    classification_improvement = serializers.IntegerField(required=False, help_text="In contacts.")
    keyword_growth = serializers.IntegerField(required=False)
    hours_since_last = serializers.FloatField(required=False)


class MetricsSerializer(serializers.Serializer):
    """The figures of one moment, kept 90 days."""

    computed_at = serializers.DateTimeField()
    contacts = ContactFiguresSerializer()
    keywords = KeywordFiguresSerializer()
    top_keywords = KeywordUseSerializer(many=True)
    unused_keywords = KeywordUseSerializer(many=True)
    coverage = CoverageSerializer()
    trends = TrendsSerializer()


class LatestMetricsSerializer(serializers.Serializer):
    """One record; null before the first."""

    success = serializers.BooleanField()
    metrics = MetricsSerializer(allow_null=True)


class HistoryAskedSerializer(StrictSerializer):
    """How far back."""

    days = PageNumberField(min_value=1, max_value=METRICS_KEPT_DAYS, default=USUAL_DAYS)


class MetricsHistorySerializer(serializers.Serializer):
    """One record a day, the latest of each, oldest day first."""

    success = serializers.BooleanField()
    history = MetricsSerializer(many=True)
    count = serializers.IntegerField()


class StatsContactsSerializer(ContactFiguresSerializer):
    """Contacts counted, and how many of them have a normalised title, in percent."""

    normalization_coverage = serializers.FloatField()


class StatsSerializer(serializers.Serializer):
    """Contacts and keywords of now, and the last reclassifications."""

    success = serializers.BooleanField()
    contacts = StatsContactsSerializer()
    keywords = KeywordFiguresSerializer()
    recent_jobs = ReclassificationSerializer(many=True)


class BackfillAskedSerializer(StrictSerializer):
    """How many contacts to look at, all unless said."""

    limit = PageNumberField(
        min_value=1, max_value=MOST_CONTACTS, required=False, allow_null=True, default=None
    )


class BackfilledSerializer(serializers.Serializer):
    """What was found and mended; `total_processed` is the sum of the others (R10)."""

    success = serializers.BooleanField(default=True)
    total_processed = serializers.IntegerField()
    updated = serializers.IntegerField()
    already_normalized = serializers.IntegerField()
    no_job_title = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # DRF takes fields off the class


class IndexSerializer(serializers.Serializer):
    """An index, and whether it was missing and has been made."""

    table = serializers.CharField()
    name = serializers.CharField()
    made = serializers.BooleanField()


class IndexReportSerializer(serializers.Serializer):
    """All indexes of the domain; `created` names those that were missing."""

    success = serializers.BooleanField()
    created = serializers.ListField(child=serializers.CharField())
    indexes = IndexSerializer(many=True)


class InvalidatedSerializer(serializers.Serializer):
    """What the answering process keeps of the rules afterwards."""

    success = serializers.BooleanField()
    cache_status = CacheStatusSerializer()
