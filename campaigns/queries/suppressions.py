"""What can be asked about who must not be called."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Suppression
from tenants.rules import RefusalKind, Refused


class UnknownSuppression(Refused):
    """There is no such suppression in this tenant."""

    code = "suppression_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such suppression.")


def suppressions() -> QuerySet[Suppression]:
    """Return all suppressions, lifted ones too, newest first, with their accounts. One query."""
    return Suppression.objects.select_related("account").order_by("-id")


def suppression(*, suppression_id: int) -> Suppression:
    """Return a suppression. One query. Raises UnknownSuppression."""
    found = suppressions().filter(pk=suppression_id).first()
    if found is None:
        raise UnknownSuppression(suppression=str(suppression_id))
    return found
