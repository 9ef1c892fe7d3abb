"""Lists of who must not be called, looked at, applied, and many lifted, as staff see them (W4, W8)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import LOOKS, Look
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

LIST = "/admin/campaigns/suppression/"
# Names in braces are pages of the sample data.
STATES = {
    "lists": "/admin/campaigns/suppressionlist/",
    "looked at": "{list_looked}",
    "applied": "{list_applied}",
    "refused": f"{LIST}say/",
    "lifting": LIST,
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "refused":
        page.locator("form.card button").click()
        page.locator("form.card [role=alert], form.card .errorlist").first.wait_for()
    if state == "lifting":
        page.locator("#action-toggle").check()
        page.locator("select[name=action]").select_option("lift_chosen")
        page.locator("select[name=action]").evaluate("field => field.form.submit()")
        page.locator("input[name=numbers]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)
