"""All other work beside a chaos run: files, reclassifications, draining, analyses and exports, at random."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from django.db import close_old_connections, connections

from identity import actions as identity
from identity.actions import draining
from identity.rules import ImportKind
from identity.rules import JobKind as IdentityJob
from identity.samples import write_fleet
from insights import actions as insights
from insights.models import FichaCliente
from insights.samples import make_books
from personas import actions as personas
from personas.rules import JobKind as PersonasJob
from personas.samples import make_linkedin_export
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.models import Tenant
from tenants.rules import Refused
from tenants.scope import tenant_scope
from tests.insights.reading import a_ficha
from tests.personas.importing import start
from tests.personas.reclassifying import ALL

PAUSE_SECONDS = 1.5
ROWS, PERSONS, LEADS = 600, 300, 400
BRAND = "cumbre"


class Busy:
    """Keeps tenants busy in a thread until the block ends; counts what it began and what was refused."""

    def __init__(self, tenants: list[Tenant], *, seed: int) -> None:
        self.begun: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.fault: Exception | None = None
        self._tenants, self._dice = tenants, random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._acts: list[Callable[[], object]] = [
            self.linkedin,
            self.reclassified,
            self.undone,
            self.fleet,
            self.drained,
            self.analysed,
            self.recounted,
        ]

    def __enter__(self) -> "Busy":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        try:
            while not self._over.wait(PAUSE_SECONDS):
                self._act(self._dice.choice(self._tenants), self._dice.choice(self._acts))
        except Exception as error:  # noqa: BLE001 - a thread's fault is the run's, which looks at it
            self.fault = error
        finally:
            connections.close_all()

    def _act(self, tenant: Tenant, act: Callable[[], object]) -> None:
        name = act.__name__
        try:
            with tenant_scope(tenant.schema_name):
                act()
            self.begun[name] += 1
        except Refused as refusal:
            # What is busy, already there or has nothing to do says so; that is no fault.
            self.refused[f"{name}: {refusal.code}"] += 1
        finally:
            close_old_connections()

    def linkedin(self) -> None:
        """Bring contacts in."""
        sample = make_linkedin_export(rows=ROWS, seed=self._dice.randrange(10**6))
        profile = f"p{self._dice.randrange(6)}"
        start(personas.upload_linkedin(content=sample.content, filename="c.csv", profile=profile))

    def reclassified(self) -> None:
        """Classify everybody again."""
        personas.reclassify(type=ALL, params={}, dry_run=bool(self._dice.randrange(2)))

    def undone(self) -> None:
        """Take the newest reclassification back."""
        newest = Job.objects.filter(kind=PersonasJob.RECLASSIFY, state="completed").order_by("-id").first()
        if newest:
            personas.undo_reclassification(job_id=newest.pk)

    def fleet(self) -> None:
        """Bring a file of the fleet in: drivers first, mostly."""
        kind = self._dice.choice([ImportKind.DRIVERS, ImportKind.LEADS, ImportKind.TRIPS])
        with TemporaryDirectory() as name:
            write_fleet(Path(name), persons=PERSONS, leads=LEADS, seed=self._dice.randrange(4))
            content = (Path(name) / f"{kind}.csv").read_bytes()
        found = identity.upload_fleet_file(kind=kind, content=content, filename=f"{kind}.csv")
        identity.start_fleet_import(import_id=found.pk)

    def drained(self) -> None:
        """Seed, recover, reconcile or verify the red backlog."""
        kinds = (IdentityJob.SEED, IdentityJob.RECOVER, IdentityJob.RECONCILE, IdentityJob.CLAIMS)
        draining.start(kind=self._dice.choice(kinds))

    def analysed(self) -> None:
        """Give a brand its next workbook and analyse it."""
        ficha = FichaCliente.objects.first() or a_ficha([], [])
        book = make_books(BRAND, weeks=4, size=0.2)[self._dice.randrange(2)]
        insights.upload_workbook(ficha=ficha, name=book.filename, content=book.content, by=None)
        insights.start_analysis(ficha=ficha.pk)

    def recounted(self) -> None:
        """Count contacts, and what personas tell of them."""
        enqueue(kind=self._dice.choice([PersonasJob.RECOUNT, PersonasJob.COMPUTE_METRICS]))
