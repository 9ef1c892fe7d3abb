"""`manage.py analyze --tenant T [--ficha N] [--force]`: look at brands now, in this process (N16)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from insights.models import FichaCliente, Run
from insights.rules import JobKind, RunState, Trigger
from tenants import queries
from tenants.display.terminal import told
from tenants.jobs import queries as jobs
from tenants.jobs.runner.here import Started, run_here
from tenants.rules import NoSuchTenant
from tenants.scope import public_scope, tenant_scope


class Command(BaseCommand):
    """Analyse one brand, or every enabled one; one brand's failure stops no other's (N15)."""

    help = _("Analyse the brands of a tenant now: read their sources, label what is new, store an insight.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tenant, one brand or all, and whether to run without news."""
        parser.add_argument("--tenant", required=True, help=_("short name of the tenant"))
        parser.add_argument("--ficha", type=int, help=_("number of a brand; all enabled ones without it"))
        parser.add_argument("--force", action="store_true", help=_("also without news"))

    def handle(self, *, tenant: str, ficha: int | None, force: bool, **_options: Any) -> None:
        """Say how each brand's run ended, or that it runs elsewhere; exits with 1 when one failed."""
        try:
            with public_scope():
                schema = queries.ready_tenant(slug=tenant).schema_name
        except NoSuchTenant as error:
            raise CommandError(str(error)) from error
        with tenant_scope(schema):
            failures = [one for one in self._chosen(ficha) if not self._analysed(one, force=force)]
        if failures:
            raise CommandError(_("%(count)s brands failed.") % {"count": len(failures)})

    def _chosen(self, ficha: int | None) -> list[FichaCliente]:
        found = FichaCliente.objects.all()
        chosen = list(found.enabled() if ficha is None else found.filter(pk=ficha))
        if ficha is not None and not chosen:
            raise CommandError(_("There is no such brand."))
        return chosen

    def _analysed(self, ficha: FichaCliente, *, force: bool) -> bool:
        params = {"ficha": ficha.pk, "trigger": Trigger.COMMAND, "force": force}
        with told(self.stderr, jobs.progress_now) as show:
            started: Started = run_here(kind=JobKind.ANALYZE, subject=str(ficha.pk), params=params, show=show)
        run = Run.objects.filter(ficha=ficha, job=started.job.pk).first()
        state = "already_running" if started.already_running else run.state if run else started.job.state
        error = "" if started.already_running else run.error if run else started.job.error
        self.stdout.write(f"{ficha.pk} {ficha.brand_name}: {state} {error}".rstrip())
        return state != RunState.FAILED
