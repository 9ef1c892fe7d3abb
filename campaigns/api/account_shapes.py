"""What accounts and their money take and answer: money is decimal text beside its unit (W15)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.actions import AccountFacts, BadAccount
from campaigns.actions.account_facts import CONTACT_LENGTH, MOST_HOLIDAYS
from campaigns.actions.ledger import LONGEST_NOTE
from campaigns.api.fields import AmountField, WholeField
from campaigns.models import Account, LedgerRow, Provider
from campaigns.queries import AccountSummary
from campaigns.rules import (
    ACCOUNT_BEGINNINGS,
    CODE_LENGTH,
    NAME_LENGTH,
    AccountStatus,
    BillingType,
    LedgerKind,
)
from tenants.api.serializers import CleanJSONField, StrictCharField, StrictSerializer

STATUSES = [(one.value, one.name) for one in AccountStatus]
BEGINNINGS = [(one.value, one.name) for one in ACCOUNT_BEGINNINGS]
BILLINGS = [(one.value, one.name) for one in BillingType]
KINDS = [(one.value, one.name) for one in LedgerKind]
MOST_NUMBERS = 500
OTHER_UNIT = _("The account counts in %(unit)s.")
UNIT = "What amounts count: an ISO currency, or `min` on a plan of minutes."


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,20})?$"})
class MoneyField(AmountField):
    """An amount, as the document describes it."""


class AccountSerializer(serializers.ModelSerializer):
    """Who pays; `balance` is free to spend, in `unit`."""

    account_id = serializers.CharField(source="code")
    status = serializers.ChoiceField(choices=STATUSES)
    billing_type = serializers.ChoiceField(choices=BILLINGS)
    balance = MoneyField()
    unit = serializers.CharField(help_text=UNIT)
    price_per_minute = MoneyField()
    price_setup = MoneyField()
    price_failed = MoneyField()
    daily_spend_cap = MoneyField(allow_null=True)
    provider = serializers.CharField(source="provider.name", default=None, allow_null=True)
    caller_numbers = serializers.SerializerMethodField(help_text="Empty: all of the provider's.")
    call_settings = serializers.JSONField(
        allow_null=True, help_text="Defaults of its campaigns; null: the legal frame's."
    )
    extra_holidays = serializers.ListField(child=serializers.DateField())
    worked_holidays = serializers.ListField(
        child=serializers.DateField(), help_text="Public holidays on which it calls nevertheless."
    )

    class Meta:
        model = Account
        fields = (
            "account_id",
            "name",
            "contact",
            "status",
            "billing_type",
            "balance",
            "unit",
            "currency",
            "price_per_minute",
            "price_setup",
            "price_failed",
            "max_concurrent_calls",
            "daily_call_limit",
            "daily_spend_cap",
            "country",
            "timezone",
            "provider",
            "caller_numbers",
            "call_settings",
            "extra_holidays",
            "worked_holidays",
            "created_at",
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_caller_numbers(self, account: Account) -> list[str]:
        """Return the chosen numbers."""
        return sorted(one.number for one in account.caller_numbers.all())


class ChangedAccountSerializer(StrictSerializer):
    """What changes of an account; its account_id, status and balance change by other doors."""

    name = StrictCharField(required=False, max_length=NAME_LENGTH)
    contact = StrictCharField(required=False, allow_blank=True, max_length=CONTACT_LENGTH)
    billing_type = serializers.ChoiceField(required=False, choices=BILLINGS)
    currency = StrictCharField(required=False, max_length=3)
    price_per_minute = MoneyField(required=False)
    price_setup = MoneyField(required=False)
    price_failed = MoneyField(required=False)
    max_concurrent_calls = WholeField(required=False)
    daily_call_limit = WholeField(required=False, allow_null=True)
    daily_spend_cap = MoneyField(required=False, allow_null=True)
    country = StrictCharField(required=False, max_length=2)
    timezone = StrictCharField(required=False, max_length=40)
    provider = StrictCharField(required=False, max_length=80, help_text="The provider's name.")
    caller_numbers = serializers.ListField(
        child=StrictCharField(max_length=16), required=False, max_length=MOST_NUMBERS
    )
    call_settings = CleanJSONField(required=False, allow_null=True)
    extra_holidays = serializers.ListField(
        child=StrictCharField(max_length=10), required=False, max_length=MOST_HOLIDAYS
    )
    worked_holidays = serializers.ListField(
        child=StrictCharField(max_length=10),
        required=False,
        max_length=MOST_HOLIDAYS,
        help_text="Public holidays of its country, by name of the day; noted in the audit log.",
    )


class NewAccountSerializer(ChangedAccountSerializer):
    """An account to be opened; country and time zone are the tenant's unless said."""

    account_id = StrictCharField(required=False, max_length=CODE_LENGTH, help_text="Made when missing.")
    name = StrictCharField(max_length=NAME_LENGTH)
    status = serializers.ChoiceField(choices=BEGINNINGS, default=AccountStatus.ACTIVE)


class TopUpSerializer(StrictSerializer):
    """How much comes in; rounded half up to four places, and more than 0 then."""

    amount = MoneyField()
    currency = StrictCharField(
        required=False, max_length=3, help_text=f"Refused unless it is the account's. {UNIT}"
    )
    note = StrictCharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)


class LedgerRowSerializer(serializers.ModelSerializer):
    """One movement: what gives is positive, what takes is negative; `attempt` is the call it pays for."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    amount = MoneyField()

    class Meta:
        model = LedgerRow
        fields = ("id", "kind", "amount", "unit", "attempt", "note", "created_at", "created_by")


class BalanceSerializer(serializers.Serializer):
    """What is free to spend."""

    account_id = serializers.CharField()
    billing_type = serializers.ChoiceField(choices=BILLINGS)
    balance = MoneyField()
    unit = serializers.CharField(help_text=UNIT)


class TopUpDoneSerializer(BalanceSerializer):
    """The movement, and the balance with it."""

    transaction = LedgerRowSerializer()


class AccountSummarySerializer(BalanceSerializer):
    """What the account's day and month came to, by its own clock."""

    name = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    today = serializers.DateField()
    spent_today = MoneyField()
    spent_this_month = MoneyField()
    reserved = MoneyField(help_text="Held for calls that are not settled yet.")
    calls_today = serializers.IntegerField()
    open_calls = serializers.IntegerField(help_text="Calls that take a line now.")
    campaigns = serializers.DictField(child=serializers.IntegerField(), help_text="Counted by state.")


def balance_of(account: Account) -> dict[str, Any]:
    """Return what every answer about money begins with."""
    return {
        "account_id": account.code,
        "billing_type": account.billing_type,
        "balance": account.balance,
        "unit": account.unit,
    }


def summary_shape(found: AccountSummary) -> dict[str, Any]:
    """Return a summary as it is answered."""
    account = found.account
    return {
        **balance_of(account),
        "name": account.name,
        "status": account.status,
        "today": found.today,
        "spent_today": found.spent_today,
        "spent_this_month": found.spent_this_month,
        "reserved": found.reserved,
        "calls_today": found.calls_today,
        "open_calls": found.open_calls,
        "campaigns": {str(state): count for state, count in found.campaigns.items()},
    }


def facts_of(wanted: dict[str, Any]) -> AccountFacts:
    """Return what an action takes of a validated body; the provider by its name. Raises BadAccount."""
    facts: Any = dict(wanted)
    if "provider" in facts:
        facts["provider"] = Provider.objects.filter(name=facts["provider"]).first()
        if facts["provider"] is None:
            raise BadAccount("provider", _("There is no provider of this name."))
    found: AccountFacts = facts
    return found
