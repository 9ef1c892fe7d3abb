"""Board, people and calls of a campaign in a real browser: every state clean, the review by keys (W8)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import LOOKS, Look, seen
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

REVIEW = "/admin/campaigns/review/"
# Names in braces are pages of the sample data.
STATES = {
    "campaigns": "/admin/campaigns/campaign/",
    "half done": "{board}",
    "asked to cancel": "{board}",
    "not begun": "{board_ready}",
    "people": "/admin/campaigns/entry/?state=retry_wait",
    "many chosen": "/admin/campaigns/entry/?state=retry_wait",
    "waits for a retry": "{entry_retry}",
    "without a zone": "{entry_held}",
    "to review": REVIEW,
    "keys": REVIEW,
    "calls": "/admin/campaigns/callattempt/",
    "a call": "{call}",
    "a call, heard": "{call_heard}",
    "settings": "/admin/campaigns/settings/",
}


QUICK_KEY = """() => {
  window.stayed = true;
  const key = new KeyboardEvent("keydown", {key: "j", bubbles: true});
  const press = () => window.pressed = document.body.dispatchEvent(key);
  document.addEventListener("htmx:afterSwap", () => setTimeout(press), {once: true});
}"""


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "asked to cancel":
        page.locator("#act-cancel").click()
        page.locator("#reason").fill("Lo pidió el cliente")
    if state == "many chosen":
        page.locator("#action-toggle").check()
        page.locator("select[name=action]").select_option("take_out")
        page.locator("select[name=action]").evaluate("field => field.form.submit()")
        page.locator("input[name=numbers]").wait_for(state="attached")
    if state == "keys":
        page.keyboard.press("?")
        page.locator("#inbox-keys[open]").wait_for()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """W8: no error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_staff_review_by_keys(site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """C21: one key puts somebody back into the queue; what is final is confirmed by Enter."""
    with seen(browser, site.url, Look("en", 1360), sessions["alice"]) as (page, watch):
        page.goto(REVIEW)
        names = page.locator(".cases .name").all_inner_texts()
        heading = page.locator("#case-heading")
        expect(heading).to_have_text(names[0])
        page.keyboard.press("j")
        expect(heading).to_have_text(names[1])
        page.evaluate(QUICK_KEY)
        page.keyboard.press("k")
        page.wait_for_function("window.pressed")
        # "j" came the moment that the page was drawn: it moved on within the page, which was not left.
        expect(heading).to_have_text(names[1])
        expect(heading).to_be_focused()
        assert page.evaluate("window.stayed")
        page.keyboard.press("k")
        expect(heading).to_have_text(names[0])
        page.keyboard.press("r")
        expect(heading).to_have_text(names[1])
        expect(page.locator(".told")).to_contain_text("Back in the queue")
        expect(heading).to_be_focused()
        page.keyboard.press("f")
        expect(page.locator("[data-key=f]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(heading).to_have_text(names[2])
        expect(heading).to_be_focused()
        expect(page.locator(".told")).to_contain_text("Noted: it failed.")
        expect(page.locator(".cases .name")).to_have_count(len(names) - 2)
        assert watch.take() == []
