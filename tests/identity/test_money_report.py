"""The money as PDF and workbook: the page's own look, amounts to the cent, for the same eyes (Exports)."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from identity.models import IdentitySettings
from identity.queries.audit import COUNTS, funnel, weekly_audit
from identity.queries.leads import NoLeads
from identity.queries.milestones import milestones
from identity.rules import ClaimState, LimboStage
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips
from tests.identity.numbers import ZONE, ago, claimed
from tests.reading import below, downloaded, plain, sheets, tables, text_of, words_of

Pages = Callable[[User], Client]
PAGE, PDF, XLSX = "/identity/money/", "/identity/money/report.pdf", "/identity/money/report.xlsx"
WORTH = [
    {"code": "M1", "trips": 1, "amount": "1025.50"},
    {"code": "M5", "trips": 5, "amount": "35.00"},
]


@pytest.fixture
def earned(acme: Tenant) -> Tenant:
    """Acme with leads of four weeks: one reached two milestones and one is paid, one reached one."""
    with tenant_scope(acme.schema_name):
        IdentitySettings.objects.update_or_create(id=1, defaults={"milestones": WORTH})
        for number, made in enumerate((6, 2)):
            person, driver = a_person(), a_driver()
            linked(a_lead(on=ago(20 + 7 * number)), person)
            linked(driver, person)
            trips(driver, ago(19 + 7 * number), made)
            if not number:
                claimed(person, "M1", ClaimState.PAID)
        a_lead(on=ago(40))
        a_lead(on=ago(130))
        a_lead(on=None)
    return acme


def read(client: Client, language: str = "en", **query: str) -> str:
    """Return what the PDF says."""
    answered = client.get(PDF, query, headers={"Accept-Language": language})
    assert answered.status_code == 200, answered.content[:300]
    assert answered["Content-Type"] == "application/pdf"
    return "".join(words_of(answered.content))


def rows_of(shown: str, section: str) -> list[str]:
    """Return the rows of a section's table, plain."""
    body = shown.split(f'id="{section}"', 1)[1].split("</section>", 1)[0].split("<tbody>", 1)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [plain(unescape(re.sub(r"<[^>]+>", "", row))) for row in rows]


@pytest.mark.parametrize(("language", "weeks"), [("en", "12"), ("es", "52")])
def test_the_pdf_says_what_the_page_shows(
    page: Pages, bob: User, earned: Tenant, language: str, weeks: str
) -> None:
    """Exports: every milestone with its amounts, the funnel, every week."""
    client = page(bob)
    answered = client.get(PAGE, {"weeks": weeks}, headers={"Accept-Language": language})
    shown, words = answered.content.decode(), read(client, language, weeks=weeks)
    amounts = rows_of(shown, "milestones")
    assert len(amounts) == 2
    assert [row for row in amounts if row not in words] == []
    listed = rows_of(shown, "weeks-table")
    assert len(listed) == (3 if weeks == "12" else 4)
    # The page's shares stand behind their figures, the paper's in brackets.
    bare = re.sub(r"[()]", "", words)
    assert [row for row in listed if row not in bare] == []
    steps = tables(shown)["funnel"]
    assert [step for step in steps if plain("".join(step)) not in words] == []


def test_the_workbook_holds_the_queries_figures(page: Pages, bob: User, earned: Tenant) -> None:
    """I14, I18: amounts to the cent with their currency, weeks with every count, as numbers."""
    found = sheets(downloaded(page(bob), XLSX, {"weeks": "52"}))
    with tenant_scope(earned.schema_name):
        weeks, standing = weekly_audit(first=ago(52 * 7), last=ago(0)), milestones()
    head, *rows = found["Milestones"][2:]
    assert head[2:5] == ["Worth (PEN)", "Expected (claims)", "Expected (PEN)"]
    sums = [[one.expected, *one.answers, one.missing] for one in standing]
    assert [list(map(money, row[1:])) for row in rows] == [
        [one.trips, one.amount, *(part for sum in each for part in (sum.claims, sum.amount))]
        for one, each in zip(standing, sums, strict=True)
    ]
    assert money(rows[0][2]) == Decimal("1025.5")
    head, *rows = found["Weeks"]
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Week of"] for row in told] == [week.week_start for week in weeks]
    names = ["Leads", "With a person", "With a driver account", "With trips in 14 days", "M1", "M5", "M25"]
    names += ["Claims expected", "Claims present", "Claims missing"]
    assert [[row[name] for name in names] for row in told] == [
        [getattr(week, count) for count in COUNTS] for week in weeks
    ]
    assert [money(row["Expected (PEN)"]) for row in told] == [week.debt_expected_total for week in weeks]
    assert [row["No identity"] for row in told] == [week.of_stage(LimboStage.NO_IDENTITY) for week in weeks]
    assert [row["With a person, %"] for row in told] == [
        week.leads_with_identity / week.leads_total for week in weeks
    ]
    steps = funnel(weeks=weeks).steps
    assert [row[1] for row in below(found["Overview"], "Step")] == [step.leads for step in steps]
    parts = [one.leads / of.leads for one, of in zip(steps, [steps[0], *steps], strict=False)]
    assert [row[2] for row in below(found["Overview"], "Step")] == parts


def test_milestones_are_of_all_time_and_say_so(page: Pages, bob: User, earned: Tenant) -> None:
    """W6: the weeks narrow neither their amounts nor their chart; no period stands over them uncorrected."""
    client = page(bob)
    shown, words = text_of(client, PAGE), words_of(downloaded(client, PDF))
    assert shown.index('id="amounts-t"') < shown.index('name="weeks"') < shown.index('id="debt-t"')
    assert "In PEN, of all time." in shown
    assert plain("In PEN, of all time.") in words[0]
    assert plain("Of all time") in words[1]
    assert sheets(downloaded(client, XLSX))["Milestones"][0][0] == "Of all time"


def money(cell: Any) -> Decimal:
    """Return a cell's number as it was written."""
    return Decimal(str(cell))


def test_the_page_offers_its_own_look(page: Pages, bob: User, earned: Tenant) -> None:
    """W6, Who: what a viewer downloads is what they see; the leads' list has another name."""
    client = page(bob)
    shown = text_of(client, f"{PAGE}?weeks=26")
    day = timezone.localdate(timezone=ZONE).isoformat()
    for path in (PDF, XLSX):
        assert f'href="{path}?weeks=26"' in shown
        answered = client.get(f"{path}?weeks=26")
        assert f'filename="money-{day}.{path.rpartition(".")[2]}"' in answered["Content-Disposition"]
        assert client.post(path).status_code == 405
    assert "Download leads (CSV)" in shown


@pytest.mark.parametrize("query", ["weeks=x", "weeks=-1", "weeks=%00", "weeks=12&weeks=52", "nothing=1"])
@pytest.mark.parametrize("path", [PDF, XLSX])
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, earned: Tenant, path: str, query: str
) -> None:
    """W6, S13: not the usual twelve weeks instead."""
    refused = page(bob).get(f"{path}?{query}")
    assert (refused.status_code, "No filter “" in refused.content.decode()) == (400, True)


@pytest.mark.parametrize("path", [PDF, XLSX])
def test_without_leads_there_is_nothing_to_hand_over(
    page: Pages, carol: User, birch: Tenant, earned: Tenant, path: str
) -> None:
    """W5, S1: a refusal in words while there are none; then one's own alone."""
    assert "report." not in text_of(page(carol), PAGE)
    answered = page(carol).get(path)
    assert answered.status_code == 409
    assert str(NoLeads.message) in answered.content.decode()
    with tenant_scope(birch.schema_name):
        a_lead(on=ago(1))
    assert page(carol).get(path).status_code == 200
    found = sheets(downloaded(page(carol), XLSX))
    assert [row[1] for row in below(found["Overview"], "Step")] == [1, 0, 0, 0]


def test_weeks_without_leads_or_milestones_say_so(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: an undated lead is in no week, and nothing is worth anything."""
    with tenant_scope(acme.schema_name):
        IdentitySettings.objects.update_or_create(id=1, defaults={"milestones": []})
        a_lead(on=None)
    assert plain("No lead has a date in these weeks.") in read(page(bob))
    assert len(sheets(downloaded(page(bob), XLSX))["Weeks"]) == 1
    assert len(sheets(downloaded(page(bob), XLSX))["Milestones"]) == 3


@pytest.mark.parametrize("path", [PAGE, PDF, XLSX])
def test_files_cost_what_the_page_costs(
    page: Pages, bob: User, earned: Tenant, path: str, django_assert_max_num_queries: Any
) -> None:
    """F5: the page's own queries, tenancy's with them, and none more."""
    client = page(bob)
    client.get(path)
    with django_assert_max_num_queries(10):
        assert client.get(path, {"weeks": "52"}).status_code == 200
