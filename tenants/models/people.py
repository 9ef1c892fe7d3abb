"""People, what they are in which tenant, and what they keep for themselves."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from tenants.models.numbering import new_id
from tenants.models.tenancy import Tenant
from tenants.rules import Role


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

    # Told by `queries.valid_memberships`, stored nowhere: whether the person has a second factor.
    has_factor: bool

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


class Member(models.Model):
    """Who belongs to the open tenant: a view that tenant roles may read (S1). Never written."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    role = models.CharField(max_length=10)
    language = models.CharField(max_length=5)
    # As `queries.valid_memberships` reckons: False of who was locked out, or whose time is over.
    may_enter = models.BooleanField()

    class Meta:
        managed = False
        db_table = "tenant_members"
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name or self.email
