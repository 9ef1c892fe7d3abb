"""Money of accounts by the API: topped up, listed, summed up; decimal text in one unit (W15)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from campaigns import queries
from campaigns.models import AccountDay, LedgerRow
from tests.campaigns.money import HERE, an_account
from tests.personas.writing import answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")


@pytest.fixture
def account(inside):
    with inside():
        return an_account(balance="100")


def test_it_keeps_a_ledger_in_one_unit(api, alice, account):
    """409 once there is a row; naming the same again is no change."""
    path = f"{HERE}/acc-one"
    for said in ({"billing_type": "minutes"}, {"currency": "PEN"}):
        problem(api(alice).send("patch", path, said), 409, "account_has_ledger")
    answer(api(alice).send("patch", path, {"billing_type": "credits", "currency": "USD"}))
    answer(api(alice).post(HERE, {"name": "N", "account_id": "acc-new"}), 201)
    assert answer(api(alice).send("patch", f"{HERE}/acc-new", {"currency": "PEN"}))["unit"] == "PEN"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("50", "50.0000"), (50, "50.0000"), (0.1, "0.1000"), ("0.00005", "0.0001"), ("1.23455", "1.2346")],
)
def test_it_tops_up_half_up_to_four_places(api, alice, account, amount, written):
    """Ledger"""
    told = answer(api(alice).post(f"{HERE}/acc-one/topup", {"amount": amount, "note": "May"}), 201)
    row = told["transaction"]
    assert (row["kind"], row["amount"], row["unit"], row["note"]) == ("topup", written, "USD", "May")
    assert (row["created_by"], row["attempt"]) == (str(alice.pk), None)
    assert Decimal(told["balance"]) == 100 + Decimal(written)
    assert answer(api(alice).get(f"{HERE}/acc-one/balance")) == {
        "account_id": "acc-one",
        "billing_type": "credits",
        "balance": told["balance"],
        "unit": "USD",
    }


@pytest.mark.parametrize(
    "amount",
    [
        "0", "-5", 0, -1, -0.0, "0.00004", "1e3", "1,5", "", None, True, [], {}, "NaN", "Infinity", "1" * 11,
        "9" * 17, "0x10", " 5", "٥", 1e300,
    ],
)  # fmt: skip
def test_it_refuses_a_top_up_of_nothing_or_less(api, alice, account, amount):
    """Negative or zero top-ups are 422, and so is what is no amount."""
    problem(api(alice).post(f"{HERE}/acc-one/topup", {"amount": amount}), 422)
    assert answer(api(alice).get(f"{HERE}/acc-one/balance"))["balance"] == "100.0000"


def test_it_refuses_a_top_up_in_another_unit(api, alice, account):
    """Whoever names the currency is told when it is not the account's."""
    path = f"{HERE}/acc-one/topup"
    found = problem(api(alice).post(path, {"amount": "5", "currency": "CLP"}), 422, "amount_invalid")
    assert "USD" in found["detail"]
    answer(api(alice).post(path, {"amount": "5", "currency": "USD"}), 201)


def test_it_counts_minutes_on_a_plan_of_minutes(api, alice, inside):
    with inside():
        an_account("acc-min", billing_type="minutes")
    told = answer(api(alice).post(f"{HERE}/acc-min/topup", {"amount": "90.5", "currency": "min"}), 201)
    assert (told["balance"], told["unit"], told["transaction"]["unit"]) == ("90.5000", "min", "min")


def test_it_refuses_to_top_up_an_unlimited_plan(api, alice, inside):
    """It counts nothing, so there is nothing to add to."""
    with inside():
        an_account("acc-free", billing_type="unlimited")
    problem(api(alice).post(f"{HERE}/acc-free/topup", {"amount": "5"}), 409, "account_unlimited")


def test_it_tops_up_once_for_one_key(api, alice, account):
    """W12"""
    for _ in range(2):
        told = api(alice).post(f"{HERE}/acc-one/topup", {"amount": "5"}, Idempotency_Key="one")
        assert answer(told, 201)["balance"] == "105.0000"


def test_it_lists_the_ledger_newest_first(api, alice, account):
    """Keyset pages, by kind (W10)."""
    for amount in ("1", "2", "3"):
        answer(api(alice).post(f"{HERE}/acc-one/topup", {"amount": amount}), 201)
    path = f"{HERE}/acc-one/transactions"
    first = answer(api(alice).get(path, {"limit": "2", "kind": "topup"}))
    rest = answer(api(alice).get(path, {"limit": "2", "kind": "topup", "cursor": first["next_cursor"]}))
    walked = [row["amount"] for row in first["results"] + rest["results"]]
    assert walked == ["3.0000", "2.0000", "1.0000", "100.0000"]
    assert rest["next_cursor"] is None
    assert answer(api(alice).get(path, {"kind": "settle", "count": "exact"})) == {
        "results": [],
        "next_cursor": None,
        "count": 0,
    }


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_it_lets_nobody_change_the_ledger(api, alice, account, inside, method):
    """Ledger: append-only."""
    with inside():
        row = LedgerRow.objects.get()
    for path in (f"{HERE}/acc-one/transactions", f"{HERE}/acc-one/transactions/{row.pk}"):
        assert api(alice).send(method, path, {"amount": "1"}).status_code in (404, 405)


def test_it_sums_up_a_day_and_a_month_by_the_account_s_clock(account, inside):
    """Spent today and this month, and what is held, whenever that was."""
    days = {date(2026, 5, 31): (2, 1), date(2026, 5, 1): (3, 0), date(2026, 4, 30): (9, 4)}
    with inside():
        for day, (charged, reserved) in days.items():
            AccountDay.objects.create(account=account, on=day, calls=7, charged=charged, reserved=reserved)
        # In Santiago it is still the last day of May.
        found = queries.summary_of(account=account, now=datetime(2026, 6, 1, 3, tzinfo=UTC))
    assert (found.today, found.calls_today, found.open_calls) == (date(2026, 5, 31), 7, 0)
    assert [found.spent_today, found.spent_this_month, found.reserved] == [Decimal(2), Decimal(5), Decimal(5)]


def test_it_tells_no_day_before_the_first(api, bob, account):
    """An account without calls has spent nothing, in four places too; its campaigns are counted by state."""
    told = answer(api(bob).get(f"{HERE}/acc-one/summary"))
    assert (told["spent_today"], told["reserved"], told["balance"]) == ("0.0000", "0.0000", "100.0000")
    states = ("draft", "ready", "running", "paused", "completed", "cancelled", "archived")
    assert told["campaigns"] == dict.fromkeys(states, 0)
