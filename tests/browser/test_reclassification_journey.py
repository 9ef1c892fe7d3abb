"""Alice changes a rule in the tree, sees whom it touches, previews, applies, takes it back (P9, R1-R9)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import Look
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

ENGLISH = Look("en", 1360)
TREE, RECLASSIFY = "/admin/personas/tree/", "/admin/personas/reclassify/"


def card(page: Page, persona: str) -> Locator:
    """Return a persona's part of the tree."""
    return page.locator("li.persona", has=page.get_by_role("heading", name=persona, exact=True))


def order_of(page: Page) -> list[str]:
    """Return the codes as the tree shows them."""
    return [str(one.get_attribute("data-code")) for one in page.locator("li.persona").all()]


def count_in(words: str) -> int:
    """Return the first number of a sentence."""
    found = re.search(r"[\d,]+", words)
    assert found, words
    return int(found[0].replace(",", ""))


def add_keyword(page: Page, persona: str, text: str) -> None:
    """Open a persona and write a keyword of it."""
    page.goto(TREE)
    card(page, persona).locator("summary").first.click()
    field = card(page, persona).locator("input[name=text]").first
    field.fill(text)
    field.press("Enter")
    expect(card(page, persona).locator(".keyword .text", has_text=text)).to_be_visible()


def delete_keyword(page: Page, text: str) -> None:
    """Delete a keyword by the search."""
    page.goto(f"{TREE}?q={text}")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=f"Delete {text}", exact=True).click()
    expect(page.locator(".keyword")).to_have_count(0)


def estimated(page: Page) -> tuple[int, int]:
    """Read the estimate: contacts selected, and how many would change."""
    figures = page.locator("section[aria-labelledby=estimate] .counters dd")
    expect(figures).to_have_count(2)
    selected, changing = figures.all_inner_texts()
    return count_in(selected), count_in(changing)


def watched(page: Page, changes: int) -> None:
    """Watch the bar to its end, where the page shows the result by itself."""
    expect(page.locator(".progress .badge")).to_have_text("Completed", timeout=90_000)
    expect(page.locator("section[aria-labelledby=result]")).to_contain_text(f"{changes:,} of ")
    expect(page.locator("[data-progress]")).to_have_attribute("data-progress", "100")
    # An ended bar asks no more (W2).
    expect(page.locator("[data-progress][hx-get]")).to_have_count(0)


def there_and_back(page: Page, changes: int) -> None:
    """From the estimate to the undo; the numbers stay the same all the way (R2, R8, W4)."""
    page.get_by_role("button", name="Make an exact preview").click()
    watched(page, changes)
    page.get_by_role("button", name=re.compile("^Apply this preview")).click()
    watched(page, changes)
    expect(page.locator("section[aria-labelledby=result]")).to_contain_text("changed.")
    page.get_by_role("button", name="Undo", exact=True).click()
    watched(page, changes)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)


def test_a_keyword_goes_from_the_tree_to_the_undo(visit: Visit, site: Served) -> None:
    """P9, R9, R1, R2, R8: added, offered, estimated, previewed, applied, taken back."""
    page = visit("alice", ENGLISH)
    add_keyword(page, "Comercial y ventas", "jefe de bodega")
    expect(card(page, "Comercial y ventas").locator("input[name=text]").first).to_be_focused()
    offer = page.locator(".offer")
    expect(offer.locator("strong")).to_be_visible()
    affected = count_in(offer.locator("strong").inner_text())
    offer.get_by_role("link", name="Estimate and preview").click()
    assert estimated(page) == (affected, affected)
    assert affected > 0
    with site.worker():
        there_and_back(page, affected)
    delete_keyword(page, "jefe de bodega")


@pytest.mark.parametrize("type", ["all", "by_keyword", "by_persona", "affected"])
def test_every_type_goes_there_and_back(visit: Visit, site: Served, type: str) -> None:
    """R1-R9: chosen by hand, with the live bar."""
    page = visit("alice", ENGLISH)
    add_keyword(page, "Comercial y ventas", "jefe de bodega")
    page.goto(RECLASSIFY)
    choose = {
        "all": choose_all,
        "by_keyword": choose_keyword,
        "by_persona": choose_persona,
        "affected": choose_affected,
    }
    choose[type](page)
    _selected, changing = estimated(page)
    assert changing > 0
    with site.worker():
        there_and_back(page, changing)
    delete_keyword(page, "jefe de bodega")


def choose_all(page: Page) -> None:
    page.get_by_role("link", name="All contacts").first.click()
    page.get_by_role("button", name="Estimate").click()


def choose_keyword(page: Page) -> None:
    page.get_by_role("link", name="By keyword").first.click()
    page.get_by_label("Find a keyword").fill("bodega")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="jefe de bodega", exact=True).click()


def choose_persona(page: Page) -> None:
    page.get_by_role("link", name="By persona").first.click()
    page.get_by_label("Persona", exact=True).select_option("mateo")
    page.get_by_role("button", name="Estimate").click()


def choose_affected(page: Page) -> None:
    page.get_by_role("link", name="Affected by keywords").first.click()
    page.get_by_label("Keywords, old and new").fill("jefe de bodega\nno such keyword")
    page.get_by_role("button", name="Estimate").click()


def test_the_bar_lives_until_the_result_stands_there(visit: Visit, site: Served) -> None:
    """W2: waiting, then the end without a click; cancelled at once while nobody is at it (R6)."""
    page = visit("alice", ENGLISH)
    page.goto(f"{RECLASSIFY}?type=all&estimate=1")
    page.get_by_role("button", name="Make an exact preview").click()
    expect(page.locator(".progress .badge")).to_have_text("Waiting")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".progress .badge")).to_have_text("Cancelled")
    page.get_by_role("button", name="Preview again").click()
    expect(page.locator(".progress .badge")).to_have_text("Waiting")
    here = page.url
    with site.worker():
        expect(page.locator(".progress .badge")).to_have_text("Completed", timeout=90_000)
    assert page.url == here
    expect(page.locator("section[aria-labelledby=result]")).to_be_visible()


def test_personas_change_places_by_mouse_and_by_keyboard(visit: Visit) -> None:
    """P3, W8: dragged by the grip; moved by a button that keeps the focus."""
    page = visit("alice", ENGLISH)
    page.goto(TREE)
    before = order_of(page)
    swapped = [before[1], before[0], *before[2:]]
    first, second = (page.locator("li.persona").nth(at) for at in (0, 1))
    first.locator(".grip").drag_to(second, target_position={"x": 60, "y": 75})
    expect(page.locator("[role=alert], .offer").first).to_be_visible()
    assert order_of(page) == swapped
    up = page.locator("li.persona").nth(1).get_by_role("button", name=re.compile("up$"))
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".offer")).to_be_visible()
    assert order_of(page) == before
    expect(page.locator("li.persona").nth(0).get_by_role("button", name=re.compile("down$"))).to_be_focused()


def test_a_keyword_is_edited_in_its_row(visit: Visit) -> None:
    """P9, P10: a frequent title becomes a keyword by one click; its row becomes a form and a row again."""
    page = visit("alice", ENGLISH)
    page.goto(TREE)
    title = page.locator(".titles > li").first
    phrase = title.locator("input[name=text]").input_value()
    title.get_by_role("button", name="Marketing", exact=True).click()
    row = card(page, "Marketing").locator(".keyword", has=page.get_by_text(phrase, exact=True))
    row.get_by_role("link", name=f"Edit {phrase}", exact=True).click()
    field = page.locator(".editing input[name=text]")
    field.fill(f"{phrase} qqq")
    page.locator(".editing").get_by_role("button", name="Save").click()
    renamed = card(page, "Marketing").locator(".keyword", has=page.get_by_text(f"{phrase} qqq", exact=True))
    expect(renamed).to_be_visible()
    expect(page.locator(".offer")).to_contain_text(f"“{phrase}”, “{phrase} qqq”")
    delete_keyword(page, f"{phrase} qqq")


def test_viewers_are_refused(visit: Visit) -> None:
    """S2: no page of these opens for Bob."""
    page = visit("bob", ENGLISH)
    for path in (TREE, RECLASSIFY, "/admin/personas/diagnose/?title=CEO"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
