"""Scripts in a real browser: written with the rules looking on, approved; every state of the pages (W8)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import LOOKS, Look, seen
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

NEW = "/admin/campaigns/script/new/"
# Names in braces are pages of the sample data.
STATES = {
    "empty": NEW,
    "template": f"{NEW}?template=cl_survey",
    "live check": NEW,
    "refused": NEW,
    "editor": "{script}",
    "changed": "{script_changed}",
    "against the rules": "{script_harsh}",
    "put away": "{script_away}",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "live check":
        page.locator("#id_text").press_sequentially("Habrá un embargo, {{nombre}}")
        page.locator("#checked .badge.bad").first.wait_for()
    if state == "refused":
        page.locator("#id_name").fill("Sin declarar")
        page.locator("#id_text").fill("Hola {{plan}} {{tramo}}")
        page.locator("button[value=save]").click()
        page.locator(".errorlist").wait_for()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_staff_write_and_approve_a_script(site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """V1-V8: insert a variable, hear it, declare one, save, change, compare, approve."""
    with seen(browser, site.url, Look("en", 1360), sessions["alice"]) as (page, watch):
        page.goto(NEW)
        page.locator("#id_name").fill("Escrito en el navegador")
        text = page.locator("#id_text")
        text.press_sequentially("Le habla la asistente virtual de ")
        page.locator("[data-inserts=empresa]").click()
        text.press_sequentially(". ¿Hablo con ")
        page.locator("[data-inserts=nombre]").click()
        text.press_sequentially("? Vence el {{vence}}.")
        expect(page.locator("#checked")).to_contain_text("{{vence}} is not declared.")
        page.locator("#id_form-0-name").fill("vence")
        page.locator("#id_form-0-type").select_option("date")
        expect(page.locator("#checked mark[title=empresa]")).to_have_text("Tienda del Sur")
        expect(page.locator("#checked mark[title=vence]")).to_contain_text(" de 20")
        page.locator("button[value=save]").click()
        page.locator("#id_text").press("Control+End")
        page.locator("#id_text").press_sequentially(" Gracias.")
        page.locator("button[value=save]").click()
        page.get_by_role("link", name="Review version 2").click()
        expect(page.locator(".changes ins")).to_contain_text("Gracias.")
        page.locator("button[value=approve]").click()
        expect(page.locator("#stands")).to_contain_text("Approved")
        assert watch.take() == []
