"""The work of an import job: rows in, contacts out, a hundred rows a commit (L1, L3, L6, L7, J6)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_noop

from personas import queries
from personas.actions.classifying import ruleset
from personas.actions.contact_rows import Writer, lock_contacts, stored_drafts, take_numbers, write_drafts
from personas.actions.import_ends import result
from personas.actions.matching import Draft, Ledger, Settled, Verdict
from personas.actions.met_before import MetBefore, met_before
from personas.actions.uploads import opened
from personas.imports import ImportRow
from personas.models import LinkedInImport, RejectedRow
from personas.rules import IMPORT_CANCEL_ROWS, ChangeCause, ImportRowReason, ImportState
from tenants.actions.statistics import refresh_statistics
from tenants.jobs.models import Job
from tenants.jobs.rules import Cancelled, GaveWay, LeaseLost
from tenants.jobs.runner import Chunk, Run

# Parts that were dropped from a row that stays (L3), as the result names them.
DROPPED = (
    ImportRowReason.CONNECTED_ON_PARSE_FAILED,
    ImportRowReason.EMAIL_INVALID_FORMAT,
    ImportRowReason.URL_INVALID_FORMAT,
)


def import_rows(run: Run) -> dict[str, Any]:
    """Write the rows of `params["import"]` from where the last commit ended; return the result of L7."""
    found = queries.linkedin_import(import_id=run.params["import"])
    with _retried(run, found):
        run.phase(1, 1, gettext_noop("Reading and classifying rows"))
        _begin(run, found)
        read = partial(opened(found).rows, found.mapping)
        met = met_before(run, found, read)
        unread = read(after_line=run.cursor.get("line", 0))
        while rows := list(islice(unread, IMPORT_CANCEL_ROWS)):
            _write(run, found, rows, met)
    refresh_statistics(rows=run.done)
    return result(total=run.total or 0, counters=run.counters, cursor=run.cursor)


def _begin(run: Run, found: LinkedInImport) -> None:
    with run.chunk() as chunk:
        waiting = LinkedInImport.objects.filter(
            pk=found.pk, state__in=[ImportState.QUEUED, ImportState.PENDING_RETRY]
        )
        waiting.update(state=ImportState.PROCESSING, started_at=Coalesce("started_at", Now()))
        chunk.advance(total=found.total_rows)
        if not run.done:
            _go_on(chunk, run.params.get("after"))
        if not chunk.cursor.get("line"):
            # Of a run with other columns, or whose place is forgotten: this one lists its own.
            RejectedRow.objects.filter(of=found.pk).delete()


def _go_on(chunk: Chunk, before: str | None) -> None:
    """Begin where the import's job before this one ended: a name without address would be made twice (L6)."""
    # Without a cursor it read nothing, or its place was forgotten by age.
    for job in Job.objects.filter(pk=before).exclude(cursor={}) if before else ():
        chunk.advance(job.done, cursor=job.cursor, **job.counters)


def _write(run: Run, found: LinkedInImport, rows: list[ImportRow], met: MetBefore) -> None:
    with run.chunk() as chunk:
        writer = Writer(ruleset(), ChangeCause.IMPORT, job=run.job_id, by=run.created_by)
        settled, counted = write_rows(rows, source=found.source, writer=writer, met=met)
        _list_rejected(found, settled)
        personas = Counter(run.cursor.get("personas", {})) + counted
        cursor = {"line": rows[-1].line, "personas": dict(sorted(personas.items()))}
        chunk.advance(len(rows), cursor=cursor, **_counters(settled))


def write_rows(
    rows: list[ImportRow], *, source: str, writer: Writer, met: MetBefore
) -> tuple[list[Settled], Counter[str]]:
    """Settle rows in the order of the file and write what they change, in the caller's transaction.

    Returns each row's fate, and how many created or updated rows each persona got.
    """
    lock_contacts()
    stored = stored_drafts(rows, ids=met.ids(rows))
    ledger = Ledger(stored, source=source, numbers=take_numbers(len(rows)), met=met)
    codes = {persona.id: persona.code for persona in writer.rules.personas}
    settled, counted = [], Counter[str]()
    for row in rows:
        fate = ledger.take(row)
        settled.append(fate)
        if fate.draft is not None:
            counted[_persona_of(fate.draft, writer, codes)] += 1
    write_drafts(ledger.drafts, writer)
    return settled, counted


def _persona_of(draft: Draft, writer: Writer, codes: dict[int, str]) -> str:
    """Return the persona of the moment: stored, if held or untouched, else what the rules say."""
    if draft.persona_id is not None and (draft.held or not draft.is_touched):
        return codes[draft.persona_id]
    return writer.decide(draft.job_title).persona.code


def _list_rejected(found: LinkedInImport, settled: Iterable[Settled]) -> None:
    RejectedRow.objects.bulk_create(
        RejectedRow(
            of=found,
            line=fate.row.line,
            reason=fate.reason,
            cells=list(fate.row.cells),
            contacts=[str(number) for number in fate.against],
        )
        for fate in settled
        if fate.reason is not None
    )


def _counters(settled: list[Settled]) -> dict[str, int]:
    counted = Counter(str(fate.verdict) for fate in settled)
    counted.update(str(issue) for fate in settled for issue in fate.row.issues if issue in DROPPED)
    return dict.fromkeys(map(str, Verdict), 0) | dict(counted)


@contextmanager
def _retried(run: Run, found: LinkedInImport) -> Iterator[None]:
    """Say on the import that another attempt will come, when one will (L1)."""
    try:
        yield
    except (LeaseLost, Cancelled, GaveWay):
        raise
    except Exception:
        if run.attempt < settings.JOBS_ATTEMPTS:
            _await_retry(run, found)
        raise


def _await_retry(run: Run, found: LinkedInImport) -> None:
    # Only while the lease is ours: the worker that took the job over may be at it already (J3).
    ours = Job.objects.filter(pk=run.job_id).leased(run.lease.token)
    at_work = LinkedInImport.objects.filter(Exists(ours), pk=found.pk, state=ImportState.PROCESSING)
    at_work.update(state=ImportState.PENDING_RETRY)
