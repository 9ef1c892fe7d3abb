"""What can be asked about leads."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from identity.models import Case, Lead, Link
from identity.rules import Source
from tenants.rules import RefusalKind, Refused


class UnknownLead(Refused):
    """There is no such lead in this tenant."""

    code = "lead_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such lead.")


class NoLeads(Refused):
    """There is nothing to report of: no lead has come yet."""

    code = "no_leads"
    kind = RefusalKind.CONFLICT
    message = _("There are no leads yet: nothing to hand over.")


class UnknownCase(Refused):
    """There is no case about such a lead in this tenant."""

    code = "case_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such case.")


def leads() -> QuerySet[Lead]:
    """Return leads, newest first, each with the key of the person it is linked to as `person`, or None."""
    links = Link.objects.filter(source=Source.CABINET, source_pk=OuterRef("source_pk"))
    return Lead.objects.annotate(person=Subquery(links.values("person")[:1])).order_by("-id")


def lead(*, lead_id: int) -> Lead:
    """Return a lead. One query. Raises UnknownLead."""
    found = Lead.objects.filter(pk=lead_id).first()
    if found is None:
        raise UnknownLead(lead=str(lead_id))
    return found


def has_leads() -> bool:
    """Say whether there are leads at all. One query."""
    return Lead.objects.exists()


def check_leads() -> None:
    """Let pass who has leads. One query. Raises NoLeads."""
    if not has_leads():
        raise NoLeads


def case_of(*, lead_id: int) -> Case:
    """Return the case about a lead, open or not. One query. Raises UnknownCase."""
    found = Case.objects.select_related("lead").filter(pk=lead_id).first()
    if found is None:
        raise UnknownCase(lead=str(lead_id))
    return found
