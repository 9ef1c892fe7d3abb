"""The tables of a first identity system, a few rows each: as CSV files or in a PostgreSQL of its own."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.databases import template_name, url_of

ANA, EVA, SOL = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
Table = Sequence[Mapping[str, str]]
PERSONS = {"ANA": ANA, "EVA": EVA, "SOL": SOL}


def _table(text: str) -> Table:
    """Read a table with its headings; cells are parted by bars."""
    head, *rows = (line.strip().split("|") for line in text.strip().splitlines())
    return [dict(zip(head, (PERSONS.get(cell, cell) for cell in row), strict=True)) for row in rows]


LEADS = _table("""
    id|external_id|lead_created_at|park_phone|first_name|middle_name|last_name|asset_plate_number|activation_city|tags
    1|L1|2026-03-05 23:30:00-03|999888777|Ana||Ruiz|abc-123|Lima|x
    2|L2|2026-03-06 10:00:00|999888666|Eva||Soto|||
    3||07/03/2026 09:00|999888555|Sol||Rey|||
    4|row:4||1||||||
    5|L5|infinity|||||||
""")
DRIVERS = _table("""
    driver_id|park_id|phone|license_number|document_number|full_name|car_number|hire_date
    d1|lima|+56 999888777|Q12345678|12345678|Ana Ruiz|ABC123|2026-03-07
    d2|lima||||Eva Soto||
""")
TRIPS = _table("""
    driver_id|date_file|count_orders_completed
    d1|08-03-2026|3
    d1|09-03-2026|4
    d9|09-03-2026|1
    d1|10-03-2026|-1
""")
LINKS = _table("""
    source_table|source_pk|person_key|match_rule|match_score|confidence_level|linked_at|run_id
    module_ct_cabinet_leads|L1|ANA|R1_PHONE_EXACT|95.00|HIGH|2026-03-08 12:00:00+00|7
    drivers|d1|ANA|DRIVER_DIRECT|100|HIGH|2026-03-08 12:00:00+00|7
    module_ct_cabinet_leads|3|SOL|MANUAL_RESOLUTION||||
    module_ct_scouting_daily|S1|ANA|R1_PHONE_EXACT|95|HIGH|2026-03-01 12:00:00+00|7
    module_ct_cabinet_leads|L404|EVA|R1_PHONE_EXACT|95|HIGH||
    module_ct_cabinet_leads|L2|EVA|R9_GUESS|95|HIGH||
    somewhere|L2|EVA|R1_PHONE_EXACT|95|HIGH||
    drivers|d2|nobody|||||
""")
ORIGINS = _table("""
    person_key|origin_tag|origin_source_id|decided_by|resolution_status|conflict_reason
    ANA|scout_registration|S1|manual|resolved_manual|multiple_high_confidence_origins
    SOL|cabinet_lead|3|system|resolved_auto|
    EVA|cabinet_lead|L2|system||
    SOL|stork|L2|system||
""")
CLAIMS = _table("""
    lead_id|person_key|driver_id|milestone_value|claim_status|amount
    L1|||1|paid|25.00
    |ANA||5|generated|35.00
    ||d1|25|expected|100.00
    3|||1|rejected|25.00
    |EVA||1|paid|25.00
    L404|||1|paid|25.00
    L1|||7|paid|25.00
""")
TABLES: dict[str, Table] = {
    "module_ct_cabinet_leads": LEADS,
    "drivers": DRIVERS,
    "summary_daily": TRIPS,
    "canon.identity_links": LINKS,
    "canon.identity_origin": ORIGINS,
    "canon.claims": CLAIMS,
}
# What a table of the first system has for types; everything else is text.
TYPES = {
    "id": "bigint",
    "count_orders_completed": "integer",
    "milestone_value": "integer",
    "amount": "numeric(12,4)",
    "lead_created_at": "text",
}


def folder_of(path: Path, **tables: Table) -> Path:
    """Write tables as CSV files; without any, all of them."""
    path.mkdir(parents=True, exist_ok=True)
    for name, rows in (tables or TABLES).items():
        with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return path


@contextmanager
def database_of(tables: Mapping[str, Table] = TABLES) -> Iterator[str]:
    """Give the address of a database that holds these tables; it is gone afterwards."""
    name = f"{template_name()}_cabinet_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ["MINGA_TEST_OWNER_URL"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(url_of(name)) as there:
                there.execute("CREATE SCHEMA canon")
                for table, rows in tables.items():
                    _fill(there, table, rows)
            yield url_of(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(there: "psycopg.Connection[tuple[object, ...]]", table: str, rows: Table) -> None:
    place, columns = sql.Identifier(*table.split(".")), list(rows[0])
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(one), sql.SQL(TYPES.get(one, "text"))) for one in columns
    )
    there.execute(sql.SQL("CREATE TABLE {} ({})").format(place, typed))
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    for row in rows:
        values = [row[one] if row[one] != "" else None for one in columns]
        there.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(place, marks), values)
