"""Normalised copies that are missing or stale are mended (R10), 5,000 contacts a commit."""

import logging
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

MISSING = "(c.title_id IS NULL OR (cp.contact_id IS NOT NULL AND cp.title_id IS NULL))"
COPIES = """
    SELECT c.id, c.job_title, c.title_id, t.normalized, cp.contact_id IS NULL OR cp.title_id = c.title_id
      FROM personas_contact c
      LEFT JOIN personas_contactpersona cp ON cp.contact_id = c.id AND {those}
      LEFT JOIN personas_jobtitle t ON t.id = c.title_id
     WHERE {of} AND {only} ORDER BY c.id LIMIT %(limit)s
"""
# Said of both tables: no inequality is carried over a join, and each page would begin at the first row.
AFTER = {"of": "c.id > %(after)s", "those": "cp.contact_id > %(after)s"}
NAMED = {"of": "c.id = ANY(%(ids)s)", "those": "true", "only": "true"}
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
# The keyword of another title is no reason: what it won is known, why is no longer.
MEND_PERSONAS = """
    UPDATE personas_contactpersona cp
       SET title_id = v.title,
           keyword_id = CASE WHEN cp.title_id IS NULL THEN cp.keyword_id END,
           keyword_text = CASE WHEN cp.title_id IS NULL THEN cp.keyword_text ELSE '' END
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
class Backfill:
    """Contacts by what became of them, in the words of R10."""

    updated: int = 0
    already_normalized: int = 0
    no_job_title: int = 0
    errors: int = 0

    @property
    def total_processed(self) -> int:
        """All of them."""
        return self.updated + self.already_normalized + self.no_job_title + self.errors

    def __add__(self, other: "Backfill") -> "Backfill":
        """Return both together."""
        return Backfill(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True, slots=True)
class _Copies:
    """A contact's title as typed and its normalised copies; `are_one` when both tables have the same."""

    id: int
    job_title: str
    title_id: int | None
    normalized: str | None
    are_one: bool | None

    @property
    def are_right(self) -> bool:
        return bool(self.are_one) and self.normalized == normalise(self.job_title)

    @property
    def is_untitled(self) -> bool:
        return not self.job_title.strip()


def backfill(*, limit: int | None = None) -> Backfill:
    """Mend missing and stale copies and count all contacts, or at most `limit` of them (R10).

    A limit takes missing copies first, then stale ones, then right ones: asked again, it goes on.
    """
    if limit is not None:
        return _backfill_some(limit)
    done = Backfill()
    for found in _pages():
        done += _settle(found)
    return done


def backfill_run(run: Run) -> dict[str, int]:
    """Do the same to all contacts as a job with a bar, from where its last commit ended."""
    total = max(Contact.objects.count(), run.done)
    for found in _pages(after=run.cursor.get("after", 0)):
        with run.chunk() as chunk:
            did = _settle(found)
            # Contacts that came meanwhile are looked at too, and a bar never runs past its end.
            total = max(total, run.done + did.total_processed)
            chunk.advance(did.total_processed, total=total, cursor={"after": found[-1].id}, **asdict(did))
    with run.chunk() as chunk:
        chunk.advance(total=run.done)
    return {"total_processed": run.done, **asdict(Backfill(**run.counters))}


def _backfill_some(limit: int) -> Backfill:
    done, right, failed = Backfill(), Backfill(), set[int]()
    for found in _pages(only=MISSING):
        done += _mend(found[: limit - done.total_processed], failed)
    mended_first = done
    for found in _pages() if done.total_processed < limit else ():
        stale = [one for one in found if not one.are_right and one.id not in failed]
        done += _mend(stale[: limit - done.total_processed], failed)
        right += _right(found)
    left = limit - done.total_processed
    # Those mended in the first round were met again as right ones.
    already = min(left, right.already_normalized - mended_first.updated)
    untitled = min(left - already, right.no_job_title - mended_first.no_job_title)
    return done + Backfill(already_normalized=max(already, 0), no_job_title=max(untitled, 0))


def _pages(*, only: str = "true", after: int = 0) -> Iterator[list[_Copies]]:
    """Yield contacts by id, 5,000 at a time. One query each."""
    statement = COPIES.format(only=only, **AFTER)
    while found := [_Copies(*row) for row in sql.rows(statement, after=after, limit=CHUNK)]:
        yield found
        after = found[-1].id


def _settle(found: list[_Copies]) -> Backfill:
    return _right(found) + _mend([one for one in found if not one.are_right], set())


def _right(found: list[_Copies]) -> Backfill:
    right = [one for one in found if one.are_right]
    untitled = sum(one.is_untitled for one in right)
    return Backfill(already_normalized=len(right) - untitled, no_job_title=untitled)


def _mend(wrong: list[_Copies], failed: set[int]) -> Backfill:
    """Mend contacts that were read as wrong; what is wrong no more counts as right. Adds to `failed`."""
    if not wrong:
        return Backfill()
    with transaction.atomic():
        # Read again under the lock: nearly all copies are right, and nobody is to wait while those are read.
        lock_contacts()
        ids = [one.id for one in wrong]
        rows = sql.rows(COPIES.format(**NAMED), ids=ids, limit=len(ids))
        found = [_Copies(*row) for row in rows]
        still_wrong = [one for one in found if not one.are_right]
        unwritable = _write_or_split(still_wrong)
    failed |= unwritable
    mended = [one for one in still_wrong if one.id not in unwritable]
    untitled = sum(one.is_untitled for one in mended)
    done = Backfill(updated=len(mended) - untitled, no_job_title=untitled, errors=len(unwritable))
    return done + _right(found)


def _write_or_split(wrong: list[_Copies]) -> set[int]:
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
        return _write_or_split(wrong[:half]) | _write_or_split(wrong[half:])
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
    gained = [right[one.id] for one in moved]
    left = [one.title_id for one in moved if one.title_id is not None]
    sql.rows(COUNT_TITLES, titles=gained + left, contacts=[1] * len(gained) + [-1] * len(left))
