"""How long until a tenant is there, and how long until fifty are at head?"""

from functools import partial

import pytest
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from tenants import queries
from tenants.models import Tenant
from tenants.provisioning import clone_template, head, migrate_tenant, new_schema_name
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.scope import owner_scope
from tenants.scope.reach import wrapper
from tests.benchmarks.figures import seconds_of, show
from tests.cast import make_tenant

COUNTS = (1, 10, 50)


@pytest.mark.real_roles
def test_creating_and_migrating(real_roles: None) -> None:
    made: list[Tenant] = []
    lines: list[str] = []
    with owner_scope():
        by_migrating = seconds_of(lambda: migrate_tenant(new_schema_name()))
        by_cloning = seconds_of(lambda: clone_template(new_schema_name()))
        for number in COUNTS:
            took = seconds_of(partial(make_up_to, number, made))
            lines.append(f"| {number} tenants, one after the other | {took:.1f} s |")
    nothing = seconds_of(lambda: list(migrate_in_parallel(behind(), processes=2)))
    fall_behind(made)
    serial = seconds_of(lambda: list(migrate_in_parallel(behind(), processes=1)))
    fall_behind(made)
    parallel = seconds_of(lambda: list(migrate_in_parallel(behind(), processes=2)))
    assert behind() == []
    show(
        "Tenants",
        "| what | takes |",
        "| --- | --- |",
        f"| one schema by migrations | {by_migrating:.2f} s |",
        f"| one schema by cloning | {by_cloning:.2f} s |",
        *lines,
        f"| {len(made)} tenants one migration behind, 1 process | {serial:.1f} s |",
        f"| … 2 processes | {parallel:.1f} s (parallel ÷ serial = {parallel / serial:.2f}) |",
        f"| … all at head already | {nothing:.2f} s |",
    )


def make_up_to(number: int, made: list[Tenant]) -> None:
    """Make tenants until there are `number`."""
    made += [make_tenant(f"T{n}", f"t{n}") for n in range(len(made), number)]


def behind() -> list[str]:
    with owner_scope():
        return [t.schema_name for t in queries.tenants_behind(head=head())]


# The uppermost app, since others would be missed by the migrations that depend on them.
DROP_PERSONAS = """
    DO $$ BEGIN EXECUTE (SELECT 'DROP TABLE ' || string_agg(quote_ident(tablename), ', ') || ' CASCADE'
      FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'personas%'); END $$
"""


def fall_behind(tenants: list[Tenant]) -> None:
    """Take the uppermost app out of the schemas, as if its migration had just been written."""
    with owner_scope():
        for tenant in tenants:
            wrapper().set_schema(tenant.schema_name)
            call_command(Migrate(), "personas", "zero", verbosity=0)
            wrapper().set_schema_to_public()
        Tenant.objects.filter(pk__in=[t.pk for t in tenants]).update(schema_version="behind")
