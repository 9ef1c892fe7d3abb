"""The first system's commands: figures, exit codes, one at a time, rehearsals (I11-I14)."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models.functions import Now
from django.utils import timezone

from identity.management.operating import count
from identity.models import Case, Claim, Lead, Link, Person, QueueItem
from identity.rules import JobKind
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job, Schedule
from tenants.jobs.runner.lease import claim
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, linked, trips

COMMANDS = {
    JobKind.SEED: "seed_kpi_red_queue",
    JobKind.RECOVER: "recover_kpi_red_leads",
    JobKind.RECONCILE: "reconcile_cabinet_leads_pipeline",
    JobKind.CLAIMS: "generate_cabinet_claims",
}


def called(command: str, *words: str) -> tuple[int, dict[str, Any]]:
    """Call a command for Acme; return its exit code and its JSON."""
    said, code = StringIO(), 0
    try:
        call_command(command, "--tenant=acme", "--json", *words, stdout=said)
    except CommandError as error:
        code = error.returncode
    lines = said.getvalue().splitlines()
    assert len(lines) == 1, lines
    return code, json.loads(lines[0])


@pytest.fixture
def fleet(acme: Tenant) -> Tenant:
    """One lead that can be linked, one that cannot, one linked that has earned a claim."""
    with tenant_scope(acme.schema_name):
        a_driver("d1", phone="999888777", name="Rosa Quispe")
        a_lead("L1", phone="999888777", name="Rosa Quispe", on=timezone.now().date())
        a_lead("L2", phone="911222333", name="Ana Mamani", on=timezone.now().date())
        person, driver = a_person(), a_driver("d3")
        linked(a_lead("L3"), person)
        linked(driver, person)
        trips(driver, DAY, 1)
    return acme


def test_seed_recover_and_claims_tell_what_they_did(fleet: Tenant) -> None:
    """I11, I12, I14: the row is kept like any job's."""
    code, said = called("seed_kpi_red_queue")
    assert (code, said.pop("status"), bool(said.pop("job"))) == (0, "completed", True)
    assert said == {
        "inserted": 2,
        "requeued": 0,
        "unchanged": 0,
        "closed": 0,
        "matched_but_in_backlog": 0,
    }
    code, said = called("recover_kpi_red_leads", "--limit", "10")
    assert (code, said["processed"], said["matched"], said["retry"]) == (0, 2, 1, 1)
    code, said = called("generate_cabinet_claims")
    assert (code, said["generated"]) == (0, 1)
    with tenant_scope(fleet.schema_name):
        ended = Job.objects.filter(kind=JobKind.RECOVER).get()
        assert (ended.state, ended.params) == ("completed", {"limit": 10})
        assert (ended.result or {})["matched"] == 1


def test_reconcile_takes_its_options(fleet: Tenant) -> None:
    """I13: by the names of the first system."""
    words: tuple[str, ...] = ("--no-limbo", "--recent-days", "7", "--limit", "1")
    code, said = called("reconcile_cabinet_leads_pipeline", *words)
    assert (code, said["processed"], said["deferred"]) == (0, 1, 1)
    words = ("--no-recent", "--limbo-stages", "NO_IDENTITY,NO_DRIVER")
    code, said = called("reconcile_cabinet_leads_pipeline", *words)
    # The newest, looked at before, was found to be nobody's.
    assert (code, said["processed"], said["newly_linked"], said["still_no_candidates"]) == (0, 2, 1, 1)
    with tenant_scope(fleet.schema_name):
        newest = Job.objects.filter(kind=JobKind.RECONCILE).order_by("-id")[0]
        assert newest.params["limbo_stages"] == ["NO_IDENTITY", "NO_DRIVER"]


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_rehearsal_counts_and_writes_nothing(fleet: Tenant, kind: JobKind) -> None:
    """I11-I14: --dry-run."""
    with tenant_scope(fleet.schema_name):
        if kind is JobKind.RECOVER:
            for pk in ("L1", "L2"):
                QueueItem.objects.create(source_pk=pk)
        tables = (QueueItem, Link, Case, Person, Claim, Job)
        before = [list(table.objects.order_by("pk").values()) for table in tables]
    code, said = called(COMMANDS[kind], "--dry-run")
    assert (code, said["status"], "job" in said) == (0, "dry_run", False)
    assert any(isinstance(value, int) and value for value in said.values()), said
    with tenant_scope(fleet.schema_name):
        assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_second_start_says_so_and_ends_well(acme: Tenant, kind: JobKind) -> None:
    """J5: exit 0, nothing done."""
    with tenant_scope(acme.schema_name):
        first = jobs.enqueue(kind=kind)
        assert claim(first.id)
    assert called(COMMANDS[kind]) == (0, {"status": "already_running", "job": str(first.id)})


def test_one_whose_process_was_killed_is_gone_on_with(fleet: Tenant) -> None:
    """J4: after its lease the next start takes it over."""
    with tenant_scope(fleet.schema_name):
        first = jobs.enqueue(kind=JobKind.SEED)
        claim(first.id)
        Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    code, said = called("seed_kpi_red_queue")
    assert (code, said["job"], said["inserted"]) == (0, str(first.id), 2)


def test_an_error_is_exit_1_with_its_words(fleet: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever called hears it at once; nothing waits for a second attempt."""

    def stumble(*args: object, **kwargs: object) -> None:
        raise ValueError("stumbled")

    monkeypatch.setattr("identity.actions.draining.seeding.row", stumble)
    code, said = called("seed_kpi_red_queue")
    assert (code, said["status"]) == (1, "failed")
    monkeypatch.undo()
    assert called("seed_kpi_red_queue")[0] == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("recover_kpi_red_leads", ("--limit", "0")),
        ("recover_kpi_red_leads", ("--limit", "many")),
        ("recover_kpi_red_leads", ("--limit", "99999999999999999999")),
        ("reconcile_cabinet_leads_pipeline", ("--recent-days", "99999999")),
        ("reconcile_cabinet_leads_pipeline", ("--nonsense",)),
        ("verify_kpi_red_drain", ("--shown", "x")),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_done(
    acme: Tenant, command: str, words: tuple[str, ...]
) -> None:
    """Usage: argparse ends a shell's call with 2."""
    with pytest.raises(CommandError):
        call_command(command, "--tenant=acme", *words)
    assert count("7") == 7


def test_an_unknown_stage_or_tenant_is_exit_2(acme: Tenant) -> None:
    """I13: the answer lists the stages that there are."""
    code, said = called("reconcile_cabinet_leads_pipeline", "--limbo-stages", "LOST")
    assert (code, "NO_IDENTITY" in said["error"]) == (2, True)
    with pytest.raises(CommandError, match="There is no tenant") as caught:
        call_command("seed_kpi_red_queue", "--tenant=nobody")
    assert caught.value.returncode == 2


def test_the_impact_is_told_and_taken_back(fleet: Tenant) -> None:
    """I19: before, seed and recover, after, reasons."""
    code, said = called("validate_kpi_red_impact", "--limit", "10")
    assert (code, said["status"], said["checked"], said["applied"]) == (0, "pass", 2, False)
    assert (said["backlog_before"], said["backlog_after"], said["drained"]) == (2, 1, 1)
    assert (said["seed"]["inserted"], said["recover"]["matched"]) == (2, 1)
    assert said["fail_reasons"] == {"NO_CANDIDATES": 1}
    with tenant_scope(fleet.schema_name):
        assert not QueueItem.objects.exists()
        assert Lead.objects.red().count() == 2


def test_the_impact_is_kept_where_that_is_asked_for(fleet: Tenant) -> None:
    """I19: as two jobs with rows of their own."""
    code, said = called("validate_kpi_red_impact", "--apply")
    assert (code, said["applied"], said["drained"]) == (0, True, 1)
    with tenant_scope(fleet.schema_name):
        assert Lead.objects.red().count() == 1
        assert set(Job.objects.values_list("kind", flat=True)) == {JobKind.SEED, JobKind.RECOVER}
    assert called("validate_kpi_red_impact", "--apply")[1]["status"] == "vacuous"


def test_an_impact_that_leaves_matched_leads_red_fails(fleet: Tenant) -> None:
    """I19: exit 1 with the offenders; seeding alone mends it, so the damage is done in between."""
    with tenant_scope(fleet.schema_name):
        QueueItem.objects.create(source_pk="L2", status="matched", closed_at=timezone.now())
    code, said = called("verify_kpi_red_drain")
    assert (code, said["offenders"][0]["lead_source_pk"]) == (1, "L2")
    code, said = called("validate_kpi_red_impact")
    assert (code, said["seed"]["matched_but_in_backlog"]) == (0, 1)


def test_a_new_tenant_has_the_schedules_of_its_backlog(in_acme: Tenant) -> None:
    """I11-I14, I19: hourly, every two hours, every half hour, daily, hourly."""
    found = dict(
        Schedule.objects.filter(kind__in=COMMANDS | {JobKind.VERIFY: ""}).values_list("kind", "crontab")
    )
    assert found == {
        "identity.seed": "5 * * * *",
        "identity.recover": "15 */2 * * *",
        "identity.reconcile": "*/30 * * * *",
        "identity.claims": "40 4 * * *",
        "identity.verify": "50 * * * *",
    }
