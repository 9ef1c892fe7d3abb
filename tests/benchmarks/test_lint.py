"""How long do the tree's figures, the metrics and the nightly upkeep take? (P10, R10; the tree: a second)

100,000 contacts; `MINGA_BENCH_CONTACTS=1000000 make bench` measures a million.
"""

import pytest
from django.utils import timezone

from personas import actions, queries
from personas.models import JobTitle
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import population
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.costs import quiet_server
from tests.benchmarks.figures import seconds_of

pytestmark = pytest.mark.real_roles

ROUNDS = 5


def test_figures(acme: Tenant) -> None:
    """The tree's lint against its bar; what the others take is told."""
    with quiet_server(), owner_scope(acme.schema_name):
        contacts = population.fill()
    with tenant_scope(acme.schema_name):
        titles = JobTitle.objects.count()
        lint = min(seconds_of(actions.lint) for _each in range(ROUNDS))
        others = {
            "statistics": queries.figures,
            "the dashboard's overview": lambda: queries.overview(now=timezone.now()),
            "metrics computed and kept": lambda: actions.compute_metrics(now=timezone.now()),
            "the nightly recount": actions.recount,
            "the backfill, nothing to mend": actions.backfill,
        }
        lines = [f"| {name} | {1000 * seconds_of(call):,.0f} ms |" for name, call in others.items()]
    show_bars(
        f"Figures of {contacts:,} contacts, {titles:,} titles",
        [Bar("the tree's lint", lint, most=1.0, unit="s")],
        "| what | takes |",
        "| --- | --- |",
        *lines,
    )
