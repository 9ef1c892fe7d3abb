"""What the spec promises of linking, measured over the rows that were written."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from identity import actions
from identity.models import Lead, Link
from identity.rules import Source
from tests.benchmarks.costs import used_by
from tests.benchmarks.linkage_files import Files

EVIDENCE = """
    SELECT max(pg_column_size(tried) + pg_column_size(levels) + pg_column_size(weights)
               + pg_column_size(candidates) + coalesce(pg_column_size(gap), 0)
               + coalesce(pg_column_size(posterior), 0) + pg_column_size(ruleset))
      FROM identity_link WHERE source = 'cabinet_lead'
"""
WRITTEN = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
      FROM pg_stat_user_tables WHERE schemaname = current_schema()
"""
WRONG_SHOWN = 10


@dataclass(slots=True)
class Database:
    """What the database did meanwhile: seconds inside statements, by its processor too, and rows written."""

    seconds: float = 0.0
    processor: float = 0.0
    rows: int = 0

    def watch(self, work: Callable[[], Any]) -> Any:
        """Do it, watching."""
        before, spent = written_rows(), used_by(backend())
        with connection.execute_wrapper(self._timed):
            result = work()
        self.rows, self.processor = written_rows() - before, used_by(backend()) - spent
        return result

    def _timed(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += perf_counter() - begun


def written_rows() -> int:
    """Return how many rows of this schema were ever written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


def evidence_bytes() -> int:
    """Return the most bytes that a link's evidence takes."""
    with connection.cursor() as cursor:
        cursor.execute(EVIDENCE)
        return int(cursor.fetchone()[0] or 0)


def spent() -> float:
    """Return the processor seconds of this process and its backend; other processes of the server may end."""
    return process_time() + used_by(backend())


def backend() -> int:
    """Return the process that serves this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def most_memory(pid: int | str = "self") -> float:
    """Return the most MiB that a process had, without what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    private = [int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))]
    return sum(private) / 1024


def judged_links(files: Files, predictions: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield lead, rule and whether the link is right."""
    truth = files.truth()
    rules = dict(Link.objects.filter(source=Source.CABINET).values_list("source_pk", "rule"))
    with predictions.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["is_link"] == "1":
                lead = row["external_id"]
                yield lead, rules[lead], truth[lead] == row["person"]


def by_rule(links: list[tuple[str, str, bool]]) -> list[str]:
    """Return links and precision of each rule as lines."""
    made = Counter(rule for _lead, rule, _is_right in links)
    right = Counter(rule for _lead, rule, is_right in links if is_right)
    return [
        "| rule | links | precision |",
        "| --- | --- | --- |",
        *(f"| {rule} | {count:,} | {right[rule] / count:.5f} |" for rule, count in sorted(made.items())),
    ]


def explained(links: list[tuple[str, str, bool]]) -> Iterator[str]:
    """Yield the explanations of a few wrong links (I10)."""
    wrong = [lead for lead, _rule, is_right in links if not is_right]
    yield f"{len(wrong)} wrong links"
    for source_pk in sorted(wrong)[:WRONG_SHOWN]:
        found = actions.explain_lead(lead=Lead.objects.get(source_pk=source_pk).pk)
        assert found is not None
        yield f"{source_pk}: {found.outcome} by {found.rule}, gap {found.gap}; {dict(found.inputs)}"
        for one in found.candidates:
            bars = ", ".join(f"{step.field} {step.level} {step.bits:+}" for step in one.steps)
            yield f"    {one.name} {one.drivers}: {bars} = {one.bits} bits, {one.posterior}"
