"""The pages of the ground floor in every state: one person whole, keys, factors, privacy, endpoints (W8)."""

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import LOOKS, Look, in_turn, seen
from tests.browser.ground_states import STATES, show
from tests.browser.probes import views
from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.real_roles]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_state_is_clean(look: Look, site: Served, browser: Browser, fresh: dict[str, str]) -> None:
    """No error, nothing too wide, too small, pale or closed to a screen reader, light and dark."""
    findings = []
    for at, state in enumerate(in_turn(look, STATES)):
        for each, probes in views(look, at):
            with seen(browser, site.url, each, fresh[STATES[state][0]]) as (page, watch):
                show(page, site, state)
                found = [finding for probe in probes for finding in probe(page)]
                findings += [f"{state}, {each}: {finding}" for finding in [*found, *watch.take()]]
    assert not findings, f"{len(findings)} findings\n" + "\n".join(findings)
