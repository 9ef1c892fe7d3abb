"""The states of the rules' pages that no plain link shows: open, edited, refused, estimated (W8)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import LOOKS, Look
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

TREE, RECLASSIFY = "/admin/personas/tree/", "/admin/personas/reclassify/"
# Each language, width and scheme once with each other's; the pages themselves are crawled in all of them.
# Names in braces are pages of the sample data.
STATES = {
    "open, after a change": f"{TREE}?open=dc_medicas&changed=Gerente&focus=add-dc_medicas",
    "flagged": f"{TREE}?flag=broad",
    "editing": f"{TREE}?open=dc_marketing",
    "refused": f"{TREE}?open=dc_marketing",
    "nothing found": f"{TREE}?q=qqqqq",
    "diagnosis": "/admin/personas/diagnose/?title=Asistente+de+Gerente+General",
    "diagnosis of a contact": "{diagnosis}",
    "estimate": "{estimate}",
    "keyword to choose": f"{RECLASSIFY}?type=by_keyword&q=ger",
    "persona to choose": f"{RECLASSIFY}?type=by_persona",
    "nothing chosen": f"{RECLASSIFY}?type=affected&estimate=1",
    "preview": "{preview}",
    "undo": "{undone}",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "editing":
        page.locator(".keyword .tools a").first.click()
        page.locator(".editing").wait_for()
    if state == "refused":
        page.locator(".many > summary").first.click()
        page.locator("textarea[name=texts]").fill("%%%")
        page.locator(".many .house-button").click()
        page.locator(".errorlist").wait_for()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)
