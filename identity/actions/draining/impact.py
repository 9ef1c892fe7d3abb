"""What seeding and recovering do to the backlog: before, after, and why the rest stays (I16, I19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from identity.actions.draining.recovering import recover
from identity.actions.draining.seeding import seed
from identity.models import Lead
from identity.queries.guardrails import Checked, Guardrail, verify
from identity.queries.statements import rows
from tenants.jobs.runner.run import DryRun

REASONS = """
    SELECT reason, count(*) FROM identity_queueitem
     WHERE job = %(job)s AND status IN ('pending', 'failed') GROUP BY reason ORDER BY count(*) DESC, reason
"""


@dataclass(frozen=True, slots=True)
class Impact:
    """How many leads were red before and after, the stats of both jobs, why leads stayed red, and a check."""

    before: int
    after: int
    seed: dict[str, Any]
    recover: dict[str, Any]
    reasons: dict[str, int]
    drain: Checked

    def told(self) -> dict[str, Any]:
        """Return it as programs read it; `checked` are the rows that recovery processed."""
        checked = self.recover["processed"]
        return self.drain.told() | {
            "guardrail": "kpi_red_impact",
            "status": "fail" if self.drain.offending else "pass" if checked else "vacuous",
            "vacuous": not checked,
            "checked": checked,
            "backlog_before": self.before,
            "backlog_after": self.after,
            "drained": self.before - self.after,
            "seed": self.seed,
            "recover": self.recover,
            "fail_reasons": self.reasons,
        }


Work = Callable[[], tuple[UUID, dict[str, Any]]]


def measure_impact(*, seeding: Work, recovering: Work) -> Impact:
    """Count before and after two pieces of work, each of which returns its job's id and stats."""
    before = Lead.objects.red().count()
    _job, seeded = seeding()
    job, recovered = recovering()
    after = Lead.objects.red().count()
    reasons = dict(rows(REASONS, job=job))
    return Impact(before, after, seeded, recovered, reasons, verify(guardrail=Guardrail.DRAIN))


@transaction.atomic
def rehearse_impact(*, limit: int | None, clock: Callable[[], datetime]) -> Impact:
    """Seed and recover in one transaction that is taken back; what it locks stays locked until then."""

    def seeding() -> tuple[UUID, dict[str, Any]]:
        run = DryRun({})
        return run.job_id, seed(run, now=clock())

    def recovering() -> tuple[UUID, dict[str, Any]]:
        run = DryRun({})
        return run.job_id, recover(run, limit=limit, clock=clock)

    impact = measure_impact(seeding=seeding, recovering=recovering)
    transaction.set_rollback(True)
    return impact
