"""What empty lists of campaigns say, and an invented client's file (W5)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import (
    Account,
    BadNumber,
    CallAlert,
    CallAttempt,
    CallerNumber,
    Campaign,
    Entry,
    Provider,
    Script,
    Suppression,
    SuppressionList,
)
from campaigns.samples import make_collection_file
from tenants.admin import tenant_site
from tenants.admin.empties import Empty, Sample
from tenants.models import Tenant

ROWS = 200
COUNTRIES = ("CL", "PE", "CO", "MX", "AR", "BR")


def client_file(tenant: Tenant) -> tuple[str, bytes]:
    """Return a collection file of invented people; where calls are real, nobody in it has a phone."""
    country = tenant.country if tenant.country in COUNTRIES else COUNTRIES[0]
    today = timezone.localdate()
    sample = make_collection_file(rows=ROWS, loaded=today, country=country, has_phones=tenant.has_samples)
    return "client-sample.xlsx", sample.content


tenant_site.add_sample(Sample("client", _("A sample client's file"), client_file))
NEW = ("admin:campaigns_campaign_new", _("New campaign"), "client")
WATCH = ("admin:campaigns_campaign_changelist", _("To the campaigns"))
tenant_site.empties |= {
    Campaign: Empty(
        _("People to call, what to say to them, and when. A campaign begins with a client's file."),
        *NEW,
    ),
    Entry: Empty(_("The people of campaigns stand here, each with the whole story of its calls."), *NEW),
    CallAttempt: Empty(_("Calls stand here as soon as a campaign calls."), *WATCH),
    CallAlert: Empty(_("What goes wrong with calls stands here. So far nothing did."), *WATCH),
    BadNumber: Empty(_("No call has found a number that does not exist."), *WATCH),
    Account: Empty(
        _("An account pays for calls: it has a balance, a plan, and its own people who are never called."),
        "admin:campaigns_account_add",
        _("New account"),
    ),
    Script: Empty(
        _("A script is what callers say. Its versions are approved one by one."),
        "admin:campaigns_script_new",
        _("New script"),
    ),
    Suppression: Empty(
        _("Who asked not to be called stands here, and no campaign calls them. Nobody asked so far."),
        "admin:campaigns_suppression_say",
        _("Add numbers or documents"),
    ),
    SuppressionList: Empty(
        _("Lists of who must not be called stand here, and can be undone. None was sent so far."),
        "admin:campaigns_suppression_say",
        _("Add numbers or documents"),
    ),
    Provider: Empty(
        _("A provider makes the calls. Without one, campaigns wait."),
        "admin:campaigns_provider_add",
        _("New provider"),
    ),
    CallerNumber: Empty(
        _("Calls are made from these numbers. Without one, campaigns wait."),
        "admin:campaigns_callernumber_add",
        _("New caller number"),
    ),
}
