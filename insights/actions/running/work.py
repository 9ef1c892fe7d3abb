"""An analysis from the read to the insight (N1, N6, N7, N12, N14): read, store, label, reckon, tell."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from insights.actions.fichas import source_of
from insights.actions.reading import store_rows
from insights.actions.refusals import AnalysisFailed
from insights.actions.running import ending
from insights.actions.running.advice import Adviser
from insights.actions.running.doubts import ask_another
from insights.actions.running.labels import Labelling, Purse, label_pending, pending_comments
from insights.actions.running.results import compute_results
from insights.actions.running.starting import take_up
from insights.actions.running.warning import warn
from insights.labelling import Labeller, Stop, labeller_for
from insights.labelling.stops import WORDS
from insights.models import FichaCliente, Insight, Post, Run
from insights.rules import ModuleState, RunState, RunWarning
from insights.sources import Answer, SourceRefused, read_rows, read_source
from tenants.jobs.runner import Run as Work
from tenants.rules import Refused

log = logging.getLogger(__name__)
PHASES = 4
# Nothing but a person can heal these: the run has failed, whatever was labelled before (N12).
FATAL = frozenset({Stop.QUOTA, Stop.BAD_KEY, Stop.NO_MODEL, Stop.BAD_REQUEST})
# Counts that an unchanged source has again.
_SAME = (
    *("posts_read", "posts_accepted", "comments_read", "comments_accepted"),
    *("rows_blank", "rows_repeated", "rows_rejected"),
)


def analyze(work: Work, *, clock: Callable[[], datetime]) -> dict[str, Any]:
    """Look at a brand's source and, if there is news, say what it means; return the run's id and state.

    May be repeated after a kill at any moment: what was stored or labelled is there, and is not paid again.
    Raises AnalysisFailed for what no second attempt heals.
    """
    run = take_up(work)
    if not run.is_live:
        # Killed between the run's end and its job's.
        return {"run": run.pk, "state": run.state}
    log.info("insights: run %s of brand %s started", run.pk, run.ficha_id)
    try:
        _go_through(work, run, clock)
    except SourceRefused as refused:
        ending.fail(work, run, code=refused.code, words=refused)
        raise AnalysisFailed(refused.code, refused.message) from refused
    except Refused as refused:
        ending.fail(work, run, code=refused.code, words=refused)
        raise
    run.refresh_from_db(fields=["state"])
    return {"run": run.pk, "state": run.state}


def _go_through(work: Work, run: Run, clock: Callable[[], datetime]) -> None:
    has_comments_tab = _read(work, run)
    run.refresh_from_db()
    labeller = labeller_for(run.ficha.model)
    ask_another(work, run, labeller)
    if not (run.is_forced or has_news(run)):
        ending.skip(work, run)
        return
    if not has_comments_tab:
        ending.leave_partial(work, run)
        return
    purse = Purse(run.ficha, labeller, clock())
    done = _label(work, run, labeller, purse)
    _check_labelling(run, done)
    _reckon(work, run, Adviser(work, run, labeller, purse), labeller, done, clock())


def _read(work: Work, run: Run) -> bool:
    """Read and store the source; say whether there are comments in it."""
    work.phase(1, PHASES, gettext_noop("Reading"))
    with _timed(run, "read"):
        source = source_of(run.ficha)
        answer = read_source(source)
    answer_hash = answer.digest(source.zone, source.posts_tab, source.comments_tab)
    has_comments_tab = answer.comments is not None
    is_same = answer_hash == run.ficha.answer_hash
    if not is_same:
        _store(work, run, answer, answer_hash)
    with work.chunk():
        _note_read(run, answer_hash, is_same=is_same)
    if not has_comments_tab:
        warn(run, [{"code": RunWarning.COMMENTS_TAB_MISSING, "tab": source.comments_tab}])
    return has_comments_tab


def _store(work: Work, run: Run, answer: Answer, answer_hash: str) -> None:
    work.phase(2, PHASES, gettext_noop("Storing"))
    known = set(Post.objects.filter(ficha=run.ficha_id).values_list("url", flat=True))
    ficha = run.ficha
    read = read_rows(answer, zone=ficha.timezone, other_zones=ficha.zones_left, known_urls=known)
    log.info("insights: run %s fetched %s rows", run.pk, len(read.posts) + len(read.comments))
    with _timed(run, "store"):
        stored = store_rows(work, run=run, read=read, answer_hash=answer_hash)
    if stored.is_alarming:
        warn(run, [{"code": RunWarning.ROWS_LOST, "lost": stored.lost, "known": stored.known}])


def _note_read(run: Run, answer_hash: str, *, is_same: bool) -> None:
    values: dict[str, Any] = {"answer_hash": answer_hash}
    before = Run.objects.filter(ficha=run.ficha_id, answer_hash=answer_hash, same_as=None)
    first = before.exclude(pk=run.pk).first() if is_same and not run.posts_read else None
    if first:
        # Rejected rows are listed on every run alike; those of an unchanged source stand there (N3).
        values |= {name: getattr(first, name) for name in _SAME} | {"same_as": first}
    Run.objects.filter(pk=run.pk).update(**values)
    FichaCliente.objects.filter(pk=run.ficha_id).update(last_checked_at=Now(), stale_told_at=None)


def has_news(run: Run) -> bool:
    """Say whether there is something new, or something that an earlier run left to do (N6, N7)."""
    if run.posts_new or run.comments_new or run.comments_edited:
        return True
    return bool(pending_comments(run.ficha_id)) or _is_owed(run)


def _is_owed(run: Run) -> bool:
    """Say whether the newest insight has a failed module, or a later run never came to one."""
    newest = ending.newest_insight(run.ficha_id)
    if newest is not None and newest.run is not None and _has_failed_module(newest.run):
        return True
    brought = Q(posts_new__gt=0) | Q(comments_new__gt=0) | Q(comments_edited__gt=0) | Q(labelled__gt=0)
    later = Run.objects.filter(brought, ficha=run.ficha_id, state__in=[RunState.FAILED, RunState.PARTIAL])
    return later.filter(_after(newest), insight=None).exclude(pk=run.pk).exists()


def _after(newest: Insight | None) -> Q:
    """Return runs of which an insight cannot tell: one that a service brought speaks of its moment (N15)."""
    if newest is None:
        return Q()
    if newest.run_id is None:
        return Q(finished_at__gt=newest.analysis_timestamp)
    return Q(pk__gt=newest.run_id)


def _has_failed_module(run: Run) -> bool:
    return any(told.get("state") == ModuleState.FAILED for told in run.modules.values())


def _label(work: Work, run: Run, labeller: Labeller, purse: Purse) -> Labelling:
    work.phase(3, PHASES, gettext_noop("Labelling"))
    ending.begin(run, engine=labeller.engine, model=labeller.model, version=labeller.version)
    with _timed(run, "label"):
        return label_pending(work, run=run, labeller=labeller, purse=purse)


def _check_labelling(run: Run, done: Labelling) -> None:
    """Raise AnalysisFailed when no insight may come of it (N12, N14)."""
    stop = done.stop
    if stop is None or stop.stop is Stop.BUDGET:
        return
    run.refresh_from_db(fields=["labelled", "reused"])
    if stop.stop in FATAL or not (run.labelled or run.reused):
        raise AnalysisFailed(str(stop.stop), WORDS[stop.stop])


def _reckon(
    work: Work, run: Run, adviser: Adviser, labeller: Labeller, done: Labelling, now: datetime
) -> None:
    work.phase(4, PHASES, gettext_noop("Reckoning"))
    results = compute_results(run=run, labeller=labeller, adviser=adviser, stopped=done.code)
    if results.is_all_failed:
        raise AnalysisFailed("modules_failed", _("No module could be reckoned."))
    if done.code:
        warn(run, [{"code": done.code}])
    ending.conclude(
        work, run, results, is_whole=not done.code, model=labeller.model, key=adviser.key, now=now
    )


@contextmanager
def _timed(run: Run, name: str) -> Iterator[None]:
    """Add the seconds of a block that came to its end to the run's (N13)."""
    began = time.monotonic()
    yield
    run.seconds[name] = round(run.seconds.get(name, 0) + time.monotonic() - began, 3)
    Run.objects.filter(pk=run.pk).update(seconds=run.seconds)
