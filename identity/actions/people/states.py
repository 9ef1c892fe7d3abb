"""What two persons hold, row by row, before and after: enough to take a merge or a split back (I9)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from identity.actions.linking.sql import rows, run

Row = dict[str, Any]
State = dict[str, dict[str, Row]]
# By table and row: what it held before and what after; None where there was, or is, no such row.
Moves = dict[str, dict[str, tuple[Row | None, Row | None]]]

_HELD = "person_id = ANY(%(persons)s::uuid[])"
_LEADS = """SELECT source_pk FROM identity_link
             WHERE source = 'cabinet_lead' AND person_id = ANY(%(persons)s::uuid[])"""


@dataclass(frozen=True, slots=True)
class Table:
    """Which columns of a table a merge or a split may change, and which rows are somebody's."""

    name: str
    key: str
    columns: tuple[str, ...]
    held: str = _HELD


TABLES = {
    table.name: table
    for table in (
        Table("identity_person", "key", ("merged_into_id",), "key = ANY(%(persons)s::uuid[])"),
        Table("identity_link", "id", ("person_id",)),
        Table(
            "identity_identifier",
            "id",
            ("person_id", "kind", "value", "is_sole", "created_at", "created_by"),
        ),
        Table(
            "identity_verdict",
            "id",
            ("lead_id", "kind", "person_id", "driver_id", "note", "created_at", "created_by", "replaced"),
            # Constants only.
            f"({_HELD} OR lead_id IN (SELECT id FROM identity_lead WHERE source_pk IN ({_LEADS})))",  # noqa: S608
        ),
        Table("identity_claim", "id", ("person_id",), f"({_HELD} OR source_pk IN ({_LEADS}))"),
        Table(
            "identity_origin",
            "person_id",
            ("kind", "source_pk", "status", "reason", "decided_by", "changed_at", "changed_by"),
        ),
    )
}


def state_of(persons: Iterable[UUID]) -> State:
    """Return all that these persons hold. Six queries."""
    given = {"persons": list(persons)}
    return {name: _read(table, table.held, given) for name, table in TABLES.items()}


def moves_between(before: State, after: State) -> Moves:
    """Return the rows that differ."""
    return {
        name: {
            key: (before[name].get(key), after[name].get(key))
            for key in before[name].keys() | after[name].keys()
            if before[name].get(key) != after[name].get(key)
        }
        for name in TABLES
    }


def stands(name: str, moves: Mapping[str, Any]) -> bool:
    """Answer whether rows are as a merge or a split left them, in the columns that there were then."""
    table = TABLES[name]
    present = _read(table, f"{table.key}::text = ANY(%(keys)s)", {"keys": list(moves)})
    return all(_same(present.get(key), after) for key, (_before, after) in moves.items())


def _same(present: Row | None, after: Row | None) -> bool:
    if present is None or after is None:
        return present is after
    return present.items() >= after.items()


def take_back(name: str, moves: Mapping[str, Any]) -> None:
    """Give rows what they held before: first who came goes, then what changed, then who went comes."""
    table = TABLES[name]
    for key, (before, after) in moves.items():
        if before is None:
            run(f"DELETE FROM {name} WHERE {table.key}::text = %(key)s", key=key)  # noqa: S608 - a constant
        elif after is not None:
            _write(table, key, before)
    for key, (before, after) in moves.items():
        if after is None:
            _insert(table, key, before)


def _read(table: Table, which: str, given: Mapping[str, Any]) -> dict[str, Row]:
    pairs = ", ".join(f"'{column}', {column}" for column in table.columns)
    found = rows(
        # Names of this module only.
        f"SELECT {table.key}::text, jsonb_build_object({pairs})::text "  # noqa: S608
        f"FROM {table.name} WHERE {which}",
        **given,
    )
    return {key: json.loads(held) for key, held in found}


def _write(table: Table, key: str, row: Row) -> None:
    columns = ", ".join(_known(table, row))
    values = ", ".join(f"r.{column}" for column in _known(table, row))
    run(
        # Names of this module only.
        f"UPDATE {table.name} SET ({columns}) = (SELECT {values} FROM "  # noqa: S608
        f"jsonb_populate_record(NULL::{table.name}, %(row)s::jsonb) AS r) WHERE {table.key}::text = %(key)s",
        key=key,
        row=json.dumps(row),
    )


def _known(table: Table, row: Row) -> list[str]:
    """Return the columns that a row was written down with; one that came later keeps what it holds."""
    return [column for column in table.columns if column in row]


def _insert(table: Table, key: str, row: Row | None) -> None:
    columns = ", ".join((table.key, *_known(table, row or {})))
    run(
        # Names of this module only.
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM "  # noqa: S608
        f"jsonb_populate_record(NULL::{table.name}, %(row)s::jsonb)",
        row=json.dumps({table.key: key, **(row or {})}),
    )
