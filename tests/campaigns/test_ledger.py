"""The ledger only grows, the balance is its sum, and nobody is ever overdrawn (Ledger, C23)."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import actions, queries
from campaigns.actions import BadAmount, BalanceTooLow, PlanWithoutBalance
from campaigns.actions.accounts import hold_account
from campaigns.dispatch import money
from campaigns.models import Account, CallAlert, Entry, LedgerRow, Tally
from campaigns.queries import UnknownAccount
from campaigns.rules import EntryReason, EntryState, LedgerKind
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.campaigns import calling
from tests.campaigns.money import an_account, summed

NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)
TODAY = date(2026, 4, 15)
NO_AMOUNTS = ("0", "-1", "0.00004", "-0", "NaN", "Infinity", "1e10", "9999999999.99995")
AMOUNTS = st.decimals(min_value="-50", max_value="50", places=5)


def test_it_writes_each_movement_down_once(alice: User, in_acme: Tenant) -> None:
    """Kind, amount, unit, note, who; the balance follows, the log names the row."""
    an_account()
    by: dict[str, Any] = {"code": "acc-one", "now": NOW, "by": alice.pk}
    actions.top_up(amount=Decimal("10.00005"), note=" May\n invoice ", **by)
    actions.refund(amount=Decimal(2), **by)
    last = actions.adjust(amount=Decimal("-3.5"), **by)
    rows = LedgerRow.objects.order_by("id").values_list("kind", "amount", "unit", "note", "created_by")
    assert list(rows) == [
        ("topup", Decimal("10.0001"), "USD", "May invoice", alice.pk),
        ("refund", Decimal(2), "USD", "", alice.pk),
        ("adjustment", Decimal("-3.5"), "USD", "", alice.pk),
    ]
    assert queries.account(code="acc-one").balance == Decimal("8.5001")
    entry = AuditEntry.objects.get(verb="adjustment")
    assert (entry.object_type, entry.actor) == ("account", alice.pk)
    assert entry.change == {"amount": "-3.5000", "row": last.pk}


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("act", [actions.top_up, actions.refund])
@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_it_takes_no_amount_of_nothing_or_less(act: Any, amount: str) -> None:
    """Negative or zero is refused, and what no column holds."""
    an_account()
    with pytest.raises(BadAmount):
        act(code="acc-one", amount=Decimal(amount), now=NOW)
    assert not LedgerRow.objects.exists()


@pytest.mark.usefixtures("in_acme")
def test_it_adjusts_to_nothing_and_never_below() -> None:
    """C23"""
    account = an_account(balance="5")
    with pytest.raises(BalanceTooLow):
        actions.adjust(code="acc-one", amount=Decimal("-5.0001"), now=NOW)
    with pytest.raises(BadAmount):
        actions.adjust(code="acc-one", amount=Decimal("0.00001"), now=NOW)
    actions.adjust(code="acc-one", amount=Decimal(-5), now=NOW)
    account.refresh_from_db()
    assert account.balance == summed(account) == 0


@pytest.mark.usefixtures("in_acme")
def test_it_overflows_no_column() -> None:
    """A balance that no column holds is refused in words, not by the database."""
    an_account(balance="9999999999")
    with pytest.raises(BadAmount):
        actions.top_up(code="acc-one", amount=Decimal(1), now=NOW)


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("act", [actions.top_up, actions.refund, actions.adjust])
def test_it_leaves_unlimited_plans_alone(act: Any) -> None:
    """Their calls are written at 0, so there is nothing to add to."""
    an_account(billing_type="unlimited")
    with pytest.raises(PlanWithoutBalance):
        act(code="acc-one", amount=Decimal(1), now=NOW)
    with pytest.raises(UnknownAccount):
        act(code="acc-none", amount=Decimal(1), now=NOW)


@pytest.mark.usefixtures("in_acme")
@pytest.mark.parametrize("kind", [LedgerKind.RESERVE, LedgerKind.RELEASE, LedgerKind.SETTLE])
def test_it_lets_calls_alone_reserve_and_settle(kind: LedgerKind) -> None:
    """People move money by three kinds; the others belong to a call."""
    an_account(balance="5")
    with pytest.raises(ValueError, match=str(kind)):
        actions.move_money(kind=kind, code="acc-one", amount=Decimal(1), now=NOW)


@pytest.mark.usefixtures("in_acme")
def test_it_finds_a_balance_that_is_not_its_ledger() -> None:
    """The checker is red for a planted drift, and only for that account."""
    an_account(balance="5")
    an_account("acc-two")
    assert list(queries.accounts_adrift()) == []
    Account.objects.filter(code="acc-one").update(balance=Decimal("5.0001"))
    (found,) = queries.accounts_adrift()
    assert (found.code, found.balance, found.summed) == ("acc-one", Decimal("5.0001"), 5)  # type: ignore[attr-defined]  # annotated


@pytest.mark.usefixtures("in_acme")
def test_it_calls_again_whom_money_was_missing_for() -> None:
    """C23: a top-up releases the held, clears the flag and wakes the dispatcher; other holds stay."""
    account = calling.an_account(calling.a_provider(), funds="0.50")
    campaign = calling.a_campaign(account, people=3)
    Entry.objects.filter(campaign=campaign).update(earliest_at=NOW - timedelta(hours=1))
    assert calling.claimed(account, now=NOW).moved == 3
    other = Entry.objects.first()
    assert other
    Entry.objects.filter(pk=other.pk).update(reason=EntryReason.UNKNOWN_ZONE)
    assert CallAlert.objects.filter(cleared_at=None).count() == 1
    actions.adjust(code=account.code, amount=Decimal("-0.1"), now=NOW)
    assert Entry.objects.in_state(EntryState.ON_HOLD).count() == 3
    actions.top_up(code=account.code, amount=Decimal(5), now=NOW)
    states = dict(Entry.objects.values_list("reason", "state"))
    assert states == {"unknown_zone": "on_hold", "requeued": "queued"}
    tally = Tally.objects.get(campaign=campaign)
    assert (tally.queued, tally.on_hold, tally.entries) == (2, 1, 3)
    assert not CallAlert.objects.filter(cleared_at=None).exists()
    assert Job.objects.live().filter(kind="campaigns.dispatch").count() == 1


Step = tuple[str, Decimal]
STEPS = st.lists(
    st.tuples(st.sampled_from(["top_up", "refund", "adjust", "reserve", "settle", "settle_again"]), AMOUNTS),
    max_size=25,
)


class Book:
    """Calls of one account as dispatch pays for them, beside what people write."""

    def __init__(self) -> None:
        self.open: list[tuple[Any, Decimal]] = []
        self.closed: list[tuple[Any, Decimal]] = []

    def do(self, step: Step) -> None:
        """Take one step; a refused one must leave nothing behind."""
        name, amount = step
        if name in ("top_up", "refund", "adjust"):
            with suppress(BadAmount, BalanceTooLow):
                getattr(actions, name)(code="acc-one", amount=amount, now=NOW)
        else:
            getattr(self, name)(money.four_places(abs(amount)))

    def reserve(self, amount: Decimal) -> None:
        """Begin a call, as a claim does: nobody looks at the balance first."""
        attempt = uuid4()
        with suppress(IntegrityError), transaction.atomic():
            money.reserve([money.Held(hold_account("acc-one"), TODAY, attempt, amount)])
            self.open.append((attempt, amount))

    def settle(self, amount: Decimal) -> None:
        """End the oldest call, at most for what it holds."""
        if self.open:
            self.closed.append(self.open.pop(0))
            self._settle(*self.closed[-1], amount)

    def settle_again(self, amount: Decimal) -> None:
        """Tell of an end twice: it is paid once."""
        if self.closed:
            self._settle(*self.closed[-1], amount)

    def _settle(self, attempt: Any, reserved: Decimal, amount: Decimal) -> None:
        charge, account = min(amount, reserved), hold_account("acc-one")
        money.settle(account, on=TODAY, attempt=attempt, reserved=reserved, charge=charge, was_made=True)


@pytest.mark.usefixtures("in_acme")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_it_keeps_the_balance_the_sum_whatever_is_done(steps: list[Step]) -> None:
    """C23: after every step the balance is the ledger's sum and not below nothing; what is held is known."""
    with transaction.atomic():
        book, account = Book(), an_account(balance="20")
        for step in steps:
            book.do(step)
            account.refresh_from_db()
            assert account.balance == summed(account) >= 0, step
        held = queries.summary_of(account=account, now=NOW).reserved
        assert held == sum((amount for _attempt, amount in book.open), Decimal(0))
        assert list(queries.accounts_adrift()) == []
        transaction.set_rollback(True)


@pytest.mark.real_roles
@pytest.mark.services
def test_it_is_never_overdrawn_by_many_at_once(acme: Tenant) -> None:
    """C23: two dozen threads take, add and reserve at the same moment, each by a connection of its own."""
    with tenant_scope(acme.schema_name):
        an_account(balance="10")

    def act(number: int) -> str:
        with tenant_scope(acme.schema_name), suppress(BalanceTooLow, IntegrityError):
            return STEPS_AT_ONCE[number % len(STEPS_AT_ONCE)]()
        return "refused"

    done = at_once(24, act)
    with tenant_scope(acme.schema_name):
        account = queries.account(code="acc-one")
        # 16 come in, and all together want 30: some must be refused.
        assert account.balance == summed(account) >= 0
        assert list(queries.accounts_adrift()) == []
        assert LedgerRow.objects.count() == 1 + sum(one != "refused" for one in done)
    assert "refused" in done


def _reserve() -> str:
    with transaction.atomic():
        money.reserve([money.Held(hold_account("acc-one"), TODAY, uuid4(), Decimal("1.5"))])
    return "reserved"


def _moved(act: Any, amount: str) -> str:
    act(code="acc-one", amount=Decimal(amount), now=timezone.now())
    return "moved"


STEPS_AT_ONCE = (
    _reserve,
    partial(_moved, actions.adjust, "-2"),
    partial(_moved, actions.top_up, "1"),
    _reserve,
)
