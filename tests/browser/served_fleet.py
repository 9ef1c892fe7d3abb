"""A week of a fleet in the served product: leads day by day, drained little by little, money that is owed."""

from django.urls import reverse

from identity import actions
from identity.models import Case, Lead, Link
from identity.rules import ImportKind, Reason, Source
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity import a_fleet
from tests.identity.a_fleet import Fleet
from tests.identity.importing import file_of

ANA = "L-file-1,05/03/2026 23:30,lima,Ana,Ruiz,999888777,12345678,Lima"


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


def fill_fleet_file(acme: Tenant, by: User) -> dict[str, str]:
    """Upload a file of leads, and one of trips whose headings say nothing; return their pages of columns."""
    files = {
        "fleet_columns": (ImportKind.LEADS, file_of("leads", ANA)),
        "fleet_unknown": (ImportKind.TRIPS, b"who,when,how many\nd1,2026-03-05,3\n"),
    }
    with tenant_scope(acme.schema_name):
        made = {
            name: actions.upload_fleet_file(kind=kind, content=content, filename=f"{kind}.csv", by=by.pk)
            for name, (kind, content) in files.items()
        }
    return {
        name: reverse("admin:identity_fleetimport_columns", args=[found.pk]) for name, found in made.items()
    }
