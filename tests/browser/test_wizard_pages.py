"""A campaign is made in a real browser: every step and what can be wrong at it; then launched (W2, W8)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.samples import make_collection_file
from tests.browser.chromium import LOOKS, Look, seen
from tests.browser.served import Served
from tests.browser.walking import unclean

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

LIST = "/admin/campaigns/campaign/"
# Names in braces are pages of the sample data.
STATES = {
    "new": f"{LIST}new/",
    "bad file": f"{LIST}new/",
    "file": "{wizard_file}",
    "columns": "{wizard_columns}",
    "missing columns": "{wizard_missing}",
    "preview": "{wizard_preview}",
    "settings": "{wizard_settings}",
    "refused settings": "{wizard_settings}",
    "forecast": "{wizard_forecast}",
    "suspended account": "{wizard_barred}",
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    page.goto(STATES[state].format(**site.paths))
    if state == "bad file":
        send(page, b"not a table", name="lista.pdf")
        page.locator(".errorlist").first.wait_for()
    if state == "refused settings":
        page.locator("#id_max_attempts").fill("99")
        page.locator("#id_hours_end").fill("9")
        page.get_by_role("checkbox").first.uncheck()
        page.locator("button[value=next]").click()
        page.locator(".errorlist").first.wait_for()
    page.wait_for_load_state("networkidle")


def send(page: Page, content: bytes, *, name: str = "cobranza.csv") -> None:
    """Fill in the first step and send it."""
    page.locator("#id_account").select_option("acc-muestra-001")
    page.locator("#id_name").fill("Hecha en el navegador")
    page.locator("#id_processing_type").select_option("acquisition")
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.locator(".wizard .house-button.main").click()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = unclean(site, browser, look, session=sessions["alice"], states=STATES, show=show)
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)


def test_staff_make_and_launch_a_campaign(site: Served, browser: Browser, sessions: dict[str, str]) -> None:
    """C1, C10, C13: a file is sent, looked at, settled by a preset, forecast and launched."""
    content = make_collection_file(rows=60, seed=31, form="csv").content
    with seen(browser, site.url, Look("en", 1360), sessions["alice"]) as (page, watch):
        page.goto(LIST)
        page.get_by_role("button", name="New campaign").click()
        send(page, content)
        page.get_by_role("button", name="Go on to the preview").click()
        expect(page.locator("#why")).to_be_visible()
        page.get_by_label("Call also who waits").check()
        page.get_by_role("button", name="Go on to the settings").click()
        page.get_by_role("button", name="Marketing").click()
        expect(page.locator("#id_hours_start")).to_have_value("10:00")
        page.locator("#id_spend_cap").fill("1,000.50")
        # The sample's own dates are of another month.
        page.locator("#id_dias_fecha_limite").fill("5")
        page.locator("#id_dias_fecha_maxima").fill("30")
        page.get_by_role("button", name="Read the file and forecast").click()
        told = page.locator(".tile").filter(has_text="Can be called").locator(".figure")
        assert int(told.inner_text()) > 0
        expect(page.locator("dd", has_text="10:00–18:00")).to_be_visible()
        page.get_by_role("button", name="Launch").click()
        expect(page.locator(".board .badge.running").first).to_be_visible()
        assert not watch.take()
