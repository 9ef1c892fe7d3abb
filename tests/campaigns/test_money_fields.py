"""Prices, caps and days off that staff type are read in every spelling, and saved as they are shown (W7)."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from campaigns import queries
from campaigns.models import Account, Provider
from tenants.models import User
from tests.campaigns.money import an_account
from tests.campaigns.test_accounts_admin import ADMIN, form_of, text_of
from tests.campaigns.uploading import a_payer, people
from tests.campaigns.wizarding import begun, fresh, settled, step, words

PRICES = ("price_per_minute", "price_setup", "price_failed", "daily_spend_cap")
SPELLINGS = [
    ("1.500", "1500"),
    ("1,500", "1500"),
    ("1.234,56", "1234.56"),
    ("1,234.56", "1234.56"),
    ("0,15", "0.15"),
    ("0.0150", "0.015"),
    ("1500", "1500"),
]
STORED = ["0.0150", "0.015", "1.5", "1.0015", "12.345", "1500", "1234.5670", "0"]


@pytest.fixture
def client(page: Callable[[User], Client], alice: User) -> Client:
    return page(alice)


@pytest.fixture
def account(inside: Any) -> Account:
    with inside():
        return an_account(balance="100")


def shown(page: str, name: str) -> str:
    """Return what stands in a field."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag[0])
    return unescape(value[1]) if value else ""


@pytest.mark.parametrize(("typed", "meant"), SPELLINGS)
def test_each_price_is_read_as_it_is_written(
    client: Client, inside: Any, account: Account, typed: str, meant: str
) -> None:
    """W7: as the wizard and top-ups read it; never a thousandth of it."""
    said = form_of(inside, currency="USD") | dict.fromkeys(PRICES, typed)
    answer = client.post(f"{ADMIN}/{account.pk}/change/", said)
    assert answer.status_code == 302, unescape(answer.content.decode())
    with inside():
        found = queries.account(code=account.code)
        assert {name: getattr(found, name) for name in PRICES} == dict.fromkeys(PRICES, Decimal(meant))


@pytest.mark.parametrize("field", PRICES)
@pytest.mark.parametrize(
    ("typed", "told"), [("0,12345", "4 decimal"), ("mucho", "Enter a number"), ("-1", "not negative")]
)
def test_a_price_that_no_column_holds_is_told(
    client: Client, inside: Any, account: Account, field: str, typed: str, told: str
) -> None:
    said = form_of(inside, currency="USD") | {field: typed}
    assert told in text_of(client.post(f"{ADMIN}/{account.pk}/change/", said))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("stored", STORED)
def test_what_a_form_shows_is_saved_as_it_was(
    client: Client, inside: Any, account: Account, language: str, stored: str
) -> None:
    """W7: opened and saved, no price and no cap moves, in either language."""
    with inside():
        Account.objects.update(**dict.fromkeys(PRICES, Decimal(stored)))
    heads = {"Accept-Language": language}
    address = f"{ADMIN}/{account.pk}/change/"
    page = client.get(address, headers=heads).content.decode()
    assert f'<html lang="{language}"' in page
    said = form_of(inside, currency="USD") | {name: shown(page, name) for name in PRICES}
    assert client.post(address, said, headers=heads).status_code == 302
    with inside():
        found = queries.account(code=account.code)
        assert {getattr(found, name) for name in PRICES} == {Decimal(stored)}


@pytest.mark.parametrize("field", ["holidays", "worked"])
@pytest.mark.parametrize(
    "typed",
    ["2026-09-18\n2026-12-08", "18/09/2026\r\n8-12-2026", "18.09.2026 08/12/26", "18/9/2026, 8/12/2026"],
)
def test_days_are_read_day_first_or_iso(
    client: Client, inside: Any, account: Account, field: str, typed: str
) -> None:
    """W7, C13: the eighth of December stays the eighth, and is shown so that it can be saved again."""
    other = "worked" if field == "holidays" else "holidays"
    address = f"{ADMIN}/{account.pk}/change/"
    said = form_of(inside, currency="USD") | {field: typed, other: ""}
    assert client.post(address, said).status_code == 302
    days = ["2026-09-18", "2026-12-08"]
    with inside():
        found = queries.account(code=account.code)
        assert (found.extra_holidays, found.worked_holidays) == (
            (days, []) if field == "holidays" else ([], days)
        )
    page = text_of(client.get(address))
    assert "\n".join(days) in page


def test_calls_a_second_are_read_as_they_are_written(client: Client, inside: Any, account: Account) -> None:
    """W7: a rate is a number like others."""
    with inside():
        provider = Provider.objects.order_by("id")[0]
    address = f"/admin/campaigns/provider/{provider.pk}/change/"
    page = text_of(client.get(address))
    said = {name: shown(page, name) for name in ("name", "key_name", "agent_id", "max_concurrent_calls")}
    assert client.post(address, said | {"calls_per_second": "2,5"}).status_code == 302
    with inside():
        assert Provider.objects.get(pk=provider.pk).calls_per_second == 2.5
    assert shown(text_of(client.get(address)), "calls_per_second") == "2.5"


@pytest.mark.parametrize("stored", ["12.345", "12.3456", "1.5", "1500", "0.015"])
def test_a_campaign_s_cap_is_saved_as_it_is_shown(client: Client, inside: Any, stored: str) -> None:
    """W7: also one that a program wrote with four places."""
    with inside():
        a_payer()
    found = begun(client, inside, people(1))
    settled(client, found, do="keep")
    with inside():
        type(found).objects.filter(pk=found.pk).update(spend_cap=stored)
    cap = shown(words(client.get(step("settings", found))), "spend_cap")
    settled(client, found, do="keep", spend_cap=cap)
    assert fresh(inside, found).spend_cap == Decimal(stored)
