"""Where each lead is stuck: the first stage that is true, what it is worth, what helps (Limbo stage)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from identity.models import Case, Claim, IdentitySettings
from identity.rules import CaseState, ClaimState, LimboReason, LimboStage, NextAction, Outcome, Reason
from tests.identity.fleet import a_driver, a_lead, a_person, linked, moment, trips
from tests.identity.numbers import active, ago, claimed, limbo, today

pytestmark = pytest.mark.usefixtures("in_acme")


def told(source_pk: str) -> tuple[str, str, str]:
    found = limbo()[source_pk]
    return found["limbo_stage"], found["reason_detail"], found["next_action"]


def a_case(source_pk: str, reason: Reason, outcome: Outcome, state: CaseState = CaseState.OPEN) -> None:
    lead = a_lead(source_pk, on=ago(3))
    closed_at = None if state is CaseState.OPEN else moment(ago(1))
    Case.objects.create(lead=lead, reason=reason, outcome=outcome, state=state, closed_at=closed_at)


def test_a_lead_without_date_comes_first() -> None:
    """NO_LEAD_DATE, even without identity, and with all that a person could have."""
    a_lead("bare", on=None)
    person = active(ago(1), made=3)
    linked(a_lead("known", on=None), person)
    for source_pk in ("bare", "known"):
        assert told(source_pk) == ("NO_LEAD_DATE", "LEAD_DATE_MISSING", "COMPLETE_LEAD_DATE")
        found = limbo()[source_pk]
        assert (found["age_days"], found["week_start"], found["window_end"], found["trips_14d"]) == (
            None,
        ) * 4
        assert (found["expected_amount"], found["reached_m1"]) == (0, False)


@pytest.mark.parametrize(
    ("reason", "outcome", "action"),
    [
        (Reason.MULTIPLE_CANDIDATES, Outcome.REVIEW, NextAction.REVIEW_CASE),
        (Reason.NAME_MISMATCH, Outcome.REVIEW, NextAction.REVIEW_CASE),
        (Reason.NO_CANDIDATES, Outcome.UNMATCHED, NextAction.IMPROVE_SOURCE_DATA),
        (Reason.MISSING_IDENTIFIERS, Outcome.UNMATCHED, NextAction.IMPROVE_SOURCE_DATA),
        (Reason.ERROR, Outcome.ERROR, NextAction.WAIT_FOR_MATCHING),
    ],
)
def test_a_lead_without_link_says_why(reason: Reason, outcome: Outcome, action: NextAction) -> None:
    """NO_IDENTITY: the case's reason, and what helps against it."""
    a_case("L1", reason, outcome)
    assert told("L1") == (LimboStage.NO_IDENTITY, reason, action)


def test_a_lead_that_nobody_tried_waits_for_matching() -> None:
    """NO_IDENTITY"""
    a_lead("L1", on=ago(3))
    assert told("L1") == (LimboStage.NO_IDENTITY, LimboReason.NOT_TRIED, NextAction.WAIT_FOR_MATCHING)


def test_an_ignored_case_asks_for_nothing() -> None:
    """NO_IDENTITY: a person's word stays (I9)."""
    a_case("L1", Reason.NO_CANDIDATES, Outcome.UNMATCHED, CaseState.IGNORED)
    assert told("L1") == (LimboStage.NO_IDENTITY, Reason.NO_CANDIDATES, NextAction.NONE)


def test_a_person_without_account_has_no_driver() -> None:
    """NO_DRIVER"""
    linked(a_lead("L1", on=ago(3)), a_person())
    assert told("L1") == (LimboStage.NO_DRIVER, LimboReason.DRIVER_MISSING, NextAction.IMPORT_DRIVER)


@pytest.mark.parametrize(
    ("days", "is_open", "left", "reason", "action"),
    [
        (0, True, 14, LimboReason.WINDOW_OPEN, NextAction.WAIT_FOR_TRIPS),
        (13, True, 1, LimboReason.WINDOW_OPEN, NextAction.WAIT_FOR_TRIPS),
        (14, False, 0, LimboReason.WINDOW_CLOSED, NextAction.NONE),
        (40, False, 0, LimboReason.WINDOW_CLOSED, NextAction.NONE),
    ],
)
def test_without_trips_it_says_how_long_there_is(
    days: int, is_open: bool, left: int, reason: LimboReason, action: NextAction
) -> None:
    """NO_TRIPS_14D: window_open = today < window_end, days_left = window_end − today."""
    active(ago(days), made=0, external_id="L1")
    found = limbo()["L1"]
    assert told("L1") == (LimboStage.NO_TRIPS_14D, reason, action)
    assert (found["window_open"], found["days_left"], found["age_days"]) == (is_open, left, days)
    assert found["window_end"] == today() + timedelta(14 - days)


@pytest.mark.parametrize(("later", "counts"), [(-1, False), (0, True), (13, True), (14, False)])
def test_the_window_begins_on_the_leads_day_and_ends_before_the_fourteenth(later: int, counts: bool) -> None:
    person, driver = a_person(), a_driver()
    linked(a_lead("L1", on=ago(30)), person)
    linked(driver, person)
    trips(driver, ago(30) + timedelta(later), 2)
    assert limbo()["L1"]["trips_14d"] == (2 if counts else 0)


def test_a_day_of_no_trips_is_none() -> None:
    """NO_TRIPS_14D"""
    person, driver = a_person(), a_driver()
    linked(a_lead("L1", on=ago(3)), person)
    linked(driver, person)
    trips(driver, ago(3), 0)
    assert limbo()["L1"]["limbo_stage"] == "NO_TRIPS_14D"


def test_a_reached_milestone_without_claim_is_money_not_claimed() -> None:
    """TRIPS_NO_CLAIM: one of two suffices."""
    person = active(ago(3), made=6, external_id="L1")
    claimed(person, "M1")
    found = limbo()["L1"]
    assert told("L1") == (
        LimboStage.TRIPS_NO_CLAIM,
        LimboReason.CLAIM_NOT_GENERATED,
        NextAction.GENERATE_CLAIM,
    )
    assert (found["reached_m1"], found["reached_m5"], found["reached_m25"]) == (True, True, False)
    assert (found["has_claim_m1"], found["has_claim_m5"], found["has_claim_m25"]) == (True, False, False)
    assert (found["claims_expected"], found["claims_missing"], found["expected_amount"]) == (2, 1, 60)
    assert found["reached_milestones"] == found["expected_milestones"] == ["M1", "M5"]
    assert found["missing_milestones"] == ["M5"]


def test_milestones_add_up() -> None:
    """25 + 35 + 100."""
    active(ago(3), made=25, external_id="L1")
    assert (limbo()["L1"]["expected_amount"], limbo()["L1"]["currency"]) == (Decimal(160), "PEN")


@pytest.mark.parametrize("state", ClaimState)
def test_any_state_but_expected_counts_as_a_claim(state: ClaimState) -> None:
    person = active(ago(3), made=1, external_id="L1")
    claimed(person, "M1", state)
    stage = limbo()["L1"]["limbo_stage"]
    assert stage == ("TRIPS_NO_CLAIM" if state is ClaimState.EXPECTED else "OK")


def test_a_claim_that_waits_for_its_person_counts_nothing() -> None:
    active(ago(3), made=1, external_id="L1")
    Claim.objects.create(source_pk="L1", milestone="M1", state="paid", amount=25, currency="PEN")
    assert limbo()["L1"]["limbo_stage"] == "TRIPS_NO_CLAIM"


def test_a_lead_with_all_its_claims_is_well() -> None:
    """OK"""
    person = active(ago(3), made=1, external_id="L1")
    claimed(person, "M1")
    assert told("L1") == (LimboStage.OK, LimboReason.CLAIMED, NextAction.NONE)


def test_trips_below_every_milestone_expect_nothing() -> None:
    """OK: the tenant pays from the third trip on."""
    IdentitySettings.objects.update(milestones=[{"code": "M3", "trips": 3, "amount": 10}])
    active(ago(3), made=2, external_id="L1")
    found = limbo()["L1"]
    assert told("L1") == (LimboStage.OK, LimboReason.BELOW_MILESTONES, NextAction.NONE)
    assert (found["reached_m1"], found["expected_milestones"]) == (False, [])


def test_trips_of_all_accounts_count_and_the_newest_link_names_the_driver() -> None:
    person = active(ago(5), made=3, external_id="L1")
    for driver_id, days, made in (("newest", 1, 2), ("older", 2, 1)):
        driver = a_driver(driver_id)
        linked(driver, person, at=moment(today() + timedelta(30 - days)))
        trips(driver, ago(4), made)
    assert (limbo()["L1"]["trips_14d"], limbo()["L1"]["driver_id"]) == (6, "newest")


def test_a_milestone_belongs_to_the_earliest_lead_that_reaches_it() -> None:
    """The second lead expects what the first did not reach, and nothing that it did."""
    person, driver = a_person(), a_driver()
    linked(driver, person)
    for source_pk, days in (("second", 30), ("first", 40), ("third", 29), ("undated", None)):
        linked(a_lead(source_pk, on=None if days is None else ago(days)), person)
    trips(driver, ago(40), 1)
    trips(driver, ago(20), 6)
    found = limbo()
    assert {pk: row["expected_milestones"] for pk, row in found.items()} == {
        "first": ["M1"],
        "second": ["M5"],
        "third": [],
        "undated": [],
    }
    assert {pk: row["reached_milestones"] for pk, row in found.items() if row["trips_14d"]} == {
        "first": ["M1"],
        "second": ["M1", "M5"],
        "third": ["M1", "M5"],
    }
    assert told("third") == (LimboStage.OK, LimboReason.OWED_BY_EARLIER_LEAD, NextAction.NONE)
    assert [found[pk]["expected_amount"] for pk in ("first", "second", "third")] == [25, 35, 0]


def test_an_earlier_lead_that_reaches_less_takes_nothing_away() -> None:
    """Of one day the moment decides, then the number."""
    person, driver = a_person(), a_driver()
    linked(driver, person)
    for source_pk in ("first", "second"):
        linked(a_lead(source_pk, on=ago(30)), person)
    trips(driver, ago(30), 25)
    assert [limbo()[pk]["claims_expected"] for pk in ("first", "second")] == [3, 0]


def test_a_tenants_own_milestones_are_sorted_by_their_trips() -> None:
    IdentitySettings.objects.update(
        currency="USD",
        milestones=[
            {"code": "M25", "trips": 10, "amount": 7.5},
            {"code": "START", "trips": 2, "amount": 1},
        ],
    )
    active(ago(3), made=10, external_id="L1")
    found = limbo()["L1"]
    assert found["expected_milestones"] == ["START", "M25"]
    assert (found["expected_amount"], found["currency"]) == (Decimal("8.5"), "USD")
    assert (found["reached_m1"], found["reached_m25"]) == (False, True)


def test_without_settings_the_shipped_milestones_count() -> None:
    IdentitySettings.objects.all().delete()
    active(ago(3), made=5, external_id="L1")
    found = limbo()["L1"]
    assert (found["expected_milestones"], found["expected_amount"], found["currency"]) == (
        ["M1", "M5"],
        60,
        "PEN",
    )


def test_without_any_milestone_nothing_is_expected() -> None:
    """A tenant that is owed nothing still has its limbo."""
    IdentitySettings.objects.update(currency="USD", milestones=[])
    person = active(ago(3), made=5, external_id="L1")
    claimed(person, "M1")
    found = limbo()["L1"]
    assert told("L1") == (LimboStage.OK, LimboReason.BELOW_MILESTONES, NextAction.NONE)
    assert (found["reached_milestones"], found["expected_amount"], found["currency"]) == ([], 0, "USD")
    assert (found["reached_m1"], found["has_claim_m1"], found["missing_milestones"]) == (False, False, [])
