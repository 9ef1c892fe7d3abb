"""A brand's Google Sheet, from Google's answer to the insight, and what a run says without one (N1)."""

import pytest

from insights.models import Comment, FichaCliente, Insight
from insights.rules import SourceKind
from tests.insights.analysing import analysed
from tests.insights.reading import a_comment, a_post, tabs
from tests.insights.sheets_server import ADDRESS, Sheet, sheets_server

ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"


@pytest.fixture
def google(settings, tmp_path):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with sheets_server() as server:
        server.sheets[ID] = Sheet(tabs([a_post()], [a_comment("buenísimo ☕"), a_comment("pésimo")]))
        settings.SHEETS_API_BASE = server.address
        settings.GOOGLE_CREDENTIALS = str(server.write_key(tmp_path))
        yield server


def test_it_analyses_a_sheet_in_one_read_a_run(google, in_acme):
    """N1, N7: one read a run; the second finds the whole answer unchanged and ends there."""
    ficha = FichaCliente.objects.create(
        brand_name="Café Sur", source_kind=SourceKind.SHEET, spreadsheet_id=ID
    )
    assert [analysed(ficha).state, analysed(ficha).state] == ["completed", "skipped"]
    assert len(google.reads) == 2
    assert Insight.objects.get().total_comments_analyzed == 2


def test_it_fails_with_the_address_to_share_with(google, in_acme):
    """N1, N14: not shared is a failed run that says what to do; no check has happened."""
    google.sheets[ID].is_shared = False
    ficha = FichaCliente.objects.create(
        brand_name="Café Sur", source_kind=SourceKind.SHEET, spreadsheet_id=ID
    )
    run = analysed(ficha)
    ficha.refresh_from_db()
    assert (run.state, run.error_code, ficha.last_checked_at) == ("failed", "sheet_forbidden", None)
    assert ADDRESS in run.error


def test_a_permission_lost_between_two_runs_loses_nothing(google, in_acme):
    """N1, N6, N14: the run fails, the old insight stays, no row is flagged; shared again, it skips."""
    ficha = FichaCliente.objects.create(
        brand_name="Café Sur", source_kind=SourceKind.SHEET, spreadsheet_id=ID
    )
    analysed(ficha)
    ficha.refresh_from_db()
    before = ficha.last_checked_at, ficha.last_analysis_timestamp
    google.sheets[ID].is_shared = False
    run = analysed(ficha)
    ficha.refresh_from_db()
    assert (run.state, run.error_code, run.calls) == ("failed", "sheet_forbidden", 0)
    assert (ficha.last_checked_at, ficha.last_analysis_timestamp) == before
    assert Comment.objects.filter(missing_in_source=False).count() == 2
    google.sheets[ID].is_shared = True
    assert analysed(ficha).state == "skipped"
    assert Insight.objects.count() == 1


def test_a_tab_renamed_between_two_runs_loses_nothing(google, in_acme):
    """N2, N6: without Posts the run fails, without Comments it is told; rows stay, and it goes on later."""
    ficha = FichaCliente.objects.create(
        brand_name="Café Sur", source_kind=SourceKind.SHEET, spreadsheet_id=ID
    )
    analysed(ficha)
    sheet = google.sheets[ID]
    whole = dict(sheet.tabs)
    sheet.tabs = {"Publicaciones": whole["Posts"], "Comments": whole["Comments"]}
    run = analysed(ficha)
    assert (run.state, run.error_code) == ("failed", "sheet_missing")
    sheet.tabs = {"Posts": whole["Posts"], "Comentarios": whole["Comments"]}
    told = analysed(ficha)
    assert told.state in ("partial", "skipped")
    assert [one["code"] for one in told.warnings] == ["sheet_missing"]
    assert Comment.objects.filter(missing_in_source=False).count() == 2
    sheet.tabs = whole
    assert analysed(ficha).state == "skipped"
    assert Insight.objects.count() == 1
