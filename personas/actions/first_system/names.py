"""What documents call a persona: codes and names mixed in one field, whatever the case and accents (F9)."""

import re
from collections.abc import Iterable, Mapping
from typing import Generic, Protocol, TypeVar

from personas.classifier import normalise
from personas.rules import CODE_PATTERN

CODE_LENGTH = 60
_CODE = re.compile(CODE_PATTERN)
# Ids of databases have the form of a code, and would make personas that nobody can tell apart.
_IDENTIFIER = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+")


class Named(Protocol):
    """Anything with code and name."""

    @property
    def code(self) -> str:
        """Its slug."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...


_Persona = TypeVar("_Persona", bound=Named)


class PersonaNames(Generic[_Persona]):
    """Finds personas by code, else by name; `aliases` are other names and the codes they stand for."""

    def __init__(self, personas: Iterable[_Persona], aliases: Mapping[str, str]) -> None:
        people = list(personas)
        by_code = {persona.code: persona for persona in people}
        self._found: dict[str, _Persona | None] = {}
        for persona in people:
            name = normalise(persona.name)
            # A name that two personas share names neither.
            self._found[name] = None if name in self._found else persona
        self._found |= {normalise(persona.code): persona for persona in people}
        self._found |= {normalise(name): by_code.get(code) for name, code in aliases.items()}
        self._exact = by_code

    def find(self, names: Iterable[str]) -> _Persona | None:
        """Return the persona that the first known of these names calls, None when none is known."""
        for name in names:
            found = self._exact.get(name) or self._found.get(normalise(name))
            if found is not None and normalise(name):
                return found
        return None


def is_code(text: str) -> bool:
    """Say whether a text is a persona's code as programs write it, and no id of a database."""
    return bool(_CODE.fullmatch(text)) and len(text) <= CODE_LENGTH and not _IDENTIFIER.fullmatch(text)


def code_of(names: Iterable[str]) -> str:
    """Return the code for a new persona of these names, "" when none can be made."""
    said = list(names)
    given = next(filter(is_code, said), "")
    made = (normalise(name)[:CODE_LENGTH].strip().replace(" ", "_") for name in said)
    return given or next((code for code in made if is_code(code)), "")
