"""Each call: what was meant, what was sent, what came of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.accounts import Account
from campaigns.models.campaigns import Campaign
from campaigns.models.entries import Entry
from campaigns.models.providers import Provider
from campaigns.models.scripts import ScriptVersion
from campaigns.models.words import ATTEMPT_STATE_LABELS, OUTCOME_LABELS
from campaigns.rules import HOLDING_SLOT, NUMBER_LENGTH, PERSON_KEY_LENGTH, AttemptState
from tenants.models import new_id


class Attempts(models.QuerySet["CallAttempt"]):
    """Says "attempts …"."""

    def open(self) -> Self:
        """… whose end is not settled."""
        return self.exclude(state=AttemptState.CLOSED)

    def awaited(self) -> Self:
        """… of which more is to come: the open ones, and those given up whose end was told after all."""
        return self.filter(~Q(state=AttemptState.CLOSED) | Q(ask_at__isnull=False))

    def holding_slot(self) -> Self:
        """… that take one of the provider's lines (C18)."""
        return self.filter(state__in=HOLDING_SLOT)


class CallAttempt(models.Model):
    """One call of one entry. Its id is the idempotency key and stands in the provider's metadata.

    Facts are filled in as they come and never taken back; money is settled with the close.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(
        Entry, models.CASCADE, db_index=False, related_name="calls", verbose_name=_("entry")
    )
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, related_name="calls")
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, db_index=False, related_name="calls")
    script_version = models.ForeignKey(
        ScriptVersion, models.PROTECT, db_index=False, null=True, related_name="+", verbose_name=_("script")
    )
    number = models.PositiveSmallIntegerField(_("number"))  # of the entry, from one
    person_key = models.CharField(max_length=PERSON_KEY_LENGTH)
    to_number = models.CharField(_("called number"), max_length=NUMBER_LENGTH)
    from_number = models.CharField(_("caller number"), max_length=NUMBER_LENGTH, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=8, choices=list(ATTEMPT_STATE_LABELS.items()), default=AttemptState.INTENT
    )
    # The local day whose limit it counts in.
    on = models.DateField(_("day"))
    # Until then the request must have left (C17).
    lease_until = models.DateTimeField(_("lease"))
    max_call_seconds = models.PositiveIntegerField(_("longest call in seconds"))
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=4)
    call_id = models.CharField(_("call"), max_length=120, blank=True, default="")
    # When the provider is asked about it next; of a closed one, until when its end waits for the analysis.
    ask_at = models.DateTimeField(_("asked next"), null=True)

    claimed_at = models.DateTimeField(_("claimed"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    outcome = models.CharField(
        _("outcome"), max_length=12, blank=True, default="", choices=list(OUTCOME_LABELS.items())
    )
    # The provider's own word, kept (C21).
    disconnection_reason = models.CharField(_("provider's reason"), max_length=80, blank=True, default="")
    is_goal_met = models.BooleanField(_("goal met"), null=True)
    is_counted = models.BooleanField(_("counts as an attempt"), default=False)
    is_contact = models.BooleanField(_("counts as a contact"), default=False)
    duration_ms = models.PositiveIntegerField(_("milliseconds"), default=0)
    charge = models.DecimalField(_("charge"), max_digits=14, decimal_places=4, default=0)
    # Millionths of the provider's currency unit, converted once from its cents, apart from the charge (C23).
    provider_cost_micros = models.BigIntegerField(_("provider's cost, millionths"), null=True)

    objects = Attempts.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-id"]
        constraints = [
            # C15: never two at once for one person, nor for one number, in the whole tenant.
            models.UniqueConstraint(
                fields=["person_key"], name="attempt_one_open_person", condition=~Q(state="closed")
            ),
            # C15: nor two for one number, whoever it belongs to.
            models.UniqueConstraint(
                fields=["to_number"], name="attempt_one_open_number", condition=~Q(state="closed")
            ),
            # Two first calls would be one call too many.
            models.UniqueConstraint(fields=["entry", "number"], name="attempt_number_once"),
            # One call of the provider is one attempt.
            models.UniqueConstraint(
                fields=["provider", "call_id"], name="attempt_call_once", condition=~Q(call_id="")
            ),
            # A state that no code knows would hold its line for ever.
            models.CheckConstraint(condition=Q(state__in=list(AttemptState)), name="attempt_state_known"),
            # A close has its moment, and only a close.
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="attempt_closed_has_moment",
            ),
            # What counts has ended at a moment, or no limit would see it (C13).
            models.CheckConstraint(
                condition=Q(is_counted=False, is_contact=False) | Q(is_counted=True, ended_at__isnull=False),
                name="attempt_counted_has_ended",
            ),
            # Only the end of a call that was given up as not made is told after its close (C21).
            models.CheckConstraint(
                condition=~Q(state="closed", ask_at__isnull=False)
                | Q(outcome="unsent", ended_at__isnull=False),
                name="attempt_late_has_ended",
            ),
            # A request that left has its moment before anything can come of it.
            models.CheckConstraint(
                condition=Q(state__in=["intent", "closed"]) | Q(sent_at__isnull=False),
                name="attempt_sent_before_answer",
            ),
        ]
        indexes = [
            # Slots in use, by provider (C18).
            models.Index(
                fields=["provider"], name="attempt_slots", condition=Q(state__in=list(HOLDING_SLOT))
            ),
            # Whom to ask the provider about.
            models.Index(fields=["ask_at"], name="attempt_to_ask", condition=Q(ask_at__isnull=False)),
            # Whose talk ended after all and may have been a contact: few at any time (C13).
            models.Index(
                fields=["person_key"], name="attempt_late", condition=Q(state="closed", ask_at__isnull=False)
            ),
            # C13: when was this person tried and spoken with?
            models.Index(
                fields=["person_key", "ended_at"], name="attempt_of_person", condition=Q(is_counted=True)
            ),
            # Did many calls of a provider fail lately?
            models.Index(
                fields=["provider", "closed_at"], name="attempt_closed", condition=Q(state="closed")
            ),
            # History and outcomes of a campaign, by time.
            models.Index(fields=["campaign", "claimed_at"], name="attempt_of_campaign"),
            # History of an account, by time.
            models.Index(fields=["account", "claimed_at"], name="attempt_of_account"),
            # Who was called at a number, newest first?
            models.Index(fields=["to_number", "id"], name="attempt_of_number"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class CallRecord(models.Model):
    """What was said in a call, as the provider tells it; kept as long as the tenant's retention says."""

    attempt = models.OneToOneField(CallAttempt, models.CASCADE, primary_key=True, related_name="record")
    transcript = models.TextField(_("transcript"), blank=True, default="")
    recording_url = models.URLField(_("recording"), max_length=1000, blank=True, default="")
    summary = models.TextField(_("summary"), blank=True, default="")
    sentiment = models.CharField(_("sentiment"), max_length=10, blank=True, default="")
    analysis = models.JSONField(_("analysis"), default=dict)
    raw = models.JSONField(_("raw result"), default=dict)
    received_at = models.DateTimeField(_("received"), db_default=Now())

    class Meta:
        verbose_name = _("record of a call")
        verbose_name_plural = _("records of calls")
        # Forgotten by age.
        indexes = [models.Index(fields=["received_at"], name="call_record_age")]

    def __str__(self) -> str:
        return str(self.attempt_id)
