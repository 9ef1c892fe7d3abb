"""Rows of a large file wait in the database for the others of their persons: no process holds all (C11).

Reading writes every row down with the first row of its person; writing walks through them in that order, each
person's together. They leave with the reading, however it ends.
"""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from campaigns.imports import Said, pack, unpack
from campaigns.models import ClientFile, StagedPerson, StagedRow, StagedWord
from tenants.jobs.models import Job

# A file's rows, and who is chosen for an audience's.
STAGED: Sequence[type[StagedRow | StagedPerson | StagedWord]] = (StagedRow, StagedPerson, StagedWord)
# Of a person whose first row came before, that row is asked for; else it is the first of these. The limit
# keeps the planner, who knows nothing of a table so young, to one look at the index for each row.
STAGE = """
    INSERT INTO campaigns_stagedrow (of_id, first, line, key, refused_key, said)
    SELECT %(file)s, CASE WHEN v.key = '' THEN v.line ELSE
               coalesce((SELECT s.first FROM campaigns_stagedrow s
                          WHERE s.of_id = %(file)s AND s.key = v.key AND s.key <> '' LIMIT 1),
                        min(v.line) OVER (PARTITION BY v.key)) END,
           v.line, v.key, v.refused_key, v.said
      FROM unnest(%(lines)s::int[], %(keys)s::text[], %(refused)s::text[], %(said)s::text[])
           AS v(line, key, refused_key, said)
        ON CONFLICT (of_id, first, line) DO NOTHING
"""
# All rows of the next persons, those of nobody among them.
NEXT = """
    SELECT s.first, s.line, s.key, s.said FROM campaigns_stagedrow s
     WHERE s.of_id = %(file)s AND s.first > %(after)s AND s.first <= (
           SELECT max(n.first) FROM (SELECT DISTINCT first FROM campaigns_stagedrow
                                      WHERE of_id = %(file)s AND first > %(after)s
                                      ORDER BY first LIMIT %(persons)s) AS n)
     ORDER BY s.first, s.line
"""
REFUSED = """
    SELECT DISTINCT refused_key FROM campaigns_stagedrow
     WHERE of_id = %(file)s AND refused_key = ANY(%(keys)s) AND refused_key <> ''
"""


class Staged(NamedTuple):
    """All rows of some persons, the last of whom begins at line `last`; `refused` are those who lack rows."""

    rows: Sequence[Said]
    refused: Collection[str]
    last: int


def stage(file: ClientFile, rows: Sequence[Said]) -> None:
    """Write rows down, in the order of the file; what is there stays. One statement."""
    told: dict[str, Any] = {
        "lines": [row.result.line for row in rows],
        "keys": [row.key for row in rows],
        "refused": [row.refused_key for row in rows],
        "said": [pack(row) for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(STAGE, {"file": file.pk, **told})


def next_staged(file: ClientFile, *, after: int, persons: int) -> Staged | None:
    """Return the rows of the next persons whose first row comes after a line, None at the end."""
    found = _asked(NEXT, file=file.pk, after=after, persons=persons)
    if not found:
        return None
    keys = list({key for _first, _line, key, _said in found if key})
    refused = {key for (key,) in _asked(REFUSED, file=file.pk, keys=keys)}
    rows = [unpack(said, line=line, key=key) for _first, line, key, said in found]
    return Staged(rows, refused, found[-1][0])


def count_staged(file: ClientFile) -> int:
    """Return how many rows of a file wait. One query."""
    return StagedRow.objects.filter(of=file).count()


def forget_staged(file: int) -> None:
    """Let the rows of a file go. One statement."""
    StagedRow.objects.filter(of=file)._raw_delete("default")


def forget_leftovers() -> int:
    """Let go what waits for a file that no job works on any more; return for how many files.

    Two statements at least.
    """
    live = Job.objects.live().values("pk")
    waits = reduce(or_, (Q(Exists(model.objects.filter(of=OuterRef("pk")))) for model in STAGED))
    files = list(ClientFile.objects.filter(waits).exclude(job__in=live).values_list("pk", flat=True))
    for model in STAGED if files else ():
        model.objects.filter(of__in=files)._raw_delete("default")
    return len(files)


def _asked(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
