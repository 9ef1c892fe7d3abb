"""Write a whole read, in committed chunks that may be repeated after a kill (N6, J6)."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F

from insights.actions.reading.planning import Known, Plan, plan_comments
from insights.actions.reading.statements import COMMENTS, MOVE, POSTS
from insights.models import Comment, FichaCliente, Post, RowReport, Run
from insights.rules import LOST_SHARE, Tab
from insights.sources import CommentRow, PostRow, ReadSource
from tenants.actions.statistics import refresh_statistics
from tenants.jobs.runner import Run as Work

log = logging.getLogger(__name__)
CHUNK_ROWS = 2_000
Row = TypeVar("Row")
_POST_ARRAYS = (
    "url",
    "platform",
    "created_at",
    "content",
    "likes",
    "comments_count",
    "shares",
    "views",
    "row",
)
_COMMENT_ARRAYS = (
    *("url", "comment_id", "author", "created_at", "text", "likes", "spot", "text_hash", "row", "identity"),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """How much of what was known stood in the source before, and is gone now."""

    known: int
    lost: int

    @property
    def is_alarming(self) -> bool:
        """Say whether so many rows went that somebody should look: more than a fifth (N6)."""
        return self.lost > LOST_SHARE * self.known


def store_rows(work: Work, *, run: Run, read: ReadSource, answer_hash: str) -> Stored:
    """Store a read to its end; the brand remembers the answer's hash with the last chunk.

    What a killed attempt has committed is counted once: the next one finds it known.
    """
    _report(work, run, read)
    for posts in _in_chunks(list(read.posts.values())):
        _write(work, run, POSTS, _POST_ARRAYS, posts, ("posts_new", "posts_changed"))
    plan = plan_comments(read.comments, _known_comments(run.ficha_id)) if read.has_comments_tab else Plan()
    with work.chunk(), connection.cursor() as cursor:
        if read.has_comments_tab:
            _note_zone(run)
        ids = list(plan.moved)
        cursor.execute(MOVE, {"ids": ids, "identities": [plan.moved[number] for number in ids]})
    for comments in _in_chunks(list(read.comments.values())):
        _write(work, run, COMMENTS, _COMMENT_ARRAYS, comments, ("comments_new", "comments_edited"))
    refresh_statistics(rows=len(read.posts) + len(read.comments))
    return _close(work, run, read, plan, answer_hash)


def _report(work: Work, run: Run, read: ReadSource) -> None:
    posts, comments = read.tabs[Tab.POSTS], read.tabs[Tab.COMMENTS]
    rows = [
        RowReport(run=run, tab=one.tab, row=one.row, code=one.code, column=one.column, value=one.value)
        for one in read.remarks
    ]
    with work.chunk():
        RowReport.objects.bulk_create(rows, batch_size=CHUNK_ROWS, ignore_conflicts=True)
        Run.objects.filter(pk=run.pk).update(
            posts_read=posts.read,
            posts_accepted=len(read.posts),
            comments_read=comments.read,
            comments_accepted=len(read.comments),
            rows_blank=comments.blank,
            rows_repeated=posts.repeated + comments.repeated,
            rows_rejected=posts.rejected + comments.rejected,
        )


def _write(
    work: Work,
    run: Run,
    statement: str,
    arrays: Sequence[str],
    rows: Sequence[PostRow] | Sequence[CommentRow],
    counted: tuple[str, str],
) -> None:
    columns: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in arrays}
    with work.chunk() as chunk, connection.cursor() as cursor:
        cursor.execute(statement, columns | {"ficha": run.ficha_id, "run": run.pk})
        counts = dict(zip(counted, cursor.fetchone(), strict=True))
        # In the chunk's own transaction: a row is counted by whoever committed it.
        Run.objects.filter(pk=run.pk).update(**{name: F(name) + more for name, more in counts.items()})
        FichaCliente.objects.filter(pk=run.ficha_id).restamp()
        chunk.advance(**counts)


def _close(work: Work, run: Run, read: ReadSource, plan: Plan, answer_hash: str) -> Stored:
    stored_posts = Post.objects.filter(ficha=run.ficha_id, missing_in_source=False)
    gone_posts = stored_posts.exclude(url__in=list(read.posts))
    with work.chunk():
        known = plan.known + stored_posts.count() - run_made(run)
        lost = len(plan.gone) + gone_posts.update(missing_in_source=True)
        Comment.objects.filter(pk__in=plan.gone).update(missing_in_source=True)
        Run.objects.filter(pk=run.pk).update(rows_vanished=F("rows_vanished") + lost)
        found = Stored(known=known, lost=lost)
        FichaCliente.objects.filter(pk=run.ficha_id).update(answer_hash=answer_hash)
        if read.has_comments_tab:
            _forget_zones(run)
    if found.is_alarming:
        log.error("insights: the source of brand %s lost %s of %s rows", run.ficha_id, lost, known)
    return found


def _note_zone(run: Run) -> None:
    """Remember the zone that rows are written in from now on, and those that others may stand in still."""
    left = {"read_zone": run.ficha.timezone, "other_zones": run.ficha.zones_left}
    FichaCliente.objects.filter(pk=run.ficha_id).update(**left)


def _forget_zones(run: Run) -> None:
    # What the source has lost comes back with the moments of the zone that it was last read in (N6).
    if not Comment.objects.filter(ficha=run.ficha_id, missing_in_source=True).exists():
        FichaCliente.objects.filter(pk=run.ficha_id).update(other_zones=[])


def run_made(run: Run) -> int:
    """Return how many posts this run has stored first. One query."""
    return Post.objects.filter(first_run=run.pk).count()


def _known_comments(ficha: int) -> Iterator[Known]:
    columns = ("id", "identity", "spot", "text_hash", "comment_id", "missing_in_source")
    return map(Known._make, Comment.objects.filter(ficha=ficha).values_list(*columns))


def _in_chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, CHUNK_ROWS)):
        yield some
