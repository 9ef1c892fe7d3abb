"""Limbo, money and one lead on pages: lists, charts and figures are the queries' (I18, W1, W6)."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from identity.models import Case, Lead, Link
from identity.queries.audit import funnel, weekly_audit
from identity.queries.claims_gap import claims_gap
from identity.queries.limbo import LimboChoice
from identity.queries.milestones import milestones
from identity.reports.words import STUCK
from identity.rules import ClaimState, LimboStage, Source
from tenants.display.formats import Formats
from tenants.display.home import Change
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity import a_fleet
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips
from tests.identity.numbers import ago, claimed, today
from tests.reading import tables, text_of

Pages = Callable[[User], Client]
LIST, MONEY, GAPS = "/identity/limbo/", "/identity/money/", "/identity/money/gaps/"
CHILE = Formats("en", "CL", "America/Santiago")


@pytest.fixture
def fleet(acme: Tenant) -> Tenant:
    """Acme with a fleet: leads in every stage, claims of some milestones."""
    with tenant_scope(acme.schema_name):
        made = a_fleet.made(acme, persons=200, leads=130, until=today())
        a_fleet.live(acme, made, until=today(), days=1, limit=120)
        a_fleet.earn(acme, made)
    return acme


@pytest.fixture
def earned(acme: Tenant) -> Tenant:
    """Acme with one lead that reached two milestones; the first is paid."""
    with tenant_scope(acme.schema_name):
        person, driver = a_person("Rosa Quispe"), a_driver("d1")
        linked(a_lead("L1", on=ago(20)), person)
        linked(driver, person)
        trips(driver, ago(19), 6)
        claimed(person, "M1", ClaimState.PAID)
    return acme


def listed(shown: str) -> list[str]:
    """Return the keys of the leads that a page lists."""
    return re.findall(r'<th scope="row"><a href="/identity/leads/\d+/">([^<]+)<', shown)


def walk(client: Client, path: str) -> list[str]:
    """Return the leads on all pages of a list; none is lost or doubled (W10)."""
    base, keys = path.split("?")[0], []
    while path:
        shown = text_of(client, path)
        keys += listed(shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        path = base + following[1].replace("&amp;", "&") if following else ""
    assert len(keys) == len(set(keys))
    return keys


def test_each_stage_leads_to_as_many_leads(page: Pages, bob: User, fleet: Tenant) -> None:
    """I18: tiles count all leads; their lists hold as many, and stages sum to the leads."""
    client = page(bob)
    shown = text_of(client, LIST)
    with tenant_scope(fleet.schema_name):
        weeks = weekly_audit()
        leads = Lead.objects.count()
    counts = {stage: sum(week.of_stage(stage) for week in weeks) for stage in LimboStage}
    assert sum(counts.values()) == leads == len(walk(client, LIST))
    for stage in (LimboStage.NO_IDENTITY, LimboStage.TRIPS_NO_CLAIM, LimboStage.OK):
        tile = shown.split(f'href="{LIST}?stage={stage}"', 1)[1].split("</article>", 1)[0]
        assert f'<p class="figure">{CHILE.number(counts[stage])}</p>' in tile
        assert len(walk(client, f"{LIST}?stage={stage}")) == counts[stage] > 0


def test_its_chart_tells_the_weekly_audit(page: Pages, bob: User, fleet: Tenant) -> None:
    """I18: stuck leads by week and stage, as the view counts them."""
    with tenant_scope(fleet.schema_name):
        weeks = [week for week in reversed(weekly_audit()) if week.week_start]
    told = tables(text_of(page(bob), f"{LIST}?weeks=52"))["limbo"]
    shown = weeks[-len(told) :]
    stages = [stage for stage in STUCK if stage is not LimboStage.NO_LEAD_DATE]
    assert len(told) > 10
    assert [row[1:] for row in told] == [
        tuple(CHILE.number(week.of_stage(stage)) for stage in stages) for week in shown
    ]


@pytest.mark.parametrize(
    ("days", "figures"),
    [
        ({0: 4, 1: 3, 3: 2, 8: 1}, (5, 1)),
        ({1: 3, 8: 1, 15: 4}, (3, 1)),
        ({8: 2, 15: 1}, (0, 2)),
        ({1: 3, 15: 1}, (3, 0)),
        ({15: 5, 22: 1}, (0, 0)),
        ({0: 4, 1: 3}, None),
    ],
    ids=["a whole fleet", "Monday morning", "none last week", "none before", "none of late", "too young"],
)
def test_a_tile_compares_the_last_whole_week_by_date(
    page: Pages, bob: User, acme: Tenant, days: dict[int, int], figures: tuple[int, int] | None
) -> None:
    """I18: by days before this week's Monday; a week without leads is not in the audit, and counts none."""
    with tenant_scope(acme.schema_name):
        monday = ago(today().weekday())
        for back, number in days.items():
            for _lead in range(number):
                a_lead(on=monday - timedelta(back))
    shown = text_of(page(bob), LIST)
    tile = shown.split(f'href="{LIST}?stage=NO_IDENTITY"', 1)[1].split("</article>", 1)[0]
    assert ("in the last whole week" in tile) == (figures is not None)
    if figures:
        assert Change(*figures).words(CHILE) in unescape(tile)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["L2", "L1", "L3"]),
        ("stage=NO_IDENTITY", ["L2"]),
        ("stage=NO_LEAD_DATE", ["L3"]),
        ("reason=NOT_TRIED", ["L2"]),
        ("date_from={recent}", ["L2"]),
        ("date_to={recent}", ["L1"]),
        ("week={old}", ["L1"]),
        ("stage=UNKNOWN&reason=x&week=2026-13-40&date_from=1&offset=-1", ["L2", "L1", "L3"]),
        ("date_from=2026-W01-1&q=%00", ["L2", "L1", "L3"]),
        ("offset=99999999999999999999", ["L2", "L1", "L3"]),
        ("offset=5000", []),
        ("offset=2", ["L3"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    page: Pages, bob: User, earned: Tenant, query: str, keys: list[str]
) -> None:
    """W6: newest first; what means nothing asks for nothing (S13)."""
    with tenant_scope(earned.schema_name):
        a_lead("L2", on=today())
        a_lead("L3", on=None)
        query = query.format(recent=ago(1), old=ago(20))
    assert listed(text_of(page(bob), f"{LIST}?{query}")) == keys


def test_a_row_says_stage_worth_and_what_comes_next(page: Pages, bob: User, earned: Tenant) -> None:
    """Numbers: stage, reason, days left, expected amount, next action of each lead."""
    with tenant_scope(earned.schema_name):
        a_lead("L2", on=today())
    shown = text_of(page(bob), LIST)
    rich = shown.split(">L1<", 1)[1].split("</tr>", 1)[0]
    assert "Generate the claim" in rich
    assert CHILE.money(60, "PEN") in rich
    assert "M1" in rich
    fresh = shown.split(">L2<", 1)[1].split("</tr>", 1)[0]
    assert '<td class="number">14</td>' in fresh


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_is_taken_away_as_it_is_narrowed(page: Pages, bob: User, earned: Tenant, form: str) -> None:
    """Screens: CSV and XLSX beside each list, the rows of the page and no other (W6)."""
    with tenant_scope(earned.schema_name):
        a_lead("L2", on=today())
    client = page(bob)
    for path, kept, lost in (
        (f"{LIST}?stage=TRIPS_NO_CLAIM", "L1", "L2"),
        (f"{GAPS}?milestone=M5", "M5", "M1"),
        (MONEY, "L1", "L2"),
    ):
        (href,) = re.findall(rf'href="([^"]+format={form})"', text_of(client, path))
        response = client.get(href.replace("&amp;", "&"))
        assert response.status_code == 200
        content = response.content
        told = content.decode("utf-8-sig") if form == "csv" else _cells(content)
        assert kept in told.split()[1].split(",") if form == "csv" else kept in told
        assert f"{lost}," not in told


def _cells(content: bytes) -> str:
    """Return the cells of a workbook below its headings, each before a comma."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return "".join(f"{cell}," for row in rows[1:] for cell in row)


def test_nothing_chosen_is_no_dead_end(page: Pages, bob: User, earned: Tenant) -> None:
    """W5: a filter that finds nobody says so and leads back."""
    shown = text_of(page(bob), f"{LIST}?stage=NO_DRIVER")
    assert "No lead matches" in shown
    assert f'href="{LIST}"' in shown


def test_money_is_told_by_milestone(page: Pages, bob: User, earned: Tenant) -> None:
    """I14: expected, paid and missing add up for each milestone, and what is missing leads to its rows."""
    with tenant_scope(earned.schema_name):
        one, five, last = milestones()
    assert one.expected.amount == 25
    assert (one.by_state[ClaimState.PAID].claims, one.missing.claims) == (1, 0)
    assert five.expected.claims == 1
    assert five.missing.amount == 35
    assert (last.expected.claims, last.missing.claims) == (0, 0)
    shown = text_of(page(bob), MONEY)
    assert f'href="{GAPS}?milestone=M5"' in shown
    assert f'href="{GAPS}?milestone=M1"' not in shown
    assert tables(shown)["amounts"] == [
        ("M1", "25", "0", "0", "0"),
        ("M5", "0", "0", "0", "35"),
        ("M25", *"0000"),
    ]
    assert listed(text_of(page(bob), f"{GAPS}?milestone=M5")) == ["L1"]
    assert "No milestone matches" in text_of(page(bob), f"{GAPS}?milestone=M1")


def test_milestones_add_up_to_the_audit(page: Pages, bob: User, fleet: Tenant) -> None:
    """I18: what milestones expect and miss is what the weeks do, and the list of gaps holds as many."""
    with tenant_scope(fleet.schema_name):
        weeks, standing = weekly_audit(), milestones()
        gaps = claims_gap(chosen=LimboChoice(), milestone=None, limit=1)
    assert sum(one.expected.claims for one in standing) == sum(week.claims_expected for week in weeks) > 0
    assert sum(one.expected.amount for one in standing) == sum(week.debt_expected_total for week in weeks)
    assert sum(one.missing.claims for one in standing) == sum(week.claims_missing for week in weeks)
    assert sum(one.missing.claims for one in standing) == gaps.total > 0
    assert sum(one.missing.amount for one in standing) == gaps.amount


def test_the_funnel_is_the_weeks_together(page: Pages, bob: User, fleet: Tenant) -> None:
    """I18: from leads to trips, in leads."""
    shown = text_of(page(bob), f"{MONEY}?weeks=52")
    told = tables(shown)
    with tenant_scope(fleet.schema_name):
        weeks = [week for week in weekly_audit() if week.week_start]
    shown_weeks = sorted(weeks, key=lambda week: str(week.week_start))[-len(told["debt"]) :]
    assert [row[1] for row in told["funnel"]] == [
        CHILE.number(step.leads) for step in funnel(weeks=shown_weeks).steps
    ]
    assert [row[1] for row in told["debt"]] == [CHILE.number(w.debt_expected_total) for w in shown_weeks]


def test_a_red_lead_says_why(page: Pages, bob: User, fleet: Tenant) -> None:
    """W1: the reason, what each rule says, every attempt."""
    with tenant_scope(fleet.schema_name):
        case = Case.objects.filter(reason="NO_CANDIDATES").earliest("pk")
    shown = text_of(page(bob), f"/identity/leads/{case.pk}/")
    assert "Why it is red" in shown
    assert "Nobody found" in shown
    assert "What each rule says" in shown
    assert "Came in red" in shown or "Entered" in shown


def test_only_who_may_decide_is_led_to_the_case(page: Pages, alice: User, bob: User, fleet: Tenant) -> None:
    """S2: an admin goes on to the inbox, a viewer sees no way there."""
    with tenant_scope(fleet.schema_name):
        case = Case.objects.open().earliest("pk")
    way = f"/admin/identity/inbox/?case={case.pk}"
    assert way in text_of(page(alice), f"/identity/leads/{case.pk}/")
    assert way not in text_of(page(bob), f"/identity/leads/{case.pk}/")


def test_a_linked_lead_says_why_this_person(page: Pages, bob: User, fleet: Tenant) -> None:
    """W1, I10: the rule, the score, and what speaks for it in a waterfall that its table tells."""
    with tenant_scope(fleet.schema_name):
        link = Link.objects.filter(source=Source.CABINET).earliest("pk")
        lead = Lead.objects.get(source_pk=link.source_pk)
    shown = text_of(page(bob), f"/identity/leads/{lead.pk}/")
    assert "Why this person" in shown
    assert tables(shown)["waterfall"][-1][0] == "Total"


def test_a_lead_of_another_tenant_is_not_there(page: Pages, bob: User, carol: User, fleet: Tenant) -> None:
    """S1: 404, and so is a lead that nobody has."""
    with tenant_scope(fleet.schema_name):
        lead = Lead.objects.earliest("pk")
    assert page(carol).get(f"/identity/leads/{lead.pk}/").status_code == 404
    assert page(bob).get("/identity/leads/999999999999999999/").status_code == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}?stage=NO_IDENTITY&weeks=52", MONEY, GAPS])
def test_pages_cost_the_same_however_many_leads(
    page: Pages, bob: User, fleet: Tenant, path: str, django_assert_max_num_queries
) -> None:
    """Fixed query counts: tenancy, then the page's own; rows cost nothing."""
    client = page(bob)
    with django_assert_max_num_queries(16):
        text_of(client, path)


def test_a_lead_costs_a_fixed_number_of_queries(
    page: Pages, bob: User, fleet: Tenant, django_assert_max_num_queries
) -> None:
    """Its story and its explanation."""
    with tenant_scope(fleet.schema_name):
        lead = Lead.objects.earliest("pk")
    client = page(bob)
    with django_assert_max_num_queries(30):
        text_of(client, f"/identity/leads/{lead.pk}/")
