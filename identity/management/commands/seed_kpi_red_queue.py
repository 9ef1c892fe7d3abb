"""`manage.py seed_kpi_red_queue`: the red backlog becomes the recovery queue (I11)."""

from django.utils.translation import gettext as _

from identity.management.draining import JobCommand
from identity.rules import JobKind


class Command(JobCommand):
    """Answer rows inserted, requeued, unchanged, closed, and matched ones that were red."""

    help = _("Bring the recovery queue in line with the red backlog.")
    kind = JobKind.SEED
