"""What people do, done in a real browser: come in, look around, choose language and colours (S2, W7, W8)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.crawling import Crawl
from tests.browser.probes import inaccessible

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

# What everybody may do for themselves (S2's list of viewers' writes).
OWN_MATTERS = {
    "/language/",
    "/logout/",
    "/choose/",
    "/confirm/",
    "/password/",
    "/saved/",
    "/security/",
    "/security/app/",
    "/security/passkey/",
}

_CONTROLS = """() => {
  const forms = [...document.forms].filter((one) => one.method !== "get");
  const sending = document.querySelectorAll("[hx-post], [hx-put], [hx-patch], [hx-delete]");
  return [...forms.map((one) => new URL(one.action).pathname), ...[...sending].map((one) => one.outerHTML)];
}"""


def test_a_viewer_comes_in_by_the_form_and_finds_the_dashboard(visit: Visit) -> None:
    """Log-in, home, the persona dashboard by the navigation."""
    page = visit()
    log_in(page, "bob")
    expect(page.locator("h1")).to_have_text("Acme")
    page.locator("header nav").get_by_role("link", name="Personas").click()
    expect(page).to_have_url(re.compile("/personas/$"))
    expect(page.locator("main svg").first).to_be_visible()


def test_a_wrong_password_says_the_same_as_a_wrong_name(visit: Visit) -> None:
    """S8: the words do not tell whether the account exists."""
    page, told = visit(), []
    for email in ("bob@acme.example", "nobody@acme.example"):
        page.goto("/login/")
        page.locator("input[type=email]").fill(email)
        page.locator("input[type=password]").fill("not-the-password")
        page.locator("main button").first.click()
        told.append(page.locator("main .alert").inner_text())
    assert told[0] == told[1]


def test_language_is_switched_and_kept(visit: Visit) -> None:
    """W7: the page comes back in the other language, and so does the next."""
    page = visit("bob")
    page.goto("/jobs/")
    for language, heading in (("en", "Jobs"), ("es", "Trabajos")):
        page.locator("header summary").click()
        page.locator(f"button[name=language][value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("h1")).to_have_text(heading)


def test_dark_is_chosen_and_kept(visit: Visit) -> None:
    """W8: dark by switch, over the system's light, before the first paint of the next page too."""
    page = visit("bob")
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("header summary").click()
    page.locator("[data-theme-choice=dark]").click()
    page.goto("/jobs/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_ctrl_k_leads_where_the_first_line_says(visit: Visit) -> None:
    """The palette by keyboard alone, closed to nobody who listens; Escape leaves everything as it was."""
    page = visit("alice")
    page.goto("/admin/")
    page.keyboard.press("Control+k")
    asked = page.get_by_role("dialog").get_by_role("searchbox")
    expect(asked).to_be_focused()
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(asked).to_be_focused()
    page.keyboard.type("diagnos")
    # What came of the first letters stands there until the whole word is answered.
    first = page.locator("#command-results-list a").first
    expect(first).to_have_attribute("href", re.compile("/admin/personas/diagnose/"))
    assert not inaccessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/personas/diagnose/$"))


def test_a_viewer_sees_no_control_that_changes_anything(visit: Visit, crawl: Crawl) -> None:
    """S2, W-Pages: only what concerns the person alone; no way into the administration."""
    page, found = visit("bob"), []
    for place in crawl.by_person()["bob"]:
        page.goto(place.path)
        found += [f"{place.path}: {one}" for one in page.evaluate(_CONTROLS) if one not in OWN_MATTERS]
        found += [
            f"{place.path}: {one}"
            for one in ("/admin/", "/platform/")
            if page.locator(f"a[href^='{one}']").count()
        ]
    assert not found, "\n".join(found)
