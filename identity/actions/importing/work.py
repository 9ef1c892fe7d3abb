"""The work of an import: rows in, records out, a chunk a commit (J6); killed anywhere, it goes on there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from identity.actions.evidence import hold_evidence
from identity.actions.importing.ends import result_of_run
from identity.actions.importing.keeping import with_kept
from identity.actions.importing.terms import currency
from identity.actions.importing.uploads import opened_import
from identity.actions.importing.writing import CHUNK_ROWS, Writing, Written, write_records
from identity.actions.linking import link_scouts
from identity.imports import FleetRow, RowReason, Terms, read_row
from identity.models import Driver, FleetImport, Link, RefusedRow, ScoutRegistration
from identity.queries.imports import fleet_import
from identity.rules import Became, ImportKind, ImportState, Source
from tenants.actions.statistics import refresh_statistics
from tenants.jobs.models import Job
from tenants.jobs.runner import Chunk, Run

SCOUTS_A_BATCH = 500


def import_fleet_file(run: Run, *, terms: Terms) -> dict[str, Any]:
    """Write the rows of `params["import"]` from where the last commit ended; return the result."""
    found = fleet_import(import_id=run.params["import"])
    kind = ImportKind(found.kind)
    phases = 3 if kind is ImportKind.SCOUTS else 2
    run.phase(1, phases, gettext_noop("Looking for repeated rows"))
    _begin(run, found, kind)
    opened = opened_import(found)
    superseded = opened.superseded_lines(found.mapping, terms)
    run.phase(2, phases, gettext_noop("Writing rows"))
    unread = opened.table_rows(found.mapping, after_line=run.cursor.get("line", 0))
    while rows := list(islice(unread, CHUNK_ROWS)):
        read = [read_row(kind, row, terms) for row in with_kept(kind, rows)]
        _write(run, found, [_settled(row, superseded) for row in read])
    refresh_statistics(rows=run.done)
    if kind is ImportKind.SCOUTS:
        run.phase(3, phases, gettext_noop("Linking registrations"))
        _link_scouts(run, terms)
    return result_of_run(run)


def _begin(run: Run, found: FleetImport, kind: ImportKind) -> None:
    with run.chunk() as chunk:
        FleetImport.objects.filter(pk=found.pk, state=ImportState.QUEUED).update(state=ImportState.PROCESSING)
        chunk.advance(total=found.total_rows)
        if not run.done:
            _go_on(chunk, run.params.get("after"))
        if kind is ImportKind.DRIVERS and "known" not in chunk.cursor:
            chunk.advance(cursor={"known": Driver.objects.count()})


def _go_on(chunk: Chunk, before: str | None) -> None:
    """Begin where the import's job before this one ended, so that its rows are counted once."""
    for job in Job.objects.filter(pk=before) if before else ():
        chunk.advance(job.done, cursor=job.cursor, **job.counters)


def _settled(row: FleetRow, superseded: frozenset[int]) -> FleetRow:
    """Return the row, refused where a later one of its key is taken."""
    if row.record is not None and row.line in superseded:
        return row._replace(record=None, reason=RowReason.SUPERSEDED)
    return row


def _write(run: Run, found: FleetImport, rows: Sequence[FleetRow]) -> None:
    with run.chunk() as chunk:
        taken = [(row, row.record) for row in rows if row.record is not None]
        # Nobody changes the currency between its reading and the writing.
        hold_evidence()
        writing = Writing(currency(), run.job_id)
        written = write_records(ImportKind(found.kind), [record for _row, record in taken], writing=writing)
        refused = [row for row in rows if row.reason is not None]
        # Rows without an external id show only now that they are one.
        refused += [
            row._replace(reason=RowReason.SUPERSEDED)
            for (row, _record), became in zip(taken, written.became, strict=True)
            if became is Became.SUPERSEDED
        ]
        _list_refused(found, refused)
        chunk.advance(len(rows), cursor={"line": rows[-1].line}, **_counters(written, refused))


def _list_refused(found: FleetImport, rows: Iterable[FleetRow]) -> None:
    RefusedRow.objects.bulk_create(
        (RefusedRow(of=found, line=row.line, reason=str(row.reason), cells=list(row.cells)) for row in rows),
        ignore_conflicts=True,
    )


def _counters(written: Written, refused: Iterable[FleetRow]) -> dict[str, int]:
    reasons = Counter(row.reason for row in refused)
    superseded = reasons.pop(RowReason.SUPERSEDED, 0)
    return written.counters() | {"superseded": superseded, "refused": reasons.total()}


def _link_scouts(run: Run, terms: Terms) -> None:
    """Link whoever is registered and not linked yet, some at a time."""
    while numbers := _unlinked_scouts(run.cursor.get("scout", 0)):
        with run.chunk() as chunk:
            tally = link_scouts(scouts=numbers, now=terms.now, job=run.job_id)
            chunk.advance(cursor={"scout": numbers[-1]}, linked=tally.matched)


def _unlinked_scouts(after: int) -> list[int]:
    links = Link.objects.filter(source=Source.SCOUT, source_pk=OuterRef("source_pk"))
    waiting = ScoutRegistration.objects.filter(~Exists(links), id__gt=after)
    return list(waiting.order_by("id").values_list("id", flat=True)[:SCOUTS_A_BATCH])
