"""`make screenshots`: pictures of the main pages in every look, in build/screenshots/ (or MINGA_SCREENSHOTS).

Its name keeps it out of the ordinary run: it is asked for by its path.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ALL_LOOKS, Look, seen
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]

FOLDER = Path(os.environ.get("MINGA_SCREENSHOTS") or "build/screenshots")
# Only these pages, e.g. "home|login".
CHOSEN = re.compile(os.environ.get("MINGA_SCREENSHOTS_OF", ""))


def addresses(site: Served) -> Iterator[tuple[str, str, str]]:
    """Name each picture: (name, who looks, path)."""
    job, done, waiting = (site.rows[name] for name in ("job", "done", "waiting"))
    yield from [
        ("login", "", "/login/"),
        ("missing", "", "/missing/page/"),
        ("home", "bob", reverse("home")),
        ("choose", "sam", reverse("choose")),
        ("password", "bob", reverse("password")),
        ("jobs", "bob", reverse("jobs:list")),
        ("job", "bob", reverse("jobs:detail", args=[job])),
        ("admin-index", "alice", reverse("admin:index")),
        ("admin-jobs", "alice", reverse("admin:jobs_job_changelist")),
        ("admin-job", "alice", reverse("admin:jobs_job_change", args=[job])),
        ("platform-index", "sam", "/platform/"),
        ("platform-tenants", "sam", "/platform/tenants/tenant/"),
        ("dashboard", "bob", reverse("personas:dashboard")),
        ("contacts", "bob", reverse("personas:contacts")),
        ("admin-contacts", "alice", reverse("admin:personas_contact_changelist")),
        ("admin-personas", "alice", reverse("admin:personas_persona_changelist")),
        ("admin-keywords", "alice", reverse("admin:personas_keyword_changelist")),
        ("admin-imports", "alice", reverse("admin:personas_linkedinimport_changelist")),
        ("admin-import-preview", "alice", reverse("admin:personas_linkedinimport_change", args=[waiting])),
        ("admin-import-done", "alice", reverse("admin:personas_linkedinimport_change", args=[done])),
    ]


@pytest.mark.parametrize("look", ALL_LOOKS, ids=str)
def test_it_takes_pictures(
    look: Look, site: Served, browser: Browser, sessions: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Write <page>-<language>-<scheme>-<width>.png and say where."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, person, path in addresses(site):
        if CHOSEN.search(name):
            with seen(browser, site.url, look, sessions[person]) as (page, _watch):
                file = FOLDER / f"{name}-{look}.png"
                take(page, path, file)
            with capsys.disabled():
                print(file)


def take(page: Page, path: str, file: Path) -> None:
    """Photograph a whole page once it is still."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=True, animations="disabled", scale="css")
