"""A week of a fleet in the served product: leads day by day, drained little by little, money that is owed."""

from django.urls import reverse

from identity.models import Case, Lead, Link
from identity.rules import Reason, Source
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity import a_fleet
from tests.identity.a_fleet import Fleet


def bring_fleet(acme: Tenant) -> Fleet:
    """Give Acme a week of leads: some linked, some red for every reason."""
    with tenant_scope(acme.schema_name):
        fleet = a_fleet.made(acme, persons=700, leads=400, until=a_fleet.today(acme))
        a_fleet.live(acme, fleet, until=a_fleet.today(acme), days=7, limit=70)
    return fleet


def earn(acme: Tenant, fleet: Fleet) -> dict[str, str]:
    """Let the fleet drive and the partner answer, after the last claims; return pages of two leads."""
    with tenant_scope(acme.schema_name):
        a_fleet.earn(acme, fleet)
        red = Case.objects.open().filter(reason=Reason.LOW_CONFIDENCE).earliest("pk")
        link = Link.objects.filter(source=Source.CABINET).earliest("pk")
        linked = Lead.objects.get(source_pk=link.source_pk)
    return {
        "red_lead": reverse("identity:lead", args=[red.pk]),
        "linked_lead": reverse("identity:lead", args=[linked.pk]),
    }
