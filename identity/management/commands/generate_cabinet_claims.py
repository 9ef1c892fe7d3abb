"""`manage.py generate_cabinet_claims`: a claim for each reached milestone that has none (I14)."""

from django.utils.translation import gettext as _

from identity.management.draining import JobCommand
from identity.rules import JobKind


class Command(JobCommand):
    """Answer persons processed, milestones reached, claims generated, promoted, adopted."""

    help = _("Write a claim for each reached milestone that has none.")
    kind = JobKind.CLAIMS
