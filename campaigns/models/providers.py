"""Who carries the calls: providers, the numbers that appear on the callee's screen, what they told us."""

import secrets

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.numbers import number_field
from campaigns.models.words import ALERT_LABELS, BREAKER_LABELS, PROVIDER_LABELS
from campaigns.rules import NUMBER_LENGTH, BreakerState, ProviderKind


def new_endpoint() -> str:
    """Return the unguessable last part of a webhook's address."""
    return secrets.token_hex(16)


class Provider(models.Model):
    """One workspace at a voice provider: its address, limits and health.

    Keys stay in the environment: `RETELL_API_KEY`, or `RETELL_API_KEY_<key_name>` in capitals.
    Whoever claims calls locks this row first, so that its caps and its rate are exact (C18, C19).
    """

    id = number_field()
    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=list(PROVIDER_LABELS.items()))
    base_url = models.URLField(_("address"), blank=True, default="")
    key_name = models.SlugField(_("name of the key"), max_length=40, blank=True, default="")
    # Webhooks come to /api/v1/webhooks/retell/<tenant>-<this>.
    endpoint = models.CharField(_("endpoint"), max_length=32, unique=True, default=new_endpoint)
    agent_id = models.CharField(_("agent"), max_length=80, blank=True, default="")
    max_concurrent_calls = models.PositiveIntegerField(
        _("calls at once"), default=20, validators=[MinValueValidator(1)]
    )
    # What the provider said it takes, when it is less.
    concurrency_told = models.PositiveIntegerField(_("calls at once, by its own word"), null=True)
    calls_per_second = models.FloatField(
        _("calls a second"), default=1.0, validators=[MinValueValidator(0.01)]
    )
    # The rate's theoretical arrival time: the next call may leave from here on (C19).
    next_call_at = models.DateTimeField(_("next call"), null=True)
    # The turn of the campaign that was served last: who had nobody to call goes on from here (C20).
    turn = models.FloatField(default=0, editable=False)
    # Money or a wrong key: nothing leaves until a person says so (C17).
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    stopped_because = models.CharField(_("because"), max_length=200, blank=True, default="")
    # A 429 or a full provider: nothing leaves before (C17).
    rests_until = models.DateTimeField(_("rests until"), null=True)
    backoffs = models.PositiveSmallIntegerField(_("back-offs in a row"), default=0)
    breaker = models.CharField(
        _("breaker"), max_length=7, choices=list(BREAKER_LABELS.items()), default=BreakerState.CLOSED
    )
    breaker_cause = models.CharField(_("breaker's cause"), max_length=20, blank=True, default="")
    # Open: when it tries again. Closed: since when calls count; those from before prove nothing.
    breaker_until = models.DateTimeField(_("breaker probes"), null=True)
    breaker_opened = models.PositiveSmallIntegerField(_("breaker opened in a row"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]
        constraints = [
            # A provider that takes no calls, or infinitely many, is a mistake.
            models.CheckConstraint(
                condition=Q(max_concurrent_calls__gte=1, calls_per_second__gt=0), name="provider_takes_calls"
            ),
            # Without an adapter nothing can be said to it.
            models.CheckConstraint(condition=Q(kind__in=list(ProviderKind)), name="provider_kind_known"),
            # An open breaker has a moment at which it tries again.
            models.CheckConstraint(
                condition=Q(breaker=BreakerState.CLOSED) | Q(breaker_until__isnull=False),
                name="provider_breaker_probes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CallerNumber(models.Model):
    """A number that calls go out from."""

    id = number_field()
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="numbers", verbose_name=_("provider"))
    number = models.CharField(_("number"), max_length=NUMBER_LENGTH)
    # Marked as spam or blocked: others call meanwhile (C21).
    rests_until = models.DateTimeField(_("rests until"), null=True)
    rests_because = models.CharField(_("because"), max_length=40, blank=True, default="")
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("caller number")
        verbose_name_plural = _("caller numbers")
        ordering = ["number"]
        # One number, one reputation.
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="caller_number_once")]

    def __str__(self) -> str:
        return self.number


class ProviderEvent(models.Model):
    """A signed event as it came in, kept before it is answered and applied afterwards (S17)."""

    id = number_field()
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="events", verbose_name=_("provider"))
    call_id = models.CharField(_("call"), max_length=120)
    # Its name; what may happen again in one call is told apart by a digest of its body.
    event = models.CharField(_("event"), max_length=130)
    body = models.JSONField(_("body"))
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True)
    # The call may be ours and not yet known to be: tried again until a day is over.
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    try_at = models.DateTimeField(_("next try"), db_default=Now())
    error = models.CharField(_("error"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("provider's event")
        verbose_name_plural = _("providers' events")
        ordering = ["-id"]
        constraints = [
            # A repeated webhook is one event.
            models.UniqueConstraint(fields=["provider", "call_id", "event"], name="provider_event_once")
        ]
        indexes = [
            # What waits to be applied, oldest first.
            models.Index(fields=["try_at", "id"], name="provider_event_waits", condition=Q(applied_at=None)),
            # Forgotten by age.
            models.Index(fields=["received_at"], name="provider_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.call_id}"


class CallAlert(models.Model):
    """Something that staff must know now; one live alert for each kind and subject."""

    id = number_field()
    kind = models.CharField(_("what"), max_length=20, choices=list(ALERT_LABELS.items()))
    subject = models.CharField(_("about"), max_length=120, blank=True, default="")
    told = models.JSONField(_("figures"), default=dict)
    raised_at = models.DateTimeField(_("raised"), db_default=Now(), editable=False)
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    cleared_by = models.UUIDField(_("cleared by"), null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [
            # Told once, not at every call.
            models.UniqueConstraint(
                fields=["kind", "subject"], name="call_alert_one_live", condition=Q(cleared_at=None)
            ),
            # The system clears too, but nobody does at no moment.
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | Q(cleared_at__isnull=False),
                name="call_alert_cleared_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
