"""What programs come in by: keys of tenants, refresh tokens in families."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.numbering import new_id
from tenants.models.people import Membership
from tenants.models.tenancy import Tenant
from tenants.rules import Role


class ApiKey(models.Model):
    """A program's key to one tenant; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="api_keys", verbose_name=_("tenant"))
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("prefix"), max_length=16)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=[(r.value, r.value) for r in Role])
    # The apps whose API it reaches, none for all of them; the role says what it may do there (W14).
    areas = ArrayField(models.CharField(max_length=20), verbose_name=_("parts"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class RefreshFamily(models.Model):
    """All refresh tokens that descend from one log-in; revoking it ends them together (S7)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="families")
    # What the program called itself when it logged in, in a word.
    # The database's default is for processes of the version before, which know of no such column.
    program = models.CharField(max_length=60, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("log-in of a program")
        verbose_name_plural = _("log-ins of programs")

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """One refresh token by its `jti`; `used_at` is set by the one request that may spend it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(RefreshFamily, models.CASCADE, related_name="tokens")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        # Cleared by expiry once a day.
        indexes = [models.Index(fields=["expires_at"], name="refresh_expiry")]

    def __str__(self) -> str:
        return str(self.id)
