"""The frame, its partials and the error pages hold for every reader (W2, W5, W6, W7, W8)."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from tenants.display.charts import Bars, Category, Spark
from tenants.display.context_processors import formats_for, frame
from tenants.display.home import Attention, Change, Freshness, Tile
from tenants.display.navigation import links_for
from tenants.display.paging import pages_of
from tests.display.test_progress import RUNNING

ROOT = Path(__file__).parents[2]
OURS = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name in {"templates", "display"}]
EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _frame_alone(settings):
    settings.ROOT_URLCONF = "tests.display.routes"
    with translation.override("en"):
        yield


def request_of(role: str = "viewer", path: str = "/", **principal: Any) -> HttpRequest:
    """Return a request as the middleware settles it for someone at Acme; no role means a stranger."""
    request = RequestFactory().get(path)
    if role:
        acme = SimpleNamespace(name="Acme", country="CL", timezone="America/Santiago")
        named = {"name": "Bob", "email": "bob@acme.example", **principal}
        request.principal = SimpleNamespace(tenant=acme, role=role, is_authenticated=True, **named)  # type: ignore[attr-defined]
    return request


def labels(**who: Any) -> list[str]:
    """Return the names of the open links."""
    return [link.label for link in links_for(path="/", **who)]


def test_each_role_sees_only_what_is_open_to_it():
    """A viewer finds no way to the administration; a host without platform site shows none."""
    ours = {"Home", "Jobs", "Administration", "Platform", "API"}
    assert ours & set(labels(role="viewer", is_staff=False)) == {"Home", "Jobs", "API"}
    assert ours & set(labels(role="admin", is_staff=False)) == {"Home", "Jobs", "Administration", "API"}
    assert ours & set(labels(role=None, is_staff=True)) == set()


def test_the_longest_matching_link_is_current():
    """`/` begins every path, yet home is current only at home."""
    found = {link.href: link.is_current for link in links_for(role="viewer", is_staff=False, path="/jobs/7/")}
    assert found["/jobs/"]
    assert not found["/"]


def test_formats_take_the_tenants_country_and_the_users_language():
    """W7: country belongs to the tenant, language to the user."""
    assert formats_for(request_of()).number(1234.5) == "1,234.5"
    with translation.override("es"):
        assert formats_for(request_of()).number(1234.5) == "1.234,5"


def test_a_stranger_learns_no_tenant():
    """A host alone names nobody's organisation."""
    request = request_of("")
    request.tenant = SimpleNamespace(name="Acme")  # type: ignore[attr-defined]
    seen = frame(request)["frame"]
    assert (seen.tenant, seen.person, seen.navigation, seen.is_signed_in) == ("", "", [], False)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_template_needs_a_hole_in_the_csp(path):
    """Strict CSP: no inline style, script or handler, nothing from elsewhere; htmx states target and swap."""
    text = path.read_text()
    assert not re.search(
        r"\sstyle=|<style|\son\w+=|hx-on|<script(?![^>]*\ssrc=)|(?:src|href)=.?https?:", text
    )
    assert text.count("hx-get") == text.count("hx-target") == text.count("hx-swap")


def test_what_asks_by_itself_says_so():
    """S6: to the server, which takes it for no use of a session."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    polls = [rest for text in texts for rest in text.split('hx-trigger="every ')[1:]]
    said = {rest.partition('s" ')[2].partition(" hx-target")[0] for rest in polls}
    assert (len(polls), said) == (2, {"""hx-headers='{"Minga-Poll":"yes"}'"""})


@pytest.mark.parametrize(
    "name", ["404.html", "403.html", "display/home.html", "display/login.html", "display/choose.html"]
)
def test_pages_render_for_a_stranger_and_a_member(name):
    """Also with nothing to show: empty states, not errors (W5)."""
    for role in ("", "viewer", "admin"):
        page = render_to_string(name, {}, request_of(role))
        assert "<h1>" in page
        assert 'lang="en"' in page


@pytest.mark.parametrize("name", ["500.html", "503.html", "403_csrf.html"])
def test_error_pages_need_neither_context_nor_database(name, django_db_blocker):
    """When everything else has failed they still stand."""
    with django_db_blocker.block():
        assert "<h1>" in get_template(name).render()


def test_home_shows_tiles_attention_and_freshness_escaped():
    """W5: change against the period before, freshness with its exact time."""
    at = timezone.now() - timedelta(hours=3)
    page = render_to_string(
        "display/home.html",
        {
            "tiles": [
                Tile(
                    EVIL,
                    5000,
                    "/p/",
                    Change(5000, 4000, "good"),
                    "30 d",
                    at,
                    Spark("s", EVIL, "", ("a", "b"), (1, 2)),
                )
            ],
            "attention": [Attention(EVIL, EVIL, "/x/")],
            "freshness": [Freshness(EVIL, at, at + timedelta(hours=5), "failed")],
        },
        request_of(),
    )
    assert "<script>alert" not in page
    for words in ("5,000", "+25.0\u00a0%", "3 hr. ago", "(Chile Summer Time)", "Failed", "in 2 hr."):
        assert words in page


def test_a_chart_brings_its_data_as_a_table():
    """W8: the picture is never the only way to the figures."""
    chart = Bars("b", "By persona", "", (Category(EVIL, 3, href="/p/1/"), Category("x", 1)), share=True)
    page = render_to_string(
        "display/chart.html",
        {
            "chart": chart,
            "drawing": chart.svg(formats_for(request_of())),
            "narrow": "",
            "table": chart.table(formats_for(request_of())),
            "heading": "h2",
        },
    )
    assert "<script" not in page
    assert 'href="/p/1/"' in page
    assert "75.0\u00a0%" in page.split("<table>")[1]


def bar(**changes: Any) -> str:
    """Render the live bar of a job."""
    progress = {**RUNNING, "heartbeat_at": timezone.now(), **changes}
    return render_to_string(
        "display/progress.html", {"progress": progress, "progress_url": "/jobs/7/bar/"}, request_of()
    )


def test_a_live_bar_asks_again_and_can_be_cancelled():
    """W2: explicit target and swap; a plain form cancels; without script there is a link to refresh."""
    page = bar()
    assert 'hx-get="/jobs/7/bar/" hx-trigger="every 2s"' in page
    assert page.count('hx-target="this" hx-swap="outerHTML"') == 1
    assert 'action="/jobs/7/cancel/"' in page
    assert re.search(r"<noscript><a [^>]*>Refresh</a></noscript>", page)
    assert '<progress id="progress-7-bar" max="100" value="62">' in page


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
def test_an_ended_bar_asks_no_more(state):
    """W2: the fragment that answers an end carries no trigger."""
    page = bar(state=state, can_cancel=True, error=EVIL)
    assert "hx-" not in page
    assert "cancel/" not in page
    assert "<script>" not in page


def test_an_unknown_total_is_indeterminate():
    """W2: not 0 %."""
    assert '<progress id="progress-7-bar" max="100">' in bar(percent=None, total=None)


def test_pages_keep_the_filters_in_the_url():
    """W6: a link reproduces the page."""
    request = RequestFactory().get("/contacts/?q=a%26b&cursor=old")
    pages = pages_of(request, shown=50, next_cursor="new", total=200)
    assert (pages.first_url, pages.next_url) == ("/contacts/?q=a%26b", "/contacts/?q=a%26b&cursor=new")
    page = render_to_string("display/pagination.html", {"pages": pages}, request_of())
    assert "50 of 200" in page
    assert pages_of(RequestFactory().get("/c/"), shown=3).next_url == ""
