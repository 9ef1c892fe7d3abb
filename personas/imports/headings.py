"""L2: what the columns of a LinkedIn export are, and which of them an import needs."""

from collections.abc import Mapping, Sequence

from personas.rules import ImportColumn
from tenants.intake.tables import Vocabulary

VOCABULARY = Vocabulary(
    {
        ImportColumn.FIRST_NAME: ("first name", "nombre", "nombres", "given name"),
        ImportColumn.LAST_NAME: ("last name", "apellido", "apellidos", "surname"),
        ImportColumn.EMAIL: ("email", "email address", "correo", "correo electrónico", "dirección de correo"),
        ImportColumn.COMPANY: ("company", "company name", "organization", "organización", "empresa"),
        ImportColumn.JOB_TITLE: ("position", "title", "job title", "cargo", "puesto"),
        ImportColumn.PROFILE_URL: ("url", "profile url", "linkedin url", "linkedin", "profile", "perfil"),
        ImportColumn.CONNECTED_ON: ("connected on", "connection date", "fecha conexión", "fecha de conexión"),
    },
    notes=("notes:", "notas:"),
)


def is_usable(mapping: Mapping[str, str], headings: Sequence[str]) -> bool:
    """Answer whether a mapping finds a name or a profile address, each heading for one column only (L2)."""
    if VOCABULARY.repeated_columns(mapping):
        return False
    found = VOCABULARY.positions(mapping, headings)
    return bool({ImportColumn.FIRST_NAME, ImportColumn.LAST_NAME, ImportColumn.PROFILE_URL} & found.keys())
