"""L2: what the columns of a file are, suggested from their headings."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from personas.rules import ImportColumn

_SPELLINGS: Mapping[ImportColumn, tuple[str, ...]] = {
    ImportColumn.FIRST_NAME: ("first name", "nombre", "nombres", "given name"),
    ImportColumn.LAST_NAME: ("last name", "apellido", "apellidos", "surname"),
    ImportColumn.EMAIL: ("email", "email address", "correo", "correo electrónico", "dirección de correo"),
    ImportColumn.COMPANY: ("company", "company name", "organization", "organización", "empresa"),
    ImportColumn.JOB_TITLE: ("position", "title", "job title", "cargo", "puesto"),
    ImportColumn.PROFILE_URL: ("url", "profile url", "linkedin url", "linkedin", "profile", "perfil"),
    ImportColumn.CONNECTED_ON: ("connected on", "connection date", "fecha conexión", "fecha de conexión"),
}


def _key(heading: str) -> str:
    """Return a heading without what L2 ignores: case, accents, underscores, blanks and hyphens."""
    plain = unicodedata.normalize("NFKD", heading).lower()
    letters = (char for char in plain if unicodedata.category(char) not in {"Mn", "Cf"})
    return re.sub(r"[\s_\-]+", "", "".join(letters))


_COLUMNS = {_key(spelling): column for column, spellings in _SPELLINGS.items() for spelling in spellings}
_LONGEST_HEADING = 60  # characters; a longer cell is a sentence


def recognise(heading: str) -> ImportColumn | None:
    """Return the column that a heading names, None when it is unknown (L2)."""
    return _COLUMNS.get(_key(heading)) if len(heading) <= _LONGEST_HEADING else None


def count_known(cells: Iterable[str]) -> int:
    """Return how many different columns the cells of a line name."""
    return len({recognise(cell) for cell in cells} - {None})


def suggest_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Return {column: heading} for the headings that are known, the first of each (L2)."""
    mapping: dict[str, str] = {}
    for heading in headings:
        column = recognise(heading)
        if column is not None:
            mapping.setdefault(column.value, heading)
    return mapping


def is_usable(mapping: Mapping[str, str], headings: Sequence[str]) -> bool:
    """Answer whether a mapping finds a name or a profile address among the headings (L2)."""
    found = positions(mapping, headings)
    return bool({ImportColumn.FIRST_NAME, ImportColumn.LAST_NAME, ImportColumn.PROFILE_URL} & found.keys())


def positions(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[ImportColumn, int]:
    """Return where each mapped column stands; what the file or the product does not have is left out."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(_key(heading), place)
    return {
        column: places[_key(mapping[column])]
        for column in ImportColumn
        if mapping.get(column) and _key(mapping[column]) in places
    }
