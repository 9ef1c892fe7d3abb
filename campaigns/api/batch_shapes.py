"""What campaigns take and answer, in the first clients' words: a campaign is a batch."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import queries
from campaigns.actions.creating import LONGEST_DESCRIPTION, CampaignFacts
from campaigns.api.account_shapes import UNIT, MoneyField
from campaigns.api.experiment_shapes import ArmSerializer, arm_shape, chosen_field, weights_of
from campaigns.api.fields import WholeField
from campaigns.models import Campaign
from campaigns.queries import CampaignStatus, CampaignSummary
from campaigns.queries.campaigns import (
    COMPLETED,
    FAILED,
    FINISHED,
    PENDING,
    SUSPENDED,
    minutes,
    money,
    progress,
    rate,
)
from campaigns.queries.outlook import Outlook
from campaigns.rules import CODE_LENGTH, NAME_LENGTH, CampaignState, ProcessingType, UseCase
from tenants.api.serializers import CleanJSONField, StrictCharField, StrictSerializer

STATES = [(one.value, one.name) for one in CampaignState]
USE_CASES = [(one.value, one.name) for one in UseCase]
PROCESSINGS = [(one.value, one.name) for one in ProcessingType]


class BatchSerializer(serializers.ModelSerializer):
    """A campaign; `is_active` says that it calls now."""

    batch_id = serializers.CharField(source="code")
    account_id = serializers.CharField(source="account.code")
    use_case = serializers.ChoiceField(choices=USE_CASES)
    processing_type = serializers.ChoiceField(choices=PROCESSINGS)
    state = serializers.ChoiceField(choices=STATES)
    is_active = serializers.BooleanField()
    call_settings = serializers.JSONField(help_text="Complete: what was not said is filled in.")
    legal_frame = serializers.CharField(source="frame", help_text="Frame and version of it.")
    spend_cap = MoneyField(allow_null=True)
    total_jobs = serializers.IntegerField(source="tally.entries")

    class Meta:
        model = Campaign
        fields = (
            "batch_id",
            "account_id",
            "name",
            "description",
            "use_case",
            "processing_type",
            "state",
            "is_active",
            "priority",
            "call_settings",
            "legal_frame",
            "starts_at",
            "ends_at",
            "spend_cap",
            "total_jobs",
            "created_at",
            "started_at",
            "paused_at",
            "completed_at",
            "cancellation_reason",
        )


class WholeBatchSerializer(BatchSerializer):
    """A campaign with the versions of scripts that it speaks by."""

    scripts = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = (*BatchSerializer.Meta.fields, "scripts")

    @extend_schema_field(ArmSerializer(many=True))
    def get_scripts(self, found: Campaign) -> list[dict[str, Any]]:
        """Return its versions, none for a campaign that says no script."""
        return [arm_shape(arm) for arm in queries.arms_of(campaign=found)]


class OneBatchSerializer(serializers.Serializer):
    """One campaign."""

    success = serializers.BooleanField()
    batch = WholeBatchSerializer()


class MovedBatchSerializer(OneBatchSerializer):
    """A campaign after a step of its life."""

    message = serializers.CharField()


class CancelledSerializer(serializers.Serializer):
    """A campaign that was ended; a repeat answers with the first reason."""

    success = serializers.BooleanField()
    message = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class ChangedBatchSerializer(StrictSerializer):
    """What changes of a campaign; its state changes by other doors."""

    name = StrictCharField(required=False, max_length=NAME_LENGTH)
    description = StrictCharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    priority = WholeField(required=False, help_text="1 to 3; 3 goes first.")
    call_settings = CleanJSONField(required=False, allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    spend_cap = MoneyField(required=False, allow_null=True)
    scripts = chosen_field()


class NewBatchSerializer(ChangedBatchSerializer):
    """A campaign without people yet."""

    account_id = StrictCharField(max_length=CODE_LENGTH)
    name = StrictCharField(max_length=NAME_LENGTH)
    use_case = serializers.ChoiceField(choices=USE_CASES, default=UseCase.COLLECTION)


class LaunchSerializer(StrictSerializer):
    """When a campaign calls; without moments at once, until it is done."""

    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)


class BatchStatusSerializer(serializers.Serializer):
    """How far a campaign is; at most 500 bytes."""

    batch_id = serializers.CharField()
    is_active = serializers.BooleanField()
    total_jobs = serializers.IntegerField()
    pending_jobs = serializers.IntegerField(help_text="Queued, waiting for a retry, claimed.")
    completed_jobs = serializers.IntegerField(help_text="Succeeded.")
    failed_jobs = serializers.IntegerField(help_text="Failed, exhausted.")
    suspended_jobs = serializers.IntegerField(help_text="On hold, waiting for a person.")
    total_cost = serializers.FloatField()
    total_minutes = serializers.FloatField()
    progress_percentage = serializers.FloatField(help_text="Entries at an end; 100 only when all are.")
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)


class HourSerializer(serializers.Serializer):
    """An hour of the day on the campaign's clock."""

    hour = serializers.IntegerField()
    calls = serializers.IntegerField()
    contacts = serializers.IntegerField()


class RatesSerializer(serializers.Serializer):
    """Shares in percent, one place; null of nothing."""

    success = serializers.FloatField(allow_null=True, help_text="Succeeded of those that were tried out.")
    contact = serializers.FloatField(allow_null=True, help_text="Reached of those that were dialled.")
    promise = serializers.FloatField(allow_null=True, help_text="Promised of those that were reached.")


class BatchSummarySerializer(BatchStatusSerializer):
    """What a campaign came to in detail."""

    success = serializers.BooleanField()
    batch_name = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    jobs_by_state = serializers.DictField(child=serializers.IntegerField())
    waiting_because = serializers.DictField(child=serializers.IntegerField())
    calls_by_outcome = serializers.DictField(child=serializers.IntegerField())
    calls_by_hour = HourSerializer(many=True)
    calls = serializers.IntegerField()
    dialled = serializers.IntegerField()
    reached = serializers.IntegerField()
    promised = serializers.IntegerField()
    amount_promised = MoneyField()
    reserved = MoneyField()
    charged = MoneyField()
    unit = serializers.CharField(help_text=UNIT)
    rates = RatesSerializer()
    cancellation_reason = serializers.CharField(allow_blank=True)
    eta_s = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Seconds of calling that are left at this pace, low and high; null when none can be told.",
    )
    heartbeat_at = serializers.DateTimeField(
        allow_null=True,
        help_text="The last sign of a call, or the launch; at night and while paused there is none.",
    )
    silent_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when somebody may be called and nothing was heard; a minute is nothing yet. Null "
        "while calls are under way, the campaign is held up, or all who are due are outside their hours.",
    )
    file = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(allow_null=True, help_text="Counts of its file's rows."))
    def get_file(self, told: dict[str, Any]) -> Any:
        """Return the counts of the file that made the campaign, None without one."""
        return told["file"]


def one(found: Campaign) -> dict[str, Any]:
    """Return the answer about one campaign."""
    return dict(OneBatchSerializer({"success": True, "batch": found}).data)


def moved(found: Campaign, message: object) -> dict[str, Any]:
    """Return the answer to a step of a campaign's life."""
    told = {"success": True, "batch": found, "message": str(message)}
    return dict(MovedBatchSerializer(told).data)


def facts_of(wanted: dict[str, Any]) -> CampaignFacts:
    """Return what an action takes of a validated body. Raises ValidationError for a version named twice."""
    facts: Any = {name: value for name, value in wanted.items() if name in CampaignFacts.__annotations__}
    if "scripts" in facts:
        facts["scripts"] = weights_of(facts["scripts"])
    found: CampaignFacts = facts
    return found


def status_shape(found: CampaignStatus) -> dict[str, Any]:
    """Return the first clients' status, word by word."""
    return {
        "batch_id": found.code,
        "is_active": found.state == CampaignState.RUNNING,
        "total_jobs": found.entries,
        "pending_jobs": found.count(PENDING),
        "completed_jobs": found.count(COMPLETED),
        "failed_jobs": found.count(FAILED),
        "suspended_jobs": found.count(SUSPENDED),
        "total_cost": money(found.charged),
        "total_minutes": minutes(found.talk_ms),
        "progress_percentage": progress(found),
        "started_at": found.started_at,
        "completed_at": found.completed_at,
    }


def summary_shape(
    found: CampaignSummary, outlook: Outlook, silent_since: datetime | None = None
) -> dict[str, Any]:
    """Return a summary as it is answered."""
    campaign, tally = found.campaign, found.campaign.tally
    file = getattr(campaign, "file", None)
    return {
        **status_shape(found.status),
        "success": True,
        "batch_name": campaign.name,
        "state": campaign.state,
        "jobs_by_state": {str(state): count for state, count in found.status.states.items()},
        "waiting_because": found.waiting,
        "calls_by_outcome": found.outcomes,
        "calls_by_hour": found.hours,
        **{name: getattr(tally, name) for name in ("calls", "dialled", "reached", "promised")},
        "amount_promised": found.promised,
        "reserved": tally.reserved,
        "charged": tally.charged,
        "unit": campaign.account.unit,
        "rates": {
            "success": rate(tally.succeeded, found.status.count(FINISHED)),
            "contact": rate(tally.reached, tally.dialled),
            "promise": rate(tally.promised, tally.reached),
        },
        "cancellation_reason": campaign.cancellation_reason,
        "eta_s": outlook.eta_s,
        "heartbeat_at": outlook.heartbeat_at,
        "silent_since": silent_since,
        "file": file.report if file else None,
    }


def overview_shape(found: queries.Overview, timestamp: str) -> dict[str, Any]:
    """Return the first clients' dashboard, word by word."""
    account = found.account
    told = account and {
        "account_id": account.code,
        "name": account.name,
        "status": account.status,
        "balance": money(account.balance),
        "billing_type": account.billing_type,
    }
    return {
        "success": True,
        "timestamp": timestamp,
        "account": told,
        "metrics": {
            "jobs_today": found.today,
            "success_rate_percentage": rate(found.completed, found.finished),
            "active_batches": found.active,
            "pending_jobs": found.pending,
        },
        "detailed_stats": {
            "jobs": {
                "today": found.today,
                "pending": found.pending,
                "completed": found.completed,
                "failed": found.failed,
                "total_finished": found.finished,
            },
            "batches": {
                "active_count": found.active,
                "total_jobs": found.entries,
                "total_cost": money(found.charged),
                "total_minutes": minutes(found.talk_ms),
            },
        },
    }
