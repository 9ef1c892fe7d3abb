"""The commands that drain: a job run in this process, under its lease; or rehearsed (I11–I14)."""

from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from identity.management.operating import FAILED, WRONG_CALL, TenantCommand
from identity.rules import JobKind
from tenants.display.terminal import told
from tenants.jobs import queries as jobs
from tenants.jobs.rules import State
from tenants.jobs.runner.here import rehearse, run_here
from tenants.rules import Refused


class JobCommand(TenantCommand):
    """Run one of the backlog's jobs now; subclasses say which, and with which parameters."""

    kind: ClassVar[JobKind]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to write."""
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help=_("count what would happen, write nothing")
        )

    def params(self, **options: Any) -> dict[str, Any]:
        """Return the job's parameters; a Refused is a wrong call."""
        return {}

    def work(self, *, as_json: bool, **options: Any) -> None:
        """Answer the job's stats; `already_running` while another is at it. Raises CommandError (1, 2)."""
        try:
            params = self.params(**options)
        except Refused as refusal:
            raise self.refused(str(refusal), WRONG_CALL, as_json=as_json) from refusal
        if options["dry_run"]:
            self._rehearse(params, as_json)
        else:
            self._run(params, as_json)

    def _run(self, params: dict[str, Any], as_json: bool) -> None:
        with told(self.stderr, jobs.progress_now) as show:
            started = run_here(kind=self.kind, params=params, show=show)
        job = started.job
        answer = {"status": "already_running" if started.already_running else job.state, "job": str(job.id)}
        self.answer(answer | (job.result or {} if not started.already_running else {}), as_json=as_json)
        if not started.already_running and job.state != State.COMPLETED:
            raise CommandError(
                job.error or _("The job ended %(state)s.") % {"state": job.state}, returncode=FAILED
            )

    def _rehearse(self, params: dict[str, Any], as_json: bool) -> None:
        try:
            stats = rehearse(kind=self.kind, params=params)
        except Refused as refusal:
            raise self.refused(str(refusal), FAILED, as_json=as_json) from refusal
        self.answer({"status": "dry_run", **(stats or {})}, as_json=as_json)
