"""Which collections are served, and by which app: an app adds its own here."""

from collections.abc import Iterable, Mapping

from campaigns.actions import first_system as calling
from personas.actions import first_system
from tenants.records.rules import Collection


class UnservedCollection(Exception):
    """A name that no app serves; the text is one line with the cure."""


def served(personas: first_system.Session) -> dict[str, Collection]:
    """Return the collections by name, in the order in which they must be taken."""
    found = [*first_system.collections(personas), *calling.collections(personas)]
    return {collection.name: collection for collection in found}


def chosen(words: str, collections: Mapping[str, Collection]) -> list[Collection]:
    """Return the collections of a list with commas, in their order. Raises UnservedCollection."""
    asked = [word.strip() for word in words.split(",") if word.strip()]
    for word in asked:
        if word not in collections:
            raise UnservedCollection(_refusal(word, collections))
    if not asked:
        raise UnservedCollection(f"Name what to import: --what {','.join(collections)}.")
    return [collection for name, collection in collections.items() if name in asked]


def _refusal(word: str, collections: Iterable[str]) -> str:
    known = ", ".join(collections)
    return f"{word!r} is no collection that can be imported. Available: {known}."
