"""What personas forget by age (S19)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from personas import rules
from personas.actions.import_ends import forget_rejected_rows
from personas.actions.reclassifying.forgetting import forget_previews
from personas.models import LinkedInImport
from personas.models.imports import RUNNING
from tenants.records.actions import forget_bytes
from tenants.records.retention import Aged


@transaction.atomic
def forget_files(before: datetime) -> int:
    """Delete the bytes of files that nobody reads, started or not; what became of their rows stays."""
    idle = LinkedInImport.objects.exclude(state__in=RUNNING).exclude(finished_at__gte=before)
    # An ended import whose file was sent again may still be started again.
    old = idle.filter(file__created_at__lt=before).order_by("pk")
    # Held, as an erasure holds them: one that is started meanwhile is read.
    held = old.select_for_update(of=("self",), no_key=True)
    return forget_bytes(held.values_list("file", flat=True))


REJECTED_ROWS = Aged(
    rules.REJECTED_ROWS,
    _("Rejected rows of LinkedIn files"),
    rules.REJECTED_ROWS_KEPT_DAYS,
    ("personas.RejectedRow",),
    lambda before: forget_rejected_rows(before=before),
)
PREVIEWS = Aged(
    "previews",
    _("Previews of reclassifications that nobody applied"),
    rules.PREVIEWS_KEPT_DAYS,
    ("personas.ListedChange", "personas.TitleDecision"),
    lambda before: forget_previews(before=before),
)
FILES = Aged("contact_files", _("Bytes of LinkedIn files"), 90, ("records.StoredFile",), forget_files)
KINDS = (REJECTED_ROWS, PREVIEWS, FILES)
STAYS = {
    "personas.JobTitle": _("A dictionary of titles, of nobody in particular."),
    "personas.LinkedInImport": _("Whose connections a file held: a colleague's profile, and counts."),
    "personas.ImportMapping": _("Columns that a colleague's profile was last imported with."),
    "personas.Reclassification": _("Rules and parameters of a list; contacts are in the list."),
}
