"""Brands and runs on the staff's pages: made, tried out, analysed, read (Screens: staff admin)."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from insights.actions import create_ficha
from insights.models import Comment, FichaCliente, FichaViewer, RowReport, Run
from insights.rules import RunState
from tenants.display import exports
from tenants.jobs.models import Schedule
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, StoredFile
from tenants.scope import tenant_scope
from tests.insights.analysing import analysed
from tests.insights.reading import a_comment, a_ficha, a_post, a_workbook, tabs
from tests.reading import text_of

Pages = Callable[[User], Client]
FICHAS, RUNS = "/admin/insights/fichacliente", "/admin/insights/run"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def brand(acme: Tenant, client: Client) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_ficha([a_post(), a_post("https://x.pe/2", platform="x")], [a_comment()])


def a_form(**said: Any) -> dict[str, Any]:
    return {
        "brand_name": "Café Sur",
        "timezone": "America/Lima",
        "language": "es",
        "platforms": ["instagram", "tiktok"],
        "source_kind": "workbook",
        "posts_tab": "Posts",
        "comments_tab": "Comments",
        "schedule": "0 5 * * *",
        "is_enabled": "on",
        "minimum_sample": "10",
        "competitors": "Café Norte\n\nCafé Este\nCafé Norte",
        "sincerity": "80",
        **said,
    }


def a_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("feed.xlsx", content)


def test_a_brand_is_made_by_form_with_its_workbook(client: Client, acme: Tenant, alice: User) -> None:
    """Screens, N16: through the actions, which note it and put it on its schedule."""
    assert 'value="0 6 * * *"' in text_of(client, f"{FICHAS}/add/")
    content = a_workbook(tabs([a_post()], [a_comment()]))
    assert client.post(f"{FICHAS}/add/", a_form(file=a_file(content))).status_code == 302
    with tenant_scope(acme.schema_name):
        made = FichaCliente.objects.get()
        assert (made.competitors, made.target_profile) == (["Café Norte", "Café Este"], {"Sinceridad": 80.0})
        assert (made.platforms, made.workbook is not None) == (["instagram", "tiktok"], True)
        noted = AuditEntry.objects.filter(object_type="ficha").order_by("id").values_list("verb", "actor")
        assert list(noted) == [("created", alice.pk), ("upload", alice.pk)]
    shown = text_of(client, f"{FICHAS}/")
    assert "Café Sur" in shown
    assert "Not checked yet" in shown


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"schedule": "diario"}, "Five words are needed"),
        ({"schedule": "0 -1 * * *"}, "Five words are needed"),
        ({"schedule": "0 22-6 * * *"}, "Five words are needed"),
        ({"timezone": "Lima"}, "Select a valid choice"),
        ({"sincerity": "101"}, "less than or equal to 100"),
        ({"source_kind": "sheet"}, "Say which sheet"),
        ({"competitors": "x" * 201}, "200 characters at most"),
        ({"budget_usd": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_makes_no_sense_is_told_beside_the_field(
    client: Client, acme: Tenant, said: dict[str, str], words: str
) -> None:
    """N16: nothing is written, and what was typed stays."""
    answer = client.post(f"{FICHAS}/add/", a_form(**said))
    assert words in answer.content.decode()
    with tenant_scope(acme.schema_name):
        assert not FichaCliente.objects.exists()


@pytest.mark.parametrize(
    ("typed", "meant"), [("1.500", 1500), ("1.234,56", Decimal("1234.56")), ("1,234.56", Decimal("1234.56"))]
)
def test_a_budget_is_read_as_it_is_written(client: Client, acme: Tenant, typed: str, meant: Decimal) -> None:
    """W7: never a thousandth of it; a trait is a number like others, and both are saved as they are shown."""
    said = a_form(budget_usd=typed, sincerity="12,5", source_kind="sheet", spreadsheet_id="1AbC")
    assert client.post(f"{FICHAS}/add/", said).status_code == 302
    with tenant_scope(acme.schema_name):
        made = FichaCliente.objects.get()
    page = text_of(client, f"{FICHAS}/{made.pk}/change/")
    shown = {}
    for name in ("budget_usd", "sincerity"):
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = tag and re.search(r'value="([^"]*)"', tag[0])
        assert value
        shown[name] = value[1]
    assert client.post(f"{FICHAS}/{made.pk}/change/", said | shown).status_code == 302
    with tenant_scope(acme.schema_name):
        made.refresh_from_db()
        assert (made.budget_usd, made.target_profile) == (meant, {"Sinceridad": 12.5})
        assert not AuditEntry.objects.filter(object_type="ficha", verb="changed").exists()


def test_a_workbook_without_its_columns_is_told_beside_the_field(client: Client) -> None:
    """N2: the columns by name, before anything is stored."""
    found = tabs([a_post()], [a_comment()])
    found["Comments"][0][1] = "texto"
    answer = client.post(f"{FICHAS}/add/", a_form(file=a_file(a_workbook(found))))
    assert "comment_text" in answer.content.decode()


def test_a_brand_is_changed_by_what_was_changed(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """Screens: only the fields that were changed are noted; a sheet's address is its id."""
    url = "https://docs.google.com/spreadsheets/d/1AbC_d-9/edit#gid=0"
    said = a_form(brand_name=brand.brand_name, source_kind="sheet", spreadsheet_id=url, schedule="0 6 * * *")
    assert client.post(f"{FICHAS}/{brand.pk}/change/", said).status_code == 302
    with tenant_scope(acme.schema_name):
        brand.refresh_from_db()
        assert (brand.spreadsheet_id, brand.source_kind) == ("1AbC_d-9", "sheet")
        changed = AuditEntry.objects.get(object_type="ficha", verb="changed").change["fields"]
    assert set(changed) == {"competitors", "platforms", "source_kind", "spreadsheet_id", "target_profile"}


def test_a_source_is_tried_without_storing_anything(
    client: Client, brand: FichaCliente, acme: Tenant
) -> None:
    """N1: rows and problems, and nobody is paid."""
    answer = client.post(f"{FICHAS}/{brand.pk}/press/test/")
    shown = answer.content.decode()
    assert "The source can be read" in shown
    assert "<code>invalid_platform</code>" in shown
    with tenant_scope(acme.schema_name):
        assert not Comment.objects.exists()
        FichaCliente.objects.update(workbook=None)
    answer = client.post(f"{FICHAS}/{brand.pk}/press/test/", follow=True)
    assert "The brand has no source yet" in answer.content.decode()


def test_an_analysis_begun_here_shows_its_bar_and_is_begun_once(
    client: Client, brand: FichaCliente, acme: Tenant, alice: User
) -> None:
    """N15, W2: one at a time; the button is not there while one lives, and pressing it is 404."""
    page = f"{FICHAS}/{brand.pk}/change/"
    assert "press/analyse/" in text_of(client, page)
    answer = client.post(f"{FICHAS}/{brand.pk}/press/analyse-anyway/")
    with tenant_scope(acme.schema_name):
        run = Run.objects.get()
    assert (run.is_forced, run.created_by) == (True, alice.pk)
    assert answer["Location"] == f"{RUNS}/{run.pk}/change/"
    assert "data-progress" in text_of(client, answer["Location"])
    assert "press/analyse/" not in text_of(client, page)
    assert client.post(f"{FICHAS}/{brand.pk}/press/analyse/").status_code == 404


def test_a_run_tells_its_counts_rows_and_modules(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """N5, N13: rejected rows by number, code and words; the engine, each module, the cost."""
    with tenant_scope(acme.schema_name):
        run = analysed(brand)
    shown = text_of(client, f"{RUNS}/{run.pk}/change/")
    assert "The platform is not Instagram, TikTok or Facebook" in shown
    assert "<code>invalid_platform</code>" in shown
    assert "Basic analysis without a model" in shown
    assert "Q10 Executive summary" in shown
    assert "data-progress" not in shown
    with tenant_scope(acme.schema_name):
        Run.objects.update(cost_usd=None, warnings=[{"code": "rows_lost", "lost": 7, "known": 9}])
    shown = text_of(client, f"{RUNS}/{run.pk}/change/")
    assert "<dd>unknown</dd>" in shown
    assert "7 of 9 known rows are gone" in shown
    assert "1 rejected" in text_of(client, f"{RUNS}/?ficha={brand.pk}&state=completed")
    assert "1 rejected" not in text_of(client, f"{RUNS}/?state=failed")


def test_stale_and_failed_brands_are_red_lights(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """N17: no check in 25 hours, and a newest run that failed, on the first page."""
    now = timezone.now()
    assert "not been checked" not in text_of(client, "/admin/")
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.update(last_checked_at=now - timedelta(hours=26))
        Run.objects.create(ficha=brand, state=RunState.FAILED, finished_at=now, error_code="bad_key")
    shown = text_of(client, "/admin/")
    assert "1 brand has not been checked for 25 hours" in shown
    assert "The newest analysis of 1 brand failed" in shown
    assert brand.brand_name in text_of(client, f"{FICHAS}/?stale=1")


def test_nothing_of_it_is_there_for_viewers(page: Pages, bob: User, brand: FichaCliente) -> None:
    """Who: viewers only read; foreign and unknown ids are 404."""
    for path in (f"{FICHAS}/", f"{FICHAS}/{brand.pk}/change/", f"{RUNS}/"):
        assert page(bob).get(path).status_code == 403
    assert page(bob).post(f"{FICHAS}/{brand.pk}/press/analyse/").status_code == 403


@pytest.mark.parametrize("key", ["999999999", "x", "0190aaaa-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_404(client: Client, key: str) -> None:
    """S1: at each page."""
    assert client.get(f"{RUNS}/{key}/change/").status_code == 404
    assert client.get(f"{FICHAS}/{key}/change/").status_code == 404


def test_the_health_of_analyses_is_one_page(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """N15, N17: the red light with the brands' names, each state of a week, errors, slowness, viewers."""
    page = "/admin/insights/health/"
    assert "Every brand is checked" in text_of(client, page)
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        Run.objects.create(
            ficha=brand, state=RunState.COMPLETED, finished_at=now, started_at=now - timedelta(minutes=20),
            calls=10, calls_failed=1, posts_new=4,
        )  # fmt: skip
        FichaCliente.objects.update(last_checked_at=now - timedelta(hours=26))
    shown = text_of(client, page)
    for words in (
        "1 brand has not been checked for 25 hours",
        "Café Sur",
        "10.0",
        "20\N{NO-BREAK SPACE}min",
        "Nothing new",
    ):
        assert words in shown
    assert shown.count('badge bad"') >= 3


def test_the_health_of_analyses_is_for_administrators(page: Pages, bob: User) -> None:
    """N17, S2: a viewer is refused, and nobody writes there."""
    assert page(bob).get("/admin/insights/health/").status_code == 403


def test_a_brand_made_by_mistake_is_deleted(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """N6: with its schedule, bonds and workbook; one that was analysed has no button, and is refused."""
    with tenant_scope(acme.schema_name):
        FichaViewer.objects.create(ficha=brand, member=uuid4())
        kept = create_ficha(by=None, brand_name="Otra")
        run = Run.objects.create(ficha=kept, state=RunState.SKIPPED, finished_at=timezone.now())
    press = f"{FICHAS}/{{}}/press/delete/"
    assert press.format(brand.pk) in text_of(client, f"{FICHAS}/{brand.pk}/change/")
    assert press.format(kept.pk) not in text_of(client, f"{FICHAS}/{kept.pk}/change/")
    for ficha in (brand, kept):
        client.post(press.format(ficha.pk))
    with tenant_scope(acme.schema_name):
        assert list(FichaCliente.objects.values_list("pk", flat=True)) == [kept.pk]
        assert list(Run.objects.values_list("pk", flat=True)) == [run.pk]
        assert not FichaViewer.objects.exists()
        assert not StoredFile.objects.exists()
        assert not Schedule.objects.filter(subject=str(brand.pk)).exists()
        assert AuditEntry.objects.filter(verb="delete", object_type="ficha").count() == 1


def test_the_rows_of_a_run_are_taken_away(client: Client, brand: FichaCliente, acme: Tenant) -> None:
    """N5, S15: a workbook or CSV of what was not taken, with codes; no cell is a formula."""
    with tenant_scope(acme.schema_name):
        run = analysed(brand)
        RowReport.objects.create(run=run, tab="posts", row=9, code="invalid_url", value="=cmd|' /C calc'!A0")
    page = f"{RUNS}/{run.pk}/change/"
    assert f"{RUNS}/{run.pk}/rows.xlsx" in text_of(client, page)
    told = client.get(f"{RUNS}/{run.pk}/rows.csv").content.decode("utf-8-sig").splitlines()
    assert told[0] == "Tab,Row,Code,What,Column,Value,Outcome"
    assert told[1].startswith("Posts,3,invalid_platform,")
    assert ",'=cmd|" in told[2]
    book = client.get(f"{RUNS}/{run.pk}/rows.xlsx")
    assert book.content.startswith(b"PK")
    for wrong in (0, 10**30):
        assert client.get(f"{RUNS}/{wrong}/rows.csv").status_code == 404


def test_many_rows_of_a_run_are_written_by_a_job(
    client: Client, brand: FichaCliente, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2, W3: a workbook that nobody can wait for is offered, never 403; CSV is taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    with tenant_scope(acme.schema_name):
        run = analysed(brand)
        RowReport.objects.create(run=run, tab="posts", row=9, code="invalid_url", value="x")
    assert client.get(f"{RUNS}/{run.pk}/rows.csv")["Content-Type"].startswith("text/csv")
    here = f"{RUNS}/{run.pk}/rows.xlsx"
    assert 'method="post"' in text_of(client, here)
    job = client.post(here)["Location"]
    assert work_once(platform=False)
    book = io.BytesIO(client.get(f"{job}file/").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows] == ["Code", "invalid_platform", "invalid_url"]


def test_a_new_brand_begins_in_the_organisations_time_zone(client: Client, acme: Tenant) -> None:
    """W7: the country is the organisation's; nobody has to find it in a list of four hundred."""
    shown = text_of(client, f"{FICHAS}/add/")
    assert f'<option value="{acme.timezone}" selected>' in shown
