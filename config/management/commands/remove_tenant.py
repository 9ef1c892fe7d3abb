"""`manage.py remove_tenant`: export one organisation, then delete it with all its rows (F12, S18)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from config.bootstrap import _, spoken_language
from config.crossing import stream_of
from config.narration import Narrator
from tenants import actions, queries
from tenants.display.terminal import told
from tenants.jobs.models import Job
from tenants.jobs.queries import progress_now
from tenants.jobs.rules import State
from tenants.jobs.runner.here import run_here
from tenants.models import Tenant
from tenants.rules import Refused
from tenants.scope import owner_scope


class Command(BaseCommand):
    """The job of the platform's page, done in this process; given again after a kill, it goes on."""

    help = _("Write an organisation's own backup into MINGA_BACKUP_DIR, then delete it with all its rows.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which one, twice over."""
        parser.add_argument("--tenant", metavar="SLUG", required=True, help=_("which organisation"))
        parser.add_argument("--name", required=True, help=_("its name, exactly as its page writes it"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object a step"))

    def handle(self, *args: Any, tenant: str, name: str, **options: Any) -> None:
        """Delete it; raises CommandError with one line, and then all of it is there as before."""
        translation.activate(spoken_language())
        said = Narrator(as_json=options["json"], out=stream_of(self.stdout))
        try:
            with owner_scope(), told(self.stderr, progress_now) as show:
                job = _done(_known(tenant), name, show)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if job.is_live:
            said.say(_("A worker is deleting it; its bar is on the platform's list of jobs."))
        elif job.state != State.COMPLETED:
            raise CommandError(job.error or _("The job ended %(state)s.") % {"state": job.state})
        else:
            said.say(
                _("Deleted. Its backup is in %(folder)s") % {"folder": (job.result or {})["export"] or "–"}
            )
        said.give({"job": str(job.pk), "state": job.state, **(job.result or {})})


def _known(slug: str) -> Tenant:
    """Return the organisation, whatever its state. Raises NoSuchTenant, with the names that there are."""
    found: Tenant | None = queries.tenants().filter(slug=slug).first()
    return found or queries.ready_tenant(slug=slug)


def _done(tenant: Tenant, typed: str, show: Any) -> Job:
    """Ask for the removal unless a job is at it, and do it here unless a worker holds that job."""
    actions.check_typed(tenant=tenant, typed=typed)
    job = actions.live_removal(tenant=tenant) or actions.remove_tenant(tenant=tenant, typed=typed)
    return run_here(kind=job.kind, subject=job.subject, params=job.params, show=show).job
