"""What personas does when something happens below."""

from django.dispatch import receiver

from personas import actions
from personas.samples.ruleset import load_b2b
from tenants.events import tenant_made


@receiver(tenant_made, dispatch_uid="personas.first_rows")
def write_first_rows(**_tenant: object) -> None:
    """Give a new tenant the shipped rules and the schedules of its upkeep; may repeat."""
    actions.load_ruleset(seeds=load_b2b())
    actions.schedule_forgetting()
    actions.schedule_forgetting_previews()
    actions.schedule_upkeep()
