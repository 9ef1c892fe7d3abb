"""What can be asked about files of the fleet: the newest, one, its refused rows."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models import FleetImport, RefusedRow
from identity.rules import REFUSED_ROWS, REFUSED_ROWS_KEPT_DAYS
from tenants.records.queries import days_of
from tenants.rules import RefusalKind, Refused


class UnknownFleetImport(Refused):
    """There is no such import in this tenant."""

    code = "fleet_import_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such import.")


def fleet_imports() -> QuerySet[FleetImport]:
    """Return imports, newest first."""
    return FleetImport.objects.order_by("-id")


def fleet_import(*, import_id: UUID) -> FleetImport:
    """Return the import; raises UnknownFleetImport. One query."""
    found = FleetImport.objects.filter(pk=import_id).first()
    if found is None:
        raise UnknownFleetImport(fleet_import=str(import_id))
    return found


def refused_rows(*, import_id: UUID) -> QuerySet[RefusedRow]:
    """Return an import's refused rows in the order of the file, while they are kept.

    Two queries, the first at once.
    """
    since = Now() - timedelta(days=days_of(REFUSED_ROWS, usual=REFUSED_ROWS_KEPT_DAYS))
    return RefusedRow.objects.filter(of=import_id, created_at__gt=since).order_by("line")
