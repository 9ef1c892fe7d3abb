"""How long until a tenant is there, and how long until fifty are at head?"""

from functools import partial

import pytest

from tenants.models import Tenant
from tenants.provisioning import clone_template, migrate_tenant, new_schema_name
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.scope import owner_scope
from tests.benchmarks.figures import seconds_of, show
from tests.cast import make_tenant
from tests.tenants.lagging import behind, fall_behind

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
    fall_behind(*made)
    serial = seconds_of(lambda: list(migrate_in_parallel(behind(), processes=1)))
    fall_behind(*made)
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
