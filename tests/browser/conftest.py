"""Fixtures of the browser tests: one served product and one Chromium for all of them."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Error, Page
from pytest_django import DjangoDbBlocker

from tests import cast, databases
from tests.browser.chromium import ALL_LOOKS, Look, installed, launched, seen
from tests.browser.crawling import Crawl, crawled
from tests.browser.served import Served, served

OPENED, TOLD = pytest.StashKey[list[Page]](), pytest.StashKey[Callable[[], str]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell beside a failure what its pages showed and what the server said: a timeout alone says neither."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections += [("Page", shown(page)) for page in item.stash.get(OPENED, [])]
        report.sections += [("Server", item.stash[TOLD]())] if TOLD in item.stash else []
    return report


@pytest.fixture(scope="package")
def chromium() -> None:
    """Look for a browser before anything is built for it."""
    installed()


@pytest.fixture(scope="package")
def site(chromium: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """Serve the cast's tenants with sample data."""
    with django_db_blocker.unblock(), served(f"{databases.own_name()}_browser") as running:
        yield running


@pytest.fixture(scope="package")
def browser(site: Served) -> Iterator[Browser]:
    """Run Chromium once; it ends before any test outside this package needs the database."""
    with launched() as running:
        yield running


@pytest.fixture(scope="package")
def sessions(site: Served, browser: Browser) -> dict[str, str]:
    """Log each of the cast in by the form, once; {name: session cookie}."""
    return {"": ""} | {name: _logged_in(browser, site, name) for name in ("alice", "bob", "sam")}


@pytest.fixture
def fresh(site: Served, browser: Browser, sessions: dict[str, str]) -> dict[str, str]:
    """Log in anew who is asked for the password again after a quarter of an hour (S8)."""
    return _fresh(site, browser, sessions)


@pytest.fixture(scope="package")
def crawl(site: Served, browser: Browser, sessions: dict[str, str]) -> Crawl:
    """Find every page that a link leads to, once."""
    return crawled(browser, site, _fresh(site, browser, sessions))


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, site: Served, browser: Browser, sessions: dict[str, str]
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page as somebody sees it: `visit("bob", look)`."""
    opened = request.node.stash[OPENED] = []
    request.node.stash[TOLD] = site.told
    with ExitStack() as stack:

        def open_page(person: str = "", look: Look = ALL_LOOKS[0]) -> Page:
            page, _watch = stack.enter_context(seen(browser, site.url, look, sessions[person]))
            opened.append(page)
            return page

        yield open_page


def shown(page: Page) -> str:
    """Return a page's address and first words, or why it shows none."""
    try:
        return f"{page.url}\n{page.locator('body').inner_text(timeout=2_000)[:1_500]}"
    except Error as error:
        return f"{page.url}\n{error}"


def _fresh(site: Served, browser: Browser, sessions: dict[str, str]) -> dict[str, str]:
    return sessions | {name: _logged_in(browser, site, name) for name in ("alice", "bob")}


def _logged_in(browser: Browser, site: Served, name: str) -> str:
    with seen(browser, site.url, ALL_LOOKS[0]) as (page, _watch):
        log_in(page, name)
        return next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")


def log_in(page: Page, name: str) -> None:
    """Fill in the form and wait for what comes after it."""
    page.goto("/login/")
    page.locator("input[type=email]").fill(cast.PEOPLE[name])
    page.locator("input[type=password]").fill(cast.PASSWORD)
    page.locator("main button").first.click()
    if name == "sam":
        page.locator("input[name=code]").fill(cast.code_now())
        page.locator("main button:visible").last.click()
    page.wait_for_url(lambda url: "/login/" not in url)
