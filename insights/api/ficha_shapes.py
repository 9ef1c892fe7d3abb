"""What brands take and answer; money is decimal text (W15)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from insights.actions import Connection
from insights.api.fields import ScoreField, WholeField
from insights.api.words import LANGUAGES, choices
from insights.models import FichaCliente
from insights.models.fichas import CRONTAB_LENGTH
from insights.queries.fichas import next_look
from insights.rules import NAME_LENGTH, Platform, RowCode, SourceKind, Trait
from tenants.api.serializers import FormSerializer, StrictCharField, StrictSerializer
from tenants.jobs.api.serializers import JobSerializer

LONGEST_TEXT = 5_000
MOST_NAMES = 100
MOST_TOKENS = 10**18 - 1  # what a JSON number may be long
LARGEST_SAMPLE = 32_767


class ProfileSerializer(StrictSerializer):
    """The personality that a brand wants, 0-100 each; null where nobody said (Q2)."""

    def get_fields(self) -> dict[str, Any]:
        """Return a field for each trait."""
        return {str(trait): ScoreField(required=False, allow_null=True) for trait in Trait}


class FichaSerializer(serializers.ModelSerializer):
    """A brand; `last_analysis_timestamp` is the newest insight's, null before the first."""

    id = serializers.CharField()
    platforms = serializers.ListField(child=serializers.ChoiceField(choices=choices(Platform)))
    language = serializers.ChoiceField(choices=LANGUAGES)
    target_profile = ProfileSerializer()
    source_kind = serializers.ChoiceField(choices=choices(SourceKind))
    has_workbook = serializers.SerializerMethodField()
    enabled = serializers.BooleanField(source="is_enabled")
    budget_usd = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    next_analysis_at = serializers.SerializerMethodField(help_text="Null while it is disabled.")

    class Meta:
        model = FichaCliente
        fields = (
            "id",
            "brand_name",
            "industry",
            "country",
            "timezone",
            "language",
            "archetype",
            "tone_of_voice",
            "target_audience",
            "business_goal",
            "content_pillars",
            "competitors",
            "target_profile",
            "platforms",
            "source_kind",
            "spreadsheet_id",
            "has_workbook",
            "posts_tab",
            "comments_tab",
            "schedule",
            "enabled",
            "model",
            "budget_usd",
            "budget_tokens",
            "minimum_sample",
            "last_analysis_timestamp",
            "last_checked_at",
            "next_analysis_at",
            "created_at",
        )

    def get_has_workbook(self, ficha: FichaCliente) -> bool:
        """Say whether a workbook was uploaded."""
        return ficha.workbook_id is not None

    def get_next_analysis_at(self, ficha: FichaCliente) -> datetime | None:
        """Return when its schedule looks next."""
        return next_look(ficha=ficha, now=timezone.now())


def _text(**options: Any) -> StrictCharField:
    return StrictCharField(required=False, allow_blank=True, **{"max_length": LONGEST_TEXT} | options)


def _names() -> serializers.ListField:
    return serializers.ListField(
        child=StrictCharField(max_length=NAME_LENGTH), required=False, max_length=MOST_NAMES
    )


class ChangedFichaSerializer(StrictSerializer):
    """What changes of a brand; `schedule` is a crontab in the brand's own `timezone`."""

    brand_name = StrictCharField(required=False, max_length=NAME_LENGTH)
    industry = _text(max_length=NAME_LENGTH)
    country = _text(max_length=60)
    timezone = StrictCharField(required=False, max_length=40)
    language = serializers.ChoiceField(required=False, choices=LANGUAGES)
    archetype = _text(max_length=NAME_LENGTH)
    tone_of_voice = _text()
    target_audience = _text()
    business_goal = _text()
    content_pillars = _names()
    competitors = _names()
    target_profile = ProfileSerializer(required=False)
    platforms = serializers.ListField(
        child=serializers.ChoiceField(choices=choices(Platform)), required=False, max_length=len(Platform)
    )
    source_kind = serializers.ChoiceField(required=False, choices=choices(SourceKind))
    spreadsheet_id = _text(max_length=128)
    posts_tab = StrictCharField(required=False, max_length=100)
    comments_tab = StrictCharField(required=False, max_length=100)
    schedule = StrictCharField(required=False, max_length=CRONTAB_LENGTH)
    enabled = serializers.BooleanField(required=False, source="is_enabled")
    model = _text(max_length=80)
    budget_usd = serializers.DecimalField(
        required=False, allow_null=True, max_digits=10, decimal_places=2, min_value=0
    )
    budget_tokens = WholeField(required=False, allow_null=True, min_value=0, max_value=MOST_TOKENS)
    minimum_sample = WholeField(required=False, min_value=1, max_value=LARGEST_SAMPLE)


class NewFichaSerializer(ChangedFichaSerializer):
    """A brand to be made; only its name is needed."""

    brand_name = StrictCharField(max_length=NAME_LENGTH)


class LastAnalysisSerializer(serializers.Serializer):
    """When a brand was analysed last, and when its source was looked at last; null for never."""

    ficha_cliente_id = serializers.CharField(source="id")
    last_analysis_timestamp = serializers.DateTimeField(allow_null=True)
    last_checked_at = serializers.DateTimeField(allow_null=True)


class AnalyzeSerializer(StrictSerializer):
    """How to analyse; `force`: also without news."""

    force = serializers.BooleanField(default=False)


class StartedAnalysisSerializer(JobSerializer):
    """The job, and the run that it works on."""

    run = serializers.CharField()


class WorkbookSerializer(FormSerializer):
    """An .xlsx with the brand's two tabs, up to 20 MB."""

    file = serializers.FileField()


class ConnectionSerializer(serializers.Serializer):
    """What the source would bring; `problems` count rows by code."""

    posts = serializers.IntegerField()
    comments = serializers.IntegerField()
    rows_read = serializers.DictField(child=serializers.IntegerField())
    problems = serializers.DictField(
        child=serializers.IntegerField(), help_text=", ".join(code.value for code in RowCode)
    )
    has_comments_tab = serializers.BooleanField()
    month_first = serializers.BooleanField(source="is_month_first")
    title = serializers.CharField(allow_blank=True)
    locale = serializers.CharField(allow_blank=True)
    timezone = serializers.CharField(source="zone", allow_blank=True)


def connection_shape(found: Connection) -> dict[str, Any]:
    """Return a connection as it is answered."""
    return dict(ConnectionSerializer(found).data)
