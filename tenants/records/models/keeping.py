"""What a tenant must be able to look up later: who did what, which answers went out, which files came in."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models import Act, new_id


class AuditEntry(Act):
    """One act in the tenant, of a person or a job."""

    class Meta(Act.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        # "What happened to this thing?" is the question.
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_thing")]


class IdempotencyKey(models.Model):
    """The first answer to a write, replayed to honest retries for 24 hours (W12).

    Written in the write's own transaction; until that ends, a lock that no crash outlives keeps twins out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    principal = models.CharField(max_length=80)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField(default=b"")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # A key has one first answer.
            models.UniqueConstraint(fields=["principal", "method", "path", "key"], name="idempotency_once")
        ]
        # Cleared by age.
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class StoredFile(models.Model):
    """An upload or an export. Its bytes live in the tenant's schema: one backup, one boundary (S5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    content = models.BinaryField()
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SourceRecord(models.Model):
    """A document of another system and the row that it became here (F9): whoever imports it again finds that.

    `source_id` says type and value (`oid:65f0…`, `str:ana`, `int:7`); `refusal` why nothing was written.
    """

    pk = models.CompositePrimaryKey("system", "collection", "source_id")
    system = models.CharField(_("system"), max_length=60)
    collection = models.CharField(_("collection"), max_length=60)
    source_id = models.CharField(_("id there"), max_length=255, db_collation="C")
    target = models.CharField(_("id here"), max_length=64, blank=True, default="")
    # Of what was understood, not of the bytes: another file format is no news.
    fingerprint = models.CharField(max_length=64)
    refusal = models.CharField(_("refusal"), max_length=60, blank=True, default="")
    imported_at = models.DateTimeField(_("imported"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("imported document")
        verbose_name_plural = _("imported documents")
        indexes = [
            # Refused documents are asked for again by the next run, however old they are.
            models.Index(
                fields=["system", "collection"], name="source_record_refused", condition=~Q(refusal="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.collection} {self.source_id}"


class SourceMark(models.Model):
    """How far a collection of another system was read: each object id up to `upto` has been seen (F9)."""

    pk = models.CompositePrimaryKey("system", "collection")
    system = models.CharField(_("system"), max_length=60)
    collection = models.CharField(_("collection"), max_length=60)
    upto = models.CharField(_("up to"), max_length=255, db_collation="C")
    marked_at = models.DateTimeField(_("read"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("import mark")
        verbose_name_plural = _("import marks")

    def __str__(self) -> str:
        return f"{self.system} {self.collection}: {self.upto}"
