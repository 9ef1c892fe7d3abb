"""The statements of imports: each takes a chunk as arrays, compares it with what is there, writes the news.

Each comes in two forms: NEWS looks, what follows it writes and ends the same. What says nothing new is not
even locked. Writers hold `hold_evidence`, so nothing changes in between. `place` is a record's in the chunk.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from identity.models.numbers import NEXT_NUMBER
from identity.rules import IdentifierKind

_SIGHTING: dict[str, str] = dict.fromkeys(
    (
        "park", "first_name", "middle_name", "last_name", "phone", "document", "licence", "email", "plate",
        "car_brand", "car_model", "car_colour", "phone_key", "document_key", "licence_key", "email_key",
        "plate_key", "car_key", "name_key",
    ),
    "text",
)  # fmt: skip
_REGISTRATION = {
    "external_id": "text",
    "happened_at": "timestamptz",
    "lead_date": "date",
    "inputs": "uuid",
} | _SIGHTING
LEAD_COLUMNS = _REGISTRATION | {"city": "text", "status": "text"}
SCOUT_COLUMNS = _REGISTRATION | {"scout": "text"}
DRIVER_COLUMNS = {"driver_id": "text", "hired_on": "date"} | _SIGHTING
TRIP_COLUMNS = {"driver_id": "text", "day": "date", "trips": "integer"}
CLAIM_COLUMNS = {"source_pk": "text", "milestone": "text", "state": "text", "amount": "numeric"}


def _chunk(columns: Mapping[str, str]) -> str:
    placed = {"place": "integer"} | dict(columns)
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in placed.items())
    return f"SELECT * FROM unnest({arrays}) AS v({', '.join(placed)})"  # noqa: S608 - names of columns


def _of(alias: str, columns: Mapping[str, str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns)


def _set(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)


@dataclass(frozen=True, slots=True)
class Upsert:
    """What a chunk would change, and the same with its writing."""

    look: str
    write: str


_BECAME = "CASE WHEN is_new THEN 'created' ELSE 'updated' END"

# Who registered without an external id is known again by what was said and when.
KNOWN_ROWS = """
    SELECT DISTINCT ON (inputs, happened_at) id, inputs, happened_at FROM {table}
     WHERE external_id = '' AND inputs = ANY(%(inputs)s::uuid[])
     ORDER BY inputs, happened_at, id
"""


def _registrations(table: str, columns: Mapping[str, str], then: str) -> Upsert:
    # The key of a row without an external id is made of its number, so a known row comes with its own.
    news = f"""
    WITH v AS ({_chunk({"id": "bigint"} | dict(columns))}),
    news AS MATERIALIZED (
        SELECT v.*, t.id IS NULL AS is_new
          FROM v LEFT JOIN {table} t
               ON t.source_pk = CASE WHEN v.external_id = '' THEN 'row:' || v.id ELSE v.external_id END
         WHERE t.id IS NULL OR ({_of("t", columns)}) IS DISTINCT FROM ({_of("v", columns)})
    )"""  # noqa: S608 - names of tables and columns
    write = f""", numbered AS MATERIALIZED (
        SELECT coalesce(id, {NEXT_NUMBER}) AS number, n.* FROM (SELECT * FROM news ORDER BY place) AS n
    ), written AS (
        INSERT INTO {table} AS t (id, {", ".join(columns)})
        SELECT number, {", ".join(columns)} FROM numbered
        ON CONFLICT (source_pk) DO UPDATE SET {_set(columns)}, updated_at = statement_timestamp()
        RETURNING t.id, t.source_pk
    ){then}
    SELECT place, {_BECAME}, number FROM numbered
    """  # noqa: S608 - names of tables and columns
    look = f" SELECT place, {_BECAME}, NULL FROM news"  # noqa: S608 - a constant
    return Upsert(news + look, news + write)


# A lead enters the backlog as it is written, unless its link came first (I15).
LEADS = _registrations(
    "identity_lead",
    LEAD_COLUMNS,
    f""", entered AS (
        INSERT INTO identity_backlogevent (id, source_pk, kind, job)
        SELECT {NEXT_NUMBER}, w.source_pk, 'entered', %(job)s
          FROM written w JOIN numbered n ON n.is_new AND n.number = w.id
         WHERE NOT EXISTS (SELECT FROM identity_link k
                            WHERE k.source = 'cabinet_lead' AND k.source_pk = w.source_pk)
    )""",  # noqa: S608 - a constant
)
SCOUTS = _registrations("identity_scoutregistration", SCOUT_COLUMNS, "")


def _drivers() -> Upsert:
    """Answers each account's new keys, too, for the leads that wait for them (I7c)."""
    news = f"""
    WITH v AS ({_chunk(DRIVER_COLUMNS)}),
    news AS MATERIALIZED (
        SELECT v.*, t.id IS NULL AS is_new,
               {", ".join(f"t.{kind}_key AS old_{kind}" for kind in IdentifierKind)}
          FROM v LEFT JOIN identity_driver t ON t.driver_id = v.driver_id
         WHERE t.id IS NULL OR ({_of("t", DRIVER_COLUMNS)}) IS DISTINCT FROM ({_of("v", DRIVER_COLUMNS)})
    )"""  # noqa: S608 - names of columns
    names = ", ".join(DRIVER_COLUMNS)
    write = f""", written AS (
        INSERT INTO identity_driver ({names}) SELECT {names} FROM news
        ON CONFLICT (driver_id) DO UPDATE SET {_set(DRIVER_COLUMNS)}, updated_at = statement_timestamp()
    )"""  # noqa: S608 - names of columns
    new_keys = ", ".join(
        f"CASE WHEN {kind}_key IS DISTINCT FROM old_{kind} THEN {kind}_key ELSE '' END"
        for kind in IdentifierKind
    )
    end = f" SELECT place, {_BECAME}, {new_keys} FROM news"  # noqa: S608 - names of columns
    return Upsert(news + end, news + write + end)


def _trips() -> Upsert:
    news = f"""
    WITH v AS ({_chunk(TRIP_COLUMNS)}),
    news AS MATERIALIZED (
        SELECT v.*, t.trips IS NULL AS is_new
          FROM v LEFT JOIN identity_tripday t ON t.driver_id = v.driver_id AND t.day = v.day
         WHERE t.trips IS DISTINCT FROM v.trips
    )"""  # noqa: S608 - names of columns
    write = """, written AS (
        INSERT INTO identity_tripday (driver_id, day, trips) SELECT driver_id, day, trips FROM news
        ON CONFLICT (driver_id, day) DO UPDATE SET trips = EXCLUDED.trips
    )"""
    end = f" SELECT place, {_BECAME} FROM news"  # noqa: S608 - a constant
    return Upsert(news + end, news + write + end)


def _claims() -> Upsert:
    """The partner's answer stands against our expectation; what is generated is not expected (I14)."""
    news = f"""
    WITH v AS ({_chunk(CLAIM_COLUMNS)}),
    news AS MATERIALIZED (
        SELECT v.*, t.id IS NULL AS is_new,
               coalesce(t.state = ANY(%(answered)s) AND NOT v.state = ANY(%(answered)s)
                        OR t.state = 'generated' AND v.state = 'expected', false) AS is_kept
          FROM v LEFT JOIN identity_claim t ON t.source_pk = v.source_pk AND t.milestone = v.milestone
         WHERE t.id IS NULL OR (t.state, t.amount) IS DISTINCT FROM (v.state, v.amount)
    )"""  # noqa: S608 - names of columns
    write = """, written AS (
        INSERT INTO identity_claim AS t (source_pk, milestone, state, amount, currency, job)
        SELECT source_pk, milestone, state, amount, %(currency)s, %(job)s FROM news WHERE NOT is_kept
        ON CONFLICT (source_pk, milestone) DO UPDATE
           SET state = EXCLUDED.state, amount = EXCLUDED.amount, job = EXCLUDED.job,
               changed_at = statement_timestamp()
    )"""
    end = f" SELECT place, CASE WHEN is_kept THEN 'kept' ELSE {_BECAME} END FROM news"  # noqa: S608 - a constant
    return Upsert(news + end, news + write + end)


DRIVERS, TRIPS, CLAIMS = _drivers(), _trips(), _claims()

# Which of these keys nobody bears yet? Their rows are kept all the same.
UNKNOWN_DRIVERS = """
    SELECT k FROM unnest(%(keys)s::text[]) AS k
     WHERE NOT EXISTS (SELECT FROM identity_driver d WHERE d.driver_id = k)
"""
UNKNOWN_LEADS = """
    SELECT k FROM unnest(%(keys)s::text[]) AS k
     WHERE NOT EXISTS (SELECT FROM identity_lead l WHERE l.source_pk = k)
"""
