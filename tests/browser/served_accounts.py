"""Accounts of the served product: money in and out, who must not be called, providers that rest, alerts."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campaigns import actions
from campaigns.actions import Reach
from campaigns.actions.accounts import hold_account
from campaigns.dispatch import money
from campaigns.dispatch.alerts import raise_alert
from campaigns.models import Account, CallerNumber, Provider, Suppression, SuppressionList
from campaigns.rules import AlertKind, BillingType, SuppressionKind, SuppressionSource
from tenants.models import Tenant, User
from tenants.scope import tenant_scope

CALLS = 60  # more than a page of the ledger shows


def fill_accounts(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme accounts in every state, a long ledger, suppressions and alerts; return pages of some."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        account = _accounts(now, by)
        _calls(account, now)
        wish = _wishes(account, now, by)
        looked, applied = _lists(now, by)
        provider = _providers(now)
    return {
        "account": reverse("admin:campaigns_account_change", args=[account.pk]),
        "account_money": reverse("admin:campaigns_money", args=[account.pk, "topup"]),
        "suppression": reverse("admin:campaigns_suppression_change", args=[wish.pk]),
        "list_looked": reverse("admin:campaigns_suppressionlist_change", args=[looked.pk]),
        "list_applied": reverse("admin:campaigns_suppressionlist_change", args=[applied.pk]),
        "provider": reverse("admin:campaigns_provider_change", args=[provider.pk]),
    }


def _accounts(now: datetime, by: User) -> Account:
    """Open four accounts; return the one with a long ledger."""
    facts: list[actions.AccountFacts] = [
        {"name": "Banco del Litoral", "contact": "cobranzas@litoral.example"},
        {"name": "Encuestas del Sur"},
        {"name": "Retail Andino"},
        {"name": "Seguros Pacífico"},
    ]
    facts[1]["billing_type"], facts[3]["billing_type"] = BillingType.MINUTES, BillingType.UNLIMITED
    for number, said in enumerate(facts, 1):
        actions.create_account(facts=said, code=f"acc-muestra-{number:03}", by=by.pk)
    for code, amount, note in (("001", "1250", "Factura 8841"), ("002", "900", ""), ("003", "40.5", "")):
        actions.top_up(code=f"acc-muestra-{code}", amount=Decimal(amount), note=note, now=now, by=by.pk)
    actions.suspend_account(code="acc-muestra-003", by=by.pk)
    actions.adjust(code="acc-muestra-001", amount=Decimal("-12.3456"), note="Cobro doble", now=now, by=by.pk)
    return Account.objects.get(code="acc-muestra-001")


@transaction.atomic
def _calls(account: Account, now: datetime) -> None:
    """Let calls be reserved and settled as dispatch does; the last ones are still open."""
    today = now.date()
    for number in range(CALLS):
        attempt, reserve = uuid4(), Decimal("0.77")
        held = hold_account(account.code)
        money.reserve([money.Held(held, today, attempt, reserve)])
        if number < CALLS - 3:
            charge = Decimal("0.01") + Decimal(number) / 200
            money.settle(held, on=today, attempt=attempt, reserved=reserve, charge=charge, was_made=True)


def _wishes(account: Account, now: datetime, by: User) -> Suppression:
    """Write numbers and documents that are not called; return one."""
    person = Reach(SuppressionSource.PERSON, None, by.pk)
    registry = Reach(SuppressionSource.REGISTRY, account, by.pk)
    numbers = actions.lines_of([f"9876543{number:02}" for number in range(12)], SuppressionKind.NUMBER)
    actions.suppress_all(lines=numbers, country="CL", reach=registry, now=now)
    kind = SuppressionKind.DOCUMENT
    wish, _new = actions.suppress(
        kind=kind, text="9876543-3", country="CL", reach=person, now=now, reason="Lo pidió por escrito"
    )
    gone, _new = actions.suppress(kind=kind, text="11111111-1", country="CL", reach=person, now=now)
    actions.lift(suppression_id=gone.pk, now=now, by=by.pk)
    return wish


def _lists(now: datetime, by: User) -> tuple[SuppressionList, SuppressionList]:
    """Look at two lists, and apply the second."""
    reach = Reach(SuppressionSource.FILE, None, by.pk)
    seen = [
        actions.preview_list_file(content=content, filename=name, country="CL", reach=reach, now=now).made
        for name, content in (
            ("no-llamar-marzo.csv", b"celular;rut\n987650001;\n;9.876.543-3\nsin dato;\n;9876543-4\n"),
            ("registro-abril.csv", b"celular\n987650011\n987650012\n987650013\n"),
        )
    ]
    applied = actions.apply_list(list_id=seen[1].pk, now=now, by=by.pk)
    actions.suppress(kind=SuppressionKind.NUMBER, text="987650011", country="CL", reach=reach, now=now)
    return seen[0], applied


def _providers(now: datetime) -> Provider:
    """Let one provider be stopped and one number rest, and tell staff of both."""
    simulator = Provider.objects.get()
    stopped = Provider.objects.create(
        name="Retell Chile",
        kind="retell",
        key_name="acme",
        agent_id="agent_8f2c",
        stopped_at=now - timedelta(hours=2),
        stopped_because="402 Trial has ended, please add payment method.",
    )
    CallerNumber.objects.create(
        provider=stopped,
        number="+56225550123",
        rests_until=now + timedelta(hours=20),
        rests_because="marked_as_spam",
    )
    raise_alert(AlertKind.PROVIDER_STOPPED, str(stopped.pk), {"because": stopped.stopped_because})
    raise_alert(AlertKind.NUMBER_RESTS, "+56225550123", {"because": "marked_as_spam"})
    raise_alert(AlertKind.BREAKER_OPEN, str(simulator.pk), {"cause": "carrier"})
    return stopped
