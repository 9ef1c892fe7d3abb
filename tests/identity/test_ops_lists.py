"""Lists of leads over HTTP: filtered, paged, counted, downloaded (API: limbo, claims gap, money, gaps)."""

import csv
import io
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from identity.models import Case, IdentitySettings
from identity.rules import ClaimState, LimboStage, Outcome, Reason
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.numbers import active, ago, claimed

Api = Callable[[User], ApiClient]
OPS = "/api/v1/ops"
CABINET = f"{OPS}/payments/cabinet-financial-14d"
LISTS = (CABINET, f"{CABINET}/limbo", f"{CABINET}/claims-gap", f"{OPS}/identity-gaps")
EXPORTS = (f"{CABINET}/export", f"{CABINET}/limbo/export")


@pytest.fixture
def leads(acme: Tenant) -> Tenant:
    """Six leads: red with a reason, without driver, without trips, two with trips, undated."""
    with tenant_scope(acme.schema_name):
        red = a_lead("red", on=ago(2))
        Case.objects.create(lead=red, reason=Reason.NO_CANDIDATES, outcome=Outcome.UNMATCHED)
        linked(a_lead("no-driver", on=ago(3)), a_person())
        active(ago(4), made=0, external_id="no-trips")
        active(ago(5), made=6, external_id="no-claim")
        paid = active(ago(30), made=25, external_id="paid")
        claimed(paid, "M1", ClaimState.PAID, 25)
        claimed(paid, "M5", ClaimState.GENERATED, 35)
        claimed(paid, "M25", ClaimState.REJECTED, 100)
        a_lead("undated", on=None)
    return acme


@pytest.fixture
def ask(leads: Tenant, bob: User, api: Api) -> Callable[..., Any]:
    """Ask as a viewer; return the answer's JSON."""
    client = api(bob)

    def asked(path: str, status: int = 200, **query: Any) -> Any:
        answer: Any = client.get(path, query)
        assert answer.status_code == status, (answer.status_code, answer.content[:1000])
        return answer.json()

    return asked


def keys(answer: Any) -> list[str]:
    return [row["lead_source_pk"] for row in answer["results"]]


def test_limbo_lists_leads_newest_first_with_counts(ask: Callable[..., Any]) -> None:
    """Limbo rows: dates, person, driver, trips, window, reached, amount, claims, stage, reason, action."""
    found = ask(f"{CABINET}/limbo")
    assert keys(found) == ["red", "no-driver", "no-trips", "no-claim", "paid", "undated"]
    assert found["meta"] == {"limit": 100, "offset": 0, "returned": 6, "total": 6}
    assert found["summary"]["by_stage"] == {
        "NO_LEAD_DATE": 1,
        "NO_IDENTITY": 1,
        "NO_DRIVER": 1,
        "NO_TRIPS_14D": 1,
        "TRIPS_NO_CLAIM": 1,
        "OK": 1,
    }
    assert (found["summary"]["expected_amount"], found["summary"]["currency"]) == ("220.00", "PEN")
    row = {key: value for key, value in found["results"][3].items() if key not in UNTOLD}
    assert row == {
        "lead_source_pk": "no-claim",
        "lead_date": ago(5).isoformat(),
        "age_days": 5,
        "trips_14d": 6,
        "window_end": ago(-9).isoformat(),
        "window_open": True,
        "days_left": 9,
        "reached_m1": True,
        "reached_m5": True,
        "reached_m25": False,
        "claims_expected": 2,
        "claims_missing": 2,
        "expected_amount": "60.00",
        "currency": "PEN",
        "has_claim_m1": False,
        "has_claim_m5": False,
        "has_claim_m25": False,
        "limbo_stage": "TRIPS_NO_CLAIM",
        "reason_detail": "CLAIM_NOT_GENERATED",
        "fail_reason": None,
        "next_action": "GENERATE_CLAIM",
    }
    assert found["results"][0]["fail_reason"] == "no_match_found"


UNTOLD = {"lead_id", "person_key", "driver_id", "linked_at", "week_start"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"stage": "OK"}, ["paid"]),
        ({"reason": "NO_CANDIDATES"}, ["red"]),
        ({"reason": "WINDOW_OPEN"}, ["no-trips"]),
        ({"stage": "OK", "reason": "NO_CANDIDATES"}, []),
        ({"date_from": 3}, ["red", "no-driver"]),
        ({"date_from": 4, "date_to": 3}, ["no-driver", "no-trips"]),
        ({"week": 30}, ["paid"]),
        ({"limit": 2, "offset": 1}, ["no-driver", "no-trips"]),
        ({"offset": 100}, []),
    ],
)
def test_limbo_is_narrowed_and_its_summary_follows(
    ask: Callable[..., Any], query: dict[str, Any], expected: list[str]
) -> None:
    """Lists filter by stage, reason, week, dates; summaries follow the filters, whatever the page."""
    asked = {
        name: ago(value).isoformat() if name in ("week", "date_from", "date_to") else value
        for name, value in query.items()
    }
    found = ask(f"{CABINET}/limbo/", **asked)
    assert keys(found) == expected
    total = 6 if "offset" in query else len(expected)
    assert (found["meta"]["total"], found["summary"]["total"]) == (total, total)
    assert (found["meta"]["returned"], sum(found["summary"]["by_stage"].values())) == (len(expected), total)


INJECTED = "OK'; DROP TABLE identity_lead; --"


@pytest.mark.parametrize("path", [*LISTS, *EXPORTS])
@pytest.mark.parametrize("word", ["BROKEN", "ok", "", " OK", INJECTED, "%s", "OK,NO_DRIVER", "Ω" * 500])
def test_an_unknown_stage_is_refused_with_those_there_are(
    ask: Callable[..., Any], path: str, word: str
) -> None:
    """API: 400 listing the valid ones; an injection is just an unknown stage."""
    found = ask(path, 400, stage=word)
    assert found["type"] == "urn:minga:problem:limbo_stage_unknown"
    offered = ["NO_IDENTITY", "NO_DRIVER"] if "gaps" in path else list(LimboStage)
    assert found["valid"] == offered
    assert found["errors"][0]["detail"] == f"One of: {', '.join(offered)}."


def test_an_unknown_reason_is_refused_with_those_there_are(ask: Callable[..., Any]) -> None:
    """API: 400"""
    found = ask(f"{CABINET}/limbo", 400, reason="because")
    assert found["type"] == "urn:minga:problem:limbo_reason_unknown"
    assert {"NO_CANDIDATES", "WINDOW_OPEN"} <= set(found["valid"])


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "1e3"),
        ("limit", "१०"),
        ("limit", ""),
        ("offset", "-1"),
        ("offset", "9" * 30),
        ("week", "W05"),
        ("date_from", "2026-13-01"),
        ("date_to", "yesterday"),
    ],
)
def test_a_value_without_sense_is_unprocessable(
    ask: Callable[..., Any], path: str, name: str, value: str
) -> None:
    """API: `limit` 1–1000, else 422."""
    assert name in ask(path, 422, **{name: value})["errors"][0]["pointer"]


@pytest.mark.parametrize("path", [*LISTS, *EXPORTS])
def test_an_unknown_parameter_is_refused(ask: Callable[..., Any], path: str) -> None:
    """W10: also one that SQL would like, or one given twice."""
    assert ask(path, 400, sort="lead_date")["errors"][0]["code"] == "unknown_parameter"
    assert ask(path, 400, stage=["OK", "OK"])["errors"][0]["code"] == "repeated_parameter"
    assert ask(path, 400, stage="O\0K")["errors"][0]["code"] == "null_character"


@pytest.mark.parametrize("limit", ["1", "1000"])
def test_limits_at_their_ends_are_taken(ask: Callable[..., Any], limit: str) -> None:
    """API: 1–1000."""
    assert ask(f"{CABINET}/limbo", limit=limit)["meta"]["limit"] == int(limit)


def test_pages_lose_and_double_nobody(ask: Callable[..., Any]) -> None:
    """API: limit and offset walk the whole list."""
    pages = [keys(ask(f"{CABINET}/limbo", limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert list(chain(*pages)) == keys(ask(f"{CABINET}/limbo"))
    assert pages[-1] == []


def test_identity_gaps_are_leads_without_identity_or_driver(ask: Callable[..., Any]) -> None:
    """API: with the reason and what helps."""
    found = ask(f"{OPS}/identity-gaps")
    assert keys(found) == ["red", "no-driver"]
    assert found["meta"]["total"] == 2
    assert [row["next_action"] for row in found["results"]] == ["IMPROVE_SOURCE_DATA", "IMPORT_DRIVER"]
    assert keys(ask(f"{OPS}/identity-gaps/", stage="NO_DRIVER")) == ["no-driver"]


def test_the_claims_gap_lists_what_nobody_claimed(ask: Callable[..., Any], leads: Tenant) -> None:
    """CLAIM_NOT_GENERATED, by milestone; an expected claim is a known gap."""
    with tenant_scope(leads.schema_name):
        claimed(active(ago(6), made=1, external_id="known"), "M1", ClaimState.EXPECTED)
    found = ask(f"{CABINET}/claims-gap")
    told = [
        (row["lead_source_pk"], row["milestone"], row["amount"], row["is_expected"])
        for row in found["results"]
    ]
    assert told == [
        ("no-claim", "M1", "25.00", False),
        ("no-claim", "M5", "35.00", False),
        ("known", "M1", "25.00", True),
    ]
    assert {row["gap"] for row in found["results"]} == {"CLAIM_NOT_GENERATED"}
    assert found["summary"] == {
        "total": 3,
        "amount": "85.00",
        "currency": "PEN",
        "by_milestone": [
            {"milestone": "M5", "claims": 1, "amount": "35.00"},
            {"milestone": "M1", "claims": 2, "amount": "50.00"},
        ],
    }
    some = ask(f"{CABINET}/claims-gap", milestone="M1", limit=1)
    assert (keys(some), some["meta"]["total"], some["summary"]["amount"]) == (["no-claim"], 2, "50.00")
    assert ask(f"{CABINET}/claims-gap", milestone="' OR 1=1")["meta"]["total"] == 0


def test_money_says_what_is_expected_and_what_became_of_it(ask: Callable[..., Any]) -> None:
    """What is owed for each lead with a driver."""
    found = ask(CABINET)
    assert keys(found) == ["no-trips", "no-claim", "paid"]
    amounts = ("expected_amount", "paid_amount", "claimed_amount", "closed_amount")
    assert [[row[name] for name in amounts] for row in found["results"]] == [
        ["0.00", "0.00", "0.00", "0.00"],
        ["60.00", "0.00", "0.00", "0.00"],
        ["160.00", "25.00", "35.00", "100.00"],
    ]
    assert found["summary"] == {
        "total": 3,
        "with_trips_14d": 2,
        "claims_expected": 5,
        "claims_missing": 2,
        "expected_amount": "220.00",
        "paid_amount": "25.00",
        "claimed_amount": "35.00",
        "closed_amount": "100.00",
        "due_amount": "95.00",
        "currency": "PEN",
    }
    assert ask(CABINET, stage="NO_DRIVER")["summary"]["expected_amount"] == "0.00"


def test_a_second_lead_takes_no_money_of_the_first(leads: Tenant, ask: Callable[..., Any]) -> None:
    """A milestone is owed once."""
    with tenant_scope(leads.schema_name):
        person = active(ago(20), made=1, external_id="first")
        linked(a_lead("second", on=ago(20)), person)
        claimed(person, "M1", ClaimState.PAID)
    rows = {row["lead_source_pk"]: row for row in ask(CABINET)["results"]}
    assert [rows[key]["expected_amount"] for key in ("first", "second")] == ["25.00", "0.00"]
    assert [rows[key]["paid_amount"] for key in ("first", "second")] == ["25.00", "0.00"]


def test_what_is_paid_above_a_milestone_owes_nothing_back(leads: Tenant, ask: Callable[..., Any]) -> None:
    """Claim: each is owed once; what came on top of one pays for no other, and is no negative debt."""
    with tenant_scope(leads.schema_name):
        generous = active(ago(40), made=5, external_id="generous")
        claimed(generous, "M1", ClaimState.PAID, 70)
    day = ago(40).isoformat()
    alone = ask(CABINET, date_from=day, date_to=day)["summary"]
    assert [alone[f"{name}_amount"] for name in ("expected", "paid", "due")] == ["60.00", "70.00", "35.00"]
    assert ask(CABINET)["summary"]["due_amount"] == "130.00"
    with tenant_scope(leads.schema_name):
        claimed(generous, "M5", ClaimState.REJECTED, 90)
    assert ask(CABINET, date_from=day, date_to=day)["summary"]["due_amount"] == "0.00"


@pytest.mark.parametrize(
    ("state", "amount", "worth", "due"),
    [
        (ClaimState.REJECTED, 0, 25, "0.00"),
        (ClaimState.EXPIRED, 10, 25, "0.00"),
        (ClaimState.REJECTED, 25, 30, "0.00"),
        (ClaimState.EXPIRED, 90, 25, "0.00"),
        (ClaimState.PAID, 10, 25, "15.00"),
        (ClaimState.PAID, 90, 25, "0.00"),
        (ClaimState.GENERATED, 10, 25, "25.00"),
    ],
)
def test_a_closed_claim_owes_nothing_whatever_its_amount(
    leads: Tenant, ask: Callable[..., Any], state: ClaimState, amount: int, worth: int, due: str
) -> None:
    """Claim: rejected and expired are closed; a part that is paid leaves the rest. So says each row."""
    with tenant_scope(leads.schema_name):
        IdentitySettings.objects.update(milestones=[{"code": "M1", "trips": 1, "amount": worth}])
        claimed(active(ago(40), made=1, external_id="answered"), "M1", state, amount)
    day = ago(40).isoformat()
    found = ask(CABINET, date_from=day, date_to=day)
    assert found["summary"]["due_amount"] == due
    assert [row["due_amount"] for row in found["results"]] == [due]


def download(client: ApiClient, path: str, **query: Any) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer, answer.content


def test_limbo_is_downloaded_as_csv(leads: Tenant, bob: User, api: Api) -> None:
    """API: the list's own leads, in its order."""
    answer, body = download(api(bob), f"{CABINET}/limbo/export", stage="TRIPS_NO_CLAIM")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="limbo-' in answer["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert (row["lead_source_pk"], row["limbo_stage"], row["trips_14d"]) == (
        "no-claim",
        "TRIPS_NO_CLAIM",
        "6",
    )
    assert (row["reached_m5"], row["expected_amount"], row["lead_date"]) == ("true", "60", ago(5).isoformat())


def test_money_is_downloaded_as_a_workbook(leads: Tenant, bob: User, api: Api) -> None:
    """API: numbers are numbers, days are days."""
    answer, body = download(api(bob), f"{CABINET}/export", format="xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["lead_source_pk"] for row in told] == ["no-trips", "no-claim", "paid"]
    assert [row["expected_amount"] for row in told] == [0.0, 60.0, 160.0]
    assert [row["due_amount"] for row in told] == [0.0, 60.0, 35.0]
    assert told[0]["lead_date"] == ago(4)


def test_another_file_type_is_unprocessable(ask: Callable[..., Any]) -> None:
    """API"""
    assert ask(f"{CABINET}/export", 422, format="pdf")["errors"][0]["pointer"] == "#/format"


def test_no_exported_key_becomes_a_formula(acme: Tenant, bob: User, api: Api) -> None:
    """S15: in neither file."""
    keys = ["=1+1", "+51999", "-2", "@SUM(A1)", "plain"]
    with tenant_scope(acme.schema_name):
        for key in keys:
            a_lead(key, on=ago(1))
    _answer, body = download(api(bob), f"{CABINET}/limbo/export")
    found = [row["lead_source_pk"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    assert sorted(found) == sorted(["'=1+1", "'+51999", "'-2", "'@SUM(A1)", "plain"])
    _answer, body = download(api(bob), f"{CABINET}/limbo/export", format="xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert sorted(row[0] for row in sheet[1:]) == sorted(keys)
    assert b"<f>" not in body


@pytest.mark.parametrize("path", LISTS)
def test_nobody_sees_another_tenants_leads(leads: Tenant, carol: User, api: Api, path: str) -> None:
    """S1"""
    answer: Any = api(carol).get(path)
    assert (answer.status_code, answer.json()["results"], answer.json()["meta"]["total"]) == (200, [], 0)
