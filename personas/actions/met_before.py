"""A file that is read anew by other columns meets those whom its rows made before (L1, L6)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from sys import maxsize
from uuid import UUID

from django.db.models import Q

from personas.imports import ImportRow
from personas.models import Contact, LinkedInImport
from personas.rules import ChangeCause, JobKind, company_key
from tenants.jobs.models import Job
from tenants.jobs.runner import Run

# First name, last name, key of the company.
Names = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class MetBefore:
    """Contacts that rows up to `line` made and that no e-mail or address would find again, oldest first."""

    line: int = 0
    made: Mapping[Names, list[int]] = field(default_factory=dict)

    def ids(self, rows: list[ImportRow]) -> list[int]:
        """Return whom these rows may have made."""
        named = {_names(row) for row in rows if row.line <= self.line}
        return [number for names in named for number in self.made.get(names, [])[: len(rows)]]

    def take(self, row: ImportRow) -> int | None:
        """Return whom the row made, for it alone; None for nobody."""
        left = self.made.get(_names(row)) if row.line <= self.line else None
        return left.pop(0) if left else None

    def leave_out(self, written: Iterable[ImportRow]) -> None:
        """Take whom rows have met that this run wrote before it was interrupted: each is one row's alone."""
        for row in written:
            # By one with an address its contact is found again, so it is none of these any more.
            if not (row.rejected or row.email or row.profile_url):
                self.take(row)


NOBODY_MET = MetBefore()


def met_before(run: Run, found: LinkedInImport, rows: Callable[[], Iterable[ImportRow]]) -> MetBefore:
    """Return whom jobs before this one made of the import's rows, if they came further than it is.

    `rows` reads the file from its first row, for a run that goes on. Two queries, one when they did not.
    """
    jobs = Job.objects.of(JobKind.IMPORT_LINKEDIN, found.profile).exclude(pk=run.job_id)
    # An old job has lost its parameters, but the one before this is known by its id.
    earlier = jobs.filter(Q(params__import=str(found.pk)) | Q(pk=run.params.get("after")))
    places = {job.pk: _place(job) for job in earlier}
    reached, line = max(places.values(), default=0), run.cursor.get("line", 0)
    if reached <= line:
        return NOBODY_MET
    met = MetBefore(reached, _made_by(places))
    if line:
        met.leave_out(takewhile(lambda row: row.line <= line, rows()))
    return met


def _place(job: Job) -> int:
    """Return the last line that a job has read; of one that has lost it with its texts, all may be read."""
    return int(job.cursor.get("line", maxsize if job.done else 0))


def _made_by(jobs: Iterable[UUID]) -> Mapping[Names, list[int]]:
    # Once a run and not per chunk: jobs are an index, names are none.
    made: dict[Names, list[int]] = defaultdict(list)
    bare = Contact.objects.filter(
        persona_changes__job__in=list(jobs),
        persona_changes__old="",
        persona_changes__cause=ChangeCause.IMPORT,
        linkedin_url="",
        emails__isnull=True,
        companies__is_primary=True,
    )
    columns = ("id", "first_name", "last_name", "companies__key")
    for number, first, last, company in bare.order_by("id").values_list(*columns):
        made[first, last, company].append(number)
    return dict(made)


def _names(row: ImportRow) -> Names:
    return row.first_name, row.last_name, company_key(row.company)
