"""An organisation goes, with its schema, roles and shared rows; nobody else's is touched."""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction

from tenants import queries
from tenants.jobs import schedules
from tenants.models import JobRequest, Tenant, Ticket, User
from tenants.provisioning.states import drop_tenant_schema
from tenants.records.actions import note_act

log = logging.getLogger(__name__)


def remove_sample_tenants() -> list[str]:
    """Delete every tenant that is marked as sample data; return their short names. Owner's scope only.

    Who belonged to them stays as a person, without them.
    """
    marked = list(Tenant.objects.filter(has_samples=True, is_template=False).order_by("slug"))
    for tenant in marked:
        _remove_sample(tenant)
    return [tenant.slug for tenant in marked]


@transaction.atomic
def drop_tenant(*, tenant: Tenant, by: UUID | None, job: UUID, change: dict[str, Any]) -> int:
    """Delete a tenant and the accounts that belong nowhere else; return how many these were. Owner's scope.

    The platform's history keeps who asked for it, and `change`: where its last backup lies (S18, S20).
    """
    number, slug = tenant.pk, tenant.slug
    people = _drop_people(tenant)
    _drop(tenant)
    # Who asked may have left the platform's staff meanwhile; the history tells of the removal all the same.
    asked = by if by and User.objects.filter(pk=by, is_staff=True).exists() else None
    note_act(
        verb="tenant_removed", of="tenants.tenant", id=number, by=asked, tenant=number, job=job,
        change=change | {"slug": slug, "people": people},
    )  # fmt: skip
    log.warning("tenant removed", extra={"tenant": slug})
    return people


@transaction.atomic
def _remove_sample(tenant: Tenant) -> None:
    number, slug = tenant.pk, tenant.slug
    _drop(tenant)
    note_act(verb="samples_removed", of="tenants.tenant", id=number, by=None, tenant=number)
    log.warning("sample tenant removed", extra={"tenant": slug})


def _drop_people(tenant: Tenant) -> int:
    # A session of theirs names nobody from now on, and lets nobody in.
    _rows, gone = queries.people_only_in(tenant=tenant).delete()
    return gone.get(User._meta.label, 0)


def _drop(tenant: Tenant) -> None:
    schema = tenant.schema_name
    Ticket.objects.filter(schema_name=schema).delete()
    JobRequest.objects.filter(schema_name=schema).delete()
    schedules.forget(schema)
    # Domains, memberships, tokens, keys and saved filters go with its row.
    tenant.delete()
    drop_tenant_schema(schema, with_roles=True)
