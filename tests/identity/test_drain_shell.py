"""The commands as operators call them: own processes, real log-ins, exit codes, one at a time (I12, J5)."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.db.models.functions import Now

from identity.models import Lead, Link, QueueItem
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity.draining import check_all, populate
from tests.workers import ROOT

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]


def started(command: str, *words: str, **environment: str) -> "subprocess.Popen[str]":
    """Call a command for Acme."""
    return subprocess.Popen(
        [sys.executable, "manage.py", command, "--tenant=acme", "--json", *words],
        cwd=ROOT,
        env=os.environ | {"MINGA_LOGIN": "owner"} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any]]:
    """Return the exit code and the answer."""
    said, _errors = process.communicate(timeout=60)
    return process.returncode, json.loads(said)


def test_a_killed_command_is_gone_on_with_and_a_second_one_waits_for_nobody(acme: Tenant) -> None:
    """J4, J5, I12: seeded, killed in mid-recovery, told, taken over, verified."""
    with tenant_scope(acme.schema_name):
        populate(found=1_050, lost=20, disputed=10)
    code, said = ended(started("seed_kpi_red_queue"))
    assert (code, said["inserted"]) == (0, 1_080)
    killed = started("recover_kpi_red_leads", CRASH_AT="after_commit:2")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert ended(started("recover_kpi_red_leads"))[1]["status"] == "already_running"
    with tenant_scope(acme.schema_name):
        assert QueueItem.objects.filter(status="matched").exists()
        check_all()
        Job.objects.filter(state="running").update(lease_until=Now())
    code, said = ended(started("recover_kpi_red_leads"))
    assert (code, said["status"], said["processed"], said["matched"]) == (0, "completed", 1_080, 1_050)
    code, said = ended(started("verify_kpi_red_drain"))
    assert (code, said["status"]) == (0, "pass"), said
    with tenant_scope(acme.schema_name):
        check_all()
        Link.objects.filter(source_pk="found7").delete()
    code, said = ended(started("verify_kpi_red_drain"))
    assert (code, [each["lead_source_pk"] for each in said["offenders"]]) == (1, ["found7"])


@pytest.mark.services
def test_of_two_started_together_one_works(acme: Tenant) -> None:
    """J5: by the lease row, from two processes."""
    with tenant_scope(acme.schema_name):
        populate(found=300, lost=0, disputed=0)
    ended(started("seed_kpi_red_queue"))
    begun = time.monotonic()
    both = [ended(each) for each in [started("recover_kpi_red_leads") for _process in range(2)]]
    assert time.monotonic() - begun < 60
    assert [code for code, _said in both] == [0, 0]
    with tenant_scope(acme.schema_name):
        check_all()
        assert Lead.objects.red().count() == 0
        worked = [said for _code, said in both if said["status"] == "completed" and said["matched"]]
        assert len(worked) == 1
