"""What can be asked about imports: the newest, one, its rejected rows, the mapping a profile used last."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models import ImportMapping, LinkedInImport, RejectedRow
from personas.rules import REJECTED_ROWS, REJECTED_ROWS_KEPT_DAYS
from tenants.records.queries import days_of
from tenants.rules import RefusalKind, Refused


class UnknownImport(Refused):
    """There is no such import in this tenant."""

    code = "linkedin_import_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such import.")


def linkedin_imports(*, profile: str = "", state: str = "") -> QuerySet[LinkedInImport]:
    """Return imports, newest first, optionally of one profile or in one state."""
    chosen = {name: value for name, value in (("profile", profile), ("state", state)) if value}
    return LinkedInImport.objects.filter(**chosen).order_by("-id")


def linkedin_import(*, import_id: UUID) -> LinkedInImport:
    """Return the import; raises UnknownImport. One query."""
    found = LinkedInImport.objects.filter(pk=import_id).first()
    if found is None:
        raise UnknownImport(linkedin_import=str(import_id))
    return found


def rejected_rows(*, import_id: UUID) -> QuerySet[RejectedRow]:
    """Return an import's rejected rows and conflicts in the order of the file, while they are kept (L3).

    Two queries, the first at once.
    """
    since = Now() - timedelta(days=days_of(REJECTED_ROWS, usual=REJECTED_ROWS_KEPT_DAYS))
    return RejectedRow.objects.filter(of=import_id, created_at__gt=since).order_by("line")


def remembered_mapping(*, profile: str) -> dict[str, str]:
    """Return {column: heading} as confirmed for the profile's last file, {} before it (L2). One query."""
    found = ImportMapping.objects.filter(profile=profile).values_list("mapping", flat=True).first()
    return dict(found or {})
