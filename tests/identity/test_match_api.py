"""Ask matching over HTTP: everybody of the tenant may, nothing is written (I10)."""

import pytest

from identity.models import Link, Person
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver

ADDRESS = "/api/v1/identity/match/"
TYPED = {"first_name": "Ana", "last_name": "Ruiz", "phone": "912 345 678"}


@pytest.fixture
def driver(acme):
    with tenant_scope(acme.schema_name):
        made = a_driver(name="Ana Ruiz", park="lima", document="12345678")
        made.phone_key = "56912345678"
        made.save()
        return made


def test_it_tells_every_reason(api, alice, acme, driver):
    """I10: rule, inputs, candidates, steps that sum up; the tenant's country is Chile (I1)."""
    answer = api(alice).post(ADDRESS, {**TYPED, "park": "lima"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["outcome"], told["rule"], told["score"]) == ("matched", "R1_PHONE_EXACT", 95)
    assert told["inputs"]["phone"] == "56912345678"
    chosen = told["candidates"][told["chosen"]]
    assert chosen["drivers"] == [driver.driver_id]
    assert round(sum(step["bits"] for step in chosen["steps"]), 2) == chosen["bits"]
    assert {one["rule"] for one in told["tried"]} >= {"R0_DOCUMENT_EXACT", "R4_CAR_FINGERPRINT_NAME_SIMILAR"}
    with tenant_scope(acme.schema_name):
        assert not Link.objects.exists()
        assert not Person.objects.exists()


def test_it_says_why_not_in_both_words(api, bob):
    """I6: a viewer may ask; the first system's word stands beside."""
    told = api(bob).post(ADDRESS, {}).json()
    assert (told["reason"], told["first_system_reason"]) == ("MISSING_IDENTIFIERS", "missing_identifiers")


def test_others_drivers_do_not_exist(api, carol, driver):
    """S1: Birch finds nobody."""
    assert api(carol).post(ADDRESS, {**TYPED, "phone": "+56912345678"}).json()["candidates"] == []


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": 912345678},
        {"phone": "9" * 65},
        {"name": "Ana"},
        {"lead_date": "2026-02-30"},
        {"last_name": "Ru\x00iz"},
        {"document": {"$gt": ""}},
        [],
        "Ana",
    ],
)
def test_it_refuses_what_is_no_lead(api, alice, typed):
    """Bad input gets a clear error."""
    answer = api(alice).post(ADDRESS, typed)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("phone", ["letters", "' OR 1=1 --", "９１２３４５６７８", "0000000000000000", "+"])
def test_hostile_values_find_nobody(api, alice, driver, phone):
    """I1: phones of letters are none."""
    assert api(alice).post(ADDRESS, {"phone": phone}).status_code == 200
