"""What empty lists of the fleet say, and invented files of drivers, leads, trips and claims (W5)."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext_lazy as _

from identity.models import Case, Claim, Driver, FleetImport, Lead, Link, Person, QueueItem, ScoutRegistration
from identity.samples import write_fleet
from tenants.admin import tenant_site
from tenants.admin.empties import Empty, Sample
from tenants.models import Tenant

PERSONS, LEADS = 80, 100
# How leads are written is known of these countries; elsewhere the first stands for all.
COUNTRIES = ("PE", "CL")


def fleet_file(kind: str) -> Callable[[Tenant], tuple[str, bytes]]:
    """Return what makes one of the files of an invented fleet; all of them speak of the same people."""

    def make(tenant: Tenant) -> tuple[str, bytes]:
        country = tenant.country if tenant.country in COUNTRIES else COUNTRIES[0]
        with TemporaryDirectory() as folder:
            write_fleet(Path(folder), persons=PERSONS, leads=LEADS, country=country)
            return f"{kind}-sample.csv", (Path(folder) / f"{kind}.csv").read_bytes()

    return make


for kind, label in {
    "drivers": _("Sample drivers"),
    "leads": _("Sample leads"),
    "trips": _("Sample trips"),
    "claims": _("Sample claims"),
}.items():
    tenant_site.add_sample(Sample(kind, label, fleet_file(kind)))
UPLOAD = ("admin:identity_fleetimport_upload", _("Upload a file"))
tenant_site.empties |= {
    FleetImport: Empty(
        _("Drivers come first, then leads, trips and claims; what became of each row stands here."),
        *UPLOAD,
        "drivers",
    ),
    Driver: Empty(_("Drivers' accounts come by file; leads are then tied to them."), *UPLOAD, "drivers"),
    Lead: Empty(_("Leads come by file or by the API, after the drivers."), *UPLOAD, "leads"),
    ScoutRegistration: Empty(_("Registrations of scouts come by file."), *UPLOAD),
    Person: Empty(_("A person is made when a lead is tied to a driver's account."), *UPLOAD, "leads"),
    Link: Empty(_("A link says which lead is which person, and by what evidence."), *UPLOAD, "leads"),
    Claim: Empty(
        _("A claim is money that is owed for a milestone; a job makes claims of links and trips."),
        "admin:identity_runs",
        _("To the jobs"),
        "claims",
    ),
    Case: Empty(
        _("A lead that nothing links becomes a case. None is open: there are no leads, or all are linked."),
        *UPLOAD,
        "leads",
    ),
    QueueItem: Empty(
        _("Red leads wait here to be tried again. Seeding fills the queue; an empty one is good news."),
        "admin:identity_runs",
        _("To the jobs"),
    ),
}
