"""Links of a synthetic fleet: Splink 5 on DuckDB, thresholds fixed beforehand (I7b).

Another engine joins as one more side: it writes external_id, person, posterior (and is_link, where it decides
by itself) of the same files, `judged(files, its_csv, Cost(...))` judges it, `show_sides` prints it beside.
"""

from tests.benchmarks.linkage_peer import bench_fleet, run_splink, show_sides


def test_the_peer() -> None:
    """Splink by keys, and by names too; MINGA_BENCH_FLEET=1000000x200000 for the full fleet."""
    files = bench_fleet()
    show_sides(files, {f"Splink, {blocks}": run_splink(files, blocks) for blocks in ("keys", "names")})
