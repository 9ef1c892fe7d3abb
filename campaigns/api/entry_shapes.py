"""What the people of campaigns and their calls look like: an entry is the first clients' job."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.api.account_shapes import MoneyField
from campaigns.models import CallAttempt, Debt, Entry
from campaigns.rules import AttemptState, EntryReason, EntryState, NextAction, Outcome
from tenants.api.serializers import StrictSerializer

STATES = [(one.value, one.name) for one in EntryState]
REASONS = [(one.value, one.name) for one in EntryReason]
NEXT_ACTIONS = [(one.value, one.name) for one in NextAction]
OUTCOMES = [(one.value, one.name) for one in Outcome]
ATTEMPT_STATES = [(one.value, one.name) for one in AttemptState]


class PhoneSerializer(serializers.Serializer):
    """A number in the order of calling; `retired` says why it is not called any more."""

    number = serializers.CharField()
    kind = serializers.CharField()
    repaired = serializers.BooleanField()
    retired = serializers.CharField(required=False)


class DebtSerializer(serializers.ModelSerializer):
    """What a person owes one creditor."""

    amount = MoneyField()
    references = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Debt
        fields = (
            "creditor",
            "amount",
            "currency",
            "instalments",
            "first_due_on",
            "last_due_on",
            "days_overdue",
            "fecha_limite",
            "fecha_maxima",
            "references",
        )


class EntrySerializer(serializers.ModelSerializer):
    """A person in a campaign; `next_action`, `reason` and `earliest_at` say why nobody calls now."""

    job_id = serializers.CharField(source="pk")
    batch_id = serializers.CharField(source="campaign.code")
    account_id = serializers.CharField(source="campaign.account.code")
    phones = PhoneSerializer(many=True)
    state = serializers.ChoiceField(choices=STATES)
    next_action = serializers.ChoiceField(choices=NEXT_ACTIONS)
    reason = serializers.ChoiceField(choices=REASONS)
    reason_text = serializers.CharField(source="get_reason_display")
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)
    zones = serializers.SerializerMethodField()
    variables = serializers.DictField(child=serializers.CharField())
    debts = DebtSerializer(many=True)
    promise_amount = MoneyField(allow_null=True)
    charged = MoneyField()
    seconds = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = (
            "job_id",
            "batch_id",
            "account_id",
            "row",
            "name",
            "document",
            "phones",
            "state",
            "next_action",
            "reason",
            "reason_text",
            "earliest_at",
            "attempts",
            "outcome",
            "zones",
            "variables",
            "fecha_limite",
            "fecha_maxima",
            "debts",
            "promise_on",
            "promise_amount",
            "charged",
            "seconds",
            "created_at",
            "moved_at",
            "finished_at",
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_zones(self, entry: Entry) -> list[str]:
        """Return the clocks that its calls must be lawful on."""
        return [zone for zone in entry.zones.split("|") if zone]

    @extend_schema_field(serializers.IntegerField())
    def get_seconds(self, entry: Entry) -> int:
        """Return the talk of all calls in whole seconds."""
        return round(entry.talk_ms / 1_000)


class ZoneSerializer(StrictSerializer):
    """Where a clock stands: the name of a time zone or, in Chile, a commune or region."""

    timezone = serializers.CharField(max_length=80)


class OneEntrySerializer(serializers.Serializer):
    """One person of a campaign."""

    success = serializers.BooleanField()
    job = EntrySerializer()


class CallSerializer(serializers.ModelSerializer):
    """One call: when, to whom, what came of it."""

    id = serializers.CharField()
    job_id = serializers.CharField(source="entry_id")
    batch_id = serializers.CharField(source="campaign.code")
    account_id = serializers.CharField(source="account.code")
    name = serializers.CharField(source="entry.name")
    attempt = serializers.IntegerField(source="number")
    state = serializers.ChoiceField(choices=ATTEMPT_STATES)
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)
    seconds = serializers.SerializerMethodField()
    charge = MoneyField()

    class Meta:
        model = CallAttempt
        fields = (
            "id",
            "call_id",
            "job_id",
            "batch_id",
            "account_id",
            "name",
            "attempt",
            "to_number",
            "from_number",
            "state",
            "outcome",
            "disconnection_reason",
            "is_goal_met",
            "is_contact",
            "seconds",
            "charge",
            "claimed_at",
            "sent_at",
            "started_at",
            "ended_at",
            "closed_at",
        )

    @extend_schema_field(serializers.IntegerField())
    def get_seconds(self, call: CallAttempt) -> int:
        """Return the talk in whole seconds."""
        return round(call.duration_ms / 1_000)


def one(found: Entry) -> dict[str, Any]:
    """Return the answer about one entry."""
    return dict(OneEntrySerializer({"success": True, "job": found}).data)
