"""One Chromium, never downloaded, and how a page is looked at in it: language, scheme, width."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal, TypeVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

Thing = TypeVar("Thing")
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser's own may go out: a request seen is a request of ours.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
]  # fmt: skip
LANGUAGES = ("es", "en")
HEIGHTS = {1360: 900, 390: 844}
Scheme = Literal["light", "dark"]
# Of a machine that does other things as well: what is not there by then is not coming.
PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which people see a page."""

    language: str
    width: int
    scheme: Scheme = "light"

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"

    @property
    def other(self) -> "Look":
        """The same with the colours turned."""
        return replace(self, scheme="dark" if self.scheme == "light" else "light")


ALL_LOOKS = [
    each
    for language, width in product(LANGUAGES, HEIGHTS)
    for each in (Look(language, width), Look(language, width).other)
]
# Two that share nothing show each language, width and, turned, each colour; all of them take twice as long.
LOOKS = [Look("es", 390), Look("en", 1360)]
EVERY_LOOK = bool(os.environ.get("MINGA_EVERY_LOOK"))
if EVERY_LOOK:
    LOOKS = ALL_LOOKS[::2]


def in_turn(look: Look, things: Iterable[Thing]) -> list[Thing]:
    """Return what is looked at in this look: by turns, or all of it when every look is asked for."""
    return list(things) if EVERY_LOOK else list(things)[LOOKS.index(look) :: len(LOOKS)]


@dataclass  # without slots: Playwright writes on whatever listens
class Watch:
    """What a context said, asked for, and failed at, since it was last taken."""

    home: str
    troubles: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"exception: {error.error}"))
        context.on("request", self._asked)

    def take(self) -> list[str]:
        """Return the troubles since the last time."""
        found, self.troubles = self.troubles, []
        return found

    def _said(self, message: ConsoleMessage) -> None:
        # A page that is meant to be missing, or to refuse, is reported by the browser as an error of itself.
        place = message.location["url"]
        expected = ("404 (Not Found)" in message.text and "/missing/" in place) or (
            "401 (Unauthorized)" in message.text and "/login/" in place
        )
        if message.type in {"error", "warning"} and not expected:
            self.troubles.append(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.troubles.append(f"foreign request: {request.url}")


def installed() -> str:
    """Return the path of the machine's Chromium; skip with the reason when there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium. Its event loop lives in this thread: ask the database nothing meanwhile."""
    # Five seconds otherwise, whatever a context's own patience.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def seen(browser: Browser, home: str, look: Look, session: str = "") -> Iterator[tuple[Page, Watch]]:
    """Open a page as the holder of the `session` cookie sees it."""
    context = browser.new_context(
        base_url=home, locale=look.language, color_scheme=look.scheme, reduced_motion="reduce",
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
    )  # fmt: skip
    cookies = {"django_language": look.language} | ({"sessionid": session} if session else {})
    context.add_cookies([{"name": name, "value": value, "url": home} for name, value in cookies.items()])
    context.set_default_timeout(PATIENCE_MS)
    watch = Watch(home)
    watch.on(context)
    try:
        yield context.new_page(), watch
    finally:
        context.close()
