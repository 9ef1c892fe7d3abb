"""Does linking keep its bars: all that it commits, beside Splink's prediction and a loop over leads?"""

import os
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from identity import actions
from identity.matching.refereeing import Mode
from identity.models import IdentitySettings, Lead
from identity.rules import Via
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import fleet_rows, linking_bars
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.figures import seconds_of
from tests.benchmarks.linkage_files import Files
from tests.benchmarks.linkage_peer import Cost, Side, bench_fleet, judged, run_splink, show_sides
from tests.benchmarks.per_lead_peer import link_one_by_one

pytestmark = pytest.mark.real_roles
SINGLES, LOOPED = 100, 500


@pytest.mark.parametrize("mode", [Mode.RULES, Mode.SCORED])
def test_links_of_a_fleet(acme: Tenant, mode: Mode) -> None:
    """Precision, recall and speed of set-based linking, by rules and scored."""
    files = filled(acme, mode)
    with tenant_scope(acme.schema_name):
        _measure(files, mode)


def test_the_loop_over_leads(acme: Tenant) -> None:
    """A query a rule and a commit a lead, beside the same number of leads in batches."""
    filled(acme, Mode.RULES)
    with tenant_scope(acme.schema_name):
        numbers = list(Lead.objects.order_by("id").values_list("id", flat=True)[: LOOPED + 5_000])
        looped = cost_of(lambda: link_one_by_one(numbers[:LOOPED]), LOOPED)
        batched = cost_of(lambda: fleet_rows.link_some(numbers[LOOPED:]), len(numbers) - LOOPED)
    ratio, processors = (one / other for one, other in zip(looped, batched, strict=True))
    show_bars(
        "A loop over leads, a query a rule and a commit a lead",
        [Bar("set-based ÷ the loop, leads a second", ratio, least=20)],
        f"by processors {processors:.1f}; the loop takes {looped[0] * 1000:.2f} ms a lead",
    )


def filled(tenant: Tenant, mode: Mode) -> Files:
    """Fill the tenant with the fleet."""
    files = bench_fleet()
    with owner_scope(tenant.schema_name):
        IdentitySettings.objects.update(mode=mode)
        fleet_rows.fill(files)
    with owner_scope():
        fleet_rows.vacuum(tenant.schema_name)
    return files


def cost_of(work: Callable[[], object], leads: int) -> tuple[float, float]:
    """Return seconds a lead, by the clock and by the processors of this process and the database."""
    processors, clock = linking_bars.spent(), time.perf_counter()
    work()
    return (time.perf_counter() - clock) / leads, (linking_bars.spent() - processors) / leads


def _measure(files: Files, mode: Mode) -> None:
    numbers = list(Lead.objects.order_by("id").values_list("id", flat=True))
    memory, whole, python = linking_bars.most_memory(), linking_bars.spent(), time.process_time()
    took: list[float] = []
    tally, seconds = fleet_rows.link_some(numbers[:-SINGLES], took=took)
    whole, python = linking_bars.spent() - whole, time.process_time() - python
    grown = linking_bars.most_memory() - memory
    server = linking_bars.most_memory(linking_bars.backend())
    # Now that everybody else is there.
    singles = [seconds_of(partial(_link_one, lead)) for lead in numbers[-SINGLES:]]
    out = files.folder / f"ours-{mode}.csv"
    fleet_rows.write_predictions(files, out)
    idle = linking_bars.Database()
    again, _seconds = idle.watch(fleet_rows.link_all)
    links = list(linking_bars.judged_links(files, out))
    side = judged(files, out, Cost(seconds, whole, memory + grown))
    sides: dict[str, Side] = {f"ours, {mode}": side}
    if os.environ.get("MINGA_BENCH_PEER"):
        sides["Splink, keys"] = run_splink(files, "keys")
    show_sides(files, sides)
    show_bars(
        f"Linking, {mode}",
        [
            Bar("precision", side.figures.precision, least=0.999),
            Bar("recall", side.figures.recall, least=0.957),
            Bar("best F1 by rank", side.figures.best_f1, least=0.985),
            Bar("durable", tally.processed / seconds, least=20_000, unit="leads a second"),
            Bar("one lead, p95", _p95(singles) * 1000, most=50, unit="ms"),
            Bar("1,000 leads, p95", _p95(took) * 1000, most=200, unit="ms"),
            Bar("rows written by a run without news", idle.rows, most=0),
            Bar("… database time, 200,000 leads", idle.seconds / len(numbers) * 200_000, most=0.6, unit="s"),
            Bar("evidence of a link", linking_bars.evidence_bytes(), most=200, unit="bytes"),
            Bar("this process and its backend", memory + grown + server, most=1_500, unit="MiB"),
            Bar("… growth of this process", grown, most=50, unit="MiB"),
        ],
        f"{tally.processed:,} leads: {tally.matched:,} linked, {tally.review:,} for review, "
        f"{tally.unmatched:,} unmatched, {tally.errors} errors; {dict(tally.reasons)}",
        f"processors: {whole / tally.processed * 1e6:.0f} µs a lead, "
        f"{python / tally.processed * 1e6:.0f} of them Python; "
        f"{tally.processed / whole:,.0f} leads a second and core; again: {again.skipped:,} skipped, "
        f"{idle.processor / len(numbers) * 200_000:.2f} s of the database's processor for 200,000",
        "",
        *linking_bars.by_rule(links),
        "",
        *linking_bars.explained(links),
    )
    assert not tally.errors
    assert not again.processed
    assert not idle.rows


def _link_one(lead: int) -> None:
    actions.link_leads(leads=[lead], via=Via.RECOVER, now=timezone.now())


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
