"""Accounts for staff: who pays, how much is left, whether they may call, every movement of their money."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns import actions, queries
from campaigns.admin.ledger import ledger_page
from campaigns.forms.accounts import AccountForm, NewAccountForm
from campaigns.models import Account
from campaigns.models.words import ACCOUNT_STATUS_LABELS, BILLING_LABELS
from campaigns.rules import ACCOUNT_MOVES, AccountStatus, BillingType, LedgerKind
from tenants.admin import Button, badge, tenant_site
from tenants.admin.acting import ActingModelAdmin, by_of
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter
from tenants.queries import principal_of

TONES = {
    AccountStatus.ACTIVE: "good",
    AccountStatus.SUSPENDED: "bad",
    AccountStatus.EXPIRED: "bad",
    AccountStatus.PENDING_ACTIVATION: "warn",
}
MONEY = ("billing_type", "currency", "price_per_minute", "price_setup", "price_failed", "daily_spend_cap")
CALLS = ("provider", "caller_numbers", "max_concurrent_calls", "daily_call_limit", "call_settings")
PLACE = ("country", "timezone", "holidays", "worked")


class StatusFilter(WordsFilter):
    """Narrows to one status."""

    title = _("status")
    parameter_name = "status"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in ACCOUNT_STATUS_LABELS.items()}


class BillingFilter(WordsFilter):
    """Narrows to one way of billing."""

    title = _("billing")
    parameter_name = "billing_type"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in BILLING_LABELS.items()}


def to_money(kind: LedgerKind) -> Any:
    """Return what leads to the page of one kind of movement."""

    def go(_request: HttpRequest, account: Account) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaigns_money", args=[account.pk, str(kind)]))

    return go


def suspend(request: HttpRequest, account: Account) -> str | Promise:
    """Let it make no new calls."""
    actions.suspend_account(code=account.code, by=by_of(request))
    return _("Suspended: no new call begins; live ones finish.")


def activate(request: HttpRequest, account: Account) -> str | Promise:
    """Let it call."""
    actions.activate_account(code=account.code, by=by_of(request))
    return _("The account may call.")


def expire(request: HttpRequest, account: Account) -> str | Promise:
    """Say that its contract has ended."""
    actions.expire_account(code=account.code, by=by_of(request))
    return _("Expired: no new call begins; live ones finish.")


def counts(_request: HttpRequest, account: Account) -> bool:
    """Say whether the account has a balance at all."""
    return account.billing_type != BillingType.UNLIMITED


def may_become(status: AccountStatus) -> Any:
    """Return whether a button that leads to a status is shown on a row."""

    def shown(_request: HttpRequest, account: Account) -> bool:
        return status in ACCOUNT_MOVES[AccountStatus(account.status)]

    return shown


@admin.register(Account, site=tenant_site)
class AccountAdmin(ActingModelAdmin):
    """Fifty accounts a page in a fixed number of queries; one account with its ledger below."""

    icon = "account_balance_wallet"
    in_palette = True
    is_delicate = True  # prices, limits, what needs no balance
    list_display = ("name", "code", "standing", "billing", "funds", "busy", "provider", "created_at")
    list_filter = (StatusFilter, BillingFilter)
    list_select_related = ("provider",)
    search_fields = ("name", "code")
    ordering = ("name", "id")
    fieldsets = (
        (None, {"fields": ("name", "code", "standing", "contact")}),
        (_("Money"), {"fields": MONEY}),
        (_("Calls"), {"fields": CALLS}),
        (_("Place"), {"fields": PLACE}),
    )
    readonly_fields = ("code", "standing")
    change_form_outer_after_template = "admin/campaigns/account.html"
    buttons = (
        Button("topup", _("Top up"), to_money(LedgerKind.TOPUP), shown=counts),
        Button("refund", _("Give back"), to_money(LedgerKind.REFUND), shown=counts),
        Button("adjust", _("Adjust the balance"), to_money(LedgerKind.ADJUSTMENT), shown=counts),
        Button("activate", _("Let it call"), activate, shown=may_become(AccountStatus.ACTIVE)),
        Button("suspend", _("Suspend"), suspend, shown=may_become(AccountStatus.SUSPENDED), danger=True),
        Button(
            "expire",
            _("Mark as expired"),
            expire,
            shown=may_become(AccountStatus.EXPIRED),
            danger=True,
            confirm=_("Mark this account as expired? No new call begins."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        """Count open calls in the same query."""
        return queries.with_open_calls(super().get_queryset(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask a new account for its account_id and where it begins."""
        kwargs["form"] = AccountForm if change else NewAccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose the tenant's country and clock."""
        tenant = principal_of(request).tenant
        return {
            "country": tenant.country,
            "timezone": tenant.timezone,
            **super().get_changeform_initial_data(request),
        }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask first of all who a new account is."""
        found = super().get_fieldsets(request, obj)
        return found if obj else ((None, {"fields": ("name", "code", "status", "contact")}), *found[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the account_id for good once programs know it."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def beside(self, request: HttpRequest, row: Account) -> dict[str, Any]:
        """Show the money below the account."""
        return ledger_page(request, row)

    def save_model(self, request: HttpRequest, obj: Account, form: forms.ModelForm, change: bool) -> None:
        """Open or change the account. Raises a refusal of the action."""
        facts = form.facts()  # type: ignore[attr-defined]  # an AccountForm
        if change:
            now, by = timezone.now(), by_of(request)
            actions.change_account(code=obj.code, changes=facts, now=now, by=by)
            return
        status = AccountStatus(form.cleaned_data["status"])
        made = actions.create_account(
            facts=facts, code=form.cleaned_data["code"], status=status, by=by_of(request)
        )
        obj.pk = made.pk

    @admin.display(description=_("status"), ordering="status")
    def standing(self, account: Account) -> SafeString:
        """Show the status in its colour."""
        status = AccountStatus(account.status)
        return badge(ACCOUNT_STATUS_LABELS[status], TONES[status])

    @admin.display(description=_("billing"), ordering="billing_type")
    def billing(self, account: Account) -> str:
        """Write how it pays."""
        return str(account.get_billing_type_display())

    @admin.display(description=_("balance"), ordering="balance")
    def funds(self, account: Account) -> str:
        """Write what is free to spend."""
        if account.billing_type == BillingType.UNLIMITED:
            return self.empty_value_display
        return f"{reader().number(account.balance, 2)}\u00a0{account.unit}"

    @admin.display(description=_("open calls"), ordering="open_calls")
    def busy(self, account: Any) -> str:
        """Count the calls that take a line now."""
        return f"{reader().number(account.open_calls)} / {reader().number(account.max_concurrent_calls)}"
