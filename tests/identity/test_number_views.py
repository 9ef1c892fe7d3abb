"""The views of a migrated tenant and of a cloned one answer alike, each of its own rows only (S1)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection

from identity.models import IdentitySettings
from identity.rules import BacklogEventKind
from tenants.models import Tenant
from tenants.provisioning import clone_template, migrate_tenant
from tenants.provisioning.schemas import new_schema_name
from tenants.scope import owner_scope, tenant_scope
from tests.identity.fleet import a_lead
from tests.identity.numbers import active, ago, claimed, moved, view

pytestmark = pytest.mark.real_roles
VIEWS = {
    "v_cabinet_kpi_red_backlog": "lead_source_pk",
    "v_cabinet_leads_limbo": "lead_source_pk",
    "v_cabinet_14d_funnel_audit_weekly": "week_start",
    "v_cabinet_kpi_red_recovery_metrics_daily": "metric_date",
}
# What no two tenants share.
OWN = {"lead_id", "person_key", "linked_at", "driver_id"}


@pytest.fixture
def migrated_and_cloned(real_roles: None) -> list[str]:
    """Two ready tenants: one migrated from nothing, one cloned from the template."""
    schemas = [new_schema_name(), new_schema_name()]
    with owner_scope():
        for number, (schema, make) in enumerate(zip(schemas, (migrate_tenant, clone_template), strict=True)):
            slug = f"numbers-{number}"
            Tenant.objects.create(schema_name=schema, name=slug, slug=slug, timezone="America/Santiago")
            make(schema)
    return schemas


def fill(extra: int = 0) -> None:
    """Write every stage, and some red leads more."""
    IdentitySettings.objects.get_or_create(id=1)
    a_lead("red", on=ago(3))
    a_lead("undated", on=None)
    active(ago(3), made=0, external_id="no-trips")
    active(ago(3), made=5, external_id="no-claim")
    claimed(active(ago(3), made=1, external_id="ok"), "M1")
    moved(BacklogEventKind.ENTERED, ago(2), 3 + extra)
    for number in range(extra):
        a_lead(f"more{number}", on=ago(3))


def answers(schema: str, *, read_only: bool) -> dict[str, list[dict[str, Any]]]:
    with tenant_scope(schema, read_only=read_only):
        return {
            name: [{column: row[column] for column in row.keys() - OWN} for row in view(name, order)]
            for name, order in VIEWS.items()
        }


@pytest.mark.services
def test_migrated_and_cloned_views_answer_alike_to_both_roles(migrated_and_cloned: list[str]) -> None:
    """S1: under each tenant's own log-ins, reading and writing."""
    for schema in migrated_and_cloned:
        with tenant_scope(schema):
            fill()
    migrated, cloned = migrated_and_cloned
    expected = answers(migrated, read_only=False)
    assert [len(expected[name]) for name in VIEWS] == [2, 5, 2, 3]
    assert answers(migrated, read_only=True) == expected
    assert answers(cloned, read_only=False) == answers(cloned, read_only=True) == expected


@pytest.mark.services
def test_no_tenant_sees_anothers_rows(migrated_and_cloned: list[str], acme: Tenant) -> None:
    """S1: a clone's views read the clone's tables, not the template's nor a neighbour's."""
    migrated, cloned = migrated_and_cloned
    with tenant_scope(migrated):
        fill(extra=4)
    with tenant_scope(cloned):
        fill()
    assert len(answers(migrated, read_only=True)["v_cabinet_leads_limbo"]) == 9
    assert len(answers(cloned, read_only=True)["v_cabinet_leads_limbo"]) == 5
    assert answers(acme.schema_name, read_only=True) == {name: [] for name in VIEWS}
    for name in VIEWS:
        for schema in (cloned, acme.schema_name):
            with (
                tenant_scope(schema),
                pytest.raises(DatabaseError, match="permission denied for schema"),
                connection.cursor() as cursor,
            ):
                cursor.execute(f'SELECT count(*) FROM "{migrated}".{name}')


def test_views_run_with_the_rights_of_who_asks(migrated_and_cloned: list[str]) -> None:
    """S1: clone_schema drops the option; row-level security would not bind the owner."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relnamespace::regnamespace::text, relname, reloptions FROM pg_class "
            "WHERE relkind = 'v' AND relnamespace = ANY(%s::regnamespace[])",
            [migrated_and_cloned],
        )
        found = cursor.fetchall()
    assert {(schema, name) for schema, name, _options in found} == {
        (schema, name) for schema in migrated_and_cloned for name in VIEWS
    }
    assert {tuple(options or ()) for *_names, options in found} == {("security_invoker=true",)}


def test_a_views_day_is_its_own_tenants(migrated_and_cloned: list[str]) -> None:
    """I15: at the ends of the world it is always another day."""
    zones = ("Etc/GMT-12", "Etc/GMT+12")
    with owner_scope():
        for schema, zone in zip(migrated_and_cloned, zones, strict=True):
            Tenant.objects.filter(schema_name=schema).update(timezone=zone)
    days = []
    for schema in migrated_and_cloned:
        with tenant_scope(schema):
            moved(BacklogEventKind.ENTERED, ago(3))
            days.append(view("v_cabinet_kpi_red_recovery_metrics_daily", "metric_date")[-1]["metric_date"])
    assert (days[0] - days[1]).days == 1
