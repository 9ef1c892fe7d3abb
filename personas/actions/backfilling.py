"""Normalised copies that are missing or stale are mended (R10), a chunk a transaction."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import DataError, IntegrityError, InternalError, transaction

from personas.actions import statements as sql
from personas.actions.contact_rows import lock_contacts
from personas.classifier import normalise
from personas.models import Contact
from tenants.jobs.runner import Run

log = logging.getLogger(__name__)
CHUNK = 5_000
COUNTED = ("updated", "already_normalized", "no_job_title", "errors")

MISSING = "(c.title_id IS NULL OR (cp.contact_id IS NOT NULL AND cp.title_id IS NULL))"
COUNT_MISSING = f"""
    SELECT count(*) FROM personas_contact c
      LEFT JOIN personas_contactpersona cp ON cp.contact_id = c.id WHERE {MISSING}
"""  # noqa: S608 - a constant
CONTACTS = """
    SELECT c.id, c.job_title, c.title_id, t.normalized, cp.contact_id, cp.title_id
      FROM personas_contact c
      LEFT JOIN personas_contactpersona cp ON cp.contact_id = c.id
      LEFT JOIN personas_jobtitle t ON t.id = c.title_id
     WHERE c.id > %(after)s AND ({only}) ORDER BY c.id LIMIT %(limit)s
"""
# New titles come without a persona: the next classification of the title says which (None before the first).
TITLES = """
    INSERT INTO personas_jobtitle (normalized, contacts_count, keyword_text, revision)
    SELECT v, 0, '', 0 FROM unnest(%(titles)s::text[]) AS v
    ON CONFLICT (normalized) DO NOTHING
"""
TITLE_IDS = "SELECT normalized, id FROM personas_jobtitle WHERE normalized = ANY(%(titles)s)"
MEND_CONTACTS = """
    UPDATE personas_contact c SET title_id = v.title
      FROM unnest(%(ids)s::bigint[], %(titles)s::bigint[]) AS v(id, title)
     WHERE c.id = v.id AND c.title_id IS DISTINCT FROM v.title
"""
MEND_PERSONAS = """
    UPDATE personas_contactpersona cp SET title_id = v.title
      FROM unnest(%(ids)s::bigint[], %(titles)s::bigint[]) AS v(id, title)
     WHERE cp.contact_id = v.id AND cp.title_id IS DISTINCT FROM v.title
"""
COUNT_TITLES = """
    UPDATE personas_jobtitle t SET contacts_count = greatest(t.contacts_count + m.contacts, 0)
      FROM (SELECT id, sum(contacts) AS contacts
              FROM unnest(%(titles)s::bigint[], %(contacts)s::int[]) AS v(id, contacts)
             GROUP BY id HAVING sum(contacts) <> 0) AS m
     WHERE t.id = m.id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backfill goes on: after which contact, and how many contacts of each sort it may still take."""

    after: int
    missing: int
    others: int


@dataclass(slots=True)
class Backfill:
    """What was done, in the words of R10, and where to go on; `next` is None at the end."""

    next: Place | None = None
    updated: int = 0
    already_normalized: int = 0
    no_job_title: int = 0
    errors: int = 0

    @property
    def counters(self) -> dict[str, int]:
        """The four counts of contacts."""
        return {name: getattr(self, name) for name in COUNTED}


@dataclass(frozen=True, slots=True)
class _Copies:
    """A contact's title as typed and its normalised copies; without a classification there is one copy."""

    id: int
    job_title: str
    title_id: int | None
    normalized: str | None
    classified: int | None
    persona_title_id: int | None

    @property
    def are_missing(self) -> bool:
        return self.title_id is None or (self.classified is not None and self.persona_title_id is None)

    @property
    def are_right(self) -> bool:
        are_one = self.classified is None or self.persona_title_id == self.title_id
        return self.title_id is not None and are_one and self.normalized == normalise(self.job_title)


def backfill(*, limit: int | None = None) -> dict[str, int]:
    """Mend missing and stale copies of up to `limit` contacts, missing ones first; return R10's counts.

    A chunk is a commit, so what is done stays done whatever interrupts it.
    """
    done = dict.fromkeys(COUNTED, 0)
    place: Place | None = first_place(limit=limit)
    while place is not None:
        chunk = backfill_chunk(place=place)
        done = {name: done[name] + count for name, count in chunk.counters.items()}
        place = chunk.next
    return {"total_processed": sum(done.values()), **done}


def backfill_run(run: Run) -> dict[str, int]:
    """Do the same as a job with a bar, from where its last commit ended."""
    if "after" not in run.cursor:
        place = first_place(limit=run.params.get("limit"))
        with run.chunk() as chunk:
            chunk.advance(total=min(place.missing + place.others, _contacts()), cursor=asdict(place))
    while run.cursor["after"] is not None:
        with run.chunk() as chunk:
            did = backfill_chunk(place=Place(**run.cursor))
            cursor = asdict(did.next) if did.next else {"after": None}
            done = sum(did.counters.values())
            # Contacts that came meanwhile are taken too, and a bar never runs past its end.
            total = max(run.total or 0, run.done + done) if did.next else run.done + done
            chunk.advance(done, total=total, cursor=cursor, **did.counters)
    return {"total_processed": run.done, **{name: run.counters.get(name, 0) for name in COUNTED}}


def first_place(*, limit: int | None) -> Place:
    """Return where a backfill begins. One query.

    Contacts are walked by id, not missing ones first: all of them pass and as many others as the limit
    leaves, which takes the same contacts and none of them twice.
    """
    if limit is None:
        return Place(0, sys.maxsize // 2, sys.maxsize // 2)
    missing = min(sql.rows(COUNT_MISSING)[0][0], limit)
    return Place(0, missing, limit - missing)


@transaction.atomic
def backfill_chunk(*, place: Place) -> Backfill:
    """Look at the next contacts and mend their copies. At most eight statements unless something fails."""
    lock_contacts()
    only = "true" if place.others else MISSING
    rows = sql.rows(CONTACTS.format(only=only), after=place.after, limit=CHUNK)
    found = [_Copies(*row) for row in rows]
    taken = list(_taken(found, place))
    done = Backfill()
    failed = _mend([one for one in taken if not one.are_right])
    for one in taken:
        _count(done, one, failed)
    missing = sum(one.are_missing for one in taken)
    left = place.missing - missing, place.others - (len(taken) - missing)
    if len(found) == CHUNK and any(left):
        done.next = Place(found[-1].id, *left)
    return done


def _contacts() -> int:
    return Contact.objects.count()


def _taken(found: list[_Copies], place: Place) -> Iterator[_Copies]:
    left = {True: place.missing, False: place.others}
    for one in found:
        if left[one.are_missing]:
            left[one.are_missing] -= 1
            yield one


def _count(done: Backfill, one: _Copies, failed: set[int]) -> None:
    if one.id in failed:
        done.errors += 1
    elif not one.job_title.strip():
        done.no_job_title += 1
    elif one.are_right:
        done.already_normalized += 1
    else:
        done.updated += 1


def _mend(wrong: list[_Copies]) -> set[int]:
    """Write the copies; return the contacts whose copies cannot be written, found by halving."""
    if not wrong:
        return set()
    try:
        with transaction.atomic():
            _write(wrong)
    except (DataError, IntegrityError, InternalError) as error:
        if len(wrong) == 1:
            log.error("title of contact %s cannot be mended: %s", wrong[0].id, type(error).__name__)
            return {wrong[0].id}
        half = len(wrong) // 2
        return _mend(wrong[:half]) | _mend(wrong[half:])
    return set()


def _write(wrong: list[_Copies]) -> None:
    normalized = {one.id: normalise(one.job_title) for one in wrong}
    titles = sorted(set(normalized.values()))
    sql.rows(TITLES, titles=titles)
    ids = dict(sql.rows(TITLE_IDS, titles=titles))
    right = {one.id: ids[normalized[one.id]] for one in wrong}
    sql.rows(MEND_CONTACTS, ids=list(right), titles=list(right.values()))
    sql.rows(MEND_PERSONAS, ids=list(right), titles=list(right.values()))
    moved = [one for one in wrong if one.title_id != right[one.id]]
    left = [one.title_id for one in moved if one.title_id is not None]
    gained = [right[one.id] for one in moved]
    sql.rows(COUNT_TITLES, titles=gained + left, contacts=[1] * len(gained) + [-1] * len(left))
