"""Every page, as every kind of reader sees it: clean, accessible, ours alone, in both languages (W8, CSP)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import LOOKS, Look, Watch, seen
from tests.browser.crawling import Crawl, Place
from tests.browser.probes import FIRST_VIEW_BYTES, PROBES, inaccessible, told, weighed
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]


def test_no_link_leads_nowhere(crawl: Crawl) -> None:
    """Whoever follows a link of ours finds a page they may see."""
    assert not crawl.broken, "\n".join(crawl.broken)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.language}-{look.width}")
def test_every_page_is_clean(
    look: Look, crawl: Crawl, site: Served, browser: Browser, sessions: dict[str, str]
) -> None:
    """No error, no stranger's address, nothing too wide, too small or closed to a screen reader."""
    findings = []
    for person, places in crawl.by_person().items():
        with seen(browser, site.url, look, sessions[person]) as (page, watch):
            for place in shown_in(look, places):
                findings += [f"{place}: {finding}" for finding in look_at(page, watch, place)]
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def look_at(page: Page, watch: Watch, place: Place) -> list[str]:
    """Open one page in light and dark; return everything that is wrong with it."""
    page.emulate_media(color_scheme="light")
    page.goto(place.path)
    found = [finding for probe in PROBES for finding in probe(page)]
    page.emulate_media(color_scheme="dark")
    if place.is_themed:
        page.reload()  # the theme reads the scheme only once
    return [*found, *(f"dark: {finding}" for finding in inaccessible(page)), *watch.take()]


def shown_in(look: Look, places: list[Place]) -> list[Place]:
    """Choose what is looked at: our own pages in every look, the theme's many forms in one each by turns."""
    return [
        place
        for at, place in enumerate(places)
        if not place.is_themed or place.is_main or at % len(LOOKS) == LOOKS.index(look)
    ]


def test_the_first_view_is_light(visit: Callable[..., Page]) -> None:
    """W8: at most 60 KB gzipped, script and sheet included."""
    page = visit("bob")
    for path in ("/", "/jobs/"):
        weights = weighed(page, lambda path=path: page.goto(path))  # type: ignore[misc]
        assert sum(weights.values()) <= FIRST_VIEW_BYTES, told(weights)
