"""What recommendations ask to be done, and what people wrote to it."""

from rest_framework import serializers

from insights.api.words import choices
from insights.models import Task, TaskNote
from insights.rules import TaskState
from tenants.api.serializers import StrictCharField, StrictSerializer

LONGEST_NOTE = 5_000
STATES = choices(TaskState)


class TaskNoteSerializer(serializers.ModelSerializer):
    """What somebody wrote."""

    id = serializers.CharField()

    class Meta:
        model = TaskNote
        fields = ("id", "text", "created_at", "created_by")


class TaskSerializer(serializers.ModelSerializer):
    """One recommendation to be done, in a week from 1 to 4, with its notes."""

    id = serializers.CharField()
    ficha_cliente_id = serializers.CharField(source="ficha_id")
    insight_id = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    evidence = serializers.ListField(child=serializers.DictField())
    notes = TaskNoteSerializer(many=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "ficha_cliente_id",
            "insight_id",
            "title",
            "description",
            "area",
            "urgency",
            "priority",
            "actions",
            "evidence",
            "week",
            "state",
            "withdrawn_at",
            "notes",
            "created_at",
            "changed_at",
            "changed_by",
        )


class ChangedTaskSerializer(StrictSerializer):
    """Where a task stands now."""

    state = serializers.ChoiceField(choices=STATES)


class NewNoteSerializer(StrictSerializer):
    """A note to a task, which from then on stays."""

    text = StrictCharField(max_length=LONGEST_NOTE)
