"""What can be asked about tenants and people, all of it under the public login, before a scope opens."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from psycopg import sql

from tenants.models import ApiKey, Domain, Membership, RefreshFamily, SavedFilter, Tenant, User
from tenants.rules import NoSuchTenant, Role, TenantStatus


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as settled before the tenant's scope opened. `via` is session, jwt or api_key."""

    id: UUID
    name: str
    email: str
    role: str
    via: str
    tenant: Tenant
    # None for a program's key: its acts are audited under the key's id.
    user_id: UUID | None
    version: int
    # The apps that a key was narrowed to; none are all.
    areas: frozenset[str] = frozenset()

    is_authenticated = True

    @property
    def key(self) -> str:
        """Name the principal for counters and idempotency."""
        return f"{self.via}:{self.id}"


def principal_of(request: HttpRequest) -> Principal:
    """Return who asks, as the tenancy middleware settled it before any door opened."""
    found: Principal = request.principal  # type: ignore[attr-defined]  # put there by the middleware
    return found


def valid_memberships() -> QuerySet[Membership]:
    """Return memberships that count now: active, not ended, of an active user; support of staff only.

    `has_factor` says of each whether the person has a second factor.
    """
    not_ended = Q(ends_at__isnull=True) | Q(ends_at__gt=Now())
    # Who leaves the platform's staff loses every tenant at once, whatever end was agreed on (S6).
    rightful = ~Q(role=Role.SUPPORT) | Q(user__is_staff=True)
    live = Membership.objects.filter(
        not_ended, rightful, is_active=True, user__is_active=True, tenant__is_template=False
    )
    return live.select_related("user", "tenant").annotate(**_has_factor())


def _has_factor() -> dict[str, Exists]:
    # Recovery codes stand in for a factor at the log-in; alone they are none.
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return {"has_factor": Exists(factors.filter(user=OuterRef("user")))}


def memberships_of(*, user: User) -> list[Membership]:
    """Return where the user may go, by tenant name. One query."""
    return list(valid_memberships().filter(user=user).order_by("tenant__name"))


def membership(*, user_id: UUID, tenant_id: UUID, version: int | None = None) -> Membership | None:
    """Return the valid membership, None without one or when `version` is an older one (S6). One query."""
    found = valid_memberships().filter(user_id=user_id, tenant_id=tenant_id)
    if version is not None:
        found = found.filter(version=version)
    return found.first()


def saved_filters(*, membership: Membership) -> list[SavedFilter]:
    """Return a person's saved filters in one tenant, by name. One query."""
    return list(SavedFilter.objects.filter(membership=membership))


def living_families(*, now: datetime) -> QuerySet[RefreshFamily]:
    """Return log-ins of programs that may still be refreshed: not ended, not past REFRESH_DAYS (S7)."""
    oldest = now - timedelta(days=settings.REFRESH_DAYS)
    living: QuerySet[RefreshFamily] = RefreshFamily.objects.filter(revoked_at=None, created_at__gt=oldest)
    return living


def families_of(*, user: User, now: datetime) -> list[RefreshFamily]:
    """Return where programs are logged in as the person, newest first. One query.

    Those that nobody refreshed in time are over, though nothing was revoked.
    """
    own = living_families(now=now).filter(membership__user=user, membership__is_active=True)
    unspent = own.filter(tokens__used_at=None, tokens__expires_at__gt=now)
    return list(unspent.select_related("membership__tenant").order_by("-created_at"))


def tenant_of_host(*, host: str) -> Tenant | None:
    """Return the tenant that a host name (without port) names. One query."""
    domain = Domain.objects.filter(domain=host.lower()).select_related("tenant").first()
    return domain.tenant if domain else None


def api_key(*, secret: str) -> ApiKey | None:
    """Return the live key of that secret; found by hash, so no time tells how near a guess was. One query."""
    keys = ApiKey.objects.filter(
        digest=key_digest(secret), revoked_at__isnull=True, tenant__is_template=False
    )
    return keys.select_related("tenant").first()


def api_keys(*, tenant: Tenant) -> list[ApiKey]:
    """Return a tenant's keys, living ones first, newest first. One query."""
    return list(ApiKey.objects.filter(tenant=tenant).order_by(F("revoked_at").desc(nulls_first=True), "-pk"))


def areas() -> list[tuple[str, str]]:
    """Return the apps that a key can be narrowed to, each with its name in words."""
    above = [app for app in settings.TENANT_APPS if not app.startswith("tenants.")]
    return [(app, str(apps.get_app_config(app).verbose_name)) for app in above]


def key_digest(secret: str) -> str:
    """Hash a key's secret; it is 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def principal_of_member(found: Membership, *, via: str) -> Principal:
    """Describe a member as a principal; no query."""
    user = found.user
    return Principal(
        id=user.id,
        name=user.name,
        email=user.email,
        role=found.role,
        via=via,
        tenant=found.tenant,
        user_id=user.id,
        version=found.version,
    )


def principal_of_key(key: ApiKey) -> Principal:
    """Describe a program's key as a principal; no query."""
    return Principal(
        id=key.id,
        name=key.name,
        email="",
        role=key.role,
        via="api_key",
        tenant=key.tenant,
        user_id=None,
        version=0,
        areas=frozenset(key.areas),
    )


def tenants() -> QuerySet[Tenant]:
    """Return all tenants, ready or not, without the template, by name."""
    found: QuerySet[Tenant] = Tenant.objects.filter(is_template=False).order_by("name", "pk")
    return found


def ready_tenants() -> QuerySet[Tenant]:
    """Return the tenants that are served."""
    found: QuerySet[Tenant] = Tenant.objects.filter(status=TenantStatus.READY, is_template=False).order_by(
        "name"
    )
    return found


def ready_tenant(*, slug: str) -> Tenant:
    """Return the tenant of a short name, for commands. Raises NoSuchTenant, with the names that there are."""
    found: Tenant | None = tenants().filter(slug=slug).first()
    if found is None:
        known = ", ".join(ready_tenants().values_list("slug", flat=True)[:20])
        raise NoSuchTenant(f"There is no tenant {slug!r}. There are: {known or 'none'}.")
    if found.status != TenantStatus.READY:
        raise NoSuchTenant(f"The tenant {slug!r} is not ready ({found.status}).")
    return found


def people_only_in(*, tenant: Tenant) -> QuerySet[User]:
    """Return whose accounts belong to this tenant and to no other, past memberships included; never staff."""
    here = Membership.objects.filter(tenant=tenant).values("user")
    elsewhere = Membership.objects.exclude(tenant=tenant).values("user")
    return User.objects.filter(pk__in=here, is_staff=False).exclude(pk__in=elsewhere)


def row_counts(models: Sequence[type[Model]], *, at_most: int) -> dict[str, int]:
    """Count rows of the open tenant by a model's label, none past `at_most`. One query, some ms a model."""
    counts = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*) FROM (SELECT FROM {} LIMIT {}) AS held").format(
            one._meta.label, sql.Identifier(one._meta.db_table), at_most
        )
        for one in models
    )
    with connection.cursor() as cursor:
        cursor.execute(counts.as_string(cursor.connection))
        return dict(cursor.fetchall())


def tenants_behind(*, head: str) -> QuerySet[Tenant]:
    """Return tenants whose schema is not at `head`, the template first: new ones are cloned from it (F12)."""
    found: QuerySet[Tenant] = Tenant.objects.exclude(schema_version=head).order_by(
        F("is_template").desc(), "created_at"
    )
    return found


def tenant_of_schema(*, schema: str) -> Tenant:
    """Return the tenant whose data lives in a schema; jobs ask for its country and zone. One query."""
    found: Tenant = Tenant.objects.get(schema_name=schema)
    return found
