"""Files that campaigns are made from, the rows that were not accepted, and remembered mappings."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.accounts import Account
from campaigns.models.campaigns import Campaign
from campaigns.models.numbers import number_field
from campaigns.models.words import PROCESSING_LABELS
from campaigns.rules import PERSON_KEY_LENGTH
from tenants.records.models import StoredFile


class ClientFile(models.Model):
    """One uploaded file, the campaign it made, and what became of its rows (C10)."""

    id = number_field()
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="files")
    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="file", verbose_name=_("campaign"))
    filename = models.CharField(_("file"), max_length=200)
    # Bytes may be purged; what became of them stays.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file"))
    processing_type = models.CharField(
        _("processing"), max_length=11, choices=list(PROCESSING_LABELS.items())
    )
    mapping = models.JSONField(_("mapping"), default=dict)
    # Everything else that was asked with it.
    params = models.JSONField(_("parameters"), default=dict)
    # Hash of account, bytes and parameters, or the client's own key: the same upload is one campaign (C10).
    fingerprint = models.CharField(max_length=200)
    # Counts by what became of rows, with codes; null until all rows are read.
    report = models.JSONField(_("report"), null=True)
    job = models.UUIDField(_("job"), null=True)
    error = models.CharField(_("error"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("uploaded by"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("client's file")
        verbose_name_plural = _("clients' files")
        ordering = ["-id"]
        indexes = [
            # Was it sent within the last day?
            models.Index(fields=["account", "fingerprint", "-created_at"], name="client_file_same"),
        ]

    def __str__(self) -> str:
        return self.filename


class RowReport(models.Model):
    """A row that was not simply accepted: what became of it, the stable code of the cause, its cells."""

    id = number_field()
    of = models.ForeignKey(ClientFile, models.CASCADE, db_index=False, related_name="rows")
    line = models.PositiveIntegerField(_("row"))
    status = models.CharField(_("became"), max_length=10)
    code = models.CharField(_("code"), max_length=40)
    told = models.JSONField(_("figures"), default=dict)
    cells = models.JSONField(_("cells"), default=list)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("row of a client's file")
        verbose_name_plural = _("rows of clients' files")
        ordering = ["line"]
        constraints = [
            # A chunk that runs again after a kill lists a row once (J6).
            models.UniqueConstraint(fields=["of", "line"], name="row_report_once")
        ]
        # Forgotten by age.
        indexes = [models.Index(fields=["created_at"], name="row_report_age")]

    def __str__(self) -> str:
        return f"{self.line}: {self.status}"


class StagedRow(models.Model):
    """A row of a large file while a job reads it: what it says and whose it is (C11).

    The table is not logged: a crash of the database empties it, and the job reads the file again.
    """

    pk = models.CompositePrimaryKey("of", "first", "line")
    of = models.ForeignKey(ClientFile, models.CASCADE, db_index=False, related_name="+")
    # The first row of the same person: in its order rows are walked through, a person's together (C7).
    first = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    # Whose row it is, and whose it would be if it could be read; "" for nobody's.
    key = models.CharField(max_length=PERSON_KEY_LENGTH, blank=True, default="", db_collation="C")
    refused_key = models.CharField(max_length=PERSON_KEY_LENGTH, blank=True, default="", db_collation="C")
    said = models.TextField()

    class Meta:
        verbose_name = _("row being read")
        verbose_name_plural = _("rows being read")
        indexes = [
            # Is the person of a further row there already?
            models.Index(fields=["of", "key"], name="staged_row_person", condition=~Q(key="")),
            # Could other rows of these persons not be read?
            models.Index(
                fields=["of", "refused_key"], name="staged_row_refused", condition=~Q(refused_key="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)


class StagedPerson(models.Model):
    """A contact who was chosen for a large audience, while a job looks at the others: the cells of its row.

    Neither table is logged: a crash of the database empties both, and the job looks again.
    """

    pk = models.CompositePrimaryKey("of", "contact")
    of = models.ForeignKey(ClientFile, models.CASCADE, db_index=False, related_name="+")
    contact = models.BigIntegerField()
    cells = models.JSONField()

    class Meta:
        verbose_name = _("person being chosen")
        verbose_name_plural = _("people being chosen")

    def __str__(self) -> str:
        return str(self.contact)


class StagedWord(models.Model):
    """A number or document of somebody who was chosen: the next contact of the same is the same person."""

    pk = models.CompositePrimaryKey("of", "word")
    of = models.ForeignKey(ClientFile, models.CASCADE, db_index=False, related_name="+")
    word = models.CharField(max_length=PERSON_KEY_LENGTH, db_collation="C")

    class Meta:
        verbose_name = _("key of a person being chosen")
        verbose_name_plural = _("keys of people being chosen")

    def __str__(self) -> str:
        return self.word


class ColumnMapping(models.Model):
    """Which column of an account's files means what, remembered from the last upload (C1)."""

    id = number_field()
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="mappings")
    processing_type = models.CharField(
        _("processing"), max_length=11, choices=list(PROCESSING_LABELS.items())
    )
    mapping = models.JSONField(_("mapping"), default=dict)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            # The last mapping is the one remembered.
            models.UniqueConstraint(fields=["account", "processing_type"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.processing_type}"


class CampaignSettings(models.Model):
    """A tenant's own numbers: how long recordings are kept, when many failures are too many."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    records_kept_days = models.PositiveIntegerField(_("days that transcripts are kept"), default=365)
    many_failures_percent = models.PositiveSmallIntegerField(
        _("alert from this share of failures"), default=50
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.UUIDField(_("changed by"), null=True)

    class Meta:
        verbose_name = _("campaign settings")
        verbose_name_plural = _("campaign settings")
        constraints = [
            # One row, or two answers.
            models.CheckConstraint(condition=Q(id=1), name="campaign_settings_one"),
            # A share is a share.
            models.CheckConstraint(
                condition=Q(many_failures_percent__gte=1, many_failures_percent__lte=100),
                name="campaign_settings_share",
            ),
        ]

    def __str__(self) -> str:
        return str(_("campaign settings"))
