"""The end of a brand that was made by mistake; one with a history is disabled instead (N6)."""

from uuid import UUID

from django.db import transaction

from insights.actions.refusals import HasHistory
from insights.models import FichaCliente, Insight, Run
from insights.rules import JobKind
from tenants.jobs.models import Schedule
from tenants.records.actions import note
from tenants.records.models import StoredFile


@transaction.atomic
def remove_ficha(*, ficha: FichaCliente, by: UUID | None) -> None:
    """Delete a brand that was never analysed, with its schedule, its viewers' bonds and its workbook.

    Raises HasHistory.
    """
    held = FichaCliente.objects.select_for_update().get(pk=ficha.pk)
    if Run.objects.filter(ficha=held).exists() or Insight.objects.filter(ficha=held).exists():
        raise HasHistory
    Schedule.objects.filter(kind=JobKind.ANALYZE, subject=str(held.pk)).delete()
    if held.workbook_id is not None:
        StoredFile.objects.filter(pk=held.workbook_id).delete()
    note(verb="delete", of="ficha", id=held.pk, by=by)
    held.delete()
