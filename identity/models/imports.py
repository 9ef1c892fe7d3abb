"""Files that leads, drivers, trips, claims and registrations come from, and the rows that were not taken."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.numbers import number_field
from identity.rules import ENDED_IMPORTS, ImportKind, ImportState
from tenants.models import new_id
from tenants.records.models import StoredFile

IMPORT_KIND_LABELS = {
    ImportKind.LEADS: _("Leads"),
    ImportKind.DRIVERS: _("Drivers"),
    ImportKind.TRIPS: _("Trips"),
    ImportKind.CLAIMS: _("Claims"),
    ImportKind.SCOUTS: _("Scouting registrations"),
}
IMPORT_STATE_LABELS = {
    ImportState.QUEUED: _("Queued"),
    ImportState.PROCESSING: _("Processing"),
    ImportState.COMPLETED: _("Completed"),
    ImportState.FAILED: _("Failed"),
    ImportState.CANCELLED: _("Cancelled"),
}


class FleetImports(models.QuerySet["FleetImport"]):
    """Says "imports …"."""

    def idle(self) -> Self:
        """… that no job is at, or will be."""
        return self.filter(Q(job=None) | Q(state__in=ENDED_IMPORTS))


class FleetImport(models.Model):
    """One uploaded file and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("what"), max_length=7, choices=list(IMPORT_KIND_LABELS.items()))
    filename = models.CharField(_("file"), max_length=200)
    # Bytes may be purged; what became of them stays.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file"))
    headings = models.JSONField(_("headings"), default=list)
    mapping = models.JSONField(_("mapping"), default=dict)
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=list(IMPORT_STATE_LABELS.items()), default=ImportState.QUEUED
    )
    job = models.UUIDField(_("job"), null=True)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True, default="")
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("uploaded by"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = FleetImports.as_manager()

    class Meta:
        verbose_name = _("file of the fleet")
        verbose_name_plural = _("files of the fleet")
        ordering = ["-id"]
        constraints = [
            # An end has its time, and nothing else has.
            models.CheckConstraint(
                condition=Q(state__in=["completed", "failed", "cancelled"], finished_at__isnull=False)
                | (~Q(state__in=["completed", "failed", "cancelled"]) & Q(finished_at__isnull=True)),
                name="fleet_import_finished_iff_ended",
            )
        ]

    def __str__(self) -> str:
        return f"{self.filename} · {self.kind}"


class RefusedRow(models.Model):
    """A row that wrote nothing, with its cells and the reason."""

    id = number_field()
    of = models.ForeignKey(
        FleetImport, models.CASCADE, db_index=False, related_name="refused", verbose_name=_("file")
    )
    line = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=40)
    cells = models.JSONField(_("cells"), default=list)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["line"]
        constraints = [
            # A chunk that runs again after a kill lists a row once (J6).
            models.UniqueConstraint(fields=["of", "line"], name="refused_row_once")
        ]
        # Forgotten by age.
        indexes = [models.Index(fields=["created_at"], name="refused_row_age")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
