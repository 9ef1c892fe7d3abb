"""The doors of long work: import the fleet, drain the red backlog, claim what is owed, check the sums."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity import actions
from identity.actions import aging, draining
from identity.imports import Terms
from identity.rules import JobKind
from tenants import queries
from tenants.jobs.actions import SWEEP_TASK
from tenants.jobs.runner import Run, handles
from tenants.jobs.schedules import Every, runs_every
from tenants.models import Tenant
from tenants.records.queries import kept_since
from tenants.scope import current_schema, public_scope

# The names that operators of the first system look for; when jobs run stands in each tenant's schedules.
runs_every(Every("seed_kpi_red_queue", SWEEP_TASK, seconds=60))
runs_every(Every("recover_kpi_red_leads", SWEEP_TASK, seconds=60))
runs_every(Every("reconcile_cabinet_leads_pipeline", SWEEP_TASK, seconds=60))


@handles(JobKind.IMPORT, label=_("Import a file of the fleet"), on_end=actions.settle_fleet_import)
def import_fleet_file(run: Run) -> dict[str, object]:
    """Write a file's rows, some thousands a commit (I7c, I15)."""
    return actions.import_fleet_file(run, terms=_terms())


@handles(JobKind.FORGET_REFUSED_ROWS, label=_("Forget old rejected rows of fleet files"), schedulable=True)
def forget_refused_rows(run: Run) -> dict[str, object]:
    """Delete refused rows of imports after the tenant's days."""
    before = kept_since(aging.REFUSED_ROWS, now=timezone.now())
    with run.chunk() as chunk:
        chunk.advance(1 - run.done, total=1, deleted=actions.forget_refused_rows(before=before))
    return dict(run.counters)


@handles(JobKind.SEED, label=_("Seed the recovery queue"), schedulable=True)
def seed_queue(run: Run) -> dict[str, int]:
    """Bring the recovery queue in line with the red backlog (I11)."""
    return draining.seed(run, now=timezone.now())


@handles(JobKind.RECOVER, label=_("Recover red leads"), schedulable=True)
def recover_leads(run: Run) -> dict[str, int]:
    """Try what is due in the recovery queue, `params["limit"]` rows or all (I12)."""
    return draining.recover(run, limit=run.params.get("limit"), clock=timezone.now)


@handles(JobKind.RECONCILE, label=_("Reconcile leads"), schedulable=True)
def reconcile_leads(run: Run) -> dict[str, int]:
    """Look again at recent leads and at leads in limbo (I13)."""
    return draining.reconcile(run, asked=draining.Reconciliation(**run.params), clock=timezone.now)


@handles(JobKind.CLAIMS, label=_("Generate claims"), schedulable=True)
def generate_claims(run: Run) -> dict[str, int]:
    """Write a claim for each reached milestone that has none (I14)."""
    return draining.generate_claims(run)


@handles(JobKind.VERIFY, label=_("Check links and numbers"), schedulable=True)
def verify(run: Run) -> dict[str, object]:
    """Check every guardrail; what offends stands in the result (I19)."""
    return draining.verify_guardrails(run)


def _terms() -> Terms:
    tenant = _tenant()
    return actions.terms_of(country=tenant.country, zone=tenant.timezone, now=timezone.now())


def _tenant() -> Tenant:
    """Return the tenant of the open scope, which by itself cannot see its own row (S1)."""
    schema = current_schema() or ""
    with public_scope():
        return queries.tenant_of_schema(schema=schema)
