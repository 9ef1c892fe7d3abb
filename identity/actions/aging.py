"""What identity forgets by age (S19)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from identity import rules
from identity.actions.importing import forget_refused_rows
from identity.models import FleetImport
from tenants.records.actions import forget_bytes
from tenants.records.retention import Aged


@transaction.atomic
def forget_files(before: datetime) -> int:
    """Delete the bytes of files that nobody reads, started or not; what became of their rows stays."""
    old = Q(finished_at__lt=before) | Q(finished_at=None, created_at__lt=before)
    idle = FleetImport.objects.idle().filter(old, file__isnull=False).order_by("pk")
    # Held, as an erasure holds them: one that is started meanwhile is read.
    held = idle.select_for_update(no_key=True)
    return forget_bytes(held.values_list("file", flat=True))


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
