"""Leads, registrations and drivers out of cells: what was typed, and the keys that matching reads (I1)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from identity.imports.moments import parse_day, parse_moment
from identity.imports.reasons import RowReason, Unacceptable
from identity.imports.records import DriverRecord, LeadRecord, ScoutRecord, Terms
from identity.matching.keys import car_key, code_key, email_key, inputs_digest, name_key, phone_key
from identity.rules import CODE_LENGTH, EXTERNAL_ID_LENGTH, NAME_LENGTH, ROW_PREFIX

KEY_LENGTH = 254
NAMES_LENGTH = 3 * NAME_LENGTH + 2
# Clocks and zones differ; a lead of the day after tomorrow is a slip of the pen.
AHEAD = timedelta(days=1)
_LENGTHS = {
    "park": CODE_LENGTH,
    "first_name": NAME_LENGTH,
    "middle_name": NAME_LENGTH,
    "last_name": NAME_LENGTH,
    "phone": CODE_LENGTH,
    "document": CODE_LENGTH,
    "licence": CODE_LENGTH,
    "email": KEY_LENGTH,
    "plate": CODE_LENGTH,
    "car_brand": CODE_LENGTH,
    "car_model": CODE_LENGTH,
    "car_colour": CODE_LENGTH,
}
# What tells somebody from somebody else; a park and a car alone do not.
_NAMING = ("phone_key", "document_key", "licence_key", "email_key", "plate_key", "name_key")


def read_lead(values: Mapping[str, str], terms: Terms) -> LeadRecord:
    """Return the lead of a row. Raises Unacceptable."""
    return LeadRecord(
        **_registered(values, terms),
        city=fitting(values, "city", NAME_LENGTH),
        status=fitting(values, "status", CODE_LENGTH),
    )


def read_scout(values: Mapping[str, str], terms: Terms) -> ScoutRecord:
    """Return the scouting registration of a row. Raises Unacceptable."""
    return ScoutRecord(**_registered(values, terms), scout=fitting(values, "scout", NAME_LENGTH))


def read_driver(values: Mapping[str, str], terms: Terms) -> DriverRecord:
    """Return the driver account of a row. Raises Unacceptable."""
    driver_id = driver_id_of(values)
    return DriverRecord(**_sighted(values, terms), driver_id=driver_id, hired_on=_hired_on(values, terms))


def driver_id_of(values: Mapping[str, str]) -> str:
    """Return the driver id of a row. Raises Unacceptable."""
    found = fitting(values, "driver_id", CODE_LENGTH)
    if not found:
        raise Unacceptable(RowReason.NO_DRIVER_ID)
    return found


def external_id_of(values: Mapping[str, str]) -> str:
    """Return the external id of a row, "" for none. Raises Unacceptable."""
    found = fitting(values, "external_id", EXTERNAL_ID_LENGTH)
    if found.startswith(ROW_PREFIX):
        raise Unacceptable(RowReason.RESERVED_ID)
    return found


def fitting(values: Mapping[str, str], column: str, longest: int) -> str:
    """Return a value. Raises Unacceptable for one that its column cannot hold."""
    found = values.get(column, "")
    if len(found) > longest:
        raise Unacceptable(RowReason.TOO_LONG)
    return found


def _sighted(values: Mapping[str, str], terms: Terms) -> dict[str, Any]:
    typed = {column: fitting(values, column, longest) for column, longest in _LENGTHS.items()}
    keys = {
        "phone_key": phone_key(typed["phone"], country=terms.country),
        "document_key": code_key(typed["document"]),
        "licence_key": code_key(typed["licence"]),
        "email_key": email_key(typed["email"]),
        "plate_key": code_key(typed["plate"]),
        "car_key": car_key(typed["car_brand"], typed["car_model"]),
        "name_key": name_key(typed["first_name"], typed["middle_name"], typed["last_name"]),
    }
    # Some letters are several in capitals.
    if len(keys["name_key"]) > NAMES_LENGTH or len(keys["email_key"]) > KEY_LENGTH:
        raise Unacceptable(RowReason.TOO_LONG)
    return typed | keys


def _registered(values: Mapping[str, str], terms: Terms) -> dict[str, Any]:
    external_id, seen = external_id_of(values), _sighted(values, terms)
    if not external_id and not any(seen[key] for key in _NAMING):
        raise Unacceptable(RowReason.EMPTY)
    moment = _created_at(values, terms)
    day = None if moment is None else moment.astimezone(terms.zone).date()
    read = {name: seen[f"{name}_key"] for name in ("phone", "document", "licence", "email", "plate")}
    digest = inputs_digest(
        **read, car=seen["car_key"], name=seen["name_key"], park=seen["park"], lead_date=day
    )
    return seen | {"external_id": external_id, "happened_at": moment, "lead_date": day, "inputs": digest}


def _created_at(values: Mapping[str, str], terms: Terms) -> datetime | None:
    written = values.get("created_at", "")
    if not written:
        return None
    moment = parse_moment(written, zone=terms.zone)
    if moment is None:
        raise Unacceptable(RowReason.BAD_MOMENT)
    if moment > terms.now + AHEAD:
        raise Unacceptable(RowReason.FUTURE_MOMENT)
    return moment


def _hired_on(values: Mapping[str, str], terms: Terms) -> date | None:
    written = values.get("hired_on", "")
    day = parse_day(written, zone=terms.zone) if written else None
    if written and day is None:
        raise Unacceptable(RowReason.BAD_HIRE_DATE)
    return day
