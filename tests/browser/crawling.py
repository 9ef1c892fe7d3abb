"""Every page there is, found as people find it: by following the links from where each of them starts."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Browser

# Where each of the cast begins, and the pages that no link leads to.
STARTS = {
    "": ["/login/", "/missing/page/"],
    "bob": ["/", "/choose/", "/password/"],
    "alice": ["/admin/"],
    "sam": ["/platform/"],
}
# Admin pages that are looked at in every way.
MAIN = {
    "/admin/",
    "/platform/",
    "/admin/jobs/job/",
    "/admin/personas/contact/",
    "/admin/personas/linkedinimport/",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One page: who looks at it, the route behind it, an address of it."""

    person: str
    route: str
    path: str

    @property
    def is_themed(self) -> bool:
        """Whether the admin's theme draws it."""
        return self.path.startswith(("/admin/", "/platform/"))

    @property
    def is_main(self) -> bool:
        """Whether it is one of the admin pages that people use most."""
        return self.path in MAIN

    def __str__(self) -> str:
        return f"{self.person or 'stranger'} at {self.path}"


@dataclass(slots=True)
class Crawl:
    """What was found of one person's pages; a route is visited once."""

    home: str
    person: str
    routes: set[str]
    places: list[Place] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def walk(self, browser: Browser, session: str) -> None:
        """Follow every link from the person's starts."""
        context = browser.new_context(base_url=self.home)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.home}])
        waiting = deque((path, "") for path in STARTS[self.person])
        while waiting:
            path, source = waiting.popleft()
            if self._is_new(path):
                answer = context.request.get(path)
                waiting.extend((link, path) for link in self._links(answer, path, source))
        context.close()

    def _is_new(self, path: str) -> bool:
        route = route_of(path)
        # The explorer is somebody else's program; files are not pages.
        if route in self.routes or path.startswith(("/static/", "/api/")):
            return False
        self.routes.add(route)
        return True

    def _links(self, answer: APIResponse, path: str, source: str) -> Iterator[str]:
        if answer.status >= 400 and path not in STARTS[self.person]:
            self.broken.append(f"{self.person}: {source} leads to {path}, which answers {answer.status}")
        elif answer.headers["content-type"].startswith("text/html"):
            reached = urlsplit(answer.url).path
            self.routes.add(route_of(reached))
            self.places.append(Place(self.person, route_of(reached), reached))
            yield from (urlsplit(link).path for link in links_of(answer) if link.startswith(self.home))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_of(answer: APIResponse) -> list[str]:
    """Return the absolute addresses that a page links to, without fragments."""
    parser = _Links()
    parser.feed(answer.text())
    return [urldefrag(urljoin(answer.url, link)).url for link in parser.found]


def route_of(path: str) -> str:
    """Return the pattern behind a path; an unknown path is a route of its own."""
    try:
        return resolve(path).route
    except Resolver404:
        return path


def crawled(browser: Browser, home: str, sessions: dict[str, str]) -> tuple[list[Place], list[str]]:
    """Return every page, each route once, and what links lead to nowhere."""
    routes: set[str] = set()
    crawls = [Crawl(home, person, routes) for person in STARTS]
    for crawl in crawls:
        crawl.walk(browser, sessions[crawl.person])
    return [place for crawl in crawls for place in crawl.places], [
        fault for crawl in crawls for fault in crawl.broken
    ]
