"""Positive control: a page with every fault turns every probe red."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Look, Watch, seen
from tests.browser.probes import (
    ill_coloured,
    inaccessible,
    overflows,
    show_icons_of_sheets,
    small_texts,
    undrawn_icons,
)
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'"
FAULTS = """<!doctype html><html><head><title>Faults</title></head><body>
  <div style="width: 900px">wide</div>
  <svg viewBox="0 0 100 100" width="50"><text y="20" font-size="20">tiny</text></svg>
  <span class="material-symbols-outlined">no_such_icon</span>
  <p style="color: #bbb; background: #fff">pale</p>
  <input>
  <script>alert(1)</script>
  <img src="http://stranger.example/pixel.png" alt="">
</body></html>"""


@pytest.fixture
def faulty(site: Served, browser: Browser):
    """Open the planted page on a phone."""
    with seen(browser, site.url, Look("es", 390)) as (page, watch):
        headers = {"Content-Security-Policy": POLICY}
        page.route(
            "**/planted/", lambda route: route.fulfill(body=FAULTS, content_type="text/html", headers=headers)
        )
        page.goto("/planted/")
        yield page, watch


def test_every_probe_finds_its_fault(faulty: tuple[Page, Watch]) -> None:
    """Overflow, text in a shrunken drawing, an icon that is none, a field without a name, pale letters."""
    page, _watch = faulty
    assert "px wide on 390" in overflows(page)[0]
    assert small_texts(page) == ["text of 10 px: tiny"]
    assert undrawn_icons(page) == ["no icon no_such_icon"]
    assert {"html-has-lang", "label", "color-contrast"} <= {one.split()[2] for one in inaccessible(page)}
    assert [one.split()[2] for one in ill_coloured(page)] == ["color-contrast"]


def test_every_icon_that_a_sheet_names_is_drawn(
    site: Served, browser: Browser, sessions: dict[str, str]
) -> None:
    """W8: calendars and arrows of the theme come from its sheet, on whatever page they may stand."""
    with seen(browser, site.url, Look("es", 1360), sessions["alice"]) as (page, _watch):
        page.goto("/admin/")
        assert show_icons_of_sheets(page) > 20
        assert undrawn_icons(page) == []


def test_the_watch_hears_the_policy_and_strangers(faulty: tuple[Page, Watch]) -> None:
    """An inline script, and a picture from elsewhere, that the policy refuses."""
    _page, watch = faulty
    told = "\n".join(watch.take())
    assert "console error" in told
    assert "inline script" in told
    assert "stranger.example" in told
