"""What can be asked about who must not be called."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Suppression, SuppressionList
from tenants.records.erasure import masked
from tenants.rules import RefusalKind, Refused


class UnknownSuppression(Refused):
    """There is no such suppression in this tenant."""

    code = "suppression_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such suppression.")


class UnknownSuppressionList(Refused):
    """There is no such list of suppressions in this tenant."""

    code = "suppression_list_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such list of suppressions.")


def suppressions() -> QuerySet[Suppression]:
    """Return all suppressions, lifted ones too, newest first, with their accounts. One query."""
    return Suppression.objects.select_related("account").order_by("-id")


def suppression(*, suppression_id: int) -> Suppression:
    """Return a suppression. One query. Raises UnknownSuppression."""
    found = suppressions().filter(pk=suppression_id).first()
    if found is None:
        raise UnknownSuppression(suppression=str(suppression_id))
    return found


def suppression_lists() -> QuerySet[SuppressionList]:
    """Return all lists, those only looked at and undone ones too, newest first, with accounts. One query."""
    return SuppressionList.objects.select_related("account").order_by("-id")


def suppression_list(*, list_id: int) -> SuppressionList:
    """Return a list. One query. Raises UnknownSuppressionList."""
    found = suppression_lists().filter(pk=list_id).first()
    if found is None:
        raise UnknownSuppressionList(suppression_list=str(list_id))
    return found


def as_wished(values: Iterable[str]) -> dict[str, str]:
    """Return every form in which a wish about some values may stand, and the value that each is about.

    A wish outlives its person's erasure as a keyed hash (S19). No query.
    """
    return {form: value for value in values for form in (value, masked(value))}
