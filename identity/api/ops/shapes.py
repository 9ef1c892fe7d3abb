"""Shapes of the numbers, in the first system's names."""

from typing import Any

from rest_framework import serializers

from identity.queries.alerts import AlertCode, Severity
from identity.queries.backlog import BacklogDay
from identity.rules import (
    FIRST_SYSTEM_WORDS,
    CauseOfRed,
    Criterion,
    LimboStage,
    Movement,
    NextAction,
    Reason,
)


def choices(of: Any) -> list[tuple[str, str]]:
    """Return an enum's words as choices."""
    return [(one.value, one.name) for one in of]


def _money() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2)


class MetaSerializer(serializers.Serializer):
    """Which part of the list this is; `total` counts all that were chosen."""

    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    returned = serializers.IntegerField()
    total = serializers.IntegerField()


class LimboRowSerializer(serializers.Serializer):
    """A lead, how far it came, and what brings it on. The amount is what is expected of the lead."""

    lead_id = serializers.CharField()
    lead_source_pk = serializers.CharField()
    lead_date = serializers.DateField(allow_null=True)
    week_start = serializers.DateField(allow_null=True)
    age_days = serializers.IntegerField(allow_null=True)
    person_key = serializers.UUIDField(allow_null=True)
    linked_at = serializers.DateTimeField(allow_null=True)
    driver_id = serializers.CharField(allow_null=True, help_text="The account of the most recent link.")
    trips_14d = serializers.IntegerField(allow_null=True, help_text="Of all the person's accounts.")
    window_end = serializers.DateField(allow_null=True)
    window_open = serializers.BooleanField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    reached_m1 = serializers.BooleanField()
    reached_m5 = serializers.BooleanField()
    reached_m25 = serializers.BooleanField()
    claims_expected = serializers.IntegerField(help_text="Milestones that belong to this lead.")
    claims_missing = serializers.IntegerField()
    expected_amount = _money()
    currency = serializers.CharField()
    has_claim_m1 = serializers.BooleanField()
    has_claim_m5 = serializers.BooleanField()
    has_claim_m25 = serializers.BooleanField()
    limbo_stage = serializers.ChoiceField(choices=choices(LimboStage))
    reason_detail = serializers.CharField()
    fail_reason = serializers.SerializerMethodField(help_text="The reason in the first system's words.")
    next_action = serializers.ChoiceField(choices=choices(NextAction))

    def get_fail_reason(self, row: Any) -> str | None:
        """Return the first system's word for a case's reason (I6)."""
        return first_system_word(row.reason_detail)


class LimboSummarySerializer(serializers.Serializer):
    """All chosen leads: by stage (each is named), by reason (those that there are), what is expected."""

    total = serializers.IntegerField()
    by_stage = serializers.DictField(child=serializers.IntegerField())
    by_reason = serializers.DictField(child=serializers.IntegerField())
    expected_amount = _money()
    currency = serializers.CharField()


class LimboListSerializer(serializers.Serializer):
    """A page of limbo, newest leads first, the undated last."""

    meta = MetaSerializer()
    summary = LimboSummarySerializer()
    results = LimboRowSerializer(many=True)


class ClaimGapSerializer(serializers.Serializer):
    """A reached milestone that nobody claimed; `is_expected` if a claim is written down but not made."""

    lead_id = serializers.CharField()
    lead_source_pk = serializers.CharField()
    lead_date = serializers.DateField()
    week_start = serializers.DateField()
    person_key = serializers.UUIDField()
    driver_id = serializers.CharField()
    trips_14d = serializers.IntegerField()
    window_end = serializers.DateField()
    milestone = serializers.CharField()
    amount = _money()
    currency = serializers.CharField()
    is_expected = serializers.BooleanField()
    gap = serializers.CharField(help_text="CLAIM_NOT_GENERATED")


class GapOfMilestoneSerializer(serializers.Serializer):
    """The unclaimed of one milestone."""

    milestone = serializers.CharField()
    claims = serializers.IntegerField()
    amount = _money()


class ClaimsGapSummarySerializer(serializers.Serializer):
    """All gaps of the chosen leads."""

    total = serializers.IntegerField()
    amount = _money()
    currency = serializers.CharField()
    by_milestone = GapOfMilestoneSerializer(many=True)


class ClaimsGapListSerializer(serializers.Serializer):
    """A page of gaps, newest leads first."""

    meta = MetaSerializer()
    summary = ClaimsGapSummarySerializer()
    results = ClaimGapSerializer(many=True)


class MoneyRowSerializer(serializers.Serializer):
    """A lead with a driver: trips of its window, what they are worth, and what became of the claims."""

    lead_id = serializers.CharField()
    lead_source_pk = serializers.CharField()
    lead_date = serializers.DateField()
    week_start = serializers.DateField()
    person_key = serializers.UUIDField()
    driver_id = serializers.CharField()
    trips_14d = serializers.IntegerField()
    window_end = serializers.DateField()
    window_open = serializers.BooleanField()
    reached_m1 = serializers.BooleanField()
    reached_m5 = serializers.BooleanField()
    reached_m25 = serializers.BooleanField()
    claims_expected = serializers.IntegerField()
    claims_missing = serializers.IntegerField()
    limbo_stage = serializers.ChoiceField(choices=choices(LimboStage))
    currency = serializers.CharField()
    expected_amount = _money()
    paid_amount = _money()
    claimed_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="Waits for the partner's answer."
    )
    closed_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="Rejected or expired."
    )
    due_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="What of each milestone is neither paid nor closed."
    )


class MoneySummarySerializer(serializers.Serializer):
    """What all chosen leads are worth: the sums of their rows."""

    total = serializers.IntegerField()
    with_trips_14d = serializers.IntegerField()
    claims_expected = serializers.IntegerField()
    claims_missing = serializers.IntegerField()
    expected_amount = _money()
    paid_amount = _money()
    claimed_amount = _money()
    closed_amount = _money()
    due_amount = _money()
    currency = serializers.CharField()


class MoneyListSerializer(serializers.Serializer):
    """A page of leads with a driver, newest first."""

    meta = MetaSerializer()
    summary = MoneySummarySerializer()
    results = MoneyRowSerializer(many=True)


class FunnelStepSerializer(serializers.Serializer):
    """A step of the funnel, its share of the step before in percent, and how many leads are lost there."""

    step = serializers.CharField()
    leads = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True)
    lost = serializers.IntegerField()


class AuditWeekSerializer(serializers.Serializer):
    """A week of leads; the undated have none. Percentages are of the step before, null without anybody."""

    week_start = serializers.DateField(allow_null=True)
    leads_total = serializers.IntegerField()
    leads_with_identity = serializers.IntegerField()
    leads_with_driver = serializers.IntegerField()
    drivers_with_trips_14d = serializers.IntegerField()
    reached_m1 = serializers.IntegerField()
    reached_m5 = serializers.IntegerField()
    reached_m25 = serializers.IntegerField()
    claims_expected = serializers.IntegerField()
    claims_present = serializers.IntegerField()
    claims_missing = serializers.IntegerField()
    debt_expected_total = _money()
    limbo_no_lead_date = serializers.IntegerField()
    limbo_no_identity = serializers.IntegerField()
    limbo_no_driver = serializers.IntegerField()
    limbo_no_trips_14d = serializers.IntegerField()
    limbo_trips_no_claim = serializers.IntegerField()
    limbo_ok = serializers.IntegerField()
    pct_with_identity = serializers.FloatField(allow_null=True)
    pct_with_driver = serializers.FloatField(allow_null=True)
    pct_with_trips_14d = serializers.FloatField(allow_null=True)


class FunnelGapSerializer(serializers.Serializer):
    """The funnel of the chosen weeks together, and week by week."""

    steps = FunnelStepSerializer(many=True)
    by_stage = serializers.DictField(child=serializers.IntegerField())
    claims_expected = serializers.IntegerField()
    claims_present = serializers.IntegerField()
    claims_missing = serializers.IntegerField()
    debt_expected_total = _money()
    currency = serializers.CharField()
    weeks = AuditWeekSerializer(many=True)


class BacklogDaySerializer(serializers.Serializer):
    """The red backlog on one day of the tenant's."""

    metric_date = serializers.DateField()
    backlog_start = serializers.IntegerField()
    new_backlog_in = serializers.IntegerField()
    matched_out = serializers.IntegerField(help_text="By the recover job.")
    other_out = serializers.IntegerField(help_text="Linked elsewhere, resolved by a person, removed.")
    backlog_end = serializers.IntegerField()
    net_change = serializers.IntegerField()
    top_fail_reason = serializers.SerializerMethodField(help_text="In the first system's words.")
    top_reason = serializers.ChoiceField(choices=choices(Reason), allow_null=True, source="top_fail_reason")

    def get_top_fail_reason(self, day: BacklogDay) -> str | None:
        """Return the first system's word for the commonest reason (I6)."""
        return first_system_word(day.top_fail_reason)


class RedCauseSerializer(serializers.Serializer):
    """Why red does not fall: red leads of that cause, their share in percent, the cure."""

    cause = serializers.ChoiceField(choices=choices(CauseOfRed))
    leads = serializers.IntegerField()
    share = serializers.FloatField()
    words = serializers.CharField()
    cure = serializers.CharField()


class RecoveryVerdictSerializer(serializers.Serializer):
    """Whether recovery succeeded, by which criteria, where the backlog goes and, if it does not fall, why."""

    since = serializers.DateField()
    until = serializers.DateField()
    success = serializers.BooleanField()
    criteria = serializers.ListField(child=serializers.ChoiceField(choices=choices(Criterion)))
    movement = serializers.ChoiceField(choices=choices(Movement))
    new_backlog_in = serializers.IntegerField()
    matched_out = serializers.IntegerField()
    other_out = serializers.IntegerField()
    backlog_start = serializers.IntegerField()
    backlog_end = serializers.IntegerField()
    net_change = serializers.IntegerField()
    matched_in_backlog = serializers.IntegerField(help_text="Called matched and red: must be 0.")
    causes = RedCauseSerializer(many=True)


class VerdictsSerializer(serializers.Serializer):
    """The verdict on today and on the last seven days."""

    today = RecoveryVerdictSerializer()
    last_7_days = RecoveryVerdictSerializer()


class MatchedLatelySerializer(serializers.Serializer):
    """New links of the last 24 hours, of leads red before or not: not what recovery drained (I17)."""

    total = serializers.IntegerField()
    by_source = serializers.DictField(child=serializers.IntegerField())
    were_red = serializers.IntegerField()
    words = serializers.CharField()


class RecoveryMetricsSerializer(serializers.Serializer):
    """How the red backlog moves; `last_7_days` ends today."""

    today = BacklogDaySerializer()
    yesterday = BacklogDaySerializer()
    last_7_days = BacklogDaySerializer(many=True)
    current_backlog = serializers.IntegerField()
    verdict = VerdictsSerializer()
    matched_last_24h = MatchedLatelySerializer()


class AlertSerializer(serializers.Serializer):
    """Something to look at: a figure beyond its bound, a job, a check."""

    severity = serializers.ChoiceField(choices=choices(Severity))
    code = serializers.ChoiceField(choices=choices(AlertCode))
    words = serializers.CharField()
    figure = serializers.FloatField(allow_null=True)
    bound = serializers.FloatField(allow_null=True)
    subject = serializers.CharField(allow_blank=True, help_text="The job or check, if it is of one.")
    detail = serializers.CharField(allow_blank=True)


class AlertsSerializer(serializers.Serializer):
    """Alerts, most pressing first."""

    results = AlertSerializer(many=True)
    by_severity = serializers.DictField(child=serializers.IntegerField())


def first_system_word(reason: str | None) -> str | None:
    """Return what the first system called a reason, None for one that it did not know."""
    return next((word for known, word in FIRST_SYSTEM_WORDS.items() if known == reason), None)
