"""What apps register: which rows they have, who holds a key, and what they tell about a person's rows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tenants.display.formats import Formats
from tenants.display.persons.keys import Key
from tenants.permissions import Capability, may

# Of one kind; a key that leads to more is nobody's own. Queries of apps stop here.
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom is told: the tenant's country, the reader's role, and how numbers are written."""

    country: str
    role: str
    formats: Formats

    def may(self, capability: Capability) -> bool:
        """Say whether the reader may."""
        return may(self.role, capability)


@dataclass(frozen=True, slots=True)
class Held:
    """A row of an app that is somebody, and the keys it carries.

    `of` and `row` name it in addresses. `group` is equal for rows that the app itself holds for one person.
    `link` says why the app ties the row to others of its own, named in `linked_to`.
    """

    of: str
    row: str
    what: str
    name: str
    href: str
    group: str
    keys: frozenset[Key] = frozenset()
    linked_to: frozenset[tuple[str, str]] = frozenset()
    link: str = ""

    @property
    def address(self) -> tuple[str, str]:
        """The row's kind and id."""
        return self.of, self.row


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known: `code` for programs, words for people; `at` where it is a moment."""

    code: str
    label: str
    value: str = ""
    href: str = ""
    tone: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What an app knows of one row or matter; `code` is the app's, `href` its own page."""

    code: str
    title: str
    facts: Sequence[Fact]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the person; `href` leads into the app that knows more."""

    at: datetime
    app: str
    code: str
    what: str
    detail: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An app's share of a person."""

    sections: Sequence[Section] = ()
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An app that knows people. Each function only reads (S2), with a bounded number of queries.

    `find` returns the row of a kind and id and those that the app itself ties to it, the asked one first,
    nothing if there is none. `holders` returns the rows that carry one of some keys, and those tied to them,
    `MOST_ROWS` of a kind at most. `tell` tells about rows of this app.
    """

    kinds: frozenset[str]
    find: Callable[[str, str, Asked], Sequence[Held]]
    holders: Callable[[Collection[Key], Asked], Sequence[Held]]
    tell: Callable[[Sequence[Held], Collection[Key], Asked], Part]
    position: int = field(default=50)


_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Let an app answer for its rows; called from the app's `ready`."""
    if all(known.kinds != source.kinds for known in _SOURCES):
        _SOURCES.append(source)
        _SOURCES.sort(key=lambda one: one.position)


def sources() -> Sequence[Source]:
    """Return the apps that know people, in their order."""
    return tuple(_SOURCES)
