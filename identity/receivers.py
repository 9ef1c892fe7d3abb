"""What identity does when something happens below."""

from django.dispatch import receiver

from identity import actions
from identity.actions.draining import schedule_draining
from identity.models import IdentitySettings
from tenants.events import tenant_made


@receiver(tenant_made, dispatch_uid="identity.first_rows")
def write_first_rows(**_tenant: object) -> None:
    """Give a new tenant its row of settings, its nightly tidying and the jobs of its backlog; may repeat."""
    IdentitySettings.objects.get_or_create(id=1)
    actions.schedule_forgetting()
    schedule_draining()
