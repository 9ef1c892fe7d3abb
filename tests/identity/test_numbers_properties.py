"""Whatever happened to leads, accounts, trips and claims: the views say what plain Python says."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.models import BacklogEvent, IdentitySettings
from identity.queries.audit import AuditWeek, weekly_audit
from identity.rules import BACKLOG_IN, BacklogEventKind, ClaimState, LimboStage
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips
from tests.identity.numbers import at, claimed, limbo, today, view

CODES = ("M1", "M5", "M25")
DAYS_BACK = 40

offsets = st.integers(0, DAYS_BACK)
# Each person: days of leads (None: undated), whether they are linked, days and trips of accounts, claims.
persons = st.fixed_dictionaries(
    {
        "leads": st.lists(st.one_of(st.none(), offsets), min_size=1, max_size=4),
        "is_linked": st.booleans(),
        "accounts": st.lists(st.dictionaries(offsets, st.integers(0, 12), max_size=6), max_size=3),
        "claims": st.dictionaries(st.sampled_from(CODES), st.sampled_from(ClaimState)),
    }
)
milestones = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(1, 30), st.integers(0, 100)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)
histories = st.lists(
    st.tuples(st.sampled_from(BacklogEventKind), st.integers(0, 12), st.integers(1, 3)), max_size=12
)


@dataclass
class Seen:
    """A lead as the oracle sees it."""

    source_pk: str
    on: date | None
    person: int
    is_linked: bool
    trips: int = 0
    has_driver: bool = False
    reached: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def stage(self) -> LimboStage:
        for is_so, stage in (
            (self.on is None, LimboStage.NO_LEAD_DATE),
            (not self.is_linked, LimboStage.NO_IDENTITY),
            (not self.has_driver, LimboStage.NO_DRIVER),
            (self.trips == 0, LimboStage.NO_TRIPS_14D),
            (bool(self.missing), LimboStage.TRIPS_NO_CLAIM),
        ):
            if is_so:
                return stage
        return LimboStage.OK


@contextmanager
def forgotten() -> Iterator[None]:
    """Take everything back, for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(number: int, told: dict[str, Any], now: date) -> list[Seen]:
    """Write one person with everything; return the leads."""
    person = a_person()
    seen = []
    for place, back in enumerate(told["leads"]):
        on = None if back is None else now - timedelta(back)
        lead = a_lead(f"P{number}-{place}", on=on)
        seen.append(Seen(lead.source_pk, on, number, told["is_linked"]))
        if told["is_linked"]:
            linked(lead, person)
    for days in told["accounts"]:
        driver = a_driver()
        linked(driver, person)
        for back, made in days.items():
            trips(driver, now - timedelta(back), made)
    for code, state in told["claims"].items():
        claimed(person, code, state)
    return seen


def judge(seen: list[Seen], told: dict[str, Any], worth: dict[str, tuple[int, int]], now: date) -> None:
    """Say of one person's leads what the rules say: the earliest that reaches a milestone is owed it."""
    claims = {code for code, state in told["claims"].items() if state is not ClaimState.EXPECTED}
    taken: set[str] = set()
    for lead in sorted(seen, key=lambda lead: (lead.on or date.max, lead.source_pk)):
        if lead.on is None or not lead.is_linked:
            continue
        window = [lead.on + timedelta(days) for days in range(14)]
        lead.trips = sum(
            made
            for days in told["accounts"]
            for back, made in days.items()
            if now - timedelta(back) in window
        )
        reached = sorted((needed, code) for code, (needed, _) in worth.items() if lead.trips >= needed)
        lead.reached = tuple(code for _, code in reached)
        lead.expected = tuple(code for code in lead.reached if code not in taken)
        lead.missing = tuple(code for code in lead.expected if code not in claims)
        taken |= set(lead.reached)
    for lead in seen:
        lead.has_driver = lead.is_linked and bool(told["accounts"])


def check_audit(seen: list[Seen], weeks: tuple[AuditWeek, ...]) -> None:
    """I18: stages sum to leads_total; missing ≥ 0; with_driver ≤ with_identity ≤ total."""
    starts = Counter(lead.on - timedelta(lead.on.weekday()) if lead.on else None for lead in seen)
    assert {week.week_start: week.leads_total for week in weeks} == starts
    for week in weeks:
        assert sum(week.of_stage(stage) for stage in LimboStage) == week.leads_total
        assert week.claims_missing >= 0
        assert week.claims_present + week.claims_missing == week.claims_expected
        assert week.leads_with_driver <= week.leads_with_identity <= week.leads_total
        assert week.drivers_with_trips_14d <= week.leads_with_driver
    assert sum(week.leads_with_identity for week in weeks) == sum(lead.is_linked for lead in seen)
    assert sum(week.leads_with_driver for week in weeks) == sum(lead.has_driver for lead in seen)
    assert sum(week.claims_missing for week in weeks) == sum(len(lead.missing) for lead in seen)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(persons, max_size=4), chosen=milestones)
@pytest.mark.usefixtures("in_acme")
def test_limbo_and_audit_are_what_the_oracle_says(
    in_acme: object, told: list[dict[str, Any]], chosen: list[tuple[str, int, int]]
) -> None:
    """Limbo stages, I18."""
    with forgotten():
        worth = {code: (needed, amount) for code, needed, amount in chosen}
        IdentitySettings.objects.update(
            milestones=[{"code": code, "trips": needed, "amount": amount} for code, needed, amount in chosen]
        )
        now, seen = today(), []
        for number, one in enumerate(told):
            leads = write(number, one, now)
            judge(leads, one, worth, now)
            seen += leads
        found = limbo()
        assert found.keys() == {lead.source_pk for lead in seen}
        for lead in seen:
            row = found[lead.source_pk]
            assert row["limbo_stage"] == lead.stage(), lead
            assert row["trips_14d"] == (None if lead.on is None else lead.trips)
            for name in ("reached", "expected", "missing"):
                assert tuple(row[f"{name}_milestones"]) == getattr(lead, name), (name, lead)
            assert row["expected_amount"] == Decimal(sum(worth[code][1] for code in lead.expected))
            assert (row["claims_expected"], row["claims_missing"]) == (len(lead.expected), len(lead.missing))
        check_audit(seen, weekly_audit())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=histories)
@pytest.mark.usefixtures("in_acme")
def test_days_are_chained_and_add_up(in_acme: object, told: list[tuple[BacklogEventKind, int, int]]) -> None:
    """I15: start(d) = end(d−1), net_change = in − matched − other, a row a day."""
    with forgotten():
        now, booked = today(), Counter[tuple[str, date]]()
        for kind, back, number in told:
            day = now - timedelta(back)
            column = "in" if kind in BACKLOG_IN else "matched" if "recovery" in kind else "other"
            booked[column, day] += number
            BacklogEvent.objects.bulk_create(
                BacklogEvent(source_pk="x", kind=kind, happened_at=at(day)) for _ in range(number)
            )
        days = view("v_cabinet_kpi_red_recovery_metrics_daily", "metric_date")
        first = min((day for _column, day in booked), default=now + timedelta(1))
        assert [day["metric_date"] for day in days] == [
            first + timedelta(later) for later in range((now - first).days + 1)
        ]
        end = 0
        for row in days:
            came, matched, other = (
                booked[column, row["metric_date"]] for column in ("in", "matched", "other")
            )
            assert (row["new_backlog_in"], row["matched_out"], row["other_out"]) == (came, matched, other)
            assert row["backlog_start"] == end
            end += came - matched - other
            assert (row["backlog_end"], row["net_change"]) == (end, came - matched - other)
