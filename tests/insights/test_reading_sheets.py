"""A Google Sheet is read in one request, insistently, not for ever; refusals say what to do (N1, N2)."""

from datetime import datetime

import pytest

from insights.rules import SourceKind
from insights.sources import (
    MissingTab,
    NoCredentials,
    NoSource,
    NoSuchSheet,
    NotShared,
    SheetTooLarge,
    SheetUnavailable,
    Source,
    UnreadableWorkbook,
    read_rows,
    read_source,
)
from insights.sources.moments import DAY_ZERO
from insights.sources.sheets import read_sheet
from tests.insights.reading import a_comment, a_post, a_workbook, tabs
from tests.insights.sheets_server import ADDRESS, Sheet, sheets_server

ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"
READ = f"/v4/spreadsheets/{ID}/values:batchGet"
ABOUT = f"/v4/spreadsheets/{ID}"


@pytest.fixture
def google(settings, tmp_path):
    """A server with one shared sheet, and the key of a service account that may read it."""
    with sheets_server() as server:
        server.sheets[ID] = Sheet(tabs([a_post(likes=1234)], [a_comment("buenísimo ☕")]))
        settings.SHEETS_API_BASE = server.address
        settings.GOOGLE_CREDENTIALS = str(server.write_key(tmp_path))
        yield server


@pytest.fixture
def waits():
    return []


@pytest.fixture
def read(waits):
    """Read the sheet as a run does; what would be waited is only written down."""
    return lambda **more: read_sheet(
        ID, posts_tab="Posts", comments_tab="Comments", pause=waits.append, **more
    )


@pytest.mark.parametrize("limit", [("MAX_ROWS", 2), ("MOST_BYTES", 400)])
def test_it_refuses_what_is_too_large_by_name(google, read, monkeypatch, limit):
    """N1, S14: neither the memory nor the clock says it, and one read is enough to know it."""
    google.sheets[ID] = Sheet(tabs([a_post()], [a_comment(f"comentario {n}") for n in range(3)]))
    monkeypatch.setattr(f"insights.sources.sheets.{limit[0]}", limit[1])
    with pytest.raises(SheetTooLarge) as refused:
        read()
    assert refused.value.code == "sheet_too_large"
    assert google.reads == [READ]


def test_it_reads_as_many_rows_as_it_says(google, read, monkeypatch):
    """N1: the headings are no row of these."""
    google.sheets[ID] = Sheet(tabs([a_post()], [a_comment(f"comentario {n}") for n in range(3)]))
    monkeypatch.setattr("insights.sources.sheets.MAX_ROWS", 3)
    assert len(read_rows(read(), zone="America/Lima").comments) == 3


def test_it_reads_both_tabs_at_once(google, read):
    """N1: one read for both tabs, numbers as numbers."""
    answer = read()
    assert google.reads == [READ]
    rows = read_rows(answer, zone="America/Lima")
    assert [post.likes for post in rows.posts.values()] == [1234]
    assert [comment.text for comment in rows.comments.values()] == ["buenísimo ☕"]


def test_it_reads_dates_of_any_format_alike(google, read):
    """N3: a cell that is a date comes as the sheet shows it, and means the same as its ISO text."""
    google.sheets[ID].tabs["Posts"][1][2] = datetime(2025, 1, 15, 5, 0, tzinfo=None)  # noqa: DTZ001 - wall clock
    (post,) = read_rows(read(), zone="America/Lima").posts.values()
    assert post.created_at.isoformat() == "2025-01-15T10:00:00+00:00"
    assert DAY_ZERO.year == 1899


@pytest.mark.parametrize("fault", ["429", "500", "html_503", "cut_json", "cut_connection"])
def test_it_asks_again_after_a_passing_fault(google, read, waits, fault):
    """N1: bounded back-off on 429 and 5xx, HTML answers and cut ones included."""
    google.fail(fault, fault)
    assert len(read().posts) == 2
    assert google.reads == [READ] * 3
    assert [round(wait) for wait in waits] in ([1, 2], [1, 3], [1, 1])


@pytest.mark.parametrize("fault", ["429", "html_503", "cut_json"])
def test_it_gives_up_after_five_tries(google, read, waits, fault):
    """N1: bounded: five tries, then the next run."""
    google.fail(*[fault] * 9)
    with pytest.raises(SheetUnavailable):
        read()
    assert (len(google.reads), len(waits)) == (5, 4)


def test_it_says_whom_to_share_the_sheet_with(google, read):
    """N1: a 403 becomes the address to share with; gspread's own has no words."""
    google.sheets[ID].is_shared = False
    with pytest.raises(NotShared) as refused:
        read()
    assert refused.value.extra["share_with"] == ADDRESS
    assert ADDRESS in str(refused.value)
    assert google.reads == [READ]


def test_it_tells_a_missing_sheet_and_an_id_that_is_none(google, read):
    """N1, S16: unknown is 404; what is no id is never part of an address."""
    del google.sheets[ID]
    with pytest.raises(NoSuchSheet):
        read()
    asked = len(google.reads)
    with pytest.raises(NoSuchSheet):
        read_sheet("../../secretos?x=1", posts_tab="Posts", comments_tab="Comments")
    assert len(google.reads) == asked


def test_it_reads_posts_where_the_comments_tab_is_missing(google, read):
    """N2: a missing Comments tab is a warning, so the posts are there."""
    del google.sheets[ID].tabs["Comments"]
    answer = read()
    assert (len(answer.posts), answer.comments) == (2, None)
    assert google.reads == [READ, ABOUT, READ]


def test_it_refuses_a_sheet_without_posts(google, read):
    """N2: nothing can be read without the posts' tab, and its name is said."""
    google.sheets[ID].tabs = {"Hoja 1": []}
    with pytest.raises(MissingTab) as refused:
        read()
    assert refused.value.extra["tab"] == "Posts"


@pytest.mark.parametrize("faults", [["invalid_grant"], ["invalid_grant", "invalid_grant"]])
def test_it_says_that_the_key_is_not_valid(google, read, faults):
    """N1: a token endpoint that does not know the key is asked no more."""
    google.token_faults.extend(faults)
    with pytest.raises(NoCredentials):
        read()
    assert google.reads == []


def test_it_refuses_without_a_key(google, settings, read, tmp_path):
    """N1: no key file, or one that is none, is a refusal that names the variable."""
    settings.GOOGLE_CREDENTIALS = ""
    with pytest.raises(NoCredentials, match="GOOGLE_APPLICATION_CREDENTIALS"):
        read()
    (tmp_path / "key.json").write_text("{}")
    settings.GOOGLE_CREDENTIALS = str(tmp_path / "key.json")
    with pytest.raises(NoCredentials):
        read()


def test_it_asks_about_the_sheet_for_the_test_of_a_connection(google, read):
    """N1: test connection tells the sheet's locale; en_US writes the month first."""
    google.sheets[ID].locale = "en_US"
    answer = read(is_asked_about=True)
    assert (answer.locale, answer.zone) == ("en_US", "America/Lima")
    assert google.reads == [ABOUT, READ]


def test_it_hashes_the_whole_answer(google, read):
    """N1: the same answer has the same hash; one cell more has another, and so have other terms."""
    before = read()
    assert read().digest("America/Lima") == before.digest("America/Lima") != before.digest("UTC")
    google.sheets[ID].tabs["Comments"][1][5] = 7
    assert read().digest("America/Lima") != before.digest("America/Lima")


def source(content):
    return Source(SourceKind.WORKBOOK, "America/Lima", "Posts", "Comments", workbook=content)


def test_it_reads_a_workbook_with_the_same_tabs():
    """N1: the embedded default is an .xlsx; its numbers, serials and line ends are read as a sheet's."""
    posts = [a_post(created_at=45672.5, views=7.0)]
    answer = read_source(source(a_workbook(tabs(posts, [a_comment("una\ndos"), a_comment(5)]))))
    rows = read_rows(answer, zone="America/Lima")
    (post,) = rows.posts.values()
    assert (post.created_at.isoformat(), post.views) == ("2025-01-15T17:00:00+00:00", 7)
    assert [comment.text for comment in rows.comments.values()] == ["una\ndos", "5"]


def test_it_tells_an_empty_tab_of_a_workbook_from_a_missing_one():
    """N2: no Comments tab is None, an empty one has no columns; without Posts nothing is read."""
    assert read_source(source(a_workbook(tabs([a_post()], None)))).comments is None
    assert read_source(source(a_workbook(tabs([a_post()], ()) | {"comments": []}))).comments is not None
    with pytest.raises(MissingTab):
        read_source(source(a_workbook({"Hoja": [["a"]]})))
    with pytest.raises(UnreadableWorkbook):
        read_source(source(b"no es un libro"))
    with pytest.raises(NoSource):
        read_source(source(None))
