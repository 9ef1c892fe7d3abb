"""The work of an import: persons in, entries out, a chunk a commit (J6); killed, it goes on there."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from campaigns.actions.importing.excluding import Standards, exclude
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import Speech, end_speechless
from campaigns.actions.importing.staging import (
    count_staged,
    forget_leftovers,
    forget_staged,
    next_staged,
    stage,
)
from campaigns.actions.importing.terms import Day, terms_of
from campaigns.actions.importing.writing import go_alone, write_cells, write_people, write_report
from campaigns.imports import (
    NOT_ACCEPTED,
    ReadFile,
    RowReader,
    RowStatus,
    Terms,
    open_client_file,
    put_together,
    read_people,
)
from campaigns.imports import ClientFile as OpenFile
from campaigns.models import Campaign, ClientFile, RowReport
from campaigns.rules import CampaignState, ProcessingType
from tenants.actions.statistics import refresh_statistics
from tenants.intake.tables import UnreadableFile
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner import Run
from tenants.records.queries import stored_content

PERSONS_A_CHUNK = 1_000
ROWS_A_CHUNK = 2_000


def import_client_file(run: Run) -> dict[str, Any]:
    """Write the file of `params["file"]` from where the last commit ended; return the counts.

    Raises NoLongerDraft when the campaign was cancelled meanwhile, UnreadableClientFile.
    """
    found = client_files().get(pk=run.params["file"])
    _go_on(run, run.params.get("after"))
    return import_rows(run, found)


def import_rows(run: Run, found: ClientFile, *, phases_before: int = 0) -> dict[str, Any]:
    """Write the rows of a file in a run whose phases before made it; return the counts.

    What the bar counted before stands in the cursor as `base`. Raises NoLongerDraft, UnreadableClientFile.
    """
    if found.finished_at is not None:
        # Whoever wrote the last of it died before the job was done; its campaign may call by now.
        return found.report or {}
    try:
        return _import(run, found, phases_before)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def _import(run: Run, found: ClientFile, before: int) -> dict[str, Any]:
    # Whoever goes on writing after a pause needs rows that wait, and no file.
    opened = cache(partial(reopened, found))
    if not run.cursor.get("written"):
        terms, speech = _terms(found)
        run.phase(before + 1, before + 3, gettext_noop("Reading rows"))
        _read(run, found, opened, terms)
        run.phase(before + 2, before + 3, gettext_noop("Writing entries"))
        _write(run, found, terms, speech)
        refresh_statistics(rows=run.cursor["rows"])
    run.phase(before + 3, before + 3, gettext_noop("Listing what was not accepted"))
    for rows in missing_cells(found, opened()):
        with run.chunk():
            write_cells(found, rows)
    with run.chunk() as chunk:
        stats = finish(found, rows=chunk.cursor["rows"], warnings=chunk.cursor.get("warnings", {}))
        chunk.advance((chunk.total or 0) - chunk.done)
    return stats


def import_at_once(found: ClientFile, opened: OpenFile) -> dict[str, Any]:
    """Write a small file in the caller's transaction; return the counts."""
    terms, speech = _terms(found)
    read = read_people(opened, terms)
    end_speechless(read.persons, speech)
    go_alone(found.campaign)
    exclude(read.persons, standards_of(found))
    write_people(found.campaign, read.to_call)
    write_report(found, read.rows)
    for rows in missing_cells(found, opened):
        write_cells(found, rows)
    return finish(found, rows=len(read.rows), warnings=_warnings(read))


def settle_client_file(params: dict[str, Any], state: str, error: str) -> None:
    """Say on the file how its job ended, in the job's last transaction; what is written stays."""
    if state != State.COMPLETED:
        words = error[:500] or str(state)
        ClientFile.objects.filter(pk=params["file"], finished_at=None).update(error=words)
        forget_staged(params["file"])


def client_files() -> QuerySet[ClientFile]:
    """Return clients' files with what they belong to, but not their bytes."""
    return ClientFile.objects.select_related("campaign__account", "file").defer("file__content")


def reopened(found: ClientFile) -> OpenFile:
    """Return a stored file, its columns understood as they were. Raises UnreadableFile."""
    return open_client_file(
        stored_content(file=found.file_id),
        filename=found.filename,
        processing_type=ProcessingType(found.processing_type),
        country=found.campaign.account.country,
        mapping=found.mapping,
        is_stored=True,
    )


def _terms(found: ClientFile) -> tuple[Terms, Speech]:
    """Return by what a stored file is read, and what is to be said to its people."""
    account, params = found.campaign.account, found.params
    speech = Speech.stored(account, params)
    return terms_of(account, Day.stored(params), params, spoken=speech.names), speech


def standards_of(found: ClientFile) -> Standards:
    """Return by what the persons of a stored file are excluded."""
    campaign = found.campaign
    return Standards(campaign.account_id, campaign.pk, found.params["allow_duplicates"])


def missing_cells(found: ClientFile, opened: OpenFile) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    """Yield the cells of rows that were not accepted and have none yet, some thousand at a time."""
    rows = _in_step(opened, _bare_lines(found))
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield some


def _in_step(opened: OpenFile, lines: Iterator[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows of some lines, both being in the order of the file."""
    wanted = next(lines, None)
    for row in opened.rows() if wanted else ():
        if row.line == wanted:
            yield row.line, row.cells
            wanted = next(lines, None)
        if wanted is None:
            return


def _bare_lines(found: ClientFile) -> Iterator[int]:
    """Yield the lines of rows without cells, some thousand a query."""
    bare = RowReport.objects.filter(of=found, status__in=[str(one) for one in NOT_ACCEPTED], cells=[])
    lines, last = bare.order_by("line").values_list("line", flat=True), 0
    while some := list(lines.filter(line__gt=last)[:ROWS_A_CHUNK]):
        yield from some
        last = some[-1]


def finish(found: ClientFile, *, rows: int, warnings: dict[str, int]) -> dict[str, Any]:
    """Count up the file; a campaign with somebody to call is ready. Raises NoLongerDraft."""
    go_alone(found.campaign)
    stats = _stats(found, rows, warnings)
    ClientFile.objects.filter(pk=found.pk).update(report=stats, finished_at=Now(), error="")
    if stats["persons"]:
        Campaign.objects.filter(pk=found.campaign_id).update(state=CampaignState.READY)
    return stats


def _go_on(run: Run, before: str | None) -> None:
    """Begin where the file's job before this one ended, so that its rows are counted once."""
    for job in Job.objects.filter(pk=before) if before and not run.cursor else ():
        with run.chunk() as chunk:
            chunk.advance(job.done, total=job.total, cursor=job.cursor, **job.counters)


def _read(run: Run, found: ClientFile, opened: Callable[[], OpenFile], terms: Terms) -> None:
    """Write every row down as it is read; a reading that was cut short goes on."""
    _mend(run, found)
    if run.cursor.get("rows") is not None:
        return
    file = opened()
    reader, rows = RowReader(file, terms), file.rows(after_line=run.cursor.get("line", 0))
    while said := [reader.read(row) for row in islice(rows, ROWS_A_CHUNK)]:
        with run.chunk() as chunk:
            stage(found, said)
            staged = chunk.cursor.get("staged", 0) + len(said)
            # Rows that are read again after a loss are told once; reading counts for no slice of time.
            new = max(0, staged - chunk.counters.get("read", 0))
            chunk.advance(cursor={"staged": staged, "line": said[-1].result.line}, read=new)
    with run.chunk() as chunk:
        count = chunk.cursor.get("staged", 0)
        chunk.advance(total=chunk.cursor.get("base", 0) + count, cursor={"rows": count})


def _mend(run: Run, found: ClientFile) -> None:
    """Read from the beginning if the rows are not all there: let go when a job failed, or lost by a crash."""
    forget_leftovers()
    if count_staged(found) != run.cursor.get("staged", 0):
        with run.chunk() as chunk:
            forget_staged(found.pk)
            chunk.advance(cursor={"staged": 0, "line": 0, "rows": None})


def _write(run: Run, found: ClientFile, terms: Terms, speech: Speech) -> None:
    while staged := next_staged(found, after=run.cursor.get("first", 0), persons=PERSONS_A_CHUNK):
        read = put_together(staged.rows, terms, refused=staged.refused)
        end_speechless(read.persons, speech)
        _write_rows(run, found, read, staged.last)
    with run.chunk() as chunk:
        forget_staged(found.pk)
        chunk.advance(cursor={"written": True})


def _write_rows(run: Run, found: ClientFile, read: ReadFile, last: int) -> None:
    with run.chunk() as chunk:
        go_alone(found.campaign)
        exclude(read.persons, standards_of(found))
        written = write_people(found.campaign, read.to_call)
        write_report(found, read.rows)
        warnings = Counter(chunk.cursor.get("warnings", {})) + Counter(_warnings(read))
        told = {"first": last, "warnings": dict(sorted(warnings.items()))}
        chunk.advance(len(read.rows), cursor=told, entries=written)


def _warnings(read: ReadFile) -> dict[str, int]:
    return {str(code): count for code, count in sorted(read.warnings().items())}


def _stats(found: ClientFile, rows: int, warnings: dict[str, int]) -> dict[str, Any]:
    """Return the counts in the shape that a preview has them in (C10)."""
    listed = RowReport.objects.filter(of=found).order_by()
    ended = dict(listed.values_list("status").annotate(n=Count("pk")))
    codes = dict(listed.exclude(code="").order_by("code").values_list("code").annotate(n=Count("pk")))
    ended[str(RowStatus.ACCEPTED)] = rows - sum(ended.values())
    tally = Campaign.objects.values_list("tally__entries", flat=True).get(pk=found.campaign_id)
    return {
        "rows": rows,
        "persons": tally,
        **{str(status): ended.get(str(status), 0) for status in RowStatus},
        "codes": codes,
        "warnings": warnings,
    }
