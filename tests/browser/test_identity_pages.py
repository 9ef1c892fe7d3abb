"""The states of identity's staff pages that no plain link shows: in view, settled, searched, refused (W8)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import LOOKS, Look
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

# Each language, width and scheme once with each other's; the pages themselves are crawled in all of them.
# Names in braces are pages of the sample data.
STATES = {
    "three candidates": "{case}",
    "ignored": "{case_ignored}",
    "somebody found": "{case}&who=rosa",
    "nobody found": "{case}&who=zzzz",
    "narrowed": "/admin/identity/inbox/?outcome=review&week=2026-03-10&q=x",
    "settled": "/admin/identity/inbox/?done={number}",
    "keys": "{case}",
    "person": "{person}",
    "merge": "{merge}",
    "merge, searched": "{merge_search}",
    "split": "{split}",
    "refused settings": "/admin/identity/settings/",
    "nobody like that": "/admin/identity/person/?q=zzzz",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    number = site.paths["case_ignored"].rpartition("=")[2]
    page.goto(STATES[state].format(**site.paths, number=number))
    if state == "keys":
        page.keyboard.press("?")
        page.locator("#inbox-keys[open]").wait_for()
    if state == "refused settings":
        page.locator("input[name=similar]").fill("0.1")
        page.locator("input[name=form-3-code]").fill("X")
        page.locator("form[aria-labelledby=matching] .house-button.main").click()
        page.locator(".errorlist").first.wait_for()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)
