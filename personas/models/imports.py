"""Files that contacts come from: their life (L1), their mapping (L2), the rows that were not taken (L3)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models.contacts import SOURCE_LENGTH
from personas.models.numbers import number_field
from personas.rules import ImportRowReason, ImportSource, ImportState
from tenants.models import new_id
from tenants.records.models import StoredFile

STATE_LABELS = {
    ImportState.UPLOADED: _("Uploaded"),
    ImportState.MAPPED: _("Columns confirmed"),
    ImportState.QUEUED: _("Queued"),
    ImportState.PROCESSING: _("Processing"),
    ImportState.PENDING_RETRY: _("Waiting to try again"),
    ImportState.COMPLETED: _("Completed"),
    ImportState.FAILED: _("Failed"),
    ImportState.CANCELLED: _("Cancelled"),
}
# Tuples, since they stand in constraints and a set would reorder them in migrations.
RUNNING = (ImportState.QUEUED, ImportState.PROCESSING, ImportState.PENDING_RETRY)
ENDED = (ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED)
SOURCE_PREFIX = "linkedin_connections_"
PROFILE_LENGTH = SOURCE_LENGTH - len(SOURCE_PREFIX)


class LinkedInImports(models.QuerySet["LinkedInImport"]):
    """Says "imports …"."""

    def running(self) -> Self:
        """… that a job is at, or will be."""
        return self.filter(state__in=RUNNING)


class LinkedInImport(models.Model):
    """One uploaded LinkedIn export of one profile, its mapping and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    profile = models.CharField(_("profile"), max_length=PROFILE_LENGTH)
    filename = models.CharField(_("file"), max_length=200)
    # Bytes may be purged; what became of them stays.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file"))
    digest = models.CharField(max_length=64, editable=False)
    file_type = models.CharField(
        _("type"), max_length=4, choices=[(s.value, s.value.upper()) for s in ImportSource]
    )
    headings = models.JSONField(_("headings"), default=list)
    mapping = models.JSONField(_("mapping"), default=dict)
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    state = models.CharField(
        _("state"), max_length=13, choices=list(STATE_LABELS.items()), default=ImportState.UPLOADED
    )
    job = models.UUIDField(_("job"), null=True)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True, default="")
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("uploaded by"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = LinkedInImports.as_manager()

    class Meta:
        verbose_name = _("LinkedIn import")
        verbose_name_plural = _("LinkedIn imports")
        ordering = ["-id"]
        constraints = [
            # L1: the same bytes for the same profile are one import, however often they are sent.
            models.UniqueConstraint(fields=["profile", "digest"], name="linkedin_import_once"),
            # L1: one import of a profile at a time, whoever starts at the same moment.
            models.UniqueConstraint(
                fields=["profile"], name="linkedin_import_one_running", condition=Q(state__in=RUNNING)
            ),
            # An end has its time, and nothing else has.
            models.CheckConstraint(
                condition=Q(state__in=ENDED, finished_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(finished_at__isnull=True)),
                name="linkedin_import_finished_iff_ended",
            ),
            # What runs has a job that runs it.
            models.CheckConstraint(
                condition=~Q(state__in=RUNNING) | Q(job__isnull=False), name="linkedin_import_running_has_job"
            ),
            # A state that code does not know would never leave.
            models.CheckConstraint(
                condition=Q(state__in=list(ImportState)), name="linkedin_import_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} · {self.profile}"

    @property
    def source(self) -> str:
        """Name the contacts' source (L7)."""
        return f"{SOURCE_PREFIX}{self.profile}"

    @property
    def is_running(self) -> bool:
        """Say whether a job is at it, or will be."""
        return self.state in RUNNING


class RejectedRow(models.Model):
    """A row that wrote nothing, with its cells and the reason; kept 90 days (L3)."""

    id = number_field()
    of = models.ForeignKey(
        LinkedInImport, models.CASCADE, db_index=False, related_name="rejected_rows", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("row"))
    reason = models.CharField(
        _("reason"), max_length=40, choices=[(r.value, r.value) for r in ImportRowReason]
    )
    cells = models.JSONField(_("cells"), default=list)
    # The contacts that a conflict hit.
    contacts = models.JSONField(_("contacts"), default=list)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ["line"]
        constraints = [
            # A chunk that runs again after a kill cannot list a row twice (J6).
            models.UniqueConstraint(fields=["of", "line"], name="rejected_row_once")
        ]
        # Forgotten by age.
        indexes = [models.Index(fields=["created_at"], name="rejected_row_age")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ImportMapping(models.Model):
    """The mapping that a profile's last file was confirmed with (L2)."""

    profile = models.CharField(_("profile"), max_length=PROFILE_LENGTH, primary_key=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("remembered mapping")
        verbose_name_plural = _("remembered mappings")
        ordering = ["profile"]

    def __str__(self) -> str:
        return self.profile
