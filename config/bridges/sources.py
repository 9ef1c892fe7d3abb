"""The one interface of the three sources, and how each says that it cannot go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenants.records.rules import SourceDocument


class SourceRefused(Exception):
    """The source cannot be read at all; the text is one line with the cure."""


class SourceBroken(Exception):
    """The source ends or turns unreadable in the middle; what came before it is good. One line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a collection stands in a source; `name` is what people recognise it by."""

    collection: str
    name: str
    at: Any = None


@dataclass(frozen=True, slots=True)
class Since:
    """Which documents are wanted: all, or those above an object id together with some named ones.

    `upto` and `again` are ids as `SourceDocument.id` writes them. Ids that do not grow with time are always
    wanted.
    """

    upto: str = ""
    again: frozenset[str] = field(default_factory=frozenset)


EVERYTHING = Since()


class Source(Protocol):
    """Documents of another system, streamed; whatever is wrong is SourceRefused or SourceBroken."""

    # Whether documents come in the order of their object ids, so that a place between two is a place.
    is_ordered: bool

    @property
    def name(self) -> str:
        """Where it is, without secrets."""
        ...

    def places(self, found_as: Sequence[str]) -> list[Place]:
        """Return where the collection stands that has one of these names; several when it is not clear."""
        ...

    def documents(self, place: Place, since: Since = EVERYTHING) -> Iterator[SourceDocument]:
        """Yield the wanted documents."""
        ...

    def passed_over(self) -> int:
        """Return how many documents the last reading saw and did not yield."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...
