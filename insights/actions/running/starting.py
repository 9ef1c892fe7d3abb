"""Begin an analysis: one at a time for a brand, whoever asks (N15, N16)."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from insights.actions.refusals import AlreadyRunning, NoSuchFicha
from insights.models import FichaCliente, Run
from insights.rules import JobKind, RunState, Trigger
from tenants.jobs.actions import enqueue
from tenants.jobs.rules import AlreadyLive
from tenants.jobs.runner import Run as Work
from tenants.records.actions import note


@transaction.atomic
def start_analysis(
    *, ficha: int, by: UUID | None = None, trigger: Trigger = Trigger.PERSON, is_forced: bool = False
) -> Run:
    """Queue an analysis and return its run; `is_forced`: also without news.

    Raises AlreadyRunning, NoSuchFicha.
    """
    run = _new_run(ficha=ficha, created_by=by, trigger=trigger, is_forced=is_forced)
    params = {"ficha": ficha, "run": run.pk, "trigger": str(trigger)}
    try:
        job = enqueue(kind=JobKind.ANALYZE, subject=str(ficha), params=params, by=by)
    except AlreadyLive as live:
        raise AlreadyRunning from live
    Run.objects.filter(pk=run.pk).update(job=job.pk)
    note(verb="start", of="analysis", id=run.pk, by=by, job=job.pk)
    run.job = job.pk
    return run


def take_up(work: Work) -> Run:
    """Return the run of a job, in motion: the one that was asked for, or a new one of a schedule.

    A job that is taken up again after a kill finds its run by the cursor. Raises NoSuchFicha, AlreadyRunning.
    """
    number = work.params.get("run") or work.cursor.get("run")
    with work.chunk() as chunk:
        run = Run.objects.filter(pk=number).first() if number else None
        if run is None:
            run = _new_run(ficha=int(work.params["ficha"]), created_by=work.created_by, **_asked(work))
        Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
            state=RunState.RUNNING, started_at=Now(), job=work.job_id
        )
        chunk.advance(cursor={"run": run.pk})
    return Run.objects.select_related("ficha").get(pk=run.pk)


def _asked(work: Work) -> dict[str, Any]:
    return {
        "trigger": Trigger(work.params.get("trigger", Trigger.SCHEDULE)),
        "is_forced": bool(work.params.get("force", False)),
    }


def _new_run(*, ficha: int, **values: Any) -> Run:
    if not FichaCliente.objects.filter(pk=ficha).exists():
        raise NoSuchFicha
    run = Run(ficha_id=ficha, **values)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as error:
        if "run_one_live" in str(error):
            raise AlreadyRunning from error
        raise
    run.refresh_from_db()
    return run
