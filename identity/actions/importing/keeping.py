"""What a file has no column for it does not speak of: known rows keep it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from identity.models import Driver, Lead, ScoutRegistration
from identity.models.sightings import Sighting
from identity.rules import ImportKind
from tenants.intake.tables import Row

# A name is one fact: a file with the whole name in one column leaves nothing of the former one beside it.
NAMES = ("first_name", "middle_name", "last_name")
_SEEN = (
    *NAMES,
    *("park", "phone", "document", "licence", "email", "plate", "car_brand", "car_model", "car_colour"),
)
# Columns of files and the fields that keep them.
_REGISTERED = {name: name for name in _SEEN} | {"created_at": "happened_at"}
_KEPT: Mapping[ImportKind, tuple[type[Sighting], str, Mapping[str, str]]] = {
    ImportKind.LEADS: (Lead, "external_id", {**_REGISTERED, "city": "city", "status": "status"}),
    ImportKind.SCOUTS: (ScoutRegistration, "external_id", {**_REGISTERED, "scout": "scout"}),
    ImportKind.DRIVERS: (Driver, "driver_id", {**{name: name for name in _SEEN}, "hired_on": "hired_on"}),
}


def with_kept(kind: ImportKind, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with what is known of their keys in columns that the file does not have.

    One query for all of them, none for a file with every column, or of trips or claims.
    """
    said = set().union(*(row.values for row in rows))
    if kind not in _KEPT:
        return list(rows)
    model, key, fields = _KEPT[kind]
    absent = [column for column in fields if column not in said and not (column in NAMES and said & {*NAMES})]
    keys = {row.values.get(key, "") for row in rows} - {""}
    if not absent or not keys:
        return list(rows)
    wanted = model._default_manager.filter(**{f"{key}__in": keys})
    stored = {
        found[0]: dict(zip(absent, map(_typed, found[1:]), strict=True))
        for found in wanted.values_list(key, *(fields[column] for column in absent))
    }
    return [row._replace(values={**stored.get(row.values.get(key, ""), {}), **row.values}) for row in rows]


def _typed(value: Any) -> str:
    """Return a stored value as a file would bring it."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value or "")
