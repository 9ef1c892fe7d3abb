"""Accounts by the API: opened, changed, suspended, listed; whose they are."""

import pytest

from campaigns.models import Account, CallerNumber, Provider
from tenants.models import Tenant
from tenants.records.models import AuditEntry
from tests.campaigns.money import HERE, an_account
from tests.personas.writing import UNFIT, answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")


@pytest.fixture
def account(inside):
    with inside():
        return an_account(balance="100")


def faults(document):
    return [(one["code"], one["pointer"]) for one in document["errors"]]


def test_it_opens_an_account_with_the_spec_s_prices(api, alice, inside):
    """Account: 0.15 a minute, 0.02 set-up, 0.01 a failed call, in USD; country and clock of the tenant."""
    made = answer(api(alice).post(HERE, {"name": " Banco  Uno ", "account_id": "acc-chile-001"}), 201)
    assert made == {
        "account_id": "acc-chile-001",
        "name": "Banco Uno",
        "contact": "",
        "status": "active",
        "billing_type": "credits",
        "balance": "0.0000",
        "unit": "USD",
        "currency": "USD",
        "price_per_minute": "0.1500",
        "price_setup": "0.0200",
        "price_failed": "0.0100",
        "max_concurrent_calls": 10,
        "daily_call_limit": None,
        "daily_spend_cap": None,
        "country": "CL",
        "timezone": "America/Santiago",
        "provider": made["provider"],
        "caller_numbers": [],
        "call_settings": None,
        "extra_holidays": [],
        "worked_holidays": [],
        "created_at": made["created_at"],
    }
    assert answer(api(alice).get(f"{HERE}/acc-chile-001")) == made
    with inside():
        entry = AuditEntry.objects.get(object_type="account")
        assert (entry.verb, entry.actor) == ("created", alice.pk)
        assert entry.change == {"account_id": "acc-chile-001"}


@pytest.mark.parametrize(
    ("language", "country", "most"),
    [("en", "CL", "10,000"), ("es", "CL", "10.000"), ("es", "MX", "10,000")],
)
def test_a_refusal_writes_numbers_as_its_reader_does(api, alice, acme, language, country, most):
    """W7, W11: in the language that is asked for, as the organisation's country writes it."""
    Tenant.objects.filter(pk=acme.pk).update(country=country)
    wanted = {"name": "N", "max_concurrent_calls": 10**9}
    refused = problem(api(alice).post(HERE, wanted, Accept_Language=language), 422)
    assert most in refused["errors"][0]["detail"]


def test_it_answers_with_a_slash_at_the_end_and_without(api, bob, account):
    """The first clients write none; the house does."""
    told = [answer(api(bob).get(f"{HERE}/acc-one{end}")) for end in ("", "/")]
    assert told[0] == told[1]
    assert answer(api(bob).get(HERE)) == answer(api(bob).get(f"{HERE}/"))


def test_it_makes_an_account_id_when_none_is_given(api, alice):
    first, second = (answer(api(alice).post(HERE, {"name": "X"}), 201)["account_id"] for _ in range(2))
    assert first.startswith("acc-")
    assert first != second


def test_it_takes_all_that_can_be_said_of_an_account(api, alice, inside):
    with inside():
        provider = Provider.objects.create(name="Retell CL", kind="retell")
        CallerNumber.objects.create(provider=provider, number="+56225550101")
    said = {
        "name": "Encuestas Sur",
        "contact": "cobros@sur.example",
        "status": "pending_activation",
        "billing_type": "minutes",
        "currency": "PEN",
        "price_per_minute": "0.12345",
        "price_setup": 0,
        "price_failed": 0.5,
        "max_concurrent_calls": 3,
        "daily_call_limit": 500,
        "daily_spend_cap": "99.5",
        "country": "PE",
        "timezone": "America/Lima",
        "provider": "Retell CL",
        "caller_numbers": ["+56225550101"],
        "call_settings": {"max_attempts": 5, "retry_delay_hours": 12},
        "extra_holidays": ["2026-09-17", "2026-01-02", "2026-09-17"],
    }
    made = answer(api(alice).post(HERE, said), 201)
    assert {name: made[name] for name in said} == said | {
        "price_per_minute": "0.1235",
        "price_setup": "0.0000",
        "price_failed": "0.5000",
        "daily_spend_cap": "99.5000",
        "call_settings": {"retry_settings": {"max_attempts": 5, "retry_delay_hours": 12}},
        "extra_holidays": ["2026-01-02", "2026-09-17"],
    }
    assert made["unit"] == "min"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": "\u200b"}, "#/name"),
        ({"name": "N", "nmae": "M"}, "#/nmae"),
        ({"name": "N", "status": "suspended"}, "#/status"),
        ({"name": "N", "billing_type": "barter"}, "#/billing_type"),
        ({"name": "N", "currency": "usd"}, "#/currency"),
        ({"name": "N", "currency": "ZZZ"}, "#/currency"),
        ({"name": "N", "price_per_minute": "-0.01"}, "#/price_per_minute"),
        ({"name": "N", "price_per_minute": "1e3"}, "#/price_per_minute"),
        ({"name": "N", "price_setup": True}, "#/price_setup"),
        ({"name": "N", "price_failed": "12345678901"}, "#/price_failed"),
        ({"name": "N", "max_concurrent_calls": 0}, "#/max_concurrent_calls"),
        ({"name": "N", "max_concurrent_calls": "5"}, "#/max_concurrent_calls"),
        ({"name": "N", "max_concurrent_calls": 10**9}, "#/max_concurrent_calls"),
        ({"name": "N", "daily_call_limit": 0}, "#/daily_call_limit"),
        ({"name": "N", "daily_spend_cap": "-1"}, "#/daily_spend_cap"),
        ({"name": "N", "country": "cl"}, "#/country"),
        ({"name": "N", "country": "ZZ"}, "#/country"),
        ({"name": "N", "timezone": "Chile"}, "#/timezone"),
        ({"name": "N", "timezone": "../etc/passwd"}, "#/timezone"),
        ({"name": "N", "provider": "nobody"}, "#/provider"),
        ({"name": "N", "caller_numbers": ["+56000000000"]}, "#/caller_numbers"),
        ({"name": "N", "call_settings": {"max_atempts": 3}}, "#/call_settings/max_atempts"),
        ({"name": "N", "extra_holidays": ["18-09-2026"]}, "#/extra_holidays"),
        ({"name": "N", "worked_holidays": ["2026-09-31"]}, "#/worked_holidays"),
    ],
)
def test_it_names_what_makes_no_sense(api, alice, inside, said, pointer):
    """422, nothing is written."""
    found = problem(api(alice).post(HERE, said), 422)
    assert [place for _code, place in faults(found)] == [pointer]
    with inside():
        assert not Account.objects.exists()


@pytest.mark.parametrize("code", ["a b", "-a", "ñandú", "a/b", "a" * 65, "a.b", "../x"])
def test_it_refuses_an_account_id_that_no_address_holds(api, alice, code):
    problem(api(alice).post(HERE, {"name": "N", "account_id": code}), 422)


def test_it_refuses_a_second_account_of_one_account_id(api, alice, account):
    """409"""
    problem(api(alice).post(HERE, {"name": "N", "account_id": "acc-one"}), 409, "account_exists")


@pytest.mark.parametrize("raw", UNFIT.values(), ids=UNFIT)
def test_it_refuses_what_no_text_may_hold(api, alice, account, raw):
    """S13"""
    response = api(alice).send("patch", f"{HERE}/acc-one", b'{"name": ' + raw + b"}")
    assert response.status_code in (400, 422), response.content


def test_it_changes_what_is_named(api, alice, account, inside):
    """The log tells prices and limits, and of a name only that it changed (S19)."""
    path = f"{HERE}/acc-one"
    told = answer(api(alice).send("patch", path, {"name": "Otro", "price_setup": "0.03", "country": "CL"}))
    assert (told["name"], told["price_setup"], told["price_per_minute"]) == ("Otro", "0.0300", "0.1500")
    assert answer(api(alice).send("patch", path, {"name": "Otro"}))["name"] == "Otro"
    with inside():
        entry = AuditEntry.objects.get(verb="changed", object_type="account")
        assert entry.change == {"name": None, "price_setup": "0.0300"}


def test_it_forgets_the_numbers_of_another_provider(api, alice, account, inside):
    """An account calls from its provider's numbers only."""
    with inside():
        providers = [Provider.objects.create(name=name, kind="retell") for name in ("one", "two")]
        for provider, number in zip(providers, ("+56225550101", "+56225550102"), strict=True):
            CallerNumber.objects.create(provider=provider, number=number)
    path, chosen = f"{HERE}/acc-one", {"provider": "one", "caller_numbers": ["+56225550101"]}
    assert answer(api(alice).send("patch", path, chosen))["caller_numbers"] == ["+56225550101"]
    assert answer(api(alice).send("patch", path, {"provider": "two"}))["caller_numbers"] == []
    problem(api(alice).send("patch", path, {"caller_numbers": ["+56225550101"]}), 422, "account_invalid")


def test_it_suspends_and_lets_call_again(api, alice, account, inside):
    """Twice is once; each move is noted with what was before."""
    for move, status in (("suspend", "suspended"), ("suspend", "suspended"), ("activate", "active")):
        assert answer(api(alice).post(f"{HERE}/acc-one/{move}"))["status"] == status
    with inside():
        noted = AuditEntry.objects.filter(object_type="account", verb__in=["suspend", "activate"])
        assert list(noted.order_by("id").values_list("verb", "change")) == [
            ("suspend", {"before": "active"}),
            ("activate", {"before": "suspended"}),
        ]


def test_it_refuses_to_suspend_what_does_not_call(api, alice):
    """An illegal move is 409 and says where the account stands."""
    answer(api(alice).post(HERE, {"name": "N", "account_id": "acc-w", "status": "pending_activation"}), 201)
    found = problem(api(alice).post(f"{HERE}/acc-w/suspend"), 409, "account_state")
    assert found["status"] == 409
    assert answer(api(alice).post(f"{HERE}/acc-w/activate"))["status"] == "active"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2),
        ({"status": "suspended"}, 1),
        ({"status": "expired"}, 0),
        ({"billing_type": "minutes"}, 1),
        ({"name": "cobranzas"}, 2),
        ({"name": "otra"}, 0),
    ],
)
def test_it_filters_accounts(api, alice, account, inside, query, found):
    with inside():
        an_account("acc-two", billing_type="minutes")
    answer(api(alice).post(f"{HERE}/acc-two/suspend"))
    assert len(answer(api(alice).get(HERE, query))["results"]) == found


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("", {"status": "happy"}, 422, "filter_value_unknown"),
        ("", {"nobody": "1"}, 400, "bad_parameters"),
        ("", {"limit": "0"}, 400, "bad_parameters"),
        ("/acc-one/transactions", {"kind": "theft"}, 422, "filter_value_unknown"),
        ("/acc-one/transactions", {"cursor": "x"}, 400, "bad_parameters"),
        ("/acc-one", {"x": "1"}, 400, "bad_parameters"),
        ("/acc-one/balance", {"x": "1"}, 400, "bad_parameters"),
        ("/acc-one/summary", {"x": "1"}, 400, "bad_parameters"),
    ],
)
def test_it_refuses_what_a_list_does_not_know(api, bob, account, path, query, status, code):
    """An unknown filter value is 422, an unknown parameter 400 (W10)."""
    problem(api(bob).get(f"{HERE}{path}", query), status, code)


@pytest.mark.parametrize("path", ["", "/balance", "/summary", "/transactions"])
@pytest.mark.parametrize("who", ["alice", "carol"])
def test_it_knows_no_account_of_others(api, request, account, who, path):
    """404, whether it is another tenant's or nobody's."""
    code = "acc-one" if who == "carol" else "acc-none"
    problem(api(request.getfixturevalue(who)).get(f"{HERE}/{code}{path}"), 404, "account_unknown")


@pytest.mark.parametrize(
    ("method", "path"),
    [("patch", ""), ("post", "/topup"), ("post", "/suspend"), ("post", "/activate")],
)
def test_it_lets_viewers_read_only(api, bob, alice, account, method, path):
    """S2; what is not there is 404 whatever was sent."""
    problem(api(bob).send(method, f"{HERE}/acc-one{path}", {"amount": "1"}), 403, "forbidden")
    problem(api(alice).send(method, f"{HERE}/acc-none{path}", {"amount": "x"}), 404, "account_unknown")
    problem(api(bob).post(HERE, {"name": "N"}), 403, "forbidden")


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("", 2),
        ("/acc-one", 2),
        ("/acc-one/balance", 1),
        ("/acc-one/summary", 4),
        ("/acc-one/transactions", 2),
    ],
)
def test_it_costs_a_fixed_number_of_queries(api, bob, inside, django_assert_num_queries, path, count):
    """However many there are; beside them one says who asks, and three are the request's transaction."""
    with inside():
        for number in range(3):
            an_account(f"acc-{number}")
        an_account()
    client = api(bob)
    with django_assert_num_queries(count + 4):
        answer(client.get(f"{HERE}{path}"))
