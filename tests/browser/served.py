"""The product as people meet it: its own programs on a database with sample data, on a free port."""

import os
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.urls import reverse
from django.utils import timezone

from config import surroundings
from config.supervisor import Program, Supervisor
from personas import actions
from personas.models import Contact, LinkedInImport, Persona, PersonaDay
from personas.rules import Match, ReclassificationType
from personas.samples.linkedin import make_linkedin_export
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tenants.scope.pools import POOLS
from tests import cast, databases
from tests.browser.served_accounts import fill_accounts
from tests.browser.served_calls import fill_calls
from tests.browser.served_campaigns import fill_campaigns
from tests.browser.served_fleet import bring_fleet, earn, fill_fleet_file
from tests.browser.served_identity import fill_identity
from tests.browser.served_insights import fill_insights
from tests.browser.served_people import fill_people
from tests.browser.served_records import fill_persons_asked, fill_platform, fill_records
from tests.browser.served_scripts import fill_scripts
from tests.browser.served_wizard import fill_wizard

PATIENCE_SECONDS = 120
ROWS = 900
SWEEPING = """
import time
from config.celery import app
queue = app.conf.task_default_queue
while True:
    app.send_task("tenants.jobs.sweep", queue=queue, ignore_result=True)
    time.sleep(2)
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running product; `paths` names the pages of some of the sample data's rows."""

    url: str
    environment: dict[str, str]
    paths: dict[str, str]
    # What its programs logged last.
    told: Callable[[], str]

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Run one real worker meanwhile, and what sends hints anew: one may have gone to another job's turn.

        No beat: whatever is due at the full hour would be a part of the test.
        """
        worker = surroundings.programs(binds=[], environment=self.environment, web=1, threads=1, jobs=2)[1]
        with _running([worker, Program("sweeper", [sys.executable, "-c", SWEEPING], worker.environment)]):
            yield


@contextmanager
def served(name: str, furnish: Callable[[], dict[str, str]] | None = None) -> Iterator[Served]:
    """Serve a copy of the run's template, named `name`, filled by `furnish` or `fill`; drop it at the end.

    This process's own database is pointed at again before the caller goes on.
    """
    databases.copy_template(name)
    # An earlier test's connections lead to another database.
    connections.close_all()
    POOLS.close()
    databases.point_at(name)
    try:
        paths = (furnish or fill)()
        # Nothing is written there: no beat asks for a backup.
        environment = os.environ | {"MINGA_LOGIN": "public", "MINGA_BACKUP_DIR": "/var/backups/minga"}
    finally:
        connections.close_all()
        POOLS.close()
        databases.point_at(databases.own_name())
    port = free_port()
    web = surroundings.programs(
        binds=[f"127.0.0.1:{port}"], environment=environment, web=1, threads=8, jobs=1
    )[0]
    try:
        with _running([web]) as told:
            site = Served(f"http://127.0.0.1:{port}", environment, paths, told)
            wait_for(lambda: _answers(site.url))
            yield site
    finally:
        databases.drop(name)


def fill() -> dict[str, str]:
    """Give Acme contacts and imports: done, to confirm, queued, cancelled; return the pages of them."""
    acme, alice = Tenant.objects.get(slug="acme"), cast.person("alice")
    with tenant_scope(acme.schema_name):
        done = import_sample(alice, "Ventas", rows=ROWS, seed=1)
    assert work_once(platform=False)
    date_back(acme)
    fleet = bring_fleet(acme)
    # Before anything is left queued: a worker would take that first.
    reclassified = fill_reclassifications(acme, alice) | fill_identity(acme, alice)
    red = earn(acme, fleet)
    brands = fill_insights(acme, alice)
    fill_persons_asked(acme, alice)
    with tenant_scope(acme.schema_name):
        waiting = upload(alice, "Eventos", rows=120, seed=2)
        dropped = import_sample(alice, "Alianzas", rows=40, seed=3)
        actions.cancel_import(import_id=dropped.pk, by=alice.pk)
        queued = import_sample(alice, "Feria", rows=60, seed=4)
        done.refresh_from_db()
        contact = Contact.objects.earliest("pk")
    return {
        "job": reverse("jobs:detail", args=[done.job]),
        "admin_job": reverse("admin:jobs_job_change", args=[done.job]),
        "mapping": reverse("admin:personas_linkedinimport_columns", args=[waiting.pk]),
        "contact": reverse("personas:contact", args=[contact.pk]),
        "admin_contact": reverse("admin:personas_contact_change", args=[contact.pk]),
        "done": reverse("admin:personas_linkedinimport_change", args=[done.pk]),
        "queued": reverse("admin:personas_linkedinimport_change", args=[queued.pk]),
        "cancelled": reverse("admin:personas_linkedinimport_change", args=[dropped.pk]),
        "diagnosis": f"{reverse('admin:personas_diagnose')}?contact={contact.pk}",
        **fill_scripts(acme, alice),
        **reclassified,
        **red,
        **brands,
        **fill_accounts(acme, alice),
        **fill_calls(acme, alice),
        **fill_campaigns(acme),
        **fill_wizard(acme, alice),
        **fill_fleet_file(acme, alice),
        **fill_people(acme, alice),
        **fill_records(acme, alice),
        **fill_platform(acme, Tenant.objects.get(slug="birch")),
    }


def date_back(acme: Tenant) -> None:
    """Let Acme's contacts have come five days ago, and its figures have been kept since, as days will do."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        PersonaDay.objects.update(on=timezone.localdate() - timedelta(days=5))
        for days in range(5, 0, -1):
            actions.compute_metrics(now=now - timedelta(days=days))


def fill_reclassifications(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme a keyword for its most frequent unknown title, the preview of it, that applied, that undone.

    Return the pages of the three and of what the keyword touches; contacts are as before at the end.
    """
    affected = ReclassificationType.AFFECTED
    with tenant_scope(acme.schema_name):
        phrase = actions.lint().suggestions[0].phrase
        medical = Persona.objects.get(code="dc_medicas")
        texts = actions.save_keyword(persona=medical, text=phrase, match=Match.PHRASE, by=by.pk).affected
        asked: dict[str, Any] = {"type": affected, "params": {"keywords": list(texts)}, "by": by.pk}
        preview = actions.reclassify(**asked)
    assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        applied = actions.reclassify(**asked, dry_run=False, preview_job_id=preview.id)
    assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        undone = actions.undo_reclassification(job_id=applied.id, by=by.pk)
    assert work_once(platform=False)
    query = urlencode({"type": affected, "keywords": texts, "estimate": "1"}, doseq=True)
    pages = {"preview": preview.id, "applied": applied.id, "undone": undone.id}
    return {"estimate": f"{reverse('admin:personas_reclassify')}?{query}"} | {
        name: reverse("admin:personas_reclassification", args=[number]) for name, number in pages.items()
    }


def upload(by: User, profile: str, *, rows: int, seed: int) -> LinkedInImport:
    """Upload a synthetic export as `by`, ready to be looked through. Needs the tenant's scope."""
    content = make_linkedin_export(rows=rows, seed=seed, until=timezone.localdate()).content
    return actions.upload_linkedin(
        content=content, filename=f"Connections {profile}.csv", profile=profile, by=by.pk
    )


def import_sample(by: User, profile: str, *, rows: int, seed: int) -> LinkedInImport:
    """Upload a synthetic export, take its mapping as found, and queue it. Needs the tenant's scope."""
    found = upload(by, profile, rows=rows, seed=seed)
    actions.confirm_mapping(import_id=found.pk, mapping=found.mapping, by=by.pk)
    actions.start_import(import_id=found.pk, by=by.pk)
    return found


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(holds: Callable[[], object]) -> None:
    """Return when `holds()`; fail after two minutes, as a busy machine is slow."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/login/", timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


@contextmanager
def _running(programs: list[Program]) -> Iterator[Callable[[], str]]:
    with tempfile.NamedTemporaryFile("w+") as log, Supervisor(programs, out=log):

        def told() -> str:
            # By name: its writers go on where they are.
            return Path(log.name).read_text(encoding="utf-8")[-4000:]

        try:
            yield told
        finally:
            # Shown only when something went wrong: pytest prints what a failing test said.
            print(told())
