"""Every page there is, found as people find it: by following the links from where each of them starts."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Browser

from tests.browser.served import Served

# Where each of the cast begins, and the pages that only a button leads to.
STARTS = {
    "": ["/login/", "/missing/page/"],
    "bob": ["/", "/choose/", "/password/", "/confirm/"],
    "alice": [
        "/admin/",
        "/members/",
        "/admin/personas/linkedinimport/upload/",
        "{mapping}",
        "{fleet_columns}",
        "{audience}",
        "{account_money}",
        "{split}",
    ],
    "sam": ["/platform/", "{remove}"],
}
# Admin pages that are looked at in every way.
MAIN = {
    "/admin/",
    "/platform/",
    "/admin/jobs/job/",
    "/admin/personas/contact/",
    "/admin/personas/linkedinimport/",
    "/admin/personas/tree/",
    "/admin/personas/diagnose/",
    "/admin/personas/reclassify/",
    "/admin/identity/inbox/",
    "/admin/identity/person/",
    "/admin/identity/proposals/",
    "/admin/identity/origins/",
    "/admin/identity/runs/",
    "/admin/identity/guardrails/",
    "/admin/identity/settings/",
    "/admin/insights/fichacliente/",
    "/admin/insights/health/",
    "/admin/campaigns/campaign/",
    "/admin/campaigns/review/",
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
    """What was found so far; a route is visited once, whoever of the cast comes to it first."""

    site: Served
    asked: set[tuple[str, str]] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def by_person(self) -> dict[str, list[Place]]:
        """Return the places of each person."""
        return {name: [place for place in self.places if place.person == name] for name in STARTS}

    def walk(self, browser: Browser, person: str, session: str) -> None:
        """Follow every link from the person's starts."""
        context = browser.new_context(base_url=self.site.url)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.site.url}])
        waiting = deque((path.format(**self.site.paths), "") for path in STARTS[person])
        while waiting:
            path, source = waiting.popleft()
            if self._is_new(person, path):
                answer = context.request.get(path)
                if answer.status >= 400 and source:
                    self.broken.append(f"{person}: {source} leads to {path}, which answers {answer.status}")
                elif answer.headers["content-type"].startswith("text/html"):
                    waiting.extend((link, path) for link in self._take(person, answer))
        context.close()

    def _is_new(self, person: str, path: str) -> bool:
        route = route_of(path)
        # The explorer is somebody else's program; files are not pages.
        if path.startswith(("/static/", "/api/")) or (person, route) in self.asked:
            return False
        self.asked.add((person, route))
        return route not in [place.route for place in self.places]

    def _take(self, person: str, answer: APIResponse) -> Iterator[str]:
        # Who is led elsewhere, to the log-in say, has seen another page.
        reached = urlsplit(answer.url).path
        if route_of(reached) not in [place.route for place in self.places]:
            self.places.append(Place(person, route_of(reached), reached))
        return (urlsplit(link).path for link in links_of(answer) if link.startswith(self.site.url))


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


def crawled(browser: Browser, site: Served, sessions: dict[str, str]) -> Crawl:
    """Walk through the product as everybody of the cast."""
    crawl = Crawl(site)
    for person in STARTS:
        crawl.walk(browser, person, sessions[person])
    return crawl
