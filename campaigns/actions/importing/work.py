"""The work of an import: persons in, entries out, a chunk a commit (J6); killed, it goes on there."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Count
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from campaigns.actions.importing.excluding import Standards, exclude
from campaigns.actions.importing.refusals import refusal_of
from campaigns.actions.importing.speaking import Speech, end_speechless
from campaigns.actions.importing.terms import Day, terms_of
from campaigns.actions.importing.writing import go_alone, write_cells, write_people, write_report
from campaigns.imports import (
    NOT_ACCEPTED,
    TAKEN,
    Person,
    ReadFile,
    RowResult,
    RowStatus,
    open_client_file,
    read_people,
)
from campaigns.imports import ClientFile as OpenFile
from campaigns.models import Campaign, ClientFile, RowReport
from campaigns.rules import CampaignState, ProcessingType
from tenants.intake.tables import UnreadableFile
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner import Run

PERSONS_A_CHUNK = 1_000
ROWS_A_CHUNK = 2_000


def import_client_file(run: Run) -> dict[str, Any]:
    """Write the file of `params["file"]` from where the last commit ended; return the counts.

    Raises NoLongerDraft when the campaign was cancelled meanwhile, UnreadableClientFile.
    """
    found = ClientFile.objects.select_related("campaign__account", "file").get(pk=run.params["file"])
    _go_on(run, run.params.get("after"))
    try:
        return _import(run, found)
    except UnreadableFile as error:
        raise refusal_of(error) from error


def _import(run: Run, found: ClientFile) -> dict[str, Any]:
    opened = reopened(found)
    if not run.cursor.get("written"):
        run.phase(1, 3, gettext_noop("Reading rows"))
        read = _read(found, opened, progress=lambda rows: _tell_read(run, rows))
        run.phase(2, 3, gettext_noop("Writing entries"))
        _write(run, found, read)
    run.phase(3, 3, gettext_noop("Listing what was not accepted"))
    for rows in missing_cells(found, opened):
        with run.chunk():
            write_cells(found, rows)
    with run.chunk() as chunk:
        stats = finish(found, rows=chunk.cursor["rows"], warnings=chunk.cursor["warnings"])
        chunk.advance((chunk.total or 0) - chunk.done)
    return stats


def import_at_once(found: ClientFile, opened: OpenFile) -> dict[str, Any]:
    """Write a small file in the caller's transaction; return the counts."""
    read = _read(found, opened)
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


def reopened(found: ClientFile) -> OpenFile:
    """Return a stored file, its columns understood as they were. Raises UnreadableFile."""
    kind = ProcessingType(found.processing_type)
    content = bytes(found.file.content) if found.file else b""
    country = found.campaign.account.country
    return open_client_file(
        content, filename=found.filename, processing_type=kind, country=country, mapping=found.mapping
    )


def _read(found: ClientFile, opened: OpenFile, *, progress: Callable[[int], None] | None = None) -> ReadFile:
    """Read a stored file by what was asked for with it."""
    account, params = found.campaign.account, found.params
    speech = Speech.stored(account, params)
    terms = terms_of(account, Day.stored(params), params, spoken=speech.names)
    read = read_people(opened, terms, progress=progress)
    end_speechless(read.persons, speech)
    return read


def standards_of(found: ClientFile) -> Standards:
    """Return by what the persons of a stored file are excluded."""
    campaign = found.campaign
    return Standards(campaign.account_id, campaign.pk, found.params["allow_duplicates"])


def missing_cells(found: ClientFile, opened: OpenFile) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    """Yield the cells of rows that were not accepted and have none yet, some thousand at a time."""
    bare = RowReport.objects.filter(of=found, status__in=[str(one) for one in NOT_ACCEPTED], cells=[])
    wanted = set(bare.values_list("line", flat=True))
    rows = ((row.line, row.cells) for row in opened.rows() if row.line in wanted) if wanted else iter(())
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield some


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


def _tell_read(run: Run, rows: int) -> None:
    # Reading begins again after a kill or a pause: its rows are told once, and count for no slice of time.
    told = run.cursor.get("read", 0)
    if rows > told:
        with run.chunk() as chunk:
            chunk.advance(cursor={"read": rows}, read=rows - told)


def _write(run: Run, found: ClientFile, read: ReadFile) -> None:
    _begin(run, read)
    while some := read.persons[run.cursor.get("person", 0) :][:PERSONS_A_CHUNK]:
        _write_persons(run, found, some)
    loose = _loose_rows(read)
    while rows := loose[run.cursor.get("loose", 0) :][:ROWS_A_CHUNK]:
        with run.chunk() as chunk:
            write_report(found, rows)
            chunk.advance(len(rows), cursor={"loose": run.cursor.get("loose", 0) + len(rows)})
    with run.chunk() as chunk:
        chunk.advance(cursor={"written": True})


def _begin(run: Run, read: ReadFile) -> None:
    if "rows" not in run.cursor:
        with run.chunk() as chunk:
            told = {"rows": len(read.rows), "warnings": _warnings(read)}
            chunk.advance(total=len(read.rows), cursor=told)


def _write_persons(run: Run, found: ClientFile, persons: Sequence[Person]) -> None:
    with run.chunk() as chunk:
        go_alone(found.campaign)
        exclude(persons, standards_of(found))
        rows = [row for person in persons for row in person.rows]
        taken = [person for person in persons if person.rows[0].status in TAKEN]
        written = write_people(found.campaign, taken)
        write_report(found, rows)
        place = run.cursor.get("person", 0) + len(persons)
        chunk.advance(len(rows), cursor={"person": place}, entries=written)


def _loose_rows(read: ReadFile) -> list[RowResult]:
    """Return the rows that belong to nobody who could have been called."""
    owned = {row.line for person in read.persons for row in person.rows}
    return [row for row in read.rows if row.line not in owned]


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
