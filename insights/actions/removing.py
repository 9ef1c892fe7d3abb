"""The end of a brand that was made by mistake; one with a history is disabled instead (N6)."""

from uuid import UUID

from django.db import transaction

from insights.actions.refusals import HasHistory, OnlyBrand
from insights.models import FichaCliente, FichaViewer, Insight, Run
from insights.rules import JobKind
from tenants.jobs.models import Schedule
from tenants.models import Member
from tenants.records.actions import note
from tenants.records.models import StoredFile


@transaction.atomic
def remove_ficha(*, ficha: FichaCliente, by: UUID | None) -> None:
    """Delete a brand that was never analysed, with its schedule, its viewers' bonds and its workbook.

    Raises HasHistory, OnlyBrand.
    """
    held = FichaCliente.objects.select_for_update().get(pk=ficha.pk)
    if Run.objects.filter(ficha=held).exists() or Insight.objects.filter(ficha=held).exists():
        raise HasHistory
    _check_bonds(held)
    Schedule.objects.filter(kind=JobKind.ANALYZE, subject=str(held.pk)).delete()
    if held.workbook_id is not None:
        StoredFile.objects.filter(pk=held.workbook_id).delete()
    note(verb="delete", of="ficha", id=held.pk, by=by)
    held.delete()


def _check_bonds(ficha: FichaCliente) -> None:
    """Raise OnlyBrand when somebody's last bond would go with the brand: bound to none is bound to all."""
    members = Member.objects.values("id")
    bonds = FichaViewer.objects.order_by("id")
    bound = set(bonds.filter(ficha=ficha, member__in=members).values_list("member", flat=True))
    # Locked: of two brands that go at the same moment, one is somebody's last.
    held = bonds.filter(member__in=bound).exclude(ficha=ficha).select_for_update()
    if bound - set(held.values_list("member", flat=True)):
        raise OnlyBrand
