"""L2: what the columns of a file are, suggested from their headings."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from personas.rules import ImportColumn

REPEATED_HEADING = _("The same heading is chosen for two columns.")
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
    """Answer whether a mapping finds a name or a profile address, each heading for one column only (L2)."""
    if repeated_columns(mapping):
        return False
    found = positions(mapping, headings)
    return bool({ImportColumn.FIRST_NAME, ImportColumn.LAST_NAME, ImportColumn.PROFILE_URL} & found.keys())


def repeated_columns(mapping: Mapping[str, str]) -> list[str]:
    """Return the columns whose heading stands for an earlier one already, as `positions` reads headings."""
    seen: set[str] = set()
    repeated = []
    for column, heading in mapping.items():
        key = _key(heading)
        if key and key in seen:
            repeated.append(column)
        seen.add(key)
    return repeated


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
