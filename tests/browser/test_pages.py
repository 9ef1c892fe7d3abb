"""Every page, as every kind of reader sees it: clean, accessible, ours alone, in both languages (W8, CSP)."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.architecture.test_route_table import written
from tests.browser.chromium import LOOKS, Look, Scheme, in_turn, seen
from tests.browser.crawling import Crawl, Place
from tests.browser.probes import (
    FIRST_VIEW_BYTES,
    FIRST_VIEW_OF_ADMINS_BYTES,
    PROBES,
    ill_coloured,
    told,
    weighed,
)
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

# Files, pieces of pages, and what only scripts ask for.
NO_PAGES = re.compile(
    r"^api/|file/$|\.(csv|xlsx|pdf)$|/(csv|xlsx|refused)/$|/(progress|bar|live)/$|/(search|jsi18n)/$"
)


def test_no_link_leads_nowhere(crawl: Crawl) -> None:
    """Whoever follows a link of ours finds a page they may see."""
    assert not crawl.broken, "\n".join(crawl.broken)


def test_no_page_is_left_out(crawl: Crawl) -> None:
    """W8: every address that answers somebody with a page is one that is looked at below."""
    answered = {route for (route, method), row in written().items() if method == "GET" and 200 in row}
    pages = {route.replace("^", "") for route in answered if not NO_PAGES.search(route)}
    assert pages - {place.route for place in crawl.places} == set()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.language}-{look.width}")
def test_every_page_is_clean(
    look: Look, crawl: Crawl, site: Served, browser: Browser, sessions: dict[str, str]
) -> None:
    """No error, no stranger's address, nothing too wide, too small or closed to a screen reader."""
    findings = []
    for person, places in crawl.by_person().items():
        with seen(browser, site.url, look, sessions[person]) as (page, watch):
            for at, place in in_turn(look, enumerate(places)):
                found = look_at(page, place, schemes_of(place, at))
                findings += [f"{place}: {finding}" for finding in [*found, *watch.take()]]
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def schemes_of(place: Place, at: int) -> tuple[Scheme, ...]:
    """Choose the colours to look at: both; of the theme's many forms one, by turns."""
    if not place.is_themed or place.is_main:
        return ("light", "dark")
    return ("light",) if at // len(LOOKS) % 2 else ("dark",)


def look_at(page: Page, place: Place, schemes: tuple[Scheme, ...]) -> list[str]:
    """Open one page; return all that is wrong in the first scheme, and what the second's colours spoil."""
    found = []
    for at, scheme in enumerate(schemes):
        page.emulate_media(color_scheme=scheme)
        if at == 0 or place.is_themed:  # the theme reads the scheme only when it loads
            page.goto(place.path)
        probes = [ill_coloured] if at else PROBES
        found += [f"{scheme}: {finding}" for probe in probes for finding in probe(page)]
    return found


def test_the_first_view_is_light(
    crawl: Crawl, site: Served, browser: Browser, sessions: dict[str, str]
) -> None:
    """W8: at most 60 KB gzipped, script and sheet included, whichever page of a viewer's is the first.

    The administration has another limit, for the theme that it wears.
    """
    viewers = [(place, FIRST_VIEW_BYTES) for place in crawl.by_person()["bob"]]
    admins = [(place, FIRST_VIEW_OF_ADMINS_BYTES) for place in crawl.by_person()["alice"] if place.is_main]
    heavy = []
    for place, most in viewers + admins:
        # Each in a browser that has kept nothing.
        with seen(browser, site.url, LOOKS[0], sessions[place.person]) as (page, _watch):
            weights = weighed(page, lambda place=place: page.goto(place.path))  # type: ignore[misc]
        if sum(weights.values()) > most:
            heavy.append(f"{place}: {sum(weights.values())} {told(weights)}")
    assert not heavy, "\n".join(heavy)
