"""When a tenant's backlog is drained, unless the tenant says otherwise (I11–I14, I19)."""

from identity.rules import JobKind
from tenants.jobs.models import Schedule

# Minutes apart, so that a tenant's own jobs do not queue behind each other; what is seeded is recovered soon.
CRONTABS = {
    JobKind.SEED: "5 * * * *",
    JobKind.RECOVER: "15 */2 * * *",
    JobKind.RECONCILE: "*/30 * * * *",
    JobKind.CLAIMS: "40 4 * * *",
    JobKind.VERIFY: "50 * * * *",
}


def schedule_draining() -> None:
    """Give the tenant its periodic jobs; may repeat."""
    for kind, crontab in CRONTABS.items():
        Schedule.objects.get_or_create(kind=kind, subject="", defaults={"crontab": crontab})
