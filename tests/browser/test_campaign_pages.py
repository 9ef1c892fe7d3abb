"""The states of the viewers' campaign pages that no plain link shows: empty, narrowed (W5, W8)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import LOOKS, Look, seen
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

# Each language, width and scheme once with each other's; the pages themselves are crawled in all of them.
# Names in braces are pages of the sample data.
STATES = {
    "no calls in the days": "/campaigns/?start_date=2026-01-01&end_date=2026-01-05",
    "no campaign": "/campaigns/?use_case=survey",
    "a year by weeks": "/campaigns/?start_date=2026-01-01",
    "never called": "{campaign_fresh}",
    "no calls of the campaign": "{campaign}?start_date=2026-01-01&end_date=2026-01-05",
    "promised": "{entry_promised}",
    "waits": "{entry_waits}",
    "nobody": "/campaigns/entries/?state=unconfirmed",
    "those who promised": "/campaigns/entries/?promise=any",
    "no calls": "/campaigns/calls/?hour=3",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page."""
    page.goto(STATES[state].format(**site.paths))
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["bob"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_a_column_leads_to_its_calls(site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """W1: from a chart to the rows behind it, and back to the figure."""
    with seen(browser, site.url, Look("en", 1360), sessions["bob"]) as (page, _watch):
        page.goto(site.paths["campaign"])
        hour = page.locator("figure.chart", has_text="Outcomes by hour").locator("tbody a").first
        page.locator("figure.chart", has_text="Outcomes by hour").locator("summary").click()
        hour.click()
        page.wait_for_url("**/campaigns/calls/?*hour=*")
        assert page.locator("table tbody tr").count() > 0
