"""Which states of some pages are not clean? Each is opened in every view of a look and probed (W8)."""

from collections.abc import Callable, Iterable

from playwright.sync_api import Browser, Page

from tests.browser.chromium import Look, in_turn, seen
from tests.browser.probes import views
from tests.browser.served import Served

Show = Callable[[Page, Served, str], None]


def unclean(
    site: Served, browser: Browser, look: Look, *, session: str, states: Iterable[str], show: Show
) -> list[str]:
    """Return what probes and the browser's console find, with state and view before it."""
    findings = list[str]()
    with seen(browser, site.url, look, session) as (page, watch):
        for at, state in enumerate(in_turn(look, states)):
            for each, probes in views(look, at):
                page.emulate_media(color_scheme=each.scheme)
                show(page, site, state)
                found = [finding for probe in probes for finding in probe(page)]
                findings += [f"{state}, {each}: {finding}" for finding in [*found, *watch.take()]]
    return findings
