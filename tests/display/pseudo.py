"""A language that nobody speaks: what is not in its letters on a page was never given to gettext (W7)."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit
from zoneinfo import available_timezones

from babel import Locale
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import trans_real

from personas.classifier import explanation
from tenants.display.context_processors import Frame

LANGUAGE = "en"
# Each letter's broad sister, as U+FF21 of A: letters to a reader, yet none of the alphabet's.
BROAD = {code: code + 0xFEE0 for code in (*range(65, 91), *range(97, 123))}
# Markup, entities and placeholders stay as they are.
KEPT = re.compile(r"(<[^>]*>|&\w+;|%\(\w+\)[sd]|%[sd]|\{\w*\})")
WORD = re.compile(r"[A-Za-zÁÉÍÓÚÑáéíóúñü]{3,}")
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm", "data-spoken")
SILENT = {"script", "style", "code", "pre", "kbd", "time", "svg"}
# Icons are drawn by writing their names.
ICONS = "material-symbols-outlined"
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area", "base", "embed"}

# What programs call things: kinds of files, dotted or joined names, addresses, ids, variables of scripts.
NAMES = re.compile(
    r"\b[a-z]+/[a-z.+-]+|[Hh]ttps?://\S+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{\{\w+\}\}|\b[A-Za-z]+(?:[._][A-Za-z]+)+\b"
)

_EN = Locale("en")
# What Babel writes by the reader's language, and the names of zones, which are nobody's language.
BABEL = {
    word
    for texts in (
        *(_EN.months["format"][width].values() for width in ("wide", "abbreviated")),
        *(_EN.days["format"][width].values() for width in ("wide", "abbreviated")),
        _EN.territories.values(),
        _EN.currencies.values(),
        _EN.languages.values(),
        available_timezones(),
        ("ago", "sec", "min", "day", "days", "month", "months", "week", "weeks", "year", "years"),
    )
    for text in texts
    for word in WORD.findall(text)
}


def broad(message: str) -> str:
    """Return a message in the broad letters; a context before it is dropped."""
    text = message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]
    parts = KEPT.split(text)
    return "".join(part if at % 2 else part.translate(BROAD) for at, part in enumerate(parts))


class Pseudo(trans_real.DjangoTranslation):
    """Every message has a translation."""

    def gettext(self, message: str) -> str:
        """Return it in the broad letters."""
        return broad(message) if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form of a number in the broad letters."""
        return broad(msgid1 if n == 1 else msgid2)


@contextmanager
def pseudo_spoken() -> Iterator[None]:
    """Let English be the pseudo-language until the block ends."""
    known, spoken = trans_real.translation(LANGUAGE), Pseudo(LANGUAGE)
    explanation._SPOKEN.clear()
    trans_real._translations[LANGUAGE] = spoken  # type: ignore[attr-defined]  # its cache of catalogues
    cache.clear()
    try:
        yield
    finally:
        trans_real._translations[LANGUAGE] = known  # type: ignore[attr-defined]
        explanation._SPOKEN.clear()
        cache.clear()


class Page(HTMLParser):
    """What a reader sees or hears of a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what attributes say; go silent inside what is not language, or another one."""
        named = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(named.get("href", ""))
        if self._silent or self._is_silent(tag, named):
            self._silent += [tag] if tag not in VOID else []
            return
        self.said += [named[name] for name in SPOKEN if name in named]
        if tag == "input" and named.get("type") in {"submit", "button"}:
            self.said.append(named.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Come back from a silent part."""
        if tag in self._silent:
            del self._silent[len(self._silent) - 1 - self._silent[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))

    @staticmethod
    def _is_silent(tag: str, named: dict[str, str]) -> bool:
        foreign = tag != "html" and "lang" in named
        return tag in SILENT or foreign or ICONS in named.get("class", "")


def untranslated(said: Iterable[str], known: set[str]) -> list[str]:
    """Return the texts that hold a word of the alphabet which is neither known nor a program's name."""
    found = ((text, WORD.findall(NAMES.sub(" ", text))) for text in said)
    return [text for text, words in found if not known.issuperset(words)]


@dataclass(slots=True)
class Walk:
    """Follows the links of one person's pages, each route once; what it read of each page."""

    client: Client
    # Others' pages are theirs to read.
    below: str = "/"
    pages: dict[str, list[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def from_starts(self, starts: Iterable[str]) -> "Walk":
        """Read everything that can be reached by links."""
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            if self._is_new(path):
                waiting.extend(self._read(path))
        return self

    def _is_new(self, path: str) -> bool:
        route = route_of(urlsplit(path).path)
        if route in self.asked or path.startswith(("/static/", "/api/")):
            return False
        self.asked.add(route)
        return True

    def _read(self, path: str) -> list[str]:
        answer = self.client.get(path, follow=True)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            return []
        # A page's own word of this name would hide who reads and where.
        assert isinstance((answer.context or {}).get("frame"), Frame | None), path
        page = Page(answer.content.decode())
        self.pages[path] = page.said
        here = answer.request["PATH_INFO"]
        found = (urldefrag(urljoin(here, link)).url for link in page.links)
        return [link for link in found if link.startswith(self.below) and not link.startswith("//")]

    def findings(self, known: set[str]) -> list[str]:
        """Return each untranslated text once, with the first page that says it."""
        first: dict[str, str] = {}
        known = known | BABEL
        for path, said in self.pages.items():
            for text in untranslated(said, known):
                first.setdefault(text, path)
        return [f"{path}: {text}" for text, path in first.items()]


def route_of(path: str) -> str:
    """Return the pattern behind a path; an unknown path is a route of its own."""
    try:
        return resolve(path).route
    except Resolver404:
        return path
