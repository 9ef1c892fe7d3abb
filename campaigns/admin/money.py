"""Adding money, giving it back, setting it right: typed, looked at, then written once (W4)."""

import hashlib
from decimal import Decimal
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions
from campaigns.actions.ledger import MOVED_BY_PEOPLE, PlanWithoutBalance
from campaigns.forms.accounts import MoneyForm
from campaigns.models import Account
from campaigns.rules import BillingType, LedgerKind
from tenants.actions.sessions import check_fresh_authentication
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.intake import is_uuid
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records.actions import Answer, Attempt, answer_once
from tenants.rules import Refused

TITLES = {
    LedgerKind.TOPUP: gettext_lazy("Top up %(account)s"),
    LedgerKind.REFUND: gettext_lazy("Refund %(account)s"),
    LedgerKind.ADJUSTMENT: gettext_lazy("Adjust the balance of %(account)s"),
}


def money_page(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Ask how much, show what the balance becomes, write it. Raises Http404, Forbidden."""
    account = Account.objects.filter(pk=number).first()
    if account is None or kind not in MOVED_BY_PEOPLE:
        raise Http404
    if account.billing_type == BillingType.UNLIMITED:
        messages.error(request, str(PlanWithoutBalance.message))
        return HttpResponseRedirect(address_of(account))
    form = MoneyForm(request.POST or None, account=account, kind=LedgerKind(kind))
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
        check_fresh_authentication(request)
        if form.is_valid() and is_uuid(request.POST.get("once", "")):
            return _written(request, form)
    return _shown(request, form)


def address_of(account: Account) -> str:
    """Return the account's page."""
    return reverse("admin:campaigns_account_change", args=[account.pk])


def _shown(request: HttpRequest, form: MoneyForm) -> HttpResponse:
    account, given = form.account, getattr(form, "cleaned_data", {})
    is_read = form.is_bound and form.is_valid()
    page = {
        "title": TITLES[form.kind] % {"account": account},
        "form": form,
        "account": account,
        "back": address_of(account),
        "is_read": is_read,
        "once": uuid4(),
        "after": account.balance + given["amount"] if is_read else None,
        "amount_written": f"{given['amount']:f}" if is_read else "",
    }
    return render(request, "admin/campaigns/money.html", tenant_site.each_context(request) | page)


def _written(request: HttpRequest, form: MoneyForm) -> HttpResponse:
    """Write the movement once, however often the button is pressed, and go back to the account."""
    account, amount, note = form.account, form.cleaned_data["amount"], form.cleaned_data["note"]

    def do() -> Answer:
        actions.move_money(
            kind=form.kind, code=account.code, amount=amount, note=note, now=timezone.now(), by=by_of(request)
        )
        return Answer(302, b"", {})

    try:
        _answer, was_done = answer_once(attempt=_attempt(request, f"{amount}|{note}"), do=do)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _done(account, amount, was_done=was_done))
    return HttpResponseRedirect(address_of(account))


def _done(account: Account, amount: Decimal, *, was_done: bool) -> str:
    if was_done:
        return _("This was written before: nothing was written twice.")
    return _("Written: %(amount)s.") % {"amount": f"{reader().number(amount, 4)}\u00a0{account.unit}"}


def _attempt(request: HttpRequest, asked: str) -> Attempt:
    return Attempt(
        principal=principal_of(request).key,
        method="POST",
        path=request.path[:500],
        key=request.POST["once"],
        fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
    )


tenant_site.add_page(Page("campaigns", "money", "account/<int:number>/money/<slug:kind>/", money_page))
