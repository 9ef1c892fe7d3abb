"""`make screenshots`: pictures of the main pages in every look, in build/screenshots/ (or MINGA_SCREENSHOTS).

Its name keeps it out of the ordinary run: it is asked for by its path.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ALL_LOOKS, Look, seen
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

FOLDER = Path(os.environ.get("MINGA_SCREENSHOTS") or "build/screenshots")
TALLEST = 4_000
# Only these pages, e.g. "home|login".
CHOSEN = re.compile(os.environ.get("MINGA_SCREENSHOTS_OF", ""))


# Name: (who looks, path); names in braces are pages of the sample data.
PAGES = {
    "login": ("", "/login/"),
    "missing": ("", "/missing/page/"),
    "home": ("bob", "/"),
    "choose": ("sam", "/choose/"),
    "password": ("bob", "/password/"),
    "jobs": ("bob", "/jobs/"),
    "job": ("bob", "{job}"),
    "dashboard": ("bob", "/personas/"),
    "contacts": ("bob", "/personas/contacts/"),
    "contact": ("bob", "{contact}"),
    "admin-index": ("alice", "/admin/"),
    "admin-jobs": ("alice", "/admin/jobs/job/"),
    "admin-job": ("alice", "{admin_job}"),
    "admin-contacts": ("alice", "/admin/personas/contact/"),
    "admin-contact": ("alice", "{admin_contact}"),
    "admin-personas": ("alice", "/admin/personas/persona/"),
    "admin-keywords": ("alice", "/admin/personas/keyword/"),
    "admin-tree": ("alice", "/admin/personas/tree/"),
    "admin-tree-open": ("alice", "/admin/personas/tree/?open=dc_medicas&changed=Gerente"),
    "admin-tree-flag": ("alice", "/admin/personas/tree/?flag=broad"),
    "admin-diagnose": ("alice", "/admin/personas/diagnose/?title=Asistente+de+Gerente+General+de+Marketing"),
    "admin-diagnose-contact": ("alice", "{diagnosis}"),
    "admin-reclassify": ("alice", "/admin/personas/reclassify/"),
    "admin-estimate": ("alice", "{estimate}"),
    "admin-preview-done": ("alice", "{preview}"),
    "admin-applied": ("alice", "{applied}"),
    "admin-undone": ("alice", "{undone}"),
    "admin-imports": ("alice", "/admin/personas/linkedinimport/"),
    "admin-upload": ("alice", "/admin/personas/linkedinimport/upload/"),
    "admin-preview": ("alice", "{mapping}"),
    "admin-import-queued": ("alice", "{queued}"),
    "admin-import-done": ("alice", "{done}"),
    "admin-import-cancelled": ("alice", "{cancelled}"),
    "platform-index": ("sam", "/platform/"),
    "platform-tenants": ("sam", "/platform/tenants/tenant/"),
}


@pytest.mark.parametrize("look", ALL_LOOKS, ids=str)
def test_it_takes_pictures(
    look: Look, site: Served, browser: Browser, sessions: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Write <page>-<language>-<scheme>-<width>.png and say where."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (person, path) in PAGES.items():
        if CHOSEN.search(name):
            file = FOLDER / f"{name}-{look}.png"
            with seen(browser, site.url, look, sessions[person]) as (page, _watch):
                take(page, path.format(**site.paths), file)
            with capsys.disabled():
                print(file)


def take(page: Page, path: str, file: Path) -> None:
    """Photograph a whole page once it is still."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    # A window as high as the page: else what is fixed to the window's foot lies across the picture.
    room = page.viewport_size
    assert room
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": room["width"], "height": max(room["height"], min(height, TALLEST))})
    page.screenshot(path=file, full_page=True, animations="disabled", scale="css")
