"""Tenants and the host names that name them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.models.numbering import new_id
from tenants.rules import TenantStatus


class Tenant(TenantMixin):
    """One client company. Its data lives in `schema_name`, a random name that tells nobody who it is."""

    auto_create_schema = False  # provisioning does it, as a job with a bar

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=63, unique=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(s.value, s.value) for s in TenantStatus],
        default=TenantStatus.CREATING,
    )
    country = models.CharField(_("country"), max_length=2, default="CL")
    timezone = models.CharField(_("time zone"), max_length=40, default="America/Santiago")
    # The digest of applied migrations; migration skips tenants at head by this one column (F12).
    schema_version = models.CharField(_("schema version"), max_length=64, blank=True, default="")
    # Hidden: the template that new schemas are cloned from.
    is_template = models.BooleanField(_("template"), default=False)
    # Asked on every request of a person, in the query that finds the membership (S8).
    # The database's default is for processes of the version before, which know of no such column.
    demands_second_factor = models.BooleanField(_("demands a second factor"), default=False, db_default=False)
    has_samples = models.BooleanField(_("sample data"), default=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name that names a tenant."""

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
