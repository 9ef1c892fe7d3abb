"""MongoDB's values as plain Python ones, and ids that say their type: no app has to know BSON."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bson import Binary, Decimal128, Int64, ObjectId
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS
from bson.json_util import JSONMode, JSONOptions

from config.bridges.sources import Since
from tenants.records.rules import OBJECT_ID, SourceDocument

# Dates that Python cannot hold stay numbers, and bytes that are no UTF-8 become replacement characters:
# one bad value must not end a collection.
CODEC: CodecOptions[Mapping[str, Any]] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
EXTENDED_JSON = JSONOptions(
    json_mode=JSONMode.CANONICAL,
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
LONGEST_ID = 200
LEGACY_UUID = 3
# Clients make object ids by their own clocks, and a slow write commits after a later one: what is this much
# older than the newest is read again.
OVERLAP = timedelta(hours=1)


def plain(value: Any) -> Any:
    """Return a value without types of MongoDB: text, number, moment, UUID, bytes, list, dict or None."""
    convert = _CONVERSIONS.get(type(value))
    if convert is not None:
        return convert(value)
    return value if value is None or isinstance(value, _PLAIN) else str(value)


def _binary(value: Binary) -> Any:
    if value.subtype == LEGACY_UUID and len(value) == 16:
        return value.as_uuid(UuidRepresentation.PYTHON_LEGACY)
    return bytes(value)


_PLAIN = (str, bool, int, float, bytes, datetime, UUID)
_CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    dict: lambda value: {str(key): plain(item) for key, item in value.items()},
    list: lambda value: [plain(item) for item in value],
    ObjectId: str,
    Decimal128: lambda value: _decimal(value.to_decimal()),
    Int64: int,
    Binary: _binary,
    DatetimeMS: int,
}


def _decimal(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def document_of(raw: Mapping[str, Any]) -> SourceDocument:
    """Return a document of MongoDB as others read it; `id` stands in where there is no `_id`."""
    identity = raw.get("_id", raw.get("id"))
    return SourceDocument(id_of(identity), plain(dict(raw)))


def id_of(value: Any) -> str:
    """Write an id with its type, equal for equal ids whatever the file format; "" for none."""
    if value is None:
        return ""
    if isinstance(value, ObjectId):
        return f"{OBJECT_ID}{value}"
    known = plain(value)
    if isinstance(known, float) and known.is_integer():
        known = int(known)
    for kind, name in ((str, "str"), (int, "int"), (UUID, "uuid")):
        if isinstance(known, kind) and str(known).isprintable() and len(str(known)) <= LONGEST_ID:
            return f"{name}:{known}"
    text = json.dumps(known, default=str, sort_keys=True)
    return f"sha:{hashlib.sha256(text.encode()).hexdigest()}"


def wanted(since: Since) -> Callable[[str], bool]:
    """Return what says whether a document of an id is to be taken; ids that are no object ids always are."""
    low = before(since.upto)
    return lambda identity: not identity.startswith(OBJECT_ID) or identity > low or identity in since.again


def before(upto: str) -> str:
    """Return the object id, as `id_of` writes it, that lies the overlap before a mark; "" before any."""
    if not upto:
        return ""
    made = ObjectId(upto.removeprefix(OBJECT_ID)).generation_time.timestamp()
    moment = datetime.fromtimestamp(max(made - OVERLAP.total_seconds(), 0), UTC)
    return f"{OBJECT_ID}{ObjectId.from_datetime(moment)}"


def object_ids(ids: frozenset[str]) -> list[ObjectId]:
    """Return the object ids among some ids."""
    return [ObjectId(one.removeprefix(OBJECT_ID)) for one in sorted(ids) if one.startswith(OBJECT_ID)]
