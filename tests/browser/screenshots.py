"""`make screenshots`: pictures of every page in every look, in build/screenshots/ (or MINGA_SCREENSHOTS).

Its name keeps it out of the ordinary run: it is asked for by its path.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import ALL_LOOKS, Look, seen
from tests.browser.crawling import Crawl, route_of
from tests.browser.ground_states import STATES, show
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
    "identity": ("bob", "/identity/"),
    "limbo": ("bob", "/identity/limbo/?stage=NO_IDENTITY"),
    "money": ("bob", "/identity/money/"),
    "gaps": ("bob", "/identity/money/gaps/"),
    "red-lead": ("bob", "{red_lead}"),
    "linked-lead": ("bob", "{linked_lead}"),
    "viewers-campaigns": ("bob", "/campaigns/"),
    "viewers-campaign": ("bob", "{campaign}"),
    "viewers-campaign-fresh": ("bob", "{campaign_fresh}"),
    "viewers-campaign-entries": ("bob", "/campaigns/entries/?promise=any"),
    "viewers-campaign-entry": ("bob", "{entry_promised}"),
    "viewers-campaign-calls": ("bob", "/campaigns/calls/"),
    "brand": ("bob", "{brand_cumbre}&range=90"),
    "brand-basic": ("bob", "{brand_aurora}&range=90"),
    "brand-waits": ("bob", "{brand_lienzo}"),
    "brand-broken": ("bob", "{brand_luna}&range=all&tab=q9"),
    **{f"brand-q{at}": ("bob", f"{{brand_cumbre}}&range=90&tab=q{at}") for at in range(1, 16)},
    "brand-tasks": ("bob", "{board_cumbre}"),
    "brand-comments": ("bob", "{comments_cumbre}&range=90&sentiment=Negativo"),
    "saved-filters": ("bob", "/saved/?at=/insights/%3Frange=90"),
    "members": ("alice", "/members/"),
    "welcome-over": ("", "/welcome/nobody/spent/"),
    "admin-index": ("alice", "/admin/"),
    "admin-brands": ("alice", "/admin/insights/fichacliente/"),
    "admin-brand": ("alice", "{admin_brand}"),
    "admin-analysis": ("alice", "{analysis}"),
    "admin-comment": ("alice", "{admin_comment}"),
    "admin-task": ("alice", "{task}"),
    "admin-jobs": ("alice", "/admin/jobs/job/"),
    "admin-job": ("alice", "{admin_job}"),
    "admin-contacts": ("alice", "/admin/personas/contact/"),
    "admin-contact": ("alice", "{admin_contact}"),
    "admin-personas": ("alice", "/admin/personas/persona/"),
    "admin-keywords": ("alice", "/admin/personas/keyword/"),
    "admin-insights": ("alice", "/admin/insights/insight/"),
    "admin-insights-health": ("alice", "/admin/insights/health/"),
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
    "identity-inbox": ("alice", "/admin/identity/inbox/"),
    "identity-case": ("alice", "{case}"),
    "identity-case-ignored": ("alice", "{case_ignored}"),
    "identity-person": ("alice", "{person}"),
    "identity-persons": ("alice", "/admin/identity/person/"),
    "identity-merge": ("alice", "{merge}"),
    "identity-split": ("alice", "{split}"),
    "identity-proposals": ("alice", "/admin/identity/proposals/"),
    "identity-origins": ("alice", "/admin/identity/origins/"),
    "identity-queue": ("alice", "/admin/identity/queueitem/"),
    "identity-leads": ("alice", "/admin/identity/lead/"),
    "identity-runs": ("alice", "/admin/identity/runs/"),
    "identity-guardrails": ("alice", "/admin/identity/guardrails/"),
    "identity-settings": ("alice", "/admin/identity/settings/"),
    "accounts": ("alice", "/admin/campaigns/account/"),
    "account": ("alice", "{account}"),
    "account-add": ("alice", "/admin/campaigns/account/add/"),
    "account-money": ("alice", "{account_money}"),
    "suppressions": ("alice", "/admin/campaigns/suppression/"),
    "suppression": ("alice", "{suppression}"),
    "suppression-say": ("alice", "/admin/campaigns/suppression/say/"),
    "suppression-lists": ("alice", "/admin/campaigns/suppressionlist/"),
    "suppression-looked": ("alice", "{list_looked}"),
    "suppression-applied": ("alice", "{list_applied}"),
    "providers": ("alice", "/admin/campaigns/provider/"),
    "provider": ("alice", "{provider}"),
    "caller-numbers": ("alice", "/admin/campaigns/callernumber/"),
    "call-alerts": ("alice", "/admin/campaigns/callalert/"),
    "campaigns": ("alice", "/admin/campaigns/campaign/"),
    "board": ("alice", "{board}"),
    "board-ready": ("alice", "{board_ready}"),
    "wizard-new": ("alice", "/admin/campaigns/campaign/new/"),
    "wizard-file": ("alice", "{wizard_file}"),
    "wizard-columns": ("alice", "{wizard_columns}"),
    "wizard-missing": ("alice", "{wizard_missing}"),
    "wizard-preview": ("alice", "{wizard_preview}"),
    "wizard-settings": ("alice", "{wizard_settings}"),
    "wizard-forecast": ("alice", "{wizard_forecast}"),
    "wizard-barred": ("alice", "{wizard_barred}"),
    "wizard-reading": ("alice", "{wizard_reading}"),
    "people": ("alice", "/admin/campaigns/entry/"),
    "people-held": ("alice", "/admin/campaigns/entry/?state=on_hold"),
    "person-retry": ("alice", "{entry_retry}"),
    "person-review": ("alice", "{entry_review}"),
    "person-held": ("alice", "{entry_held}"),
    "people-review": ("alice", "/admin/campaigns/review/"),
    "calls": ("alice", "/admin/campaigns/callattempt/"),
    "call": ("alice", "{call}"),
    "call-heard": ("alice", "{call_heard}"),
    "campaign-settings": ("alice", "/admin/campaigns/settings/"),
    "scripts": ("alice", "/admin/campaigns/script/"),
    "script-new": ("alice", "/admin/campaigns/script/new/"),
    "script-template": ("alice", "/admin/campaigns/script/new/?template=cl_marketing"),
    "script-edit": ("alice", "{script}"),
    "script-changed": ("alice", "{script_changed}"),
    "script-harsh": ("alice", "{script_harsh}"),
    "script-away": ("alice", "{script_away}"),
    "platform-index": ("sam", "/platform/"),
    "platform-tenants": ("sam", "/platform/tenants/tenant/"),
    "platform-remove": ("sam", "{remove}"),
    "platform-remove-kept": ("sam", "{remove_kept}"),
}


@pytest.mark.parametrize("look", ALL_LOOKS, ids=str)
def test_it_takes_pictures(
    look: Look,
    site: Served,
    browser: Browser,
    sessions: dict[str, str],
    crawl: Crawl,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Write <page>-<language>-<scheme>-<width>.png and say where."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (person, path) in (PAGES | STATES | others(site, crawl)).items():
        if CHOSEN.search(name):
            file = FOLDER / f"{name}-{look}.png"
            with seen(browser, site.url, look, sessions[person]) as (page, _watch):
                if name in STATES:
                    show(page, site, name)
                else:
                    page.goto(path.format(**site.paths))
                take(page, file)
            with capsys.disabled():
                print(file)


def others(site: Served, crawl: Crawl) -> dict[str, tuple[str, str]]:
    """Return the pages that a link leads to and no name above stands for, by their routes."""
    named = {
        route_of(path.format(**site.paths).split("?")[0])
        for _person, path in [*PAGES.values(), *STATES.values()]
    }
    return {
        slug(place.route): (place.person, place.path) for place in crawl.places if place.route not in named
    }


def slug(route: str) -> str:
    """Write a route as the name of a file."""
    return re.sub(r"[^a-z]+", "-", re.sub(r"<[^>]*>|\(\?P.*\)", "", route)).strip("-")


def take(page: Page, file: Path) -> None:
    """Photograph a whole page once it is still."""
    page.wait_for_load_state("networkidle")
    # A window as high as the page: else what is fixed to the window's foot lies across the picture.
    room = page.viewport_size
    assert room
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": room["width"], "height": max(room["height"], min(height, TALLEST))})
    page.screenshot(path=file, full_page=True, animations="disabled", scale="css")
