"""What do the indexes of names cost who writes, and how soon is somebody found by name?

Imports and moves with and without the index take turns, and the fastest of each counts: other work only adds.
`MINGA_BENCH_NAMES=200000 make bench` measures more rows than 30,000.
"""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from campaigns.admin.entries.listing import named
from campaigns.models import Entry
from identity.models import Driver, Lead, Person
from identity.queries.finding import persons_found, sightings_found
from identity.samples import write_fleet
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks.call_rows import fill
from tests.benchmarks.figures import show

pytestmark = pytest.mark.real_roles
ROWS = int(os.environ.get("MINGA_BENCH_NAMES", "30000"))
ROUNDS = 3
MOVE = """
    UPDATE campaigns_entry SET earliest_at = earliest_at + interval '1 second', moved_at = now()
     WHERE id IN (SELECT id FROM campaigns_entry WHERE id > %s ORDER BY id LIMIT 200)
    RETURNING id
"""


def as_owner(acme: Tenant, *statements: str) -> None:
    """Execute statements in the tenant's schema as its owner."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'SET search_path TO "{acme.schema_name}"')
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET search_path")


def definition(acme: Tenant, index: str) -> str:
    """Return the statement that makes an index again."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND indexname = %s",
            [acme.schema_name, index],
        )
        return str(cursor.fetchone()[0])


def seconds(do: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    do(*given)
    return time.perf_counter() - begun


def compared(
    acme: Tenant, index: str, clear: Callable[[], object], do: Callable[[], object]
) -> tuple[float, float]:
    """Return the fastest of each side: with the index, and without."""
    made = definition(acme, index)
    best = {True: float("inf"), False: float("inf")}
    for _round in range(ROUNDS):
        for has_index in (True, False):
            clear()
            as_owner(acme, *([] if has_index else [f"DROP INDEX {index}"]))
            best[has_index] = min(best[has_index], seconds(do))
            as_owner(acme, *([] if has_index else [made]))
    return best[True], best[False]


def test_names(acme: Tenant, tmp_path: Path) -> None:
    """Files of leads and accounts, moves of entries as calls make them, and searches of a frequent name."""
    write_fleet(tmp_path, persons=ROWS, leads=ROWS)
    lines = []
    for what, model, index in (("leads", Lead, "lead_words"), ("drivers", Driver, "driver_words")):

        def bring(what: str = what) -> None:
            call_command(
                "import_cabinet", str(tmp_path), "--tenant=acme", f"--what={what}", stdout=io.StringIO()
            )

        def clear(table: str = model._meta.db_table) -> None:
            as_owner(acme, f"TRUNCATE {table} CASCADE")

        lines.append(told(f"a file of {ROWS:,} {what}", *compared(acme, index, clear, bring)))
    fill(acme, ROWS)

    def move() -> None:
        with tenant_scope(acme.schema_name), connection.cursor() as cursor:
            last: int | None = 0
            while last is not None:
                cursor.execute(MOVE, [last])
                last = max((number for (number,) in cursor.fetchall()), default=None)

    clear_entries = lambda: as_owner(acme, "VACUUM campaigns_entry")  # noqa: E731 - said once
    lines.append(
        told(
            f"{ROWS:,} moves of entries, 200 a statement", *compared(acme, "entry_words", clear_entries, move)
        )
    )
    with tenant_scope(acme.schema_name):
        Person.objects.bulk_create(Person(name=one.name_key, confidence="HIGH") for one in Lead.objects.all())
        word = Lead.objects.exclude(name_key="").first().name_key.split()[0]  # type: ignore[union-attr]  # there are
        searches: dict[str, QuerySet[Any]] = {
            "lead": sightings_found(Lead.objects.all(), words=[word], exact={"source_pk": word}),
            "person": persons_found(words=[word]),
            "person to call": named(Entry.objects.all(), "persona"),
        }
        for kind, rows in searches.items():
            took = min(seconds(list, rows.order_by()[:6].all()) for _ in range(5))
            lines.append(f"| a {kind} by a word of {rows.count():,} | {took * 1000:.1f} ms | | |")
    show("Names", "| what | with the index | without | ratio |", "| --- | --- | --- | --- |", *lines)


def told(what: str, with_index: float, without: float) -> str:
    return f"| {what} | {with_index:.2f} s | {without:.2f} s | {with_index / without:.2f} |"
