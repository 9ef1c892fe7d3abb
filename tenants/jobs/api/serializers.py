"""The one shape of long work (W2)."""

from rest_framework import serializers

from tenants.jobs.rules import State

STATES = [(state.value, state.name) for state in State]


class PhaseSerializer(serializers.Serializer):
    """Step `n` of `of`; zeros before the first."""

    n = serializers.IntegerField()
    of = serializers.IntegerField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF takes fields off the class


class JobLinksSerializer(serializers.Serializer):
    """Where to ask again, where to cancel; `undo` while what it did can be taken back."""

    self = serializers.CharField()
    status = serializers.CharField()
    cancel = serializers.CharField()
    undo = serializers.CharField(required=False)


class JobStatusSerializer(serializers.Serializer):
    """How far a job is; at most 1 KB. `poll_after_s` is null once it has ended."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    phase = PhaseSerializer()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True, help_text="Null while unknown.")
    percent = serializers.FloatField(allow_null=True, help_text="Below 100 until completed.")
    counters = serializers.DictField(child=serializers.IntegerField())
    started_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    silent_s = serializers.IntegerField(allow_null=True, help_text="Seconds without a sign of life.")
    eta_s = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        min_length=2,
        max_length=2,
        help_text="Low and high.",
    )
    poll_after_s = serializers.IntegerField(allow_null=True)
    can_cancel = serializers.BooleanField()
    can_undo = serializers.BooleanField()
    links = JobLinksSerializer()


class JobSerializer(JobStatusSerializer):
    """The whole job: its progress, and what came of it."""

    attempt = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    result = serializers.DictField(allow_null=True)


class FileJobSerializer(JobSerializer):
    """A job that writes a file for whoever asked: `file` is where it will be, 404 until then."""

    file = serializers.CharField()
