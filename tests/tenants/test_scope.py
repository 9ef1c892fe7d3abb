"""The scope fails closed and is restored on every way out (architecture, Tenancy; S1)."""

import pytest
from django.db import ProgrammingError, transaction

from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import NoTenantScope, ScopeInTransaction, current_schema, tenant_scope
from tenants.scope.reach import wrapper
from tests import cast


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.real_roles)])
class TestScope:
    @pytest.fixture(autouse=True)
    def _database(self, any_db: None) -> None: ...

    def test_a_domain_query_outside_a_scope_raises(self, real: bool) -> None:
        with pytest.raises(NoTenantScope):
            AuditEntry.objects.exists()

    def test_it_is_restored_after_an_error(self, acme: Tenant, real: bool) -> None:
        def fail() -> None:
            with tenant_scope(acme.schema_name):
                assert current_schema() == acme.schema_name
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert current_schema() is None
        assert User.objects.exists()

    def test_a_tenant_reads_its_own_row_of_the_tenants_only(self, acme: Tenant, real: bool) -> None:
        with tenant_scope(acme.schema_name):
            assert [t.name for t in Tenant.objects.all()] == ["Acme"]

    def test_a_tenants_role_cannot_read_users(self, acme: Tenant, real: bool) -> None:
        with pytest.raises(ProgrammingError) as caught, tenant_scope(acme.schema_name):
            User.objects.first()
        assert caught.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]

    def test_a_viewers_scope_refuses_writes(self, acme: Tenant, real: bool) -> None:
        with (
            pytest.raises(Exception, match=r"permission denied|read-only"),
            tenant_scope(acme.schema_name, read_only=True),
        ):
            AuditEntry.objects.create(verb="x", object_type="y", object_id="z")


@pytest.mark.real_roles
def test_a_change_of_tenant_inside_a_transaction_is_refused(acme: Tenant, birch: Tenant) -> None:
    with tenant_scope(acme.schema_name), transaction.atomic():
        with pytest.raises(ScopeInTransaction), tenant_scope(birch.schema_name):
            pass
        assert wrapper().login.schema == acme.schema_name


def test_the_cast_is_made(acme: Tenant, birch: Tenant) -> None:
    assert {cast.person(n).name for n in cast.PEOPLE} == {"Alice", "Bob", "Carol", "Sam"}
