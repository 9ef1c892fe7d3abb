"""`manage.py validate_kpi_red_impact`: the backlog before and after a recovery (I19)."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.actions.draining import measure_impact, rehearse_impact
from identity.management.operating import COULD_NOT, FAILED, TenantCommand, count
from identity.rules import JobKind
from tenants.display.formats import reader
from tenants.display.terminal import told
from tenants.jobs import queries as jobs
from tenants.jobs.rules import State
from tenants.jobs.runner.here import run_here


class Command(TenantCommand):
    """Exit 0 when no matched lead is red afterwards, 1 with offenders, 3 when it could not be tried."""

    help = _("Seed and recover, count the backlog before and after; taken back unless --apply.")
    unknown_tenant = COULD_NOT

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many rows to try, and whether it counts."""
        super().add_arguments(parser)
        parser.add_argument("--limit", type=count, help=_("rows to try; all that are due unless said"))
        parser.add_argument("--apply", action="store_true", help=_("keep what was done"))

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Answer before, after, both jobs' stats and reasons. Raises CommandError (1, 3)."""
        limit, applied = options["limit"], options["apply"]
        if applied:
            impact = measure_impact(
                seeding=lambda: self._ran(JobKind.SEED, {}, as_json),
                recovering=lambda: self._ran(JobKind.RECOVER, {"limit": limit} if limit else {}, as_json),
            )
        else:
            impact = rehearse_impact(limit=limit, clock=timezone.now)
        self.answer(impact.told() | {"applied": applied}, as_json=as_json)
        if impact.drain.offending:
            words = _("%(count)s matched leads are red") % {"count": reader().number(impact.drain.offending)}
            raise CommandError(words, returncode=FAILED)

    def _ran(self, kind: JobKind, params: dict[str, Any], as_json: bool) -> tuple[UUID, dict[str, Any]]:
        with told(self.stderr, jobs.progress_now) as show:
            started = run_here(kind=kind, params=params, show=show)
        job = started.job
        if started.already_running or job.state != State.COMPLETED:
            words = "already_running" if started.already_running else job.error or str(job.state)
            raise self.refused(f"{kind}: {words}", COULD_NOT, as_json=as_json)
        return job.id, job.result or {}
