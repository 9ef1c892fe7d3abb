"""Tenants whose schema is not at head."""

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from tenants import queries
from tenants.models import Tenant
from tenants.provisioning import head
from tenants.scope import owner_scope
from tenants.scope.reach import wrapper


def fall_behind(*tenants: Tenant) -> None:
    """Take the uppermost app out of the schemas, as if its migration had just been written."""
    with owner_scope():
        for tenant in tenants:
            wrapper().set_schema(tenant.schema_name)
            call_command(Migrate(), "insights", "zero", verbosity=0)
            wrapper().set_schema_to_public()
        Tenant.objects.filter(pk__in=[t.pk for t in tenants]).update(schema_version="behind")


def behind() -> list[str]:
    """Return the schemas that are not at head."""
    with owner_scope():
        return [t.schema_name for t in queries.tenants_behind(head=head())]
