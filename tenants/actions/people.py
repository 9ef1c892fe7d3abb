"""People and their roles. Every change ends the tokens and sessions that are older than it (S6)."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.actions.sessions import end_sessions
from tenants.models import Membership, RefreshFamily, Tenant, User
from tenants.records import actions as records
from tenants.rules import Refused, Role, TenantStatus
from tenants.scope import tenant_scope


class EmailTaken(Refused):
    """A user with this e-mail address exists."""

    code = "email_taken"
    message = _("A user with this e-mail address exists already.")


class StaffNeedsAnEnd(Refused):
    """Support memberships are for platform staff, and end in the future."""

    code = "support_needs_end"
    message = _("Support access is for platform staff and needs an end in the future.")


def create_user(
    *, email: str, name: str, password: str | None, is_staff: bool = False, by: UUID | None = None
) -> User:
    """Make a person; without password nobody can log in as them yet. Raises EmailTaken."""
    user = User(email=email.strip().lower(), name=name, is_staff=is_staff)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _note_person("user_made", user, by, is_staff=is_staff)
    except IntegrityError as error:
        raise EmailTaken from error
    return user


@transaction.atomic
def give_role(*, user: User, tenant: Tenant, role: Role, by: UUID | None = None) -> Membership:
    """Make the person admin or viewer of the tenant, or change what they are."""
    return _give(user, tenant, by, role=role, ends_at=None)


@transaction.atomic
def give_support(*, user: User, tenant: Tenant, ends_at: datetime, by: UUID | None = None) -> Membership:
    """Let platform staff into a tenant until `ends_at`. Raises StaffNeedsAnEnd."""
    if not user.is_staff or ends_at <= timezone.now():
        raise StaffNeedsAnEnd
    return _give(user, tenant, by, role=Role.SUPPORT, ends_at=ends_at)


@transaction.atomic
def take_role(*, membership: Membership, by: UUID | None = None) -> None:
    """End a membership; its tokens and pages end with the next request."""
    _change(membership, is_active=False)
    _tell(membership, "role_taken", by)


@transaction.atomic
def deactivate_user(*, user: User, by: UUID | None = None) -> None:
    """Lock a person out everywhere at once."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    log_out_everywhere(user=user)
    _note_person("deactivated", user, by)


@transaction.atomic
def throw_out(*, user: User, by: UUID | None = None) -> None:
    """End every token and every session of somebody else."""
    log_out_everywhere(user=user)
    _note_person("logged_out", user, by)


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Set a checked password; sessions and tokens older than it end. The caller keeps its own session."""
    user.set_password(password)
    user.save(update_fields=["password"])
    log_out_everywhere(user=user)


@transaction.atomic
def log_out_everywhere(*, user: User) -> None:
    """End every token and every session of the person."""
    Membership.objects.filter(user=user).update(version=F("version") + 1)
    _end_programs(RefreshFamily.objects.filter(membership__user=user), "everywhere")
    end_sessions(user=user)


def _give(user: User, tenant: Tenant, by: UUID | None, **values: Any) -> Membership:
    found, created = Membership.objects.get_or_create(user=user, tenant=tenant, defaults=values)
    if not created:
        _change(found, is_active=True, **values)
    _tell(found, "role_given", by)
    return found


def _change(found: Membership, **values: Any) -> None:
    Membership.objects.filter(pk=found.pk).update(version=F("version") + 1, **values)
    # Their tokens are worth nothing by the version alone; this says it where families are listed.
    _end_programs(RefreshFamily.objects.filter(membership=found), "role")
    found.refresh_from_db()


def _end_programs(families: QuerySet[RefreshFamily], because: str) -> None:
    living = families.filter(revoked_at__isnull=True)
    living.update(revoked_at=timezone.now(), revoked_because=because)


def _tell(membership: Membership, verb: str, by: UUID | None) -> None:
    """Write into the platform's history, and after the commit, by another log-in, into the tenant's audit."""
    ends_at = membership.ends_at.isoformat() if membership.ends_at else None
    change = {"user": str(membership.user_id), "role": membership.role, "ends_at": ends_at}
    records.note_act(
        verb=verb,
        of="tenants.membership",
        id=membership.pk,
        by=by,
        tenant=membership.tenant_id,
        person=membership.user_id,
        change=change,
    )
    transaction.on_commit(partial(_note, membership, verb, by, change))


def _note_person(verb: str, user: User, by: UUID | None, **change: Any) -> None:
    records.note_act(verb=verb, of="tenants.user", id=user.pk, by=by, person=user.pk, change=change)


def _note(membership: Membership, verb: str, by: UUID | None, change: dict[str, Any]) -> None:
    if membership.tenant.status == TenantStatus.READY:
        with tenant_scope(membership.tenant.schema_name):
            records.note(verb=verb, of="membership", id=membership.id, by=by, change=change)
