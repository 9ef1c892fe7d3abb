"""The funnel by ISO week of the lead's date, all in leads (I18)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from identity.models import Case
from identity.queries.audit import funnel, weekly_audit
from identity.rules import ClaimState, LimboStage, Outcome, Reason
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips
from tests.identity.numbers import active, claimed, view

pytestmark = pytest.mark.usefixtures("in_acme")
MONDAY = date(2026, 1, 5)


def test_a_week_begins_on_monday_and_the_undated_have_none() -> None:
    """I18"""
    for number, day in enumerate((MONDAY, MONDAY + timedelta(6), MONDAY + timedelta(7), None)):
        a_lead(f"L{number}", on=day)
    found = weekly_audit()
    assert [(week.week_start, week.leads_total) for week in found] == [
        (MONDAY + timedelta(7), 1),
        (MONDAY, 2),
        (None, 1),
    ]
    assert (found[-1].limbo_no_lead_date, found[-1].limbo_no_identity) == (1, 0)


def test_the_last_days_of_a_year_may_be_of_the_next_ones_first_week() -> None:
    """I18: an ISO week is not cut at the turn of the year."""
    for day in (date(2025, 12, 29), date(2026, 1, 4)):
        a_lead(on=day)
    assert [week.week_start for week in weekly_audit()] == [date(2025, 12, 29)]


def test_every_figure_counts_leads() -> None:
    """I18: two leads of one person are two; debt is all that is expected, paid or not."""
    a_lead("red", on=MONDAY)
    linked(a_lead("no-driver", on=MONDAY), a_person())
    active(MONDAY, made=0)
    person = active(MONDAY, made=5)
    linked(a_lead("again", on=MONDAY + timedelta(1)), person)
    trips(a_driver("other"), MONDAY, 9)
    claimed(person, "M1", ClaimState.PAID)
    (week,) = weekly_audit()
    assert (week.leads_total, week.leads_with_identity, week.leads_with_driver) == (5, 4, 3)
    # The second lead's window has begun after the trips.
    assert (week.drivers_with_trips_14d, week.reached_m1, week.reached_m5, week.reached_m25) == (1, 1, 1, 0)
    assert (week.claims_expected, week.claims_present, week.claims_missing) == (2, 1, 1)
    assert week.debt_expected_total == 60
    assert [week.of_stage(stage) for stage in LimboStage] == [0, 1, 1, 2, 1, 0]
    assert (week.pct_with_identity, week.pct_with_driver, week.pct_with_trips_14d) == (
        Decimal("80.00"),
        Decimal("75.00"),
        Decimal("33.33"),
    )


def test_of_nobody_there_is_no_share() -> None:
    """I18: a share of the step before, of which there is none."""
    a_lead(on=MONDAY)
    (week,) = weekly_audit()
    assert (week.pct_with_identity, week.pct_with_driver, week.pct_with_trips_14d) == (Decimal(0), None, None)


def test_an_undated_lead_counts_its_identity_and_driver_but_no_trips() -> None:
    """I18: one row without week; its stages add up too."""
    person = active(MONDAY, made=3)
    linked(a_lead("undated", on=None), person)
    undated = weekly_audit()[-1]
    assert (undated.leads_total, undated.leads_with_identity, undated.leads_with_driver) == (1, 1, 1)
    assert (undated.drivers_with_trips_14d, undated.claims_expected, undated.limbo_no_lead_date) == (0, 0, 1)


def test_weeks_are_chosen_whole() -> None:
    """I18: by any of their days."""
    for later in (0, 8, 16):
        a_lead(on=MONDAY + timedelta(later))
    chosen = weekly_audit(first=MONDAY + timedelta(9), last=MONDAY + timedelta(13))
    assert [week.week_start for week in chosen] == [MONDAY + timedelta(7)]


def test_the_view_keeps_the_first_systems_names() -> None:
    """I18"""
    a_lead(on=MONDAY)
    (found,) = view("v_cabinet_14d_funnel_audit_weekly", "week_start")
    names = ["no_identity", "no_driver", "no_trips_14d", "trips_no_claim", "ok"]
    assert {"week_start", "leads_total", *(f"limbo_{name}" for name in names)} <= found.keys()


def test_a_funnel_adds_weeks_up() -> None:
    """I18: each step with its share of the one before and what it loses."""
    for week in range(2):
        lead = a_lead(on=MONDAY + timedelta(7 * week))
        Case.objects.create(lead=lead, reason=Reason.NO_CANDIDATES, outcome=Outcome.UNMATCHED)
        active(MONDAY + timedelta(7 * week), made=week)
    found = funnel(weeks=weekly_audit())
    assert [(step.step, step.leads, step.percent, step.lost) for step in found.steps] == [
        ("leads_total", 4, 100.0, 0),
        ("leads_with_identity", 2, 50.0, 2),
        ("leads_with_driver", 2, 100.0, 0),
        ("drivers_with_trips_14d", 1, 50.0, 1),
    ]
    assert (found.claims_missing, found.debt_expected_total) == (1, Decimal(25))
    assert funnel(weeks=()).steps[0].percent is None
