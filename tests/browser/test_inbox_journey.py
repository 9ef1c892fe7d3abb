"""Alice settles cases by keyboard, merges two persons, splits one, takes everything back (I9, I10, W8)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import Look
from tests.browser.served import Served
from tests.browser.served_identity import TO_SETTLE

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]
Visit = Callable[..., Page]

ENGLISH = Look("en", 1360)
INBOX, PERSONS = "/admin/identity/inbox/", "/admin/identity/person/"
LINARES, IBARRA, QUIROZ, ZAMORA, PERALTA = TO_SETTLE


def open_case(page: Page, name: str) -> None:
    """Open the inbox at a lead of its own, among the other cases."""
    page.goto(f"{INBOX}?q={name}")
    address = page.locator(".cases a", has_text=name).get_attribute("href")
    assert address
    page.goto(f"{INBOX}?case={address.rpartition('=')[2]}")
    expect(heading(page)).to_have_text(name)


def heading(page: Page) -> Locator:
    """Return the lead in view."""
    return page.locator("#case-heading")


def names_listed(page: Page) -> list[str]:
    """Return the leads on the left."""
    return page.locator(".cases .name").all_inner_texts()


def test_cases_are_walked_by_keyboard(visit: Visit) -> None:
    """W8: j and k move, the heading has the focus and is announced, the address follows (W6)."""
    page = visit("alice", ENGLISH)
    page.goto(INBOX)
    names = names_listed(page)
    expect(heading(page)).to_have_text(names[0])
    page.keyboard.press("j")
    expect(heading(page)).to_have_text(names[1])
    expect(heading(page)).to_be_focused()
    expect(page.locator("#inbox-said")).to_contain_text(names[1])
    expect(page).to_have_url(re.compile(r"\?case=\d+$"))
    expect(page.locator(".cases [aria-current] .name")).to_have_text(names[1])
    page.keyboard.press("k")
    expect(heading(page)).to_have_text(names[0])
    page.keyboard.press("k")
    expect(heading(page)).to_have_text(names[0])


def test_keys_are_explained_and_turned_off(visit: Visit) -> None:
    """W8: ? shows them; somebody whose voice or hand types by accident turns them off."""
    page = visit("alice", ENGLISH)
    page.goto(INBOX)
    names = names_listed(page)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    keys.get_by_label("Single keys do something on this page").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("j")
    expect(heading(page)).to_have_text(names[0])
    page.reload()
    page.keyboard.press("?")
    keys.get_by_label("Single keys do something on this page").check()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(heading(page)).to_have_text(names[1])


def test_a_key_typed_into_a_field_is_only_a_letter(visit: Visit) -> None:
    """Nobody links a lead by writing a note."""
    page = visit("alice", ENGLISH)
    open_case(page, PERALTA)
    page.keyboard.press("i")
    expect(page.get_by_label("Note")).to_be_focused()
    page.keyboard.type("n1j2a")
    expect(page.get_by_label("Note")).to_have_value("n1j2a")
    expect(heading(page)).to_have_text(PERALTA)


def test_a_candidate_is_linked_by_its_number_and_taken_back(visit: Visit) -> None:
    """I9, W4: 1 links, the next case is there, u takes it back to the same case."""
    page = visit("alice", ENGLISH)
    open_case(page, LINARES)
    page.keyboard.press("1")
    expect(page.locator(".told")).to_contain_text(f"{LINARES} is linked to {LINARES} ")
    expect(heading(page)).not_to_have_text(LINARES)
    expect(heading(page)).to_be_focused()
    expect(page.locator("#inbox-said")).to_contain_text("is linked to")
    assert LINARES not in names_listed(page)
    page.keyboard.press("u")
    expect(heading(page)).to_have_text(LINARES)
    expect(page.locator("#inbox .alert")).to_contain_text("Taken back")
    assert LINARES in names_listed(page)


def test_a_lead_is_ignored_with_a_note_and_opened_again(visit: Visit) -> None:
    """I9: i, a note, Enter; the note stands on the case; u opens it again."""
    page = visit("alice", ENGLISH)
    open_case(page, IBARRA)
    page.keyboard.press("i")
    page.keyboard.type("left the country")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_contain_text(f"{IBARRA} is ignored.")
    page.locator(".told").get_by_role("link", name="See it").click()
    expect(page.locator(".case .alert")).to_contain_text("left the country")
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator("#inbox .alert").first).to_contain_text("open again")
    expect(heading(page)).to_have_text(IBARRA)


def test_somebody_new_is_made_by_keyboard(visit: Visit) -> None:
    """I9: n makes a person of the lead; it can be seen at once."""
    page = visit("alice", ENGLISH)
    open_case(page, QUIROZ)
    page.keyboard.press("n")
    expect(page.locator(".told")).to_contain_text(f"{QUIROZ} is linked to {QUIROZ}.")
    page.locator(".told").get_by_role("link", name="See it").click()
    expect(page).to_have_url(re.compile(f"{PERSONS}[0-9a-f-]+/change/$"))
    expect(page.locator("section[aria-labelledby=links]")).to_contain_text("By hand")


def test_who_it_cannot_be_goes_from_the_candidates(visit: Visit) -> None:
    """I7c: Shift and the number; the case stays in view with one candidate less."""
    page = visit("alice", ENGLISH)
    open_case(page, ZAMORA)
    expect(page.locator(".chart-waterfall:not(.chart-narrow)")).to_have_count(2)
    page.keyboard.press("Shift+Digit2")
    expect(page.locator(".chart-waterfall:not(.chart-narrow)")).to_have_count(1)
    expect(heading(page)).to_have_text(ZAMORA)
    expect(page.locator("section[aria-labelledby=attempts]")).to_contain_text("cannot be")


def test_another_person_is_looked_for_and_linked(visit: Visit) -> None:
    """I9: p, a name, Enter; the first one found has the focus."""
    page = visit("alice", ENGLISH)
    open_case(page, "Bruno Castañeda")
    page.keyboard.press("p")
    page.keyboard.type("ana ruiz")
    page.keyboard.press("Enter")
    expect(page.locator(".found a").first).to_be_focused()
    page.get_by_role("button", name="Link Ana Ruiz").click()
    expect(page.locator(".told")).to_contain_text("Bruno Castañeda is linked to Ana Ruiz.")
    page.keyboard.press("u")
    expect(heading(page)).to_have_text("Bruno Castañeda")


def test_a_case_settled_in_another_tab_says_so(visit: Visit) -> None:
    """I9: nothing is overwritten, nothing typed is lost, and the page goes on."""
    page, other = visit("alice", ENGLISH), visit("alice", ENGLISH)
    for each in (page, other):
        open_case(each, PERALTA)
    other.keyboard.press("2")
    expect(other.locator(".told")).to_contain_text("is linked to")
    page.keyboard.press("1")
    expect(page.locator("#inbox [role=alert]")).to_have_text("The case is resolved.")
    expect(page.locator(".case .alert")).to_contain_text("nothing left to decide")
    other.keyboard.press("u")
    expect(heading(other)).to_have_text(PERALTA)


def test_two_persons_are_merged_and_parted_again(visit: Visit, site: Served) -> None:
    """I9, W4: looked for, looked at, merged, undone from the history."""
    page = visit("alice", ENGLISH)
    page.goto(site.paths["merge_search"])
    page.get_by_role("link", name="Compare Rosa Vela Díaz").click()
    page.get_by_label("Note").fill("the same voice")
    page.get_by_role("button", name="Merge", exact=True).click()
    links = page.locator("section[aria-labelledby=links]")
    expect(links).to_contain_text("L-rosa")
    changes = page.locator("section[aria-labelledby=changes]")
    expect(changes).to_contain_text("the same voice")
    changes.get_by_role("button", name="Undo").click()
    expect(changes).to_contain_text("taken back")
    expect(links).not_to_contain_text("L-rosa")


def test_a_person_is_split_and_joined_again(visit: Visit, site: Served) -> None:
    """I9: the ticked lead goes to a new person and comes back."""
    page = visit("alice", ENGLISH)
    page.goto(site.paths["person"])
    page.get_by_role("link", name="Split").click()
    page.get_by_label("L-ana-1").check()
    page.get_by_role("button", name="Split").click()
    links = page.locator("section[aria-labelledby=links]")
    expect(links).not_to_contain_text("L-ana-1")
    page.locator("section[aria-labelledby=changes]").get_by_role("button", name="Undo").first.click()
    expect(links).to_contain_text("L-ana-1")


def test_viewers_find_no_inbox(visit: Visit) -> None:
    """S2: no page of these opens for Bob."""
    page = visit("bob", ENGLISH)
    for path in (INBOX, PERSONS, "/admin/identity/settings/", "/admin/identity/runs/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
