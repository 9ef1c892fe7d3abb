"""What viewers do with the pages of insights in a real browser: every tab and state, down to the comments."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from insights.modules import Module
from tests import cast
from tests.browser.chromium import LOOKS, Look, seen
from tests.browser.probes import PROBES, ill_coloured
from tests.browser.served import Served
from tests.browser.served_insights import BOUND

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

ENGLISH = Look("en", 1360)
# Each language, width and scheme once with each other's.
# Names in braces are pages of the sample data.
STATES = {
    "the story": "{brand_cumbre}&range=90",
    "by word lists": "{brand_aurora}&range=90",
    "waits": "{brand_lienzo}",
    "a broken module": "{brand_luna}&range=all&tab=q9",
    "nobody spoke": "{brand_cumbre}&range=custom&from=2020-01-01&to=2020-01-31",
    "comments": "{comments_cumbre}&range=90&sentiment=Negativo&topic=Entrega",
    "no comments": "{comments_cumbre}&range=90&q=zzzz",
    "board": "{board_cumbre}",
    "board without tasks": "{board_luna}",
}


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_and_tab_is_clean(
    look: Look, site: Served, browser: Browser, sessions: dict[str, str]
) -> None:
    """W8: no error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    half = list(Module)[LOOKS.index(look) :: len(LOOKS)]
    tabs = {module.key: f"{{brand_cumbre}}&range=90&tab={module.key}" for module in half}
    findings = []
    with seen(browser, site.url, look, sessions["bob"]) as (page, watch):
        for state, path in (STATES | tabs).items():
            page.goto(path.format(**site.paths))
            assert page.locator("main form[method=post]").count() == 0, state
            for each, probes in ((look, PROBES), (look.other, [ill_coloured])):
                page.emulate_media(color_scheme=each.scheme)
                found = [finding for probe in probes for finding in probe(page)]
                findings += [f"{state}, {each}: {finding}" for finding in [*found, *watch.take()]]
            page.emulate_media(color_scheme=look.scheme)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_a_viewer_chooses_brand_days_and_network(visit: Visit, site: Served) -> None:
    """Screens, W6: the address says it all; days are asked for only by who wants their own."""
    page = visit("bob", ENGLISH)
    page.goto(site.paths["brand_aurora"])
    page.get_by_label("Brand", exact=True).select_option(label="Cumbre Zapatillas")
    for span in ("7", "90", "all"):
        page.get_by_label("Range", exact=True).select_option(span)
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url(f"**range={span}*")
        expect(page.get_by_role("heading", level=1)).to_have_text("Cumbre Zapatillas")
    assert not page.get_by_label("From", exact=True).is_visible()
    page.get_by_label("Range", exact=True).select_option("custom")
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-01-05")
    page.get_by_label("Network", exact=True).select_option("tiktok")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(re.compile("range=custom.*from=2026-01-01.*platform=tiktok"))
    expect(page.locator(".trouble").first).to_contain_text("no labelled comments")
    page.get_by_role("link", name="Topics", exact=True).click()
    page.wait_for_url(re.compile("platform=tiktok.*tab=q3"))


def test_a_figure_leads_to_as_many_comments(visit: Visit, site: Served) -> None:
    """W1: from the story, a slice and a week down to what people wrote, and to one of them from a quote."""
    page = visit("bob", ENGLISH)
    start = f"{site.paths['brand_cumbre']}&range=90"
    page.goto(start)
    chart = page.locator("figure.chart", has_text="Share of each class")
    chart.locator("summary").click()
    told = chart.locator("tbody tr", has_text="Negative")
    count = int(told.locator("td").first.inner_text())
    told.get_by_role("link").click()
    expect(page.locator(".page-top")).to_contain_text(f"{count} comments")
    expect(page.locator(".comments .badge.bad")).to_have_count(min(count, 50))
    page.goto(f"{start}&tab=q8")
    page.locator("svg.chart-lines a").nth(3).click()
    page.wait_for_url("**week=*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("week of ")
    page.get_by_role("link", name="show without it").click()
    page.wait_for_url(lambda url: "week=" not in url)
    page.goto(f"{start}&tab=q4")
    page.get_by_role("link", name="See the comment").first.click()
    expect(page.locator(".comments > li")).to_have_count(1)


def test_a_bound_viewer_sees_one_brand_that_waits(site: Served, browser: Browser) -> None:
    """Who: others are not there. W5: what is waited for, and until when."""
    with seen(browser, site.url, Look("es", 390)) as (page, watch):
        page.goto("/login/")
        page.locator("input[type=email]").fill(BOUND)
        page.locator("input[type=password]").fill(cast.PASSWORD)
        page.locator("main button").first.click()
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto("/insights/")
        expect(page.locator("#ficha option")).to_have_text(["Estudio Lienzo"])
        expect(page.locator(".empty time")).to_be_visible()
        assert watch.take() == []
        for name in ("brand_aurora", "board_cumbre", "comments_cumbre"):
            assert page.request.get(site.paths[name]).status == 404, name


def test_a_viewer_saves_filters(visit: Visit, site: Served) -> None:
    """W6, S2: kept under a name in public, under the real role, and found again."""
    page = visit("bob", ENGLISH)
    page.goto(f"{site.paths['brand_cumbre']}&range=90&tab=q8")
    page.get_by_role("link", name="Save filters").click()
    page.locator("input[name=name]").fill("Cumbre by week")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Cumbre by week", exact=True).click()
    page.wait_for_url("**range=90&tab=q8")
    page.goto("/saved/")
    page.get_by_role("button", name="Drop").click()
    expect(page.locator(".empty")).to_contain_text("Nothing saved yet")
