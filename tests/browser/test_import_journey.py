"""Alice imports a LinkedIn file in the browser and watches it to its end, or ends it (L1-L3, W2, W3)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from personas.samples.linkedin import make_linkedin_export
from tests.browser.chromium import Look
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

ENGLISH = Look("en", 1360)
ROWS = 4_000
COUNTED = ("Created", "Updated", "Conflicts", "Invalid rows")


def upload(page: Page, profile: str, *, rows: int, seed: int) -> None:
    """Go through the wizard up to the start."""
    page.goto("/admin/personas/linkedinimport/")
    page.get_by_role("button", name="Upload a LinkedIn file").click()
    content = make_linkedin_export(rows=rows, seed=seed).content
    page.locator("input[type=file]").set_input_files(
        {"name": "Connections.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("input[name=profile]").fill(profile)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("section tbody tr")).to_have_count(50)
    page.get_by_role("button", name="Start the import").click()


def counters(page: Page) -> dict[str, int]:
    """Read the bar's counts."""
    names = page.locator(".counters dt").all_inner_texts()
    counts = page.locator(".counters dd").all_inner_texts()
    return {name: int("".join(filter(str.isdigit, count))) for name, count in zip(names, counts, strict=True)}


def watched(page: Page) -> list[int]:
    """Return what the bar shows each time it changes, until it asks no more and the page has come anew."""
    bar, is_live = page.locator("[data-progress]"), True
    seen: list[int] = []
    while is_live:
        is_live = bar.get_attribute("hx-get") is not None
        percent = int(bar.get_attribute("data-progress") or 0)
        if seen[-1:] != [percent]:
            seen.append(percent)
        page.wait_for_timeout(100)
    return seen


def test_an_import_is_watched_to_its_end(visit: Visit, site: Served) -> None:
    """W2: the bar moves, never back, to 100 %, and asks no more. W3: the counts add up to the file's rows."""
    page = visit("alice", ENGLISH)
    upload(page, "Fair", rows=ROWS, seed=7)
    expect(page.locator("[data-progress]")).to_be_visible()
    with site.worker():
        seen = watched(page)
    assert seen == sorted(seen)
    assert seen[0] < 100, seen
    assert seen[-1] == 100
    told = counters(page)
    assert sum(told.get(name, 0) for name in COUNTED) == ROWS, told
    # By itself: nobody reloads a page to learn that rows were refused.
    expect(page.get_by_role("link", name=re.compile("reasons.*CSV"))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert not asked, "an ended bar asks no more"


def test_a_cancelled_import_says_what_is_kept(visit: Visit) -> None:
    """L1, W2: before anybody is at it, it ends at once and may be started again."""
    page = visit("alice", ENGLISH)
    upload(page, "Congress", rows=60, seed=8)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".progress .badge")).to_have_text("Cancelled")
    expect(page.locator(".progress")).to_contain_text("kept")
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
