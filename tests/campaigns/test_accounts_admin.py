"""Accounts on the staff's pages: opened, changed, topped up once, suspended; the ledger below (C23)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from campaigns import actions, queries
from campaigns.models import Account, CallerNumber, LedgerRow, Provider
from tenants.models import User
from tenants.records.models import AuditEntry
from tests.campaigns.conftest import Inside
from tests.campaigns.money import an_account, summed

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns/account"
NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def account(inside: Inside) -> Account:
    with inside():
        return an_account(balance="100")


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def money(account: Account, kind: str = "topup") -> str:
    return f"{ADMIN}/{account.pk}/money/{kind}/"


def now_of(inside: Inside, account: Account) -> Account:
    with inside():
        found = queries.account(code=account.code)
        assert found.balance == summed(found)
        return found


def body_of(page: str) -> dict[str, str]:
    """Return what the confirming form sends."""
    found = re.findall(r'<input type="hidden" name="(amount|note|once)" value="([^"]*)"', page)
    return dict(found)


def form_of(inside: Inside, **said: Any) -> dict[str, Any]:
    """Return a filled form of an account."""
    with inside():
        provider = Provider.objects.order_by("id")[0]
    return {
        "name": "Cobranzas Dos",
        "contact": "cobros@dos.example",
        "code": "acc-two",
        "status": "active",
        "billing_type": "credits",
        "currency": "CLP",
        "price_per_minute": "150",
        "price_setup": "20",
        "price_failed": "10",
        "max_concurrent_calls": "5",
        "daily_call_limit": "",
        "daily_spend_cap": "",
        "country": "CL",
        "timezone": "America/Santiago",
        "provider": str(provider.pk),
        "call_settings": "",
        "holidays": "2026-09-17\n2026-01-02",
        "worked": "2026-12-08",
        **said,
    }


def test_an_account_is_opened_by_form(client: Client, inside: Inside, alice: User) -> None:
    """Through the action: noted once, in the name of who did it."""
    assert "acc-two" not in text_of(client.get(f"{ADMIN}/"))
    assert "selected>America/Santiago" in text_of(client.get(f"{ADMIN}/add/"))
    assert client.post(f"{ADMIN}/add/", form_of(inside)).status_code == 302
    with inside():
        made = queries.account(code="acc-two")
        assert (made.currency, made.price_per_minute, made.max_concurrent_calls) == ("CLP", 150, 5)
        assert made.extra_holidays == ["2026-01-02", "2026-09-17"]
        assert made.worked_holidays == ["2026-12-08"]
        entries = AuditEntry.objects.filter(object_type__in=["account", "campaigns.account"])
        noted = entries.order_by("id").values_list("verb", "actor")
        assert list(noted) == [("created", alice.pk), ("work_holidays", alice.pk)]
    assert "acc-two" in text_of(client.get(f"{ADMIN}/"))


def test_a_limit_of_a_thousand_calls_is_no_limit_of_one(client: Client, inside: Inside) -> None:
    """W7: whole numbers are read as amounts are."""
    limits = form_of(inside, max_concurrent_calls="1,000", daily_call_limit="12.000")
    assert client.post(f"{ADMIN}/add/", limits).status_code == 302
    with inside():
        made = queries.account(code="acc-two")
        assert (made.max_concurrent_calls, made.daily_call_limit) == (1_000, 12_000)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"code": "a b"}, "Enter a valid value."),
        ({"currency": "usd"}, "three capital letters"),
        ({"max_concurrent_calls": "0"}, "A whole number from 1 to"),
        ({"daily_call_limit": "99999999999"}, "A whole number from 1 to"),
        ({"price_setup": "-1"}, "is not negative"),
        ({"call_settings": '{"max_atempts": 3}'}, "max_atempts"),
        ({"call_settings": "{"}, "Enter a valid JSON."),
        ({"holidays": "31/02/2026"}, "“31/02/2026” is no day"),
        ({"worked": "46086"}, "“46086” is no day"),
        ({"worked": "2026-09-17"}, "2026-09-17"),
        ({"timezone": "Nowhere/Land"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_told_beside_the_field(
    client: Client, inside: Inside, said: dict[str, str], words: str
) -> None:
    """Nothing is written, and the form stays as it was filled in."""
    page = text_of(client.post(f"{ADMIN}/add/", form_of(inside, **said)))
    assert words in page
    assert "cobros@dos.example" in page
    with inside():
        assert not Account.objects.exists()


def test_an_account_id_that_is_taken_is_told(client: Client, inside: Inside, account: Account) -> None:
    """Beside the field; nothing is written."""
    page = text_of(client.post(f"{ADMIN}/add/", form_of(inside, code="acc-one")))
    assert "already exists" in page
    with inside():
        assert Account.objects.count() == 1


def test_an_account_is_changed_by_form(client: Client, inside: Inside, account: Account) -> None:
    """What differs is written; the unit stays once there is a ledger, whatever is sent."""
    with inside():
        provider = Provider.objects.order_by("id")[0]
        number = CallerNumber.objects.filter(provider=provider).first()
        assert number
    said = form_of(inside, name="Otro", currency="PEN", price_setup="0.5", caller_numbers=[str(number.pk)])
    assert client.post(f"{ADMIN}/{account.pk}/change/", said).status_code == 302
    with inside():
        found = queries.account(code="acc-one")
        assert (found.name, found.currency, found.price_setup) == ("Otro", "USD", Decimal("0.5"))
        assert [one.pk for one in found.caller_numbers.all()] == [number.pk]
        entry = AuditEntry.objects.get(verb="changed", object_type="account")
        assert {"name", "price_setup", "caller_numbers"} <= set(entry.change)
        assert entry.change["name"] is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1.234", "1234"), ("$ 50", "50"), ("0,5", "0.5")],
)
def test_an_amount_is_looked_at_before_it_is_written(
    client: Client, inside: Inside, account: Account, typed: str, written: str
) -> None:
    """W4, W7: however it is typed, the page says what it was taken for, and nothing is written yet."""
    seen = text_of(client.post(money(account), {"amount": typed, "note": "Factura 7"}))
    assert "Is this what should be written?" in seen
    assert now_of(inside, account).balance == 100
    body = body_of(seen)
    assert Decimal(body["amount"]) == Decimal(written)
    page = text_of(client.post(money(account), body, follow=True))
    assert "Written:" in page
    assert "Factura 7" in page
    assert now_of(inside, account).balance == 100 + Decimal(written)


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [("topup", "12.5", "12.5"), ("refund", "0,4", "0.4"), ("adjustment", "-0,00005", "-0.0001")],
)
def test_minutes_are_no_money_of_a_currency(
    client: Client, inside: Inside, kind: str, typed: str, written: str
) -> None:
    """Ledger: four places, half up, also where the currency has none; each page says the same figure."""
    with inside():
        account = an_account(billing_type="minutes", currency="CLP", balance="100")
    seen = text_of(client.post(money(account, kind), {"amount": typed, "note": ""}))
    shown = f"{Decimal(written):.4f}\u00a0min"
    assert shown in seen
    assert f"Written: {shown}" in text_of(client.post(money(account, kind), body_of(seen), follow=True))
    assert now_of(inside, account).balance == 100 + Decimal(written)


def test_money_is_added_once_however_often_the_button_is_pressed(
    client: Client, inside: Inside, account: Account, alice: User
) -> None:
    """A second press of the same page writes nothing and says so."""
    body = body_of(text_of(client.post(money(account), {"amount": "10", "note": ""})))
    client.post(money(account), body)
    assert "nothing was written twice" in text_of(client.post(money(account), body, follow=True))
    found = now_of(inside, account)
    assert found.balance == 110
    with inside():
        assert LedgerRow.objects.get(amount=10).created_by == alice.pk


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("topup", "0", "more than 0"),
        ("topup", "-5", "more than 0"),
        ("topup", "ten", "not an amount"),
        ("topup", "", "required"),
        ("topup", "S/ 5", "is in PEN"),
        ("topup", "9999999999", "too large"),
        ("refund", "-1", "more than 0"),
        ("adjustment", "-100.01", "below zero"),
        ("adjustment", "0", "more than 0"),
    ],
)
def test_a_senseless_amount_is_told_beside_the_field(
    client: Client, inside: Inside, account: Account, kind: str, typed: str, words: str
) -> None:
    """Also when somebody sends it as confirmed."""
    for once in ({}, {"once": str(uuid4())}):
        assert words in text_of(client.post(money(account, kind), {"amount": typed, "note": "", **once}))
    assert now_of(inside, account).balance == 100


def test_the_balance_is_set_right(client: Client, inside: Inside, account: Account) -> None:
    """An adjustment takes as well as it gives; a refund gives."""
    for kind, typed in (("adjustment", "-40"), ("refund", "5")):
        client.post(
            money(account, kind), body_of(text_of(client.post(money(account, kind), {"amount": typed})))
        )
    assert now_of(inside, account).balance == 65


@pytest.mark.parametrize("kind", ["reserve", "settle", "release", "theft"])
def test_people_write_no_other_kind(client: Client, account: Account, kind: str) -> None:
    """Reserves and charges are the calls' own."""
    assert client.get(money(account, kind)).status_code == 404
    assert client.get(f"{ADMIN}/1/money/topup/").status_code == 404


def test_an_unlimited_plan_has_no_money_to_move(client: Client, inside: Inside) -> None:
    with inside():
        free = an_account("acc-free", billing_type="unlimited")
    page = text_of(client.get(money(free), follow=True))
    assert "An unlimited plan has no balance" in page
    assert "press/topup" not in page


def test_only_the_moves_that_may_be_made_are_offered(
    client: Client, inside: Inside, account: Account
) -> None:
    """Each state's own buttons; a press of another one is 404."""
    change = f"{ADMIN}/{account.pk}/change/"
    for press, offered in (
        ("suspend", {"activate", "expire"}),
        ("expire", {"activate"}),
        ("activate", {"suspend", "expire"}),
    ):
        assert client.post(f"{ADMIN}/{account.pk}/press/{press}/").status_code == 302
        found = set(re.findall(r"/press/(activate|suspend|expire)/", text_of(client.get(change))))
        assert found == offered
    assert client.post(f"{ADMIN}/{account.pk}/press/activate/").status_code == 404
    assert now_of(inside, account).status == "active"


def test_the_ledger_is_walked_page_by_page(client: Client, inside: Inside, account: Account) -> None:
    """Newest first, fifty a page, nothing lost; a cursor that is none shows the first page."""
    with inside():
        for number in range(60):
            actions.top_up(code="acc-one", amount=Decimal(1), note=f"row-{number}.", now=NOW)
    change = f"{ADMIN}/{account.pk}/change/"
    first = text_of(client.get(change))
    address = re.search(r'<a rel="next" href="([^"]+)"', first)
    assert address
    rest = text_of(client.get(address[1]))
    walked = re.findall(r"row-(\d+)\.", first) + re.findall(r"row-(\d+)\.", rest)
    assert walked == [str(number) for number in range(59, -1, -1)]
    assert text_of(client.get(f"{change}?cursor=x")).count("row-") == first.count("row-")


def test_the_ledger_has_no_form(client: Client, inside: Inside, account: Account) -> None:
    """Append-only: rows are shown, and no page changes or deletes one."""
    page = text_of(client.get(f"{ADMIN}/{account.pk}/change/"))
    assert "Top-up" in page
    assert client.get("/admin/campaigns/ledgerrow/").status_code == 404
    assert client.post(f"{ADMIN}/{account.pk}/delete/", {"post": "yes"}).status_code == 403
    now_of(inside, account)


@pytest.mark.parametrize("path", ["", "{pk}/change/", "{pk}/money/topup/", "add/"])
def test_viewers_and_others_stay_outside(
    page: Pages, bob: User, carol: User, account: Account, path: str
) -> None:
    """S1, S2"""
    address = f"{ADMIN}/{path.format(pk=account.pk)}"
    assert page(bob).get(address).status_code == 403
    assert page(bob).post(address, {"amount": "1"}).status_code == 403
    if "{pk}" in path:
        assert page(carol).get(address).status_code == 404


def test_pages_cost_a_fixed_number_of_queries(
    client: Client, inside: Inside, account: Account, django_assert_max_num_queries: Any
) -> None:
    """However many accounts and rows there are."""
    with inside():
        for number in range(20):
            an_account(f"acc-{number}")
            actions.top_up(code="acc-one", amount=Decimal(1), now=NOW)
    for path, most in ((f"{ADMIN}/", 12), (f"{ADMIN}/{account.pk}/change/", 24)):
        client.get(path)
        with django_assert_max_num_queries(most):
            text_of(client.get(path))
