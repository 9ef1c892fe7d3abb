"""The contacts as PDF and workbook: the page's own look, the same figures, for the same eyes (Exports)."""

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from personas import actions, queries
from personas.models import Contact, PersonaDay
from personas.queries import NoContacts
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import import_rows
from tests.reading import below, downloaded, plain, sheets, stands_in, tables, text_of, words_of

Pages = Callable[[User], Client]
PAGE, PDF, XLSX = "/personas/", "/personas/report.pdf", "/personas/report.xlsx"
ANAS = "linkedin_connections_ana"
MARKUP = '#panic("x") $x$ *b* \\ @a [b]'
FORMULA = '=HYPERLINK("http://x.example")'
NOW = timezone.now()
ZONE = ZoneInfo("America/Santiago")  # Acme's


@pytest.fixture
def known(acme: Tenant) -> Tenant:
    """Acme with contacts of two sources and some months, counted on two days, recorded on three."""
    today = timezone.localdate()
    with tenant_scope(acme.schema_name):
        import_rows(
            acme,
            *(
                f"A{at},P,,a{at}@x.example,Acme,Gerente de Marketing,{today - timedelta(40 * at)}"
                for at in range(4)
            ),
            f"Eva,R,,eva@x.example,Birch,Domadora de leones,{today}",
            "Lia,S,,lia@x.example,,,",
        )
        PersonaDay.objects.update(on=today - timedelta(days=20))
        import_rows(acme, "Leo,T,,leo@x.example,Elm,Gerente General,", profile="leo")
        for days in (30, 1, 0):
            actions.compute_metrics(now=NOW - timedelta(days=days))
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


@pytest.mark.parametrize(
    ("language", "query"),
    [("en", {"days": "30", "months": "12"}), ("es", {"source": ANAS, "days": "7", "months": "6"})],
)
def test_the_pdf_says_what_the_page_shows(
    page: Pages, bob: User, known: Tenant, language: str, query: dict[str, str]
) -> None:
    """Exports: tiles, shares, growth, coverage, days, keywords, titles, companies, figure for figure."""
    client = page(bob)
    shown = client.get(PAGE, query, headers={"Accept-Language": language}).content.decode()
    words = read(client, language, **query)
    figures = [unescape(one) for one in re.findall(r'<p class="figure">([^<]+)</p>', shown)]
    assert len(figures) == 5
    assert [one for one in figures if plain(one) not in words] == []
    drawn = tables(shown)
    assert set(drawn) == {"shares", "ring", "growth", "connected", "coverage", "days"}
    # Paper has room for the newest twelve of them.
    assert [key for key, rows in drawn.items() if not stands_in(words, rows[-12:])] == []
    for section in ("keywords", "unused", "unclassified", "companies"):
        listed = rows_of(shown, section)
        assert listed
        assert [row for row in listed if row not in words] == []


def test_the_workbook_holds_what_the_queries_answer(page: Pages, bob: User, known: Tenant) -> None:
    """Exports: figures typed and unrounded, all personas, months and days."""
    found = sheets(downloaded(page(bob), XLSX, {"source": ANAS, "days": "7", "months": "24"}))
    with tenant_scope(known.schema_name):
        seen = queries.overview(now=timezone.now(), days=7, months=24, source=ANAS)
        trend = queries.persona_trend(now=timezone.now(), days=7)
        covered = queries.coverage_trend(now=timezone.now(), days=7)
    facts = {row[0]: row[1] for row in found["Overview"]}
    assert (facts["Organisation"], facts["Source"], facts["Growth over"]) == ("Acme", ANAS, "24 months")
    assert (facts["Contacts"], facts["With a persona of their own"]) == (6, 4)
    assert facts["Coverage, %"] == 4 / 6
    assert facts["With a job title, %"] == seen.with_title.now / 6
    assert found["Personas"][1:] == [
        [one.name, one.contacts, one.contacts / 6, "", one.with_title, one.held] for one in seen.shares
    ]
    months = found["Months"]
    assert months[0][1:-2] == [one.name for one in seen.shares]
    parts = (seen.coverage_of_month, seen.coverage_by_month)
    assert months[1:] == [
        [
            month,
            *(seen.growth.counts.get(one.id, (0,) * 24)[at] for one in seen.shares),
            *("" if part[at] is None else part[at] for part in parts),
        ]
        for at, month in enumerate(seen.growth.months)
    ]
    days = below(
        found["Days"][[row[0] for row in found["Days"]].index("Contacts by persona and day") :], "Day"
    )
    assert [row[0] for row in days] == list(trend.days)
    assert [sum(row[1:]) for row in days] == [sum(day) for day in zip(*trend.counts.values(), strict=True)]
    assert [row[1] for row in below(found["Days"], "Day")] == [one.classification / 100 for one in covered]
    for name, counted in (
        ("Keywords", seen.keywords),
        ("Titles", seen.unclassified),
        ("Companies", seen.companies),
    ):
        assert found[name][1:] == [[one.label, one.contacts] for one in counted]
    assert len(below(found["Unused keywords"], "Keyword")) == 20


def test_sheets_of_all_sources_say_so_beside_a_chosen_one(page: Pages, bob: User, known: Tenant) -> None:
    """W6: the overview names a source and a clock; neither is that of the days and the unused keywords."""
    found = sheets(downloaded(page(bob), XLSX, {"source": ANAS}))
    assert found["Days"][0][0] == "Of the contacts of all sources, at the end of each day (UTC)."
    assert found["Unused keywords"][0][0] == "Among the contacts of all sources."


def test_the_page_offers_its_own_look(page: Pages, bob: User, known: Tenant) -> None:
    """W6, Who: what a viewer downloads is what they see, under a name with the local day."""
    client, query = page(bob), f"source={ANAS}&days=90&months=6"
    shown, day = text_of(client, f"{PAGE}?{query}"), timezone.localdate(timezone=ZONE).isoformat()
    for path in (PDF, XLSX):
        assert f'href="{path}?{query.replace("&", "&amp;")}"' in shown
        answered = client.get(f"{path}?{query}")
        assert f'filename="personas-{day}.{path.rpartition(".")[2]}"' in answered["Content-Disposition"]
        assert client.post(path).status_code == 405


@pytest.mark.parametrize("query", ["days=x", "months=-1", "source=%00", "source=nobody&days=7", "x=1"])
@pytest.mark.parametrize("path", [PDF, XLSX])
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, known: Tenant, path: str, query: str
) -> None:
    """W6, S13: not all sources instead."""
    refused = page(bob).get(f"{path}?{query}")
    assert (refused.status_code, "No filter “" in refused.content.decode()) == (400, True)


def test_without_a_filter_it_is_the_usual_look(page: Pages, bob: User, known: Tenant) -> None:
    """W6: all sources, thirty days, a year; an empty parameter is none."""
    found = sheets(downloaded(page(bob), XLSX, {"source": ""}))
    facts = {row[0]: row[1] for row in found["Overview"]}
    assert (facts["Source"], facts["Compared with"]) == ("All sources", "30 days ago")
    assert len(found["Months"]) == 1 + 12


@pytest.mark.parametrize("path", [PDF, XLSX])
def test_without_contacts_there_is_nothing_to_hand_over(
    page: Pages, bob: User, carol: User, birch: Tenant, known: Tenant, path: str
) -> None:
    """W5, S1: no button, and a refusal in words: of a tenant, of a source; then one's own contacts alone."""
    with tenant_scope(known.schema_name):
        Contact.objects.filter(source="linkedin_connections_leo").delete()
    for person, query in ((carol, ""), (bob, "?source=linkedin_connections_leo")):
        assert "report." not in text_of(page(person), f"{PAGE}{query}")
        answered = page(person).get(f"{path}{query}")
        assert answered.status_code == 409
        assert str(NoContacts.message) in answered.content.decode()
    with tenant_scope(birch.schema_name):
        import_rows(birch, "Ida,U,,ida@x.example,Oak,Buza,")
    assert page(carol).get(path).status_code == 200
    found = sheets(downloaded(page(carol), XLSX))
    assert found["Companies"][1:] == [["Oak", 1]]
    assert [row[1] for row in found["Personas"][1:] if row[1]] == [1]


def test_without_records_and_lists_it_says_so(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: the first contact, a minute after it came."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Lia,S,,lia@x.example,,,")
    words = read(page(bob))
    for said in (
        "The line begins with the second day.",
        "No keyword has won a contact yet.",
        "They are counted every six hours, soon for the first time.",
        "Every title has a persona of its own.",
        "No contact has a company yet.",
    ):
        assert plain(said) in words
    assert len(sheets(downloaded(page(bob), XLSX))["Companies"]) == 1


def test_strangers_words_are_only_shown(page: Pages, bob: User, acme: Tenant) -> None:
    """N10, S15: companies and titles are markup, formulas and turned text to nobody."""
    cells = [cell.replace('"', '""') for cell in (MARKUP, FORMULA, f"\u202e{MARKUP}")]
    rows = [f'P{at},Q,,p{at}@x.example,"{cell}","{cell}",' for at, cell in enumerate(cells)]
    with tenant_scope(acme.schema_name):
        import_rows(acme, *rows)
        seen = queries.overview(now=timezone.now())
    assert len(seen.unclassified) > 1
    words, content = read(page(bob)), downloaded(page(bob), XLSX)
    assert plain(MARKUP) in words
    assert plain(FORMULA) in words
    found = sheets(content)
    assert [row[0] for row in found["Companies"][1:]] == [one.label for one in seen.companies]
    assert [row[0] for row in found["Titles"][1:]] == [one.label for one in seen.unclassified]
    book = zipfile.ZipFile(BytesIO(content))
    assert all(b"<f>" not in book.read(name) for name in book.namelist())


@pytest.mark.parametrize("path", [PAGE, PDF, XLSX])
def test_files_cost_what_the_page_costs(
    page: Pages, bob: User, known: Tenant, path: str, django_assert_max_num_queries: Any
) -> None:
    """F5: the page's own queries, tenancy's with them, and none more."""
    client = page(bob)
    client.get(path)
    with django_assert_max_num_queries(17 if path == PAGE else 15):
        assert client.get(path, {"source": ANAS}).status_code == 200
