"""Alice makes a brand with its workbook, tries it, analyses it, corrects what was read wrongly (Screens)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from insights.samples import make_books
from tests.browser.chromium import Look, seen
from tests.browser.probes import views
from tests.browser.served import Served
from tests.browser.served_insights import last_monday

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

BRAND, ENGLISH = "Taller Brisa", Look("en", 1360)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Names in braces are pages of the sample data.
STATES = {
    "a brand": "{admin_brand}",
    "a brand that waits": "{admin_brand_waits}",
    "a run": "{analysis}",
    "a comment": "{admin_comment}",
    "a correction": "{admin_comment}",
    "a connection": "{admin_brand}",
    "a task": "{task}",
    "the board": "{board_cumbre}",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "a correction":
        page.locator("summary", has_text="Correct the label").click()
    if state == "a connection":
        page.get_by_role("button", name="Test the connection").click()
        page.locator("#found").wait_for()
    page.wait_for_load_state("networkidle")


def test_every_page_of_staff_is_clean(site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """W8: nothing too wide, too small, pale or closed to a screen reader on a phone, light and dark."""
    findings, look = [], Look("en", 390)
    with seen(browser, site.url, look, sessions["alice"]) as (page, watch):
        for at, state in enumerate(STATES):
            for each, probes in views(look, at):
                page.emulate_media(color_scheme=each.scheme)
                show(page, site, state)
                found = [finding for probe in probes for finding in probe(page)]
                findings += [f"{state}, {each}: {finding}" for finding in [*found, *watch.take()]]
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def make_brand(page: Page) -> None:
    """Fill in the form and give it a workbook."""
    page.goto("/admin/insights/fichacliente/add/")
    page.locator("input[name=brand_name]").fill(BRAND)
    book = make_books("lienzo", weeks=6, last_monday=last_monday("America/Mexico_City"))[1]
    page.locator("input[name=file]").set_input_files(
        {"name": book.filename, "mimeType": XLSX, "buffer": book.content}
    )
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_url("**/change/")


def test_staff_make_a_brand_and_their_correction_wins(visit: Visit, site: Served) -> None:
    """N1: tried out without storing. W2: watched to its end. N9: a person's label beats every engine's."""
    page = visit("alice", ENGLISH)
    make_brand(page)
    brand = page.url
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("main, #main, body").first).to_contain_text("The source can be read")
    page.goto(brand)
    page.get_by_role("button", name="Analyse now").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    with site.worker():
        # By itself: the page comes anew when the bar has ended.
        expect(page.locator("#stands .badge").first).to_have_text("Completed", timeout=120_000)
    number = re.findall(r"fichacliente/(\d+)/", brand)[0]
    viewed = f"/insights/comments/?ficha={number}&range=all&sentiment="
    page.goto(f"{viewed}Positivo")
    before = len(page.locator(".comments > li").all())
    page.goto(f"/admin/insights/comment/?ficha={number}&label__sentiment=Positivo")
    page.locator("tbody th a, tbody td a").first.click()
    page.wait_for_url("**/change/*")
    said = page.locator("section[aria-labelledby=said] p").first.inner_text()
    page.locator("summary", has_text="Correct the label").click()
    page.locator("select[name=sentiment]").select_option("Negativo")
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.locator("#means")).to_contain_text("corrected by a person")
    page.goto(f"{viewed}Positivo")
    expect(page.locator(".comments > li")).to_have_count(before - 1)
    page.goto(f"{viewed}Negativo")
    expect(page.locator(".comments .said", has_text=said).first).to_be_visible()
