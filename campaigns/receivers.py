"""What campaigns do when something happens below."""

from django.dispatch import receiver

from campaigns import actions
from campaigns.actions.leaving import check_no_calls
from tenants.events import tenant_leaves, tenant_made
from tenants.models import Tenant


@receiver(tenant_made, dispatch_uid="campaigns.first_rows")
def write_first_rows(*, tenant: Tenant, **_more: object) -> None:
    """Give a new tenant its row of settings and the simulator as its provider; may repeat."""
    actions.make_defaults(country=tenant.country)


@receiver(tenant_leaves, dispatch_uid="campaigns.calls_under_way")
def keep_while_calling(**_told: object) -> None:
    """Keep a tenant while somebody is called there. Raises CallsUnderWay."""
    check_no_calls()
