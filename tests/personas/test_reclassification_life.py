"""A reclassification's life: attempts, order, cancelling, its rules, what is forgotten (R2, R6-R8)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from personas import actions, queries
from personas.actions.reclassifying.listing import Lister
from personas.models import (
    Keyword,
    ListedChange,
    Persona,
    PersonaDay,
    Reclassification,
)
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.jobs.schedules import install_rows
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.personas.importing import import_rows, work
from tests.personas.six_people import ALL, by_hand, make_people, personas, ran


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    return make_people(in_acme)


def test_a_cancelled_job_keeps_what_it_committed(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: at the next batch; the rest of the list is no history, and what was written can be undone."""
    from personas.actions.reclassifying import applying

    by_hand("Zootecnista")
    before = personas()
    monkeypatch.setattr(applying, "RECLASSIFICATION_BATCH", 1)
    job = actions.reclassify(type=ALL, params={}, dry_run=False)
    stretch = applying.apply_stretch

    def cancelling(*args: Any, **keyword: Any) -> Any:
        actions.cancel_reclassification(job_id=job.id)
        return stretch(*args, **keyword)

    monkeypatch.setattr("personas.actions.reclassifying.work.apply_stretch", cancelling)
    assert work(in_acme, job).state == "cancelled"
    found = queries.reclassification(job_id=job.id)
    assert (found.status, found.progress.updated) == ("cancelled", 1)
    assert found.result is not None
    assert len(found.result["sample_changes"]) == 1
    changed = {name for name, code in personas().items() if code != before[name]}
    assert len(changed) == 1
    histories = {name: len(queries.changes_of(contact_id=number)) for name, number in people.items()}
    assert {name for name, count in histories.items() if count == 2} == changed
    monkeypatch.undo()
    work(in_acme, actions.undo_reclassification(job_id=job.id))
    assert personas() == before


def test_days_count_what_moved(in_acme: Tenant, people: dict[str, int]) -> None:
    """The sums of gains and losses are the contacts there are, after import, job and undo."""
    by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    for _turn in range(2):
        held = {
            persona.code: (persona.holders.count(), sum(day.gained - day.lost for day in persona.days.all()))
            for persona in Persona.objects.all()
        }
        assert all(count == total for count, total in held.values()), held
        if not _turn:
            work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert PersonaDay.objects.count() == 4


def test_the_first_rules_hold_to_the_end(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: rules edited in mid-job, and read again by another worker, change nothing of the job."""
    by_hand("Zootecnista")
    job = actions.reclassify(type=ALL, params={}, dry_run=False)
    decide = Lister.decide_titles
    monkeypatch.setattr(Lister, "decide_titles", lambda *_args: (_ for _ in ()).throw(OSError("cut")))
    assert work(in_acme, job).state == "waiting"
    monkeypatch.setattr(Lister, "decide_titles", decide)
    by_hand("Marketing", persona="dc_generales")
    Keyword.objects.filter(normalized="zootecnista").delete()
    Job.objects.filter(pk=job.id).update(due_at="2020-01-01T00:00Z")
    assert work(in_acme, job).state == "completed"
    assert personas()["N2"] == "dc_medicas"
    assert personas()["N0"] == "dc_marketing"
    assert ListedChange.objects.get(contact=people["N2"]).keyword_text == "Zootecnista"


def test_three_attempts_then_failed_with_the_error(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: `attempt` is 0 when new and counts starts; an exception ends one."""

    def broken(*_asked: object) -> None:
        raise OSError("cut")

    monkeypatch.setattr(Lister, "decide_titles", broken)
    job = actions.reclassify(type=ALL, params={})
    assert queries.reclassification(job_id=job.id).attempt == 0
    for attempt in (1, 2, 3):
        Job.objects.filter(pk=job.id).update(due_at="2020-01-01T00:00Z")
        work(in_acme, job)
        assert queries.reclassification(job_id=job.id).attempt == attempt
    found = queries.reclassification(job_id=job.id)
    assert (found.status, found.error) == ("failed", "OSError: cut")


def test_several_wait_and_the_oldest_runs_first(acme: Tenant) -> None:
    """R7: in a tenant, by a worker that is named as the first system named it, every 30 s."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Ana,X,https://linkedin.com/in/ana,,A,Zootecnista,")
        jobs = [actions.reclassify(type=ALL, params={}).id for _turn in range(3)]
    for ended in range(1, 4):
        work_once(platform=False)
        with tenant_scope(acme.schema_name):
            completed = Job.objects.filter(pk__in=jobs, state="completed")
            assert list(completed.order_by("id").values_list("id", flat=True)) == jobs[:ended]
    with owner_scope():
        install_rows()
        beat = PeriodicTask.objects.get(name="persona_reclassification_worker")
        assert (beat.interval.every, beat.interval.period) == (30, "seconds")


def test_old_previews_are_forgotten_and_applied_lists_kept(in_acme: Tenant, people: dict[str, int]) -> None:
    """R8: history stays; what nobody applied goes, and decisions that no job reads again."""
    by_hand("Zootecnista")
    ran(in_acme)
    applied = ran(in_acme, dry_run=False, preview_job_id=ran(in_acme).job_id)
    assert ListedChange.objects.count() == 4
    while actions.forget_previews(before=timezone.now()):
        pass
    assert ListedChange.objects.count() == 2
    assert queries.changes_of(contact_id=people["N2"])[0].job == applied.job_id
    back = work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert queries.reclassification(job_id=back.id).progress.updated == 2


def test_a_preview_too_old_to_be_kept_is_not_applied(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2: its list may be gone, and nothing written would look like success."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    Reclassification.objects.update(created_at=timezone.now() - timedelta(days=29))
    assert not queries.reclassification(job_id=preview.job_id).can_apply
    with pytest.raises(actions.PreviewUnusable):
        actions.reclassify(type=ALL, params={}, dry_run=False, preview_job_id=preview.job_id)
