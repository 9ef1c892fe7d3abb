"""After a large import the planner has statistics, though a tenant's log-in owns no table (S1)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from campaigns import actions as calling
from campaigns.actions import Upload
from campaigns.actions.importing import storing
from campaigns.rules import ProcessingType
from personas.models import JobTitle
from tenants.actions import statistics
from tenants.actions.statistics import ANALYZE_GROWN, LARGE_IMPORT, refresh_statistics
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.campaigns.uploading import a_payer, people
from tests.identity.importing import taken
from tests.insights.analysing import analysed
from tests.insights.reading import a_comment, a_ficha, a_post
from tests.mongo_documents import contact
from tests.mongo_runs import import_mongo, of
from tests.personas.importing import ANA, import_rows

TITLES = 3_000
TOLD = "SELECT n_distinct FROM pg_stats WHERE schemaname = %s AND tablename = 'personas_jobtitle'"


def make_titles() -> None:
    JobTitle.objects.bulk_create(JobTitle(normalized=f"gerente {number}") for number in range(TITLES))


def is_known(schema: str) -> bool:
    """Say whether the planner knows what the titles of a schema are like."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(TOLD, [schema])
        return bool(cursor.fetchall())


@pytest.mark.real_roles
def test_a_tenant_has_its_own_tables_looked_at(acme: Tenant, birch: Tenant) -> None:
    """S1: what grew is known at once, nobody else's is touched; asked again, nothing has grown."""
    for tenant in (acme, birch):
        with tenant_scope(tenant.schema_name):
            make_titles()
    with tenant_scope(acme.schema_name), connection.cursor() as cursor:
        # The positive control: what the log-in may do by itself changes nothing.
        cursor.execute("ANALYZE personas_jobtitle")
    assert not is_known(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert "personas_jobtitle" in refresh_statistics(rows=LARGE_IMPORT)
        assert refresh_statistics(rows=LARGE_IMPORT) == []
    assert (is_known(acme.schema_name), is_known(birch.schema_name)) == (True, False)


@pytest.mark.real_roles
def test_nobody_but_a_tenant_for_itself_may_ask(acme: Tenant) -> None:
    """S1, S2: a viewer's log-in, the shared one and the owner's are refused by the function itself."""
    for scope in (tenant_scope(acme.schema_name, read_only=True), public_scope(), owner_scope()):
        with scope, connection.cursor() as cursor, pytest.raises(DatabaseError, match="only a tenant"):
            cursor.execute(ANALYZE_GROWN)


@pytest.mark.real_roles
def test_what_somebody_else_looks_at_is_not_waited_for(acme: Tenant) -> None:
    """S12: autovacuum or another import holds the table; this one goes on."""
    with tenant_scope(acme.schema_name):
        make_titles()
    with owner_scope(acme.schema_name), connection.cursor() as held:
        held.execute("BEGIN; LOCK TABLE personas_jobtitle IN SHARE UPDATE EXCLUSIVE MODE")
        with tenant_scope(acme.schema_name):
            assert "personas_jobtitle" in refresh_statistics(rows=LARGE_IMPORT), "gave up waiting"
        held.execute("ROLLBACK")
    assert not is_known(acme.schema_name)


def from_linkedin(acme: Tenant, _folder: Path) -> None:
    import_rows(acme, ANA)


def from_the_fleet(acme: Tenant, _folder: Path) -> None:
    taken(acme, "leads", "L1,2026-03-05,lima,Ana,Ruiz,999888777,12345678,Lima")


def from_a_client(acme: Tenant, _folder: Path) -> None:
    a_payer()
    asked = Upload("acc-test-001", people(3), "lista.csv", ProcessingType.ACQUISITION)
    made = calling.create_from_file(upload=asked, now=datetime(2026, 9, 30, 12, 0, tzinfo=UTC))
    assert made.job is not None
    work_on(DueTicket(made.job.id, acme.schema_name))


def from_a_sheet(_acme: Tenant, _folder: Path) -> None:
    analysed(a_ficha([a_post()], [a_comment("muy bueno")]))


def from_the_first_system(_acme: Tenant, folder: Path) -> None:
    import_mongo(of(folder, contacts=[contact(1)]), "contacts")


IMPORTS = (from_linkedin, from_the_fleet, from_a_client, from_a_sheet, from_the_first_system)


@pytest.mark.parametrize("imported", IMPORTS)
@pytest.mark.parametrize("large", [1, 1_000])
def test_every_import_asks_once_when_it_is_large(
    in_acme: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    imported: Callable[[Tenant, Path], None],
    large: int,
) -> None:
    """S1: a small one leaves it to autovacuum."""
    monkeypatch.setattr(statistics, "LARGE_IMPORT", large)
    monkeypatch.setattr(storing, "ROWS_AT_ONCE", 2)
    with CaptureQueriesContext(connection) as asked:
        imported(in_acme, tmp_path)
    times = sum(ANALYZE_GROWN in query["sql"] for query in asked)
    assert times == (large == 1)
