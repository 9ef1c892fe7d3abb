"""The personas and keywords that Minga ships, read from `b2b.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from personas.classifier import normalise
from personas.rules import Effect, Match

_B2B = Path(__file__).with_name("b2b.toml")


@dataclass(frozen=True, slots=True)
class ShippedKeyword:
    """A keyword to be written for its persona."""

    text: str
    normalized: str
    match: Match
    effect: Effect


@dataclass(frozen=True, slots=True)
class ShippedPersona:
    """A persona to be written, with its keywords in the order of the file."""

    code: str
    name: str
    priority: int
    color: str
    description: str
    is_default: bool
    keywords: tuple[ShippedKeyword, ...]


_LISTS = (
    ("exact", Match.EXACT, Effect.INCLUDE),
    ("phrase", Match.PHRASE, Effect.INCLUDE),
    ("exclude", Match.PHRASE, Effect.EXCLUDE),
)


def load_b2b() -> tuple[ShippedPersona, ...]:
    """Return the shipped personas with their keywords, best priority first."""
    entries = tomllib.loads(_B2B.read_text(encoding="utf-8"))["persona"]
    return tuple(
        ShippedPersona(
            code=entry["code"],
            name=entry["name"],
            priority=entry["priority"],
            color=entry["color"],
            description=entry["description"],
            is_default=entry.get("is_default", False),
            keywords=tuple(
                ShippedKeyword(text, normalise(text), match, effect)
                for name, match, effect in _LISTS
                for text in entry.get(name, ())
            ),
        )
        for entry in entries
    )
