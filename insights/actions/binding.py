"""Which brands a viewer sees: those bound to them, or all of the tenant's when none is (Who)."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from insights.actions.refusals import NoSuchFicha, NoViewer
from insights.models import FichaCliente, FichaViewer
from insights.permissions import is_bound
from tenants.models import Member
from tenants.records.actions import note


@transaction.atomic
def bind_viewer(*, member: Member, fichas: Collection[int], by: UUID | None) -> None:
    """Bind a viewer to these brands and no others; none lets them see all. Raises NoViewer, NoSuchFicha."""
    if not is_bound(member.role):
        raise NoViewer
    bind(member=member.pk, fichas=fichas, by=by)


@transaction.atomic
def bind(*, member: UUID, fichas: Collection[int], by: UUID | None) -> None:
    """Bind who is, or is about to be, a viewer. Raises NoSuchFicha."""
    known = set(FichaCliente.objects.filter(pk__in=fichas).values_list("pk", flat=True))
    if known != set(fichas):
        raise NoSuchFicha
    bonds = FichaViewer.objects.filter(member=member)
    bonds.exclude(ficha__in=known).delete()
    bound = set(bonds.values_list("ficha", flat=True))
    new = [FichaViewer(ficha_id=pk, member=member, created_by=by) for pk in sorted(known - bound)]
    FichaViewer.objects.bulk_create(new, ignore_conflicts=True)
    note(verb="changed", of="viewer", id=member, by=by, change={"fichas": sorted(known)})
