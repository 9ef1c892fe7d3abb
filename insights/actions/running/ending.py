"""How a run ends: with an insight, without news, or failed; labels stay in any case (N7, N14)."""

import logging
from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db.models import QuerySet
from django.db.models.functions import Now

from insights.actions.running.labels import pending_comments
from insights.actions.running.results import Results
from insights.actions.tasking import merge_tasks
from insights.models import FichaCliente, Insight, Post, Run
from insights.rules import LIVE_RUNS, Engine, RunState
from tenants.actions.announcing import announce
from tenants.jobs.rules import State
from tenants.jobs.runner import Run as Work

log = logging.getLogger(__name__)
CANCELLED = "cancelled"
BROKEN = "run_broken"


def skip(work: Work, run: Run) -> None:
    """End a run that found nothing new: no call, no insight; only the check has moved (N7)."""
    with work.chunk():
        _end(Run.objects.filter(pk=run.pk), RunState.SKIPPED)
    log.info("insights: run %s of brand %s skipped, nothing new", run.pk, run.ficha_id)


def leave_partial(work: Work, run: Run) -> None:
    """End a run that stored posts and had no comments to read: no insight (N2)."""
    with work.chunk():
        _end(Run.objects.filter(pk=run.pk), RunState.PARTIAL)


def fail(work: Work, run: Run, *, code: str, words: object) -> None:
    """End a run that brought nothing; the insight before stays current (N14)."""
    with work.chunk():
        _end(Run.objects.filter(pk=run.pk), RunState.FAILED, error_code=code, error=str(words)[:500])
    log.warning("insights: run %s of brand %s failed: %s", run.pk, run.ficha_id, code)


def conclude(
    work: Work, run: Run, results: Results, *, is_whole: bool, model: str, key: str, now: datetime
) -> Insight:
    """Store the insight and end the run, in one transaction: neither is there without the other."""
    state = RunState.COMPLETED if is_whole and not results.failed else RunState.PARTIAL
    with work.chunk():
        insight = Insight.objects.create(
            ficha_id=run.ficha_id,
            run=run,
            analysis_timestamp=now,
            analysis_status=state,
            total_posts_analyzed=Post.objects.filter(ficha=run.ficha_id).count(),
            total_comments_analyzed=len(results.view.labelled),
            engine=results.view.engine,
            model=model,
            q9_key=key,
            **{f"{module}_result": result for module, result in results.stored.items()},
        )
        FichaCliente.objects.filter(pk=run.ficha_id).update(last_analysis_timestamp=now, stamp=RandomUUID())
        if results.recommended is not None:
            merge_tasks(insight=insight, recommended=results.recommended)
        _end(
            Run.objects.filter(pk=run.pk),
            state,
            modules=results.modules,
            pending=pending_comments(run.ficha_id),
        )
        thing = {"insight_id": str(insight.pk), "brand_id": str(run.ficha_id), "state": str(state)}
        announce(event="insight.ready", things=[thing], at=now)
    log.info("insights: run %s of brand %s saved insight %s", run.pk, run.ficha_id, insight.pk)
    return insight


def settle_run(params: dict[str, Any], state: str, error: str) -> None:
    """Say on a run that its job ended without it: cancelled or broken; in the job's own transaction."""
    live = Run.objects.live().filter(ficha=params.get("ficha", 0))
    if state == State.CANCELLED:
        _end(live, RunState.FAILED, error_code=CANCELLED)
    elif state == State.FAILED:
        _end(live, RunState.FAILED, error_code=BROKEN, error=error[:500])


def begin(run: Run, *, engine: Engine, model: str, version: str) -> None:
    """Write down who labels in this run (N11)."""
    Run.objects.filter(pk=run.pk).update(engine=engine, model=model, prompt_version=version)


def newest_insight(ficha: int) -> Insight | None:
    """Return the brand's current insight. One query."""
    return Insight.objects.filter(ficha=ficha).first()


def _end(runs: QuerySet[Run], state: RunState, **values: Any) -> int:
    # Conditional: a run ends once, whoever comes later (J2).
    live = runs.filter(state__in=LIVE_RUNS)
    return live.update(state=state, finished_at=Now(), **values)
