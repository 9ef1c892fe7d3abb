"""What is called about: campaigns, their tallies, the arms of their scripts."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.accounts import Account
from campaigns.models.numbers import number_field
from campaigns.models.scripts import ScriptVersion
from campaigns.models.words import (
    CAMPAIGN_STATE_LABELS,
    ENTRY_STATE_LABELS,
    PROCESSING_LABELS,
    USE_CASE_LABELS,
)
from campaigns.rules import (
    CAMPAIGN_ENDS,
    CODE_LENGTH,
    NAME_LENGTH,
    PRIORITIES,
    CampaignState,
    EntryState,
    ProcessingType,
    UseCase,
)


class Campaigns(models.QuerySet["Campaign"]):
    """Says "campaigns …"."""

    def running(self) -> Self:
        """… that call now."""
        return self.filter(state=CampaignState.RUNNING)

    def listed(self) -> Self:
        """… that are not put away."""
        return self.exclude(state=CampaignState.ARCHIVED)


class Campaign(models.Model):
    """A list of people, what to say to them, and when; `code` is the first clients' batch_id."""

    id = number_field()
    code = models.CharField("batch_id", max_length=CODE_LENGTH, unique=True)
    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, related_name="campaigns", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    description = models.TextField(_("description"), blank=True, default="")
    use_case = models.CharField(
        _("use case"), max_length=10, choices=list(USE_CASE_LABELS.items()), default=UseCase.COLLECTION
    )
    processing_type = models.CharField(
        _("processing"),
        max_length=11,
        choices=list(PROCESSING_LABELS.items()),
        default=ProcessingType.BASIC,
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=list(CAMPAIGN_STATE_LABELS.items()),
        default=CampaignState.DRAFT,
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    # In the stored shape of call settings, complete: what was silent is filled in at creation.
    call_settings = models.JSONField(_("call settings"))
    # Which version of which legal frame it was checked against.
    frame = models.CharField(_("legal frame"), max_length=60, blank=True, default="")
    starts_at = models.DateTimeField(_("not before"), null=True, blank=True)
    ends_at = models.DateTimeField(_("not after"), null=True, blank=True)
    spend_cap = models.DecimalField(_("spend cap"), max_digits=14, decimal_places=4, null=True, blank=True)
    # The zones of its entries, each as stored there: one place to look for each (C14).
    zones = models.JSONField(default=list, editable=False)
    has_samples = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    paused_at = models.DateTimeField(_("paused"), null=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    cancellation_reason = models.CharField(_("reason of cancelling"), max_length=500, blank=True, default="")

    objects = Campaigns.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        constraints = [
            # Shares are computed from it (C20).
            models.CheckConstraint(condition=Q(priority__in=PRIORITIES), name="campaign_priority_known"),
            # A state that no code knows would never leave.
            models.CheckConstraint(condition=Q(state__in=list(CampaignState)), name="campaign_state_known"),
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(state__in=list(CAMPAIGN_ENDS), completed_at__isnull=False)
                | (~Q(state__in=list(CAMPAIGN_ENDS)) & Q(completed_at__isnull=True)),
                name="campaign_completed_iff_ended",
            ),
            # A schedule that ends before it starts would never call.
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                name="campaign_ends_after_start",
            ),
        ]
        indexes = [
            # Lists of an account, newest first.
            models.Index(fields=["account", "-id"], name="campaign_of_account"),
            # The dispatcher looks at what runs.
            models.Index(fields=["account"], name="campaign_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Say whether it calls now, in the first clients' word."""
        return self.state == CampaignState.RUNNING


def _count(state: EntryState) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(ENTRY_STATE_LABELS[state], default=0)


class Tally(models.Model):
    """A campaign's counters, written by the transaction that moves an entry; whoever moves locks it first.

    One row, narrow on purpose: it changes with every call.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="tally")
    entries = models.PositiveIntegerField(_("entries"), default=0)
    queued = _count(EntryState.QUEUED)
    claimed = _count(EntryState.CLAIMED)
    dialing = _count(EntryState.DIALING)
    in_call = _count(EntryState.IN_CALL)
    unconfirmed = _count(EntryState.UNCONFIRMED)
    succeeded = _count(EntryState.SUCCEEDED)
    retry_wait = _count(EntryState.RETRY_WAIT)
    exhausted = _count(EntryState.EXHAUSTED)
    failed = _count(EntryState.FAILED)
    suppressed = _count(EntryState.SUPPRESSED)
    on_hold = _count(EntryState.ON_HOLD)
    needs_review = _count(EntryState.NEEDS_REVIEW)
    cancelled = _count(EntryState.CANCELLED)
    # Persons dialled at least once, reached at least once, who promised.
    dialled = models.PositiveIntegerField(_("dialled"), default=0)
    reached = models.PositiveIntegerField(_("reached"), default=0)
    promised = models.PositiveIntegerField(_("promises"), default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    charged = models.DecimalField(_("charged"), max_digits=14, decimal_places=4, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=4, default=0)
    talk_ms = models.BigIntegerField(_("milliseconds of talk"), default=0)
    # Fair shares: a campaign's turn comes when its number is the least; a call adds 1/priority (C20).
    turn = models.FloatField(default=0)
    version = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.entries}"


class Arm(models.Model):
    """One script version that a campaign speaks by, with its weight; pinned while the campaign lives."""

    id = number_field()
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, related_name="arms")
    version = models.ForeignKey(
        ScriptVersion, models.PROTECT, related_name="arms", verbose_name=_("version of a script")
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        ordering = ["id"]
        # One version twice would be one arm with two weights.
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="arm_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.weight}"
