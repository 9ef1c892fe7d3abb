"""One claim for each milestone that a person reached, by their earliest lead that reaches it (I14)."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from identity.actions.draining.claiming import generate_claims
from identity.models import Claim, IdentitySettings, Person
from identity.queries.statements import row
from tenants.jobs.runner.run import DryRun
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, linked, trips

pytestmark = pytest.mark.usefixtures("in_acme")


def generated() -> dict[str, int]:
    """Run the job's work in the test's transaction."""
    return generate_claims(DryRun({}))


def claims() -> list[tuple[str, str, str, Decimal]]:
    return list(
        Claim.objects.order_by("source_pk", "milestone").values_list(
            "source_pk", "milestone", "state", "amount"
        )
    )


def active(external_id: str = "L1", *, made: int = 6, person: Person | None = None) -> Person:
    """Return a person with a lead of that id and so many trips on the lead's day."""
    person = person or a_person()
    linked(a_lead(external_id), person)
    driver = a_driver()
    linked(driver, person)
    trips(driver, DAY, made)
    return person


def test_each_reached_milestone_becomes_a_claim_with_the_tenants_amount() -> None:
    """I14: amounts and currency are settings."""
    IdentitySettings.objects.update(
        currency="USD",
        milestones=[
            {"code": "M1", "trips": 1, "amount": 30.5},
            {"code": "M5", "trips": 5, "amount": 40},
            {"code": "M25", "trips": 25, "amount": 100},
        ],
    )
    active(made=6)
    figures = generated()
    assert claims() == [("L1", "M1", "generated", Decimal("30.50")), ("L1", "M5", "generated", Decimal(40))]
    assert figures == {"processed": 1, "reached": 2, "generated": 2, "promoted": 0, "adopted": 0}
    assert set(Claim.objects.values_list("currency", flat=True)) == {"USD"}


def test_a_second_run_writes_nothing() -> None:
    """I14: idempotent."""
    active()
    generated()
    before = list(Claim.objects.values())
    assert generated()["generated"] == 0
    assert list(Claim.objects.values()) == before


@pytest.mark.parametrize(("later", "counted"), [(-1, False), (0, True), (13, True), (14, False)])
def test_the_window_ends_before_its_fourteenth_day(later: int, counted: bool) -> None:
    """I14: [lead_date, lead_date + 14 days)."""
    person, driver = a_person(), a_driver()
    linked(a_lead("L1"), person)
    linked(driver, person)
    trips(driver, DAY + timedelta(later), 1)
    generated()
    assert [claim[1] for claim in claims()] == (["M1"] if counted else [])


def test_trips_of_all_accounts_count_together() -> None:
    """I14: of a person, not of an account."""
    person = active(made=2)
    second = a_driver()
    linked(second, person)
    trips(second, DAY, 3)
    assert generated()["generated"] == 2


def test_a_milestone_belongs_to_the_earliest_lead_that_reaches_it() -> None:
    """I14: other leads of the person expect nothing."""
    person, driver = a_person(), a_driver()
    linked(driver, person)
    for external_id, day in (("late", 5), ("early", 0), ("undated", None)):
        linked(a_lead(external_id, on=None if day is None else DAY + timedelta(day)), person)
    trips(driver, DAY, 1)
    trips(driver, DAY + timedelta(16), 5)
    generated()
    assert [claim[:2] for claim in claims()] == [("early", "M1"), ("late", "M5")]


@pytest.mark.parametrize("state", ["paid", "rejected", "expired", "generated"])
def test_what_was_answered_is_never_touched(state: str) -> None:
    """I14: neither changed nor doubled."""
    person = active(made=1)
    Claim.objects.create(
        source_pk="elsewhere", person=person, milestone="M1", state=state, amount=7, currency="PEN"
    )
    before = list(Claim.objects.values())
    generated()
    assert list(Claim.objects.values()) == before


def test_an_expected_claim_that_is_reached_is_generated() -> None:
    """I14: one that is not reached stays expected."""
    person = active(made=1)
    for milestone in ("M1", "M5"):
        Claim.objects.create(
            source_pk="L1", person=person, milestone=milestone, state="expected", amount=7, currency="PEN"
        )
    assert generated()["promoted"] == 1
    assert [claim[1:3] for claim in claims()] == [("M1", "generated"), ("M5", "expected")]


def test_a_claim_that_came_before_its_link_counts_now() -> None:
    """I14: of two for one milestone the answered one is the person's, the other counts nothing."""
    person = active("L1", made=1)
    active("L2", made=0, person=person)
    for source_pk, state in (("L1", "expected"), ("L2", "paid")):
        Claim.objects.create(source_pk=source_pk, milestone="M1", state=state, amount=7, currency="PEN")
    figures = generated()
    assert (figures["adopted"], figures["generated"], figures["promoted"]) == (1, 0, 0)
    assert list(Claim.objects.order_by("source_pk").values_list("state", "person")) == [
        ("expected", None),
        ("paid", person.key),
    ]
    assert generated()["adopted"] == 0


@pytest.mark.parametrize("state", ["paid", "rejected", "expired"])
def test_an_answer_that_came_before_its_link_is_not_claimed_again(state: str) -> None:
    """I14: it counts instead of what another lead of the person was only expected to bring."""
    person = active("L1", made=1)
    active("L2", made=0, person=person)
    for source_pk, said, held in (("L1", "expected", person), ("L2", state, None)):
        Claim.objects.create(
            source_pk=source_pk, person=held, milestone="M1", state=said, amount=7, currency="PEN"
        )
    figures = generated()
    assert (figures["adopted"], figures["generated"], figures["promoted"]) == (1, 0, 0)
    assert list(Claim.objects.order_by("source_pk").values_list("state", "person")) == [
        ("expected", None),
        (state, person.key),
    ]
    assert generated()["adopted"] == 0


def test_a_person_without_account_or_trips_owes_nothing() -> None:
    """I14"""
    linked(a_lead(), a_person())
    active(made=0)
    assert generated()["reached"] == 0


@pytest.mark.parametrize("seed", range(5))
def test_what_limbo_misses_is_what_is_generated(seed: int) -> None:
    """I14, I18: one law in two places: the view counts what is missing, the job writes exactly that."""
    dice = random.Random(seed)
    for _person in range(8):
        person = a_person()
        for _lead in range(dice.randint(1, 3)):
            linked(a_lead(on=DAY + timedelta(dice.randint(-20, 20))), person)
        for _account in range(dice.randint(0, 2)):
            driver = a_driver()
            linked(driver, person)
            for day in dice.sample(range(-25, 40), 6):
                trips(driver, DAY + timedelta(day), dice.choice((1, 2, 4, 12)))
    missing = (
        "SELECT sum(claims_missing), sum(claims_expected), sum(expected_amount) FROM v_cabinet_leads_limbo"
    )
    before, expected, amount = row(missing)
    assert (generated()["generated"], before) == (expected, expected)
    assert row(missing)[0] == 0
    assert sum(claim[3] for claim in claims()) == amount
