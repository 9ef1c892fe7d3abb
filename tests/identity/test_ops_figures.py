"""Figures over HTTP: the funnel, how recovery goes (API: funnel-gap, kpi-red-recovery-metrics)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from identity.models import Case
from identity.rules import BacklogEventKind, Outcome, Reason
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.numbers import active, ago, at, moved, today, tried

Api = Callable[[User], ApiClient]
CABINET = "/api/v1/ops/payments/cabinet-financial-14d"


def answer(client: ApiClient, path: str, status: int = 200, **query: Any) -> Any:
    found: Any = client.get(f"{CABINET}/{path}", query)
    assert found.status_code == status, found.content
    return found.json()


def test_recovery_metrics_are_the_first_systems(acme: Tenant, bob: User, api: Api) -> None:
    """I15: today, yesterday, seven days ending today, the live count, the first system's words."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("red", on=ago(2))
        moved(BacklogEventKind.ENTERED, ago(3), 4)
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(1), 3)
        moved(BacklogEventKind.LINKED_ELSEWHERE, ago(1), 1)
        tried(lead, Reason.NAME_MISMATCH, at(ago(1)))
        last = today()
    found = answer(api(bob), "kpi-red-recovery-metrics")
    assert found["current_backlog"] == 1
    days = [day["metric_date"] for day in found["last_7_days"]]
    assert days == [(last - timedelta(6 - place)).isoformat() for place in range(7)]
    assert (found["today"], found["yesterday"]) == (found["last_7_days"][-1], found["last_7_days"][-2])
    assert found["yesterday"] == {
        "metric_date": (last - timedelta(1)).isoformat(),
        "backlog_start": 4,
        "new_backlog_in": 0,
        "matched_out": 3,
        "other_out": 1,
        "backlog_end": 0,
        "net_change": -4,
        "top_fail_reason": "conflict_multiple_candidates",
        "top_reason": "NAME_MISMATCH",
    }
    assert found["today"]["top_fail_reason"] is None


def test_the_verdict_says_why_red_does_not_fall(acme: Tenant, bob: User, api: Api) -> None:
    """I16: criteria, movement, causes with shares and cures."""
    with tenant_scope(acme.schema_name):
        for number in range(3):
            lead = a_lead(f"L{number}", on=ago(1))
            Case.objects.create(lead=lead, reason=Reason.NO_CANDIDATES, outcome=Outcome.UNMATCHED)
        a_lead("new", on=ago(1))
    found = answer(api(bob), "kpi-red-recovery-metrics")["verdict"]["today"]
    assert (found["success"], found["movement"], found["criteria"]) == (False, "grows", [])
    assert [(one["cause"], one["leads"], one["share"]) for one in found["causes"]] == [
        ("data_missing", 3, 75.0),
        ("inflow", 1, 25.0),
    ]
    assert [one["cure"] for one in found["causes"]] == [
        "Bring better data from the source.",
        "Run recovery oftener, or with more capacity.",
    ]


def test_a_falling_backlog_is_a_success(acme: Tenant, bob: User, api: Api) -> None:
    """I16"""
    with tenant_scope(acme.schema_name):
        moved(BacklogEventKind.ENTERED, ago(9), 4)
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, today(), 3)
    found = answer(api(bob), "kpi-red-recovery-metrics/")["verdict"]
    for span in ("today", "last_7_days"):
        assert (found[span]["success"], found[span]["movement"], found[span]["causes"]) == (True, "falls", [])
        assert found[span]["criteria"] == [
            "matched_out_exceeds_new_backlog_in",
            "backlog_end_below_backlog_start",
        ]


def test_matched_last_24_hours_stands_apart(acme: Tenant, bob: User, api: Api) -> None:
    """I17: a link that nobody recovered moves this figure and not the other."""
    with tenant_scope(acme.schema_name):
        linked(a_lead("L1", on=ago(1)), a_person())
    found = answer(api(bob), "kpi-red-recovery-metrics")
    assert found["matched_last_24h"]["total"] == 1
    assert found["matched_last_24h"]["by_source"] == {"cabinet_lead": 1}
    assert (found["matched_last_24h"]["were_red"], found["today"]["matched_out"]) == (0, 0)
    assert "matched_out" in found["matched_last_24h"]["words"]


def test_the_funnel_gap_shows_weeks_and_their_sum(acme: Tenant, bob: User, api: Api) -> None:
    """I18"""
    with tenant_scope(acme.schema_name):
        a_lead("red", on=ago(30))
        active(ago(2), made=1, external_id="no-claim")
        a_lead("undated", on=None)
    found = answer(api(bob), "funnel-gap")
    assert [week["week_start"] is None for week in found["weeks"]] == [False, False, True]
    assert [step["leads"] for step in found["steps"]] == [3, 1, 1, 1]
    assert (found["claims_missing"], found["debt_expected_total"], found["currency"]) == (1, "25.00", "PEN")
    some = answer(api(bob), "funnel-gap", date_from=ago(2).isoformat(), date_to=today().isoformat())
    assert [week["leads_total"] for week in some["weeks"]] == [1]
    assert some["weeks"][0]["pct_with_identity"] == 100.0


@pytest.mark.parametrize("path", ["kpi-red-recovery-metrics", "funnel-gap"])
def test_an_empty_tenant_has_figures_too(bob: User, api: Api, path: str) -> None:
    assert answer(api(bob), path)
    assert answer(api(bob), path, 400, days="7")["errors"][0]["code"] == "unknown_parameter"
