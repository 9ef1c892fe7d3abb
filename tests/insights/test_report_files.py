"""The brand's page as PDF and workbook: the same look, the same figures, for the same eyes (Exports, W3)."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from insights.actions import NoSuchFicha
from insights.models import Comment, FichaCliente, FichaViewer, Insight, Post
from insights.modules import Module
from insights.reports import book
from insights.reports.looking import ALL, Chosen
from insights.reports.panels import look_of
from insights.reports.paper import report_of
from tenants.display import exports
from tenants.display.formats import Formats
from tenants.display.pdf.report import Report
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.rules import JobKind
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.insights.brands import SAID, a_brand
from tests.personas.writing import answer, problem
from tests.reading import below, downloaded, plain, sheets, stands_in, tables, text_of, words_of

Pages = Callable[[User], Client]
Api = Callable[[User], ApiClient]
PAGE, PDF, XLSX = "/insights/", "/insights/export.pdf", "/insights/export.xlsx"
LIST = "/insights/comments/file/"
LIVE, EXPORT = "/api/v1/insights/live", "/api/v1/insights/export"
HOSTILE = '#panic("x") $x$ *b* \\ @a [b] "c" \x1b\u202e =1+1'


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now())


def told(acme: Tenant, brand: FichaCliente) -> Report:
    """Return what the PDF of the brand's whole history says."""
    with tenant_scope(acme.schema_name), translation.override("en"):
        look = look_of(Chosen(brand, ALL, None, None, None), Formats("en", "CL", "America/Santiago"))
        return report_of(look, organisation="Acme", now=timezone.now())


def test_the_workbook_holds_what_programs_are_told(
    page: Pages, api: Api, bob: User, brand: FichaCliente
) -> None:
    """Exports: figures of the workbook are the modules' own, unrounded and typed."""
    live = answer(api(bob).get(LIVE, {"ficha_cliente_id": str(brand.pk)}))
    found = sheets(downloaded(page(bob), XLSX, {"ficha": str(brand.pk), "range": "all"}))
    topics = [[row[0], *row[1:4]] for row in below(found["Q3 Topics"], "Topic")]
    assert topics == [
        [one["topic"], one["menciones"], one["frecuencia"], one["sentimiento_promedio"]]
        for one in live["q3_result"]["results"]["topics"]
    ]
    emotions = below(found["Q1 Emotions"], "Emotion")
    assert [row[1] for row in emotions] == list(live["q1_result"]["results"]["emociones"].values())
    classes = below(found["Q7 Sentiment"], "Class")
    assert [row[1] for row in classes] == list(live["q7_result"]["results"]["distribucion"].values())
    weeks = below(found["Q8 Over time"], "Week of")
    assert [row[:2] for row in weeks] == [
        [date.fromisoformat(one["semana"]), one["n"]] for one in live["q8_result"]["results"]["serie"]
    ]
    stated = {row[0]: row[1] for row in found["Overview"]}
    assert stated["Stored comments"] == live["total_comments_analyzed"] == 6 * len(SAID)
    assert stated["Posts"] == live["total_posts_analyzed"]


def test_the_pdf_tells_what_the_page_shows(page: Pages, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """Exports: the same charts, and beside them the same figures in the same letters."""
    report = told(acme, brand)
    titles = {Module.TOPICS: "Topics", Module.EMOTIONS: "Emotions", Module.SENTIMENT: "Sentiment"}
    sections = {one.title: one for one in report.sections}
    for module in titles:
        shown = tables(text_of(page(bob), f"{PAGE}?range=all&tab={module.key}"))
        figure = sections[titles[module]].figures[0]
        assert figure.sheet is not None
        assert [*map(tuple, figure.sheet.rows)] in shown.values()
    assert len(report.overview) == 4  # traits need a model
    assert dict(report.facts)["Labelled comments"] == "48 of 48 (100.0\u00a0%)"
    assert dict(report.facts)["Period"] == "The whole history"


def test_the_pdf_reads_as_the_page_shows(page: Pages, bob: User, brand: FichaCliente) -> None:
    """Exports: opened by another program, the page's figures stand in it, on numbered pages."""
    client = page(bob)
    pages = words_of(downloaded(client, PDF, {"ficha": str(brand.pk), "range": "all"}))
    words = "".join(pages)
    for module in (Module.TOPICS, Module.EMOTIONS, Module.SENTIMENT, Module.TIMELINE):
        shown = tables(text_of(client, f"{PAGE}?range=all&tab={module.key}")).values()
        assert shown
        assert all(stands_in(words, rows) for rows in shown), module
        assert not any(stands_in(words, [*rows, ("2026-W01", "777")]) for rows in shown)
    assert len(pages) >= 3
    assert plain(f"1 / {len(pages)}") in pages[0]
    assert plain(brand.brand_name) in words


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pdf_is_one(page: Pages, bob: User, brand: FichaCliente, language: str) -> None:
    """Exports: made in both languages, of the look that the address names."""
    client = page(bob)
    query = {"ficha": str(brand.pk), "range": "30", "platform": "tiktok"}
    answered = client.get(PDF, query, headers={"Accept-Language": language})
    assert answered.status_code == 200
    assert answered.content.startswith(b"%PDF")
    assert answered["Content-Type"] == "application/pdf"
    assert "panaderia-aurora-" in answered["Content-Disposition"]


def test_the_page_offers_its_own_look(page: Pages, bob: User, brand: FichaCliente) -> None:
    """W6: what is downloaded is what is seen."""
    shown = text_of(page(bob), f"{PAGE}?range=7&platform=tiktok&tab=q3")
    for path in (PDF, XLSX):
        assert f'href="{path}?ficha={brand.pk}&amp;range=7&amp;platform=tiktok"' in shown


def test_comments_are_the_view_s(page: Pages, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """Exports: newest first, on the brand's clock, likes as numbers, live texts as texts (S15)."""
    content = downloaded(page(bob), XLSX, {"range": "7"})
    rows = sheets(content)["Comments"][1:]
    assert len(rows) == len(SAID)
    with tenant_scope(acme.schema_name):
        newest = Comment.objects.order_by("-created_at", "-id")[0]
    local = newest.created_at.astimezone(timezone.get_fixed_timezone(-300)).replace(tzinfo=None)
    assert abs(rows[0][0] - local) < timedelta(seconds=1)
    assert rows[0][2:5] == [newest.author, newest.text, newest.likes]
    book_parts = zipfile.ZipFile(io.BytesIO(content))
    parts = [book_parts.read(name) for name in book_parts.namelist() if "worksheets/sheet" in name]
    assert all(b"<f>" not in part for part in parts)


def test_more_comments_than_a_workbook_takes_are_said(
    page: Pages, bob: User, brand: FichaCliente, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: a cut list says so; the figures are of all."""
    monkeypatch.setattr(book, "MOST_ROWS_OF_A_WORKBOOK", 3)
    rows = sheets(downloaded(page(bob), XLSX, {"range": "all"}))
    assert rows["Comments"][0][0].startswith("The newest 3 of 48 comments.")
    assert len(rows["Comments"]) == 3 + 3


def test_all_comments_are_a_list(page: Pages, bob: User, brand: FichaCliente) -> None:
    """W3: as CSV whatever their number, and the same cells as the workbook's sheet."""
    head, *rows = csv.reader(io.StringIO(downloaded(page(bob), LIST, {"range": "all"}).decode("utf-8-sig")))
    sheet = sheets(downloaded(page(bob), XLSX, {"range": "all"}))["Comments"]
    assert head == sheet[0]
    assert [row[3].removeprefix("'") for row in rows] == [row[3] for row in sheet[1:]]
    assert {row[0][-6:] for row in rows} == {"+00:00"}
    assert any(row[3].startswith("'=HYPERLINK") for row in rows)


def test_too_many_are_written_by_a_job(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2, S2: offered, asked for by a viewer, written in the reader's language, taken from the job's page."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 3)
    client, address = page(bob), f"{LIST}?range=all&format=xlsx"
    assert 'method="post"' in text_of(client, address)
    job = client.post(address)["Location"]
    assert work_once(platform=False)
    (rows,) = sheets(client.get(f"{job}file/").content).values()
    assert (rows[0][0], len(rows)) == ("Written", 1 + 6 * len(SAID))


def test_a_list_of_a_brand_deleted_meanwhile_fails_at_once(page: Pages, bob: User, acme: Tenant) -> None:
    """W2: in words, since no second attempt would find the brand."""
    with tenant_scope(acme.schema_name):
        made = FichaCliente.objects.create(brand_name="Zapatería Luna")
    page(bob).post(f"{LIST}?range=all&format=xlsx")
    with tenant_scope(acme.schema_name):
        made.delete()
    assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        job = Job.objects.get(kind=JobKind.EXPORT)
        assert (job.state, job.attempt, job.error) == ("failed", 1, str(NoSuchFicha.message))


@pytest.mark.parametrize("path", [PDF, XLSX, LIST])
def test_nobody_takes_away_what_they_may_not_see(
    page: Pages, bob: User, carol: User, acme: Tenant, brand: FichaCliente, path: str
) -> None:
    """S1, Who: another tenant's, nobody's and other viewers' brands are 404; nothing is posted."""
    assert page(carol).get(path, {"ficha": str(brand.pk)}).status_code == 404
    assert page(bob).get(path, {"ficha": "9" * 15}).status_code == 404
    assert page(bob).post(path, query_params={"ficha": str(brand.pk)}).status_code == (
        302 if path == LIST else 405
    )
    with tenant_scope(acme.schema_name):
        other = FichaCliente.objects.create(brand_name="Zapatería Luna")
        FichaViewer.objects.create(ficha=other, member=bob.id)
    assert page(bob).get(path, {"ficha": str(brand.pk)}).status_code == 404
    assert page(bob).get(path, {"ficha": str(other.pk)}).status_code == 200


def test_programs_take_the_same_away(
    page: Pages, api: Api, bob: User, carol: User, brand: FichaCliente
) -> None:
    """API exports: the same file by the same right; unknown formats and parameters are 400 (W10)."""
    asked = {"ficha_cliente_id": str(brand.pk)}
    theirs = sheets(api(bob).get(EXPORT, asked | {"format": "xlsx"}).content)
    ours = sheets(downloaded(page(bob), XLSX, {"range": "all"}))
    theirs["Overview"] = [row for row in theirs["Overview"] if row[0] != "Made"]
    ours["Overview"] = [row for row in ours["Overview"] if row[0] != "Made"]
    assert theirs == ours
    assert api(bob).get(EXPORT, asked).content.startswith(b"%PDF")
    moment = asked | {"format": "xlsx", "start_date": (timezone.now() - timedelta(days=7)).isoformat()}
    assert len(sheets(api(bob).get(EXPORT, moment).content)["Comments"]) == 1 + len(SAID)
    assert problem(api(bob).get(EXPORT, asked | {"format": "docx"}), 400)
    assert problem(api(bob).get(EXPORT, asked | {"tab": "q1"}), 400)
    assert problem(api(carol).get(EXPORT, asked), 404)


def test_a_brand_without_comments_is_not_broken(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: both files say that there is nothing yet."""
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.create(brand_name="Nueva")
    assert downloaded(page(bob), PDF).startswith(b"%PDF")
    found = sheets(downloaded(page(bob), XLSX))
    assert len(found) == 2 + len(Module)
    assert any("no labelled comments" in str(cell) for row in found["Q3 Topics"] for cell in row)


def test_a_question_without_answer_says_so(acme: Tenant) -> None:
    """W5: posts that are all alike leave no list, and no empty section."""
    with tenant_scope(acme.schema_name):
        brand = a_brand(now=timezone.now(), weeks=30)
        Post.objects.update(likes=5, comments_count=1, shares=1)
    (section,) = (one for one in told(acme, brand).sections if one.title == "Unusual posts")
    assert section.facts == ("Nothing stands out in these days.",)


def test_a_module_that_cannot_be_read_stands_alone(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """N14: its sheet and its section say so, the others are there."""
    with tenant_scope(acme.schema_name):
        Insight.objects.create(ficha=brand, analysis_timestamp=timezone.now(), q9_result={"n": "many"})
    found = sheets(downloaded(page(bob), XLSX, {"range": "all"}))
    assert "could not be computed" in found["Q9 Recommendations"][2][0]
    assert below(found["Q3 Topics"], "Topic")
    sections = {one.title: one for one in told(acme, brand).sections}
    assert "could not be computed" in sections["Recommendations"].trouble
    assert sections["Topics"].figures
    assert downloaded(page(bob), PDF, {"range": "all"}).startswith(b"%PDF")


def test_strangers_words_are_only_shown(page: Pages, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """N10: in names, authors and comments alike."""
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.filter(pk=brand.pk).update(brand_name=HOSTILE)
        Comment.objects.filter(ficha=brand).update(author=HOSTILE)
    assert downloaded(page(bob), PDF, {"range": "all"}).startswith(b"%PDF")
    found = sheets(downloaded(page(bob), XLSX, {"range": "all"}))
    assert found["Comments"][1][2] == HOSTILE.replace("\x1b", "")


@pytest.mark.parametrize("path", [PDF, XLSX])
def test_as_many_queries_as_the_page(
    page: Pages, bob: User, brand: FichaCliente, path: str, django_assert_max_num_queries: Any
) -> None:
    """F5: none for each comment, post or module."""
    client = page(bob)
    client.get(path)
    with django_assert_max_num_queries(16):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [PDF, XLSX, LIST])
@pytest.mark.parametrize(
    "query",
    ["range=31", "platform=paper", "range=7&from=2026-01-01", "range=custom&from=1.1.26", "topic=pan"],
)
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, brand: FichaCliente, path: str, query: str
) -> None:
    """W6, S13: not the usual look instead."""
    refused = page(bob).get(f"{path}?{query}")
    assert (refused.status_code, "No filter “" in refused.content.decode()) == (400, True)
