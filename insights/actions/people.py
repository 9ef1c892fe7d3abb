"""People with the brands that they see: members live in the shared schema, bonds in the tenant's (S1, Who).

Two log-ins, so two transactions: bonds come first. Whatever is killed between them, nobody sees more brands
than was said.
"""

from collections.abc import Collection
from uuid import UUID

from insights.actions.binding import bind, bind_viewer
from insights.actions.refusals import NoSuchFicha, NoViewer
from insights.models import FichaCliente
from insights.permissions import is_bound
from tenants.actions import members
from tenants.models import Member, Membership, Tenant
from tenants.rules import Role
from tenants.scope import tenant_scope


def invite_reader(
    *, tenant: Tenant, email: str, name: str, role: Role, fichas: Collection[int] | None, by: UUID
) -> Membership:
    """Make somebody a member who sees these brands; None leaves all, or those bound before. Public scope.

    Raises AlreadyMember, NoSuchFicha, NoViewer for an administrator's brands.
    """
    if fichas is not None:
        _check_bindable(role)
        with tenant_scope(tenant.schema_name, read_only=True):
            _check_known(fichas)
        user = members.enlist(tenant=tenant, email=email, name=name, by=by)
        with tenant_scope(tenant.schema_name):
            bind(member=user.pk, fichas=fichas, by=by)
    return members.invite(tenant=tenant, email=email, name=name, role=role, by=by)


def change_reader(
    *, tenant: Tenant, user: UUID, role: Role | None, fichas: Collection[int] | None, by: UUID
) -> None:
    """Give a member another role, other brands, or both. Public scope.

    Raises UnknownMember, NobodyAdministers, NoSuchFicha, NoViewer.
    """
    # Asked before anything is written: a refusal leaves the brands as they were.
    held = members.check_role(tenant=tenant, user=user, role=role) if role else None
    if fichas is not None:
        with tenant_scope(tenant.schema_name):
            found = Member.objects.filter(pk=user).first()
            if found is None:
                raise members.UnknownMember
            found.role = role or found.role
            bind_viewer(member=found, fichas=fichas, by=by)
    if role and held:
        members.change_role(tenant=tenant, number=held.pk, role=role, by=by)


def _check_bindable(role: Role) -> None:
    if not is_bound(role):
        raise NoViewer


def _check_known(fichas: Collection[int]) -> None:
    if FichaCliente.objects.filter(pk__in=fichas).count() != len(set(fichas)):
        raise NoSuchFicha
