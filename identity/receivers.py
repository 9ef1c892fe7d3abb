"""What identity does when something happens below."""

from django.dispatch import receiver

from identity import actions
from identity.actions.draining import schedule_draining
from tenants.display.formats import currency_of
from tenants.events import tenant_made
from tenants.models import Tenant


@receiver(tenant_made, dispatch_uid="identity.first_rows")
def write_first_rows(*, tenant: Tenant, **_more: object) -> None:
    """Give a new tenant its row of settings, its nightly tidying and the jobs of its backlog; may repeat."""
    actions.begin_settings(currency=currency_of(tenant.country))
    actions.schedule_forgetting()
    schedule_draining()
