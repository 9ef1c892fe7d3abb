"""A tenant's administrators see to its people themselves: invite, give another role, let go (Who, S6)."""

from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.actions.people import create_user, give_role, take_role
from tenants.models import Membership, Tenant, User
from tenants.rules import RefusalKind, Refused, Role

# Support is the platform's to give.
ROLES = (Role.ADMIN, Role.VIEWER)


class AlreadyMember(Refused):
    """The person belongs to the tenant."""

    code = "already_member"
    message = _("This person belongs to the organisation already.")


class NobodyAdministers(Refused):
    """The change would leave the tenant without an administrator."""

    code = "last_administrator"
    kind = RefusalKind.CONFLICT
    message = _("Somebody has to administer the organisation: make another administrator first.")


class UnknownMember(Refused):
    """Nobody of that id belongs to the tenant."""

    code = "unknown_member"
    kind = RefusalKind.MISSING
    message = _("There is no such person here.")


@transaction.atomic
def enlist(*, tenant: Tenant, email: str, name: str, by: UUID) -> User:
    """Return the person of an address, made if new to Minga, not yet a member of the tenant. Public scope.

    Raises AlreadyMember. For callers who settle something in the tenant before the person may come in.
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    user = user or create_user(email=email, name=name, password=None, by=by)
    if queries.valid_memberships().filter(user=user, tenant=tenant).exists():
        raise AlreadyMember
    return user


@transaction.atomic
def invite(*, tenant: Tenant, email: str, name: str, role: Role, by: UUID) -> Membership:
    """Make somebody a member; who is new to Minga sets a password by a link. Raises AlreadyMember.

    Public scope. Who has an account keeps name and password: no organisation changes those of another.
    """
    user = enlist(tenant=tenant, email=email, name=name, by=by)
    return give_role(user=user, tenant=tenant, role=role, by=by)


@transaction.atomic
def change_role(*, tenant: Tenant, number: UUID, role: Role, by: UUID) -> None:
    """Give a member another role. Raises UnknownMember, NobodyAdministers. Public scope."""
    found = _held(tenant, number)
    if role is not Role.ADMIN:
        _check_administered(tenant, without=found)
    give_role(user=found.user, tenant=tenant, role=role, by=by)


@transaction.atomic
def check_role(*, tenant: Tenant, user: UUID, role: Role) -> Membership:
    """Return the membership that may get another role. Raises as `change_role`. Public scope."""
    found = _held(tenant, member(tenant=tenant, user=user).pk)
    if role is not Role.ADMIN:
        _check_administered(tenant, without=found)
    return found


@transaction.atomic
def let_go(*, tenant: Tenant, number: UUID, by: UUID) -> None:
    """End a membership with its pages and tokens. Raises UnknownMember, NobodyAdministers. Public scope."""
    found = _held(tenant, number)
    _check_administered(tenant, without=found)
    take_role(membership=found, by=by)


def member(*, tenant: Tenant, user: UUID) -> Membership:
    """Return somebody's membership here; support's is the platform's. Raises UnknownMember. Public scope."""
    found = queries.membership(user_id=user, tenant_id=tenant.id)
    if found is None or found.role not in ROLES:
        raise UnknownMember
    return found


def welcome_key(*, membership: Membership) -> tuple[str, str] | None:
    """Return what a link to one's first password is made of, good for three days and once; None for no link.

    Only for who has no password and belongs nowhere else: whoever holds the link becomes that person.
    """
    user = membership.user
    if not _is_welcome(user):
        return None
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def welcomed(*, person: str, token: str) -> User | None:
    """Return whose first password a link may set, None for a link that is spent, too old or made up."""
    try:
        number = UUID(urlsafe_base64_decode(person).decode())
    except ValueError:
        return None
    user = User.objects.filter(pk=number, is_active=True).first()
    # Asked again: what another organisation gave since is not for who holds this one's link.
    if user is None or not _is_welcome(user) or not default_token_generator.check_token(user, token):
        return None
    return user


def _is_welcome(user: User) -> bool:
    """Say whether a link may set the person's first password: new to Minga, and of one organisation."""
    is_new = not (user.is_staff or user.has_usable_password())
    return is_new and len(queries.memberships_of(user=user)) == 1


def _held(tenant: Tenant, number: UUID) -> Membership:
    # All of them: two administrators may take each other's role at the same moment.
    rows = queries.valid_memberships().filter(tenant=tenant, role__in=ROLES).order_by("pk")
    every = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if number not in every:
        raise UnknownMember
    return every[number]


def _check_administered(tenant: Tenant, *, without: Membership) -> None:
    others = queries.valid_memberships().filter(tenant=tenant, role=Role.ADMIN).exclude(pk=without.pk)
    if not others.exists():
        raise NobodyAdministers
