"""Organisations of sample data can be deleted, and nothing else goes with them (F7)."""

import pytest
from django.db import connection

from tenants.actions import remove_sample_tenants
from tenants.models import Membership, Tenant, Ticket, User
from tenants.scope import owner_scope
from tests.cast import make_tenant


@pytest.mark.real_roles
def test_marked_tenants_go_with_schema_roles_and_tickets(real_roles: None) -> None:
    """First ten minutes: sample data is marked and deletable; who is not marked stays."""
    with owner_scope():
        tenant = make_tenant("Elm", "elm")
        Tenant.objects.filter(pk=tenant.pk).update(has_samples=True)
        others = Tenant.objects.exclude(pk=tenant.pk).count()
        people = User.objects.count()
        assert remove_sample_tenants() == ["elm"]
        assert Tenant.objects.count() == others
        assert User.objects.count() == people
        assert not Ticket.objects.filter(schema_name=tenant.schema_name).exists()
        assert not Membership.objects.filter(tenant=tenant.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE %s"
                " UNION ALL SELECT count(*) FROM pg_namespace WHERE nspname = %s",
                [f"{tenant.schema_name}%", tenant.schema_name],
            )
            assert cursor.fetchall() == [(0,), (0,)]
        assert remove_sample_tenants() == []
