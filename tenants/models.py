"""What is stored in the shared schema: tenants, people, memberships, keys, refresh families, tickets."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin
from uuid_utils.compat import uuid7

from tenants.rules import Role, TenantStatus


def new_id() -> uuid.UUID:
    """Return a sortable random id (UUIDv7)."""
    return uuid7()


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


class Users(BaseUserManager["User"]):
    """Finds people by e-mail without minding its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user of that e-mail address; raises DoesNotExist."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person, known by e-mail across all tenants. Platform staff is `is_staff`, and nothing else is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("platform staff"), default=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            # ana@x.cl and Ana@X.cl are one person.
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("A user with this e-mail address exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_superuser(self) -> bool:
        """Say whether Django's own permission checks let the person pass: platform staff only."""
        return self.is_active and self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django's permission question; rights inside a tenant come from `permissions.py`."""
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """Answer Django's app question the same way."""
        return self.is_superuser


class Membership(models.Model):
    """A person's role in one tenant. `version` grows with every change, which ends all of its tokens (S6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships", verbose_name=_("tenant"))
    role = models.CharField(_("role"), max_length=10, choices=[(r.value, r.value) for r in Role])
    version = models.PositiveIntegerField(_("version"), default=1)
    is_active = models.BooleanField(_("active"), default=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["tenant__name"]
        constraints = [
            # One role a tenant; a second row would make two answers to "may they?".
            models.UniqueConstraint(fields=["user", "tenant"], name="membership_once"),
            # Platform staff never stay inside a tenant by accident.
            models.CheckConstraint(
                condition=~models.Q(role=Role.SUPPORT) | models.Q(ends_at__isnull=False), name="support_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.tenant} · {self.role}"


class SavedFilter(models.Model):
    """A page with its filters, under a name of one's own (W6). What a viewer may write lives here (S2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(
        Membership, models.CASCADE, db_index=False, related_name="saved_filters", verbose_name=_("membership")
    )
    name = models.CharField(_("name"), max_length=80)
    # The address below the host, filters included.
    address = models.CharField(_("address"), max_length=1000)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            # A name finds one page; saved again, it leads to the new one.
            models.UniqueConstraint(fields=["membership", "name"], name="saved_filter_once")
        ]

    def __str__(self) -> str:
        return self.name


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
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=20, blank=True, default="")

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


class Ticket(models.Model):
    """A job's shadow in the shared schema: what the sweeper and the workers look for (J1).

    `due_at` is when somebody should act: the job's start while it waits, its lease's end while it runs.
    """

    job = models.UUIDField(primary_key=True)
    schema_name = models.CharField(max_length=63)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10)

    class Meta:
        indexes = [
            # Only live tickets are ever looked for; finished ones leave the index.
            models.Index(
                fields=["due_at"], name="ticket_due", condition=models.Q(state__in=["waiting", "running"])
            ),
            # The next ticket of one tenant, and the next tenant after it, by a loose scan (J8).
            models.Index(
                fields=["schema_name", "due_at"],
                name="ticket_fair",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.state}"


class JobRequest(models.Model):
    """A job that somebody asked for who may write nothing in the tenant: a worker makes it (S2).

    Written beside its ticket after the tenant's scope has closed, gone as soon as the job is there.
    """

    job = models.UUIDField(primary_key=True)
    schema_name = models.CharField(max_length=63)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    by = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("asked job")
        verbose_name_plural = _("asked jobs")

    def __str__(self) -> str:
        return f"{self.kind} {self.job}"


class Member(models.Model):
    """Who belongs to the open tenant: a view that tenant roles may read (S1). Never written."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    role = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "tenant_members"
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name or self.email


def next_number(sequence: str) -> str:
    """Return the SQL of a number that no two tenants hand out: a foreign id leads nowhere, not to a stranger.

    It is the schema's own range of 2^28, then the sequence; 52 bits in all. The sequence is named by text,
    resolved at each call, because a cloned schema must draw from its own.
    """
    return f"({_RANGE} + nextval({_named(sequence)}))"


def next_of_many(sequence: str) -> str:
    """Return the SQL of `next_number` for statements of many rows: what all share is reckoned once."""
    return f"((SELECT {_RANGE}) + nextval((SELECT {_named(sequence)})))"


_RANGE = "(('x' || left(md5(current_schema()::text), 6))::bit(24)::bigint << 28)"


def _named(sequence: str) -> str:
    return f"'{sequence}'::text::regclass"


def number_field(sequence: str) -> models.BigIntegerField:
    """Return a primary key of such numbers."""
    default = models.Func(template=next_number(sequence), output_field=models.BigIntegerField())
    return models.BigIntegerField(primary_key=True, db_default=default, editable=False, serialize=False)
