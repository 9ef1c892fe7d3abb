"""Organisations of sample data go, with their schema, roles and tickets; nobody else's is touched."""

import logging

from django.db import transaction

from tenants.models import Tenant, Ticket
from tenants.provisioning import drop_tenant_roles
from tenants.records.actions import note_act

log = logging.getLogger(__name__)


def remove_sample_tenants() -> list[str]:
    """Delete every tenant that is marked as sample data; return their short names. Owner's scope only.

    Who belonged to them stays as a person, without them.
    """
    marked = list(Tenant.objects.filter(has_samples=True, is_template=False).order_by("slug"))
    for tenant in marked:
        _remove(tenant)
    return [tenant.slug for tenant in marked]


def _remove(tenant: Tenant) -> None:
    schema, slug, number = tenant.schema_name, tenant.slug, tenant.pk
    with transaction.atomic():
        Ticket.objects.filter(schema_name=schema).delete()
        tenant.delete(force_drop=True)
        drop_tenant_roles(schema)
        note_act(verb="samples_removed", of="tenants.tenant", id=number, by=None, tenant=number)
    log.warning("sample tenant removed", extra={"tenant": slug})
