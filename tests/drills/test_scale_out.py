"""Several machines in one: two beats, a worker a queue, web processes behind PgBouncer (S9, S10, J9).

Real processes on the run's services. What needs a server of somebody else's looks for it and says when it did
not run. `make drills` runs them; the suite does not.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from config.surroundings import programs
from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.models import Tenant, User
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests import databases
from tests.doors import api_client
from tests.drills import pooler
from tests.jobs import kinds
from tests.workers import ROOT, Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.long]
CLIENTS, ROUNDS = 24, 12
HERE = "/api/v1/suppressions/"


@pytest.fixture
def beats(workers: Workers) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Start two beats that know nothing of each other."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "config.celery",
        "beat",
        "--pidfile=",
        "-l",
        "warning",
    ]
    started = [subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True) for _ in range(2)]
    yield started
    for beat in started:
        if beat.poll() is None:
            beat.kill()
        beat.wait()


def jobs_of(tenant: Tenant, **narrowed: Any) -> list[Job]:
    with tenant_scope(tenant.schema_name):
        return list(Job.objects.filter(kind=kinds.COUNT, **narrowed))


def every_second(tenant: Tenant) -> None:
    """Let beat ask for the same job every second."""
    with owner_scope():
        interval, _made = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
        arguments = [tenant.schema_name, kinds.COUNT, "the-same", {"steps": 3, "pause": 0.2}]
        PeriodicTask.objects.create(
            name="drill", task="tenants.jobs.enqueue_scheduled", interval=interval, args=json.dumps(arguments)
        )
        PeriodicTasks.update_changed()


def test_two_beats_ask_twice_and_the_work_is_done_once(
    acme: Tenant, workers: Workers, beats: list["subprocess.Popen[bytes]"]
) -> None:
    """J5, J9: never two of a subject at once, no step twice; with one beat killed the other goes on."""
    every_second(acme)
    workers.start(2)
    workers.until(lambda: len(jobs_of(acme, state=State.COMPLETED)) >= 4, sweeping=False)
    os.killpg(beats[0].pid, signal.SIGKILL)
    before = len(jobs_of(acme, state=State.COMPLETED))
    workers.until(lambda: len(jobs_of(acme, state=State.COMPLETED)) >= before + 3, sweeping=False)
    ended = sorted(jobs_of(acme, state=State.COMPLETED), key=lambda job: str(job.started_at))
    with tenant_scope(acme.schema_name):
        assert all(kinds.steps_of(job.id) == [0, 1, 2] for job in ended)
    # At once, two jobs of a subject would have begun before the one before had ended.
    assert all(one.finished_at <= other.started_at for one, other in pairwise(ended))  # type: ignore[operator]  # ended


def test_workers_of_one_queue_each_leave_the_others_alone(acme: Tenant, workers: Workers) -> None:
    """J8: the platform's work waits for its own worker, which needs the owner; tenants' work does not."""
    from tenants.actions import create_tenant

    with owner_scope():
        made, _job = create_tenant(name="Cedar", slug="cedar", country="CL")
    with tenant_scope(acme.schema_name):
        job = actions.enqueue(kind=kinds.COUNT, params={"steps": 2})
    workers.start(queues=actions.TENANT_QUEUE)
    workers.until(lambda: jobs_of(acme, pk=job.pk, state=State.COMPLETED))
    assert status_of(made) == "creating"
    workers.start(queues=actions.PLATFORM_QUEUE)
    workers.until(lambda: status_of(made) == "ready")


def status_of(tenant: Tenant) -> str:
    with public_scope():
        return str(Tenant.objects.values_list("status", flat=True).get(pk=tenant.pk))


@pytest.fixture
def pooled_web(real_roles: None) -> Iterator[str]:
    """Serve by two web processes that reach PostgreSQL by way of PgBouncer alone; give their address."""
    if not Path(pooler.PROGRAM or "-").exists():
        pytest.skip("not run: there is no PgBouncer on this machine")
    own, roles = os.environ["DATABASE_URL"], databases.cast_roles() | {os.environ["MINGA_PUBLIC_ROLE"]}
    with pooler.pooled(own, roles) as url, web_processes(url) as address:
        yield address


@contextmanager
def web_processes(database_url: str) -> Iterator[str]:
    port = pooler.free_port()
    given = os.environ | {"DATABASE_URL": database_url, "MINGA_DB_POOLER": "1"}
    web, _worker, _beat = programs(binds=[f"127.0.0.1:{port}"], environment=given, web=2, threads=8, jobs=1)
    process = subprocess.Popen(web.command, cwd=ROOT, env=web.environment, start_new_session=True)
    try:
        pooler.until_it_listens(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def credentials(user: User) -> str:
    """Return what a program of that person's sends along."""
    return str(api_client(user).client.defaults["HTTP_AUTHORIZATION"])


def asked(address: str, token: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask for the list, or add to it; return status and body."""
    headers = {"Authorization": token, "Content-Type": "application/json", "Accept-Language": "en"}
    content = None if body is None else json.dumps(body).encode()
    try:
        request = urllib.request.Request(address + HERE, content, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def test_tenants_stay_apart_on_connections_that_pgbouncer_shares_out(
    pooled_web: str, alice: User, bob: User, carol: User
) -> None:
    """S1, S2, S9: two server connections a log-in for two dozen clients; nobody finds what another left."""
    admin, viewer, stranger = map(credentials, (alice, bob, carol))
    ours, theirs = "+56911110001", "+51911110002"
    for token, number in ((admin, ours), (stranger, theirs)):
        status, said = asked(pooled_web, token, {"number": number, "reason": "drill"})
        assert status == 201, said
    seen = {admin: [ours], viewer: [ours], stranger: [theirs]}

    def look(turn: int) -> tuple[str, int, str]:
        token = list(seen)[turn % 3]
        return (token, *asked(pooled_web, token))

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(look, range(CLIENTS * ROUNDS)))
    assert {status for _token, status, _said in answers} == {200}
    for token, _status, said in answers:
        assert [number for number in (ours, theirs) if number in said] == seen[token]
    assert asked(pooled_web, viewer, {"number": "+56911110003", "reason": "drill"})[0] == 403
