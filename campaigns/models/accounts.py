"""Who pays: accounts, what a day of theirs came to, and the ledger that only grows."""

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.numbers import number_field
from campaigns.models.providers import CallerNumber, Provider
from campaigns.models.words import ACCOUNT_STATUS_LABELS, BILLING_LABELS, LEDGER_LABELS
from campaigns.rules import (
    CODE_LENGTH,
    DEFAULT_PRICE_FAILED,
    DEFAULT_PRICE_PER_MINUTE,
    DEFAULT_PRICE_SETUP,
    NAME_LENGTH,
    AccountStatus,
    BillingType,
    LedgerKind,
)

_NOT_NEGATIVE = (MinValueValidator(Decimal(0)),)
ONCE_PER_CALL = (LedgerKind.RESERVE, LedgerKind.RELEASE, LedgerKind.SETTLE)


def money_field(label: Any, default: Decimal = Decimal(0)) -> models.DecimalField:
    """Return a field of money or minutes: four places."""
    return models.DecimalField(
        label, max_digits=14, decimal_places=4, default=default, validators=_NOT_NEGATIVE
    )


class Accounts(models.QuerySet["Account"]):
    """Says "accounts …"."""

    def active(self) -> Self:
        """… that may call."""
        return self.filter(status=AccountStatus.ACTIVE)


class Account(models.Model):
    """Who pays for calls. `balance` is the sum of its ledger, kept by the transaction that writes a row."""

    id = number_field()
    code = models.CharField("account_id", max_length=CODE_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=18, choices=list(ACCOUNT_STATUS_LABELS.items()), default=AccountStatus.ACTIVE
    )
    billing_type = models.CharField(
        _("billing"), max_length=9, choices=list(BILLING_LABELS.items()), default=BillingType.CREDITS
    )
    price_per_minute = money_field(_("price of a minute"), DEFAULT_PRICE_PER_MINUTE)
    price_setup = money_field(_("price of a connection"), DEFAULT_PRICE_SETUP)
    price_failed = money_field(_("price of a failed call"), DEFAULT_PRICE_FAILED)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    # In money, or in minutes on a plan of minutes; free to spend.
    balance = models.DecimalField(_("balance"), max_digits=14, decimal_places=4, default=0, editable=False)
    max_concurrent_calls = models.PositiveIntegerField(
        _("calls at once"), default=10, validators=[MinValueValidator(1)]
    )
    daily_call_limit = models.PositiveIntegerField(_("calls a day"), null=True, blank=True)
    daily_spend_cap = models.DecimalField(
        _("spend cap a day"), max_digits=14, decimal_places=4, null=True, blank=True, validators=_NOT_NEGATIVE
    )
    country = models.CharField(_("country"), max_length=2, default="CL")
    timezone = models.CharField(_("time zone"), max_length=40, default="America/Santiago")
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, related_name="accounts", verbose_name=_("provider")
    )
    # None chosen: all of the provider's numbers.
    caller_numbers = models.ManyToManyField(
        CallerNumber, blank=True, related_name="accounts", verbose_name=_("caller numbers")
    )
    # In the stored shape of call settings; null leaves it to the legal frame.
    call_settings = models.JSONField(_("call settings"), null=True, blank=True)
    extra_holidays = models.JSONField(_("further holidays"), default=list, blank=True)
    # Public holidays on which it calls nevertheless: named one by one, and noted in the log (C13).
    worked_holidays = models.JSONField(_("worked holidays"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = Accounts.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name"]
        constraints = [
            # C23: never overdrawn, whoever spends at the same moment.
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(billing_type=BillingType.UNLIMITED),
                name="account_not_overdrawn",
            ),
            # Prices that give money away are mistakes.
            models.CheckConstraint(
                condition=Q(price_per_minute__gte=0, price_setup__gte=0, price_failed__gte=0),
                name="account_prices_not_negative",
            ),
            # An account that may make no call at once would wait for ever.
            models.CheckConstraint(condition=Q(max_concurrent_calls__gte=1), name="account_may_call"),
            # A status that no code knows would neither call nor say why.
            models.CheckConstraint(condition=Q(status__in=list(AccountStatus)), name="account_status_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> str:
        """Name what the balance counts: a currency, or minutes."""
        return "min" if self.billing_type == BillingType.MINUTES else self.currency


class AccountDay(models.Model):
    """What an account's local day came to; claims read it for the daily limit and the spend cap."""

    id = number_field()
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="days")
    on = models.DateField(_("day"))
    # Claimed and accepted; what the provider refused is given back (C20).
    calls = models.PositiveIntegerField(_("calls"), default=0)
    charged = models.DecimalField(_("charged"), max_digits=14, decimal_places=4, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("day of an account")
        verbose_name_plural = _("days of accounts")
        ordering = ["-on"]
        constraints = [
            # One count a day, or the limit would hold twice.
            models.UniqueConstraint(fields=["account", "on"], name="account_day_once"),
            # What is held for calls is given back once.
            models.CheckConstraint(condition=Q(reserved__gte=0), name="account_day_reserved_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class LedgerRow(models.Model):
    """One movement of money or minutes; never changed, never deleted."""

    id = number_field()
    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, related_name="ledger", verbose_name=_("account")
    )
    kind = models.CharField(_("what"), max_length=10, choices=list(LEDGER_LABELS.items()))
    # Positive gives, negative takes.
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=3)
    # The attempt it pays for; without a constraint, since attempts stand above the ledger.
    attempt = models.UUIDField(_("attempt"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)

    class Meta:
        verbose_name = _("ledger row")
        verbose_name_plural = _("ledger rows")
        ordering = ["-id"]
        constraints = [
            # C23: a call is reserved, released and settled once.
            models.UniqueConstraint(
                fields=["attempt", "kind"], name="ledger_once_per_call", condition=Q(attempt__isnull=False)
            ),
            # What gives is positive, what takes is negative; adjustments and unlimited plans' zeros are free.
            models.CheckConstraint(
                condition=Q(kind__in=["topup", "refund"], amount__gt=0)
                | Q(kind="release", amount__gte=0)
                | Q(kind__in=["reserve", "settle"], amount__lte=0)
                | Q(kind="adjustment"),
                name="ledger_signs",
            ),
            # Money of a call names its call.
            models.CheckConstraint(
                condition=~Q(kind__in=[str(kind) for kind in ONCE_PER_CALL]) | Q(attempt__isnull=False),
                name="ledger_calls_have_attempts",
            ),
        ]
        # An account's page and its sum.
        indexes = [models.Index(fields=["account", "-id"], name="ledger_of_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
