"""What identity forgets by age (S19)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from identity import rules
from identity.actions.importing import forget_refused_rows
from identity.models import FleetImport
from identity.rules import ENDED_IMPORTS
from tenants.records.actions import forget_bytes
from tenants.records.retention import Aged


def forget_files(before: datetime) -> int:
    """Delete the bytes of files that were worked off; what became of their rows stays."""
    done = FleetImport.objects.filter(state__in=ENDED_IMPORTS, finished_at__lt=before, file__isnull=False)
    return forget_bytes(done.order_by("pk").values_list("file", flat=True))


REFUSED_ROWS = Aged(
    rules.REFUSED_ROWS,
    _("Refused rows of fleet files"),
    rules.REFUSED_ROWS_KEPT_DAYS,
    ("identity.RefusedRow",),
    lambda before: forget_refused_rows(before=before),
)
FILES = Aged("fleet_files", _("Bytes of fleet files"), 90, ("records.StoredFile",), forget_files)
KINDS = (REFUSED_ROWS, FILES)
STAYS = {"identity.FleetImport": _("A file's name and counts; its rows are elsewhere.")}
