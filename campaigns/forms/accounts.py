"""What staff type about accounts and their money."""

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns import queries
from campaigns.actions import AccountFacts, BadAccount
from campaigns.actions.account_facts import check_worked, checked, numbers_of
from campaigns.actions.ledger import LONGEST_NOTE, amount_of, check_balance
from campaigns.forms.fields import AmountField, DaysField
from campaigns.imports.amounts import payable
from campaigns.legality import BadCallSettings
from campaigns.models import Account
from campaigns.models.words import ACCOUNT_STATUS_LABELS
from campaigns.rules import ACCOUNT_BEGINNINGS, CODE_LENGTH, BillingType, LedgerKind
from tenants.display.places import countries, zones
from tenants.rules import Refused

FACTS = (
    "name", "contact", "billing_type", "currency", "price_per_minute", "price_setup", "price_failed",
    "max_concurrent_calls", "daily_call_limit", "daily_spend_cap", "country", "timezone", "provider",
    "call_settings",
)  # fmt: skip


class BlankJSONField(forms.JSONField):
    """JSON of which nothing is nothing, and not the word null."""

    def prepare_value(self, value: Any) -> Any:
        """Return what the field begins with."""
        return "" if value is None else super().prepare_value(value)


class AccountForm(forms.ModelForm):
    """An account as staff see it; what makes no sense is told beside its field."""

    country = forms.ChoiceField(
        label=_("Country"), choices=partial(countries, SUPPORTED_REGIONS), widget=UnfoldAdminSelectWidget
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones, widget=UnfoldAdminSelectWidget)
    call_settings = BlankJSONField(
        label=_("Call settings"),
        required=False,
        help_text=_("Defaults of its campaigns as programs write them; empty leaves all to the legal frame."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    holidays = DaysField(
        label=_("Further holidays"),
        required=False,
        help_text=_("Days on which nobody is called beside the country's own, as 17/09/2026; one a line."),
    )
    worked = DaysField(
        label=_("Worked holidays"),
        required=False,
        help_text=_(
            "Public holidays of the country that are worked nevertheless, as 25/12/2026; one a line. "
            "The account answers for it, and the log keeps who lifted which day."
        ),
    )

    class Meta:
        model = Account
        fields = (*FACTS, "caller_numbers")

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        self.fields["holidays"].initial = self.instance.extra_holidays
        self.fields["worked"].initial = self.instance.worked_holidays
        if not self.instance._state.adding and queries.has_ledger(account=self.instance):
            # Counted in one unit already.
            self.fields["billing_type"].disabled = self.fields["currency"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse what the action would refuse, beside the field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                facts = checked(self.facts())
                check_worked(given["country"], worked=facts["worked_holidays"], extra=facts["extra_holidays"])
                numbers_of(given.get("provider"), self._numbers())
            except (BadAccount, BadCallSettings) as refusal:
                self.add_error(self._place(refusal), str(refusal))
        return given

    def facts(self) -> AccountFacts:
        """Return all that the form says."""
        given = self.cleaned_data
        found: Any = {name: given[name] for name in FACTS if name in given}
        found["call_settings"] = given.get("call_settings") or None
        found |= {
            "caller_numbers": self._numbers(),
            "extra_holidays": given.get("holidays", []),
            "worked_holidays": given.get("worked", []),
        }
        facts: AccountFacts = found
        return facts

    def _numbers(self) -> list[str]:
        return [one.number for one in self.cleaned_data.get("caller_numbers") or ()]

    def _place(self, refusal: Refused) -> str | None:
        name = str(refusal.extra.get("field", "call_settings"))
        found = {"extra_holidays": "holidays", "worked_holidays": "worked"}.get(name, name)
        return found if found in self.fields else None


class NewAccountForm(AccountForm):
    """A new account, with its account_id and where it begins."""

    code = forms.RegexField(
        label="account_id",
        regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        max_length=CODE_LENGTH,
        required=False,
        help_text=_("Programs know the account by it. One is made when it is left empty; it never changes."),
        widget=UnfoldAdminTextInputWidget,
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(str(one), ACCOUNT_STATUS_LABELS[one]) for one in ACCOUNT_BEGINNINGS],
        widget=UnfoldAdminSelectWidget,
    )


class MoneyForm(forms.Form):
    """An amount as people write it, and what it is for."""

    amount = AmountField(label=_("Amount"))
    note = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, *args: Any, account: Account, kind: LedgerKind, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        self.account, self.kind = account, kind
        amount: Any = self.fields["amount"]
        amount.currency = account.currency
        signed = _("In %(unit)s; what takes is negative, such as −12.50.")
        plain = _("In %(unit)s, such as 1,250.00.")
        words = signed if kind == LedgerKind.ADJUSTMENT else plain
        amount.help_text = words % {"unit": account.unit}

    def clean_amount(self) -> Decimal:
        """Return the amount that would be written, if the balance bears it."""
        try:
            amount = amount_of(self.kind, self._read())
            check_balance(self.account, amount)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return amount

    def _read(self) -> Decimal:
        """Return money as its currency can be paid in; a minute has all its places, whatever the currency."""
        amount: Decimal = self.cleaned_data["amount"]
        is_money = self.account.billing_type != BillingType.MINUTES
        return payable(amount, currency=self.account.currency) if is_money else amount
