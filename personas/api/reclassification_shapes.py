"""What reclassifications take and answer, as the first clients write and read them (R1–R9)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from personas.actions import BadSelection
from personas.api.fields import CodeField, JobIdField, KeyTextField, TruthField
from personas.queries.reclassifications import STATUSES
from personas.rules import AFFECTED_KEYWORDS, KEYWORD_LENGTH, ReclassificationType
from tenants.api.serializers import PageNumberField, StrictCharField, StrictSerializer

TYPES = [(one.value, one.name) for one in ReclassificationType]
STATUS_WORDS = [(word, word.upper()) for word in STATUSES.values()]
USUAL_JOBS, MOST_JOBS = 50, 200
FURTHEST = 1_000_000_000


class JobsQuerySerializer(serializers.Serializer):
    """Which jobs are asked for."""

    status = serializers.ChoiceField(choices=STATUS_WORDS, required=False)
    limit = PageNumberField(min_value=1, max_value=MOST_JOBS, default=USUAL_JOBS)
    skip = PageNumberField(min_value=0, max_value=FURTHEST, default=0)


def _texts(**options: Any) -> serializers.ListField:
    text = StrictCharField(allow_blank=True, max_length=KEYWORD_LENGTH)
    return serializers.ListField(child=text, max_length=AFFECTED_KEYWORDS, **options)


class ReclassifySerializer(StrictSerializer):
    """A dry run unless said otherwise; a real one may apply a preview of the same contacts (R1, R2)."""

    dry_run = TruthField(default=True)
    preview_job_id = JobIdField(default=None, allow_null=True)


class ByKeywordSerializer(ReclassifySerializer):
    """Contacts whose title the keyword matches."""

    keyword_id = KeyTextField()


class ByPersonaSerializer(ReclassifySerializer):
    """Contacts whose persona it is now."""

    buyer_persona_id = CodeField(help_text="The persona's code.")


class ByTextsSerializer(ReclassifySerializer):
    """Contacts whose title holds one of the texts, or whose persona was won by one; `affected` of a write."""

    keywords = _texts()


class EstimateSerializer(StrictSerializer):
    """The type and its parameters; those of other types are not looked at."""

    job_type = StrictCharField(help_text="all, by_keyword, by_persona or affected.")
    keyword_id = KeyTextField(required=False, allow_null=True)
    buyer_persona_id = CodeField(required=False, allow_null=True, allow_blank=True)
    keywords = _texts(required=False, allow_null=True)

    def validate_job_type(self, word: str) -> ReclassificationType:
        """Return the type. Raises BadSelection for one that nobody can ask for."""
        if word not in set(ReclassificationType) - {ReclassificationType.UNDO}:
            raise BadSelection(_("There is no such type of reclassification."))
        return ReclassificationType(word)


class SampleChangeSerializer(serializers.Serializer):
    """A contact that changes, or would."""

    contact_id = serializers.CharField()
    job_title = serializers.CharField()
    old_persona = serializers.CharField()
    new_persona = serializers.CharField()


class TransitionSerializer(serializers.Serializer):
    """How many contacts go from one persona to another."""

    old_persona = serializers.CharField()
    new_persona = serializers.CharField()
    contacts = serializers.IntegerField()


class EstimateAnswerSerializer(serializers.Serializer):
    """How many contacts are selected, how many would change, and some of them (R9)."""

    success = serializers.BooleanField()
    job_type = serializers.ChoiceField(choices=TYPES)
    estimated_contacts = serializers.IntegerField()
    would_change = serializers.IntegerField()
    transitions = TransitionSerializer(many=True)
    sample_contacts = SampleChangeSerializer(many=True)


class ReclassificationProgressSerializer(serializers.Serializer):
    """Counters that add up at every moment (R3)."""

    total_contacts = serializers.IntegerField()
    processed = serializers.IntegerField()
    updated = serializers.IntegerField()
    skipped_locked = serializers.IntegerField()
    skipped_same = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # DRF takes fields off the class
    percent = serializers.FloatField()


class ReclassificationResultSerializer(serializers.Serializer):
    """What a job did, or would do (R4)."""

    message = serializers.CharField()
    total_changes = serializers.IntegerField()
    sample_changes = SampleChangeSerializer(many=True)
    persona_breakdown = serializers.DictField(child=serializers.IntegerField())
    transitions = TransitionSerializer(many=True)


class OrNullField(serializers.CharField):
    """Text that is null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        """Return the text, null for ""."""
        return str(value) or None


class ReclassificationSerializer(serializers.Serializer):
    """A reclassification: what was asked, how far it is, what came of it, what may be done with it."""

    job_id = serializers.UUIDField()
    job_type = serializers.ChoiceField(choices=TYPES)
    params = serializers.DictField()
    dry_run = serializers.BooleanField()
    status = serializers.ChoiceField(choices=STATUS_WORDS)
    created_by = OrNullField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    progress = ReclassificationProgressSerializer()
    result = ReclassificationResultSerializer(allow_null=True)
    error = OrNullField()
    attempt = serializers.IntegerField()
    worker_id = OrNullField()
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()
    preview_job_id = serializers.UUIDField(allow_null=True)
    undoes_job_id = serializers.UUIDField(allow_null=True)
    undone_by_job_id = serializers.UUIDField(allow_null=True)
    can_cancel = serializers.BooleanField()
    can_apply = serializers.BooleanField()
    can_undo = serializers.BooleanField()


class OneReclassificationSerializer(serializers.Serializer):
    """One job."""

    success = serializers.BooleanField()
    job = ReclassificationSerializer()


class AcceptedReclassificationSerializer(OneReclassificationSerializer):
    """A job and what became of the request, in words."""

    message = serializers.CharField()


class ReclassificationsSerializer(serializers.Serializer):
    """Jobs, newest first; `count` of them are here."""

    success = serializers.BooleanField()
    jobs = ReclassificationSerializer(many=True)
    count = serializers.IntegerField()
