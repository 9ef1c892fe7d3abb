"""Splink 5 on DuckDB over prepared files; run as a script by an interpreter that has it, never imported.

    python splink_peer.py LEADS ACCOUNTS OUT (keys | names)

Writes external_id, person, posterior and bits of each pair above one in a hundred, one line a person, and
prints seconds, processor seconds and the most memory as one JSON line. A model as Splink's manual builds it:
exact and nearly exact keys with term frequencies, Jaro-Winkler on names, u from random pairs, two EM passes.
Pairs are led to by `keys`, exact or half of them right, or by equal `names` in an equal car too.
"""

import json
import resource
import sys
import time

import duckdb
import splink.comparison_level_library as levels
import splink.comparison_library as compared
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SHOWN_FROM = 0.01
KEYS = ("document", "phone", "licence", "email", "plate")
# DuckDB sees no typo by a key of its own: both halves of a number, each with a name.
HALVES = [block_on(f"substr({key}, {part})", "first_name") for key in KEYS[:2] for part in ("1, 6", "-5")]
BLOCKS = {"keys": [*map(block_on, KEYS), *HALVES]}
BLOCKS["names"] = [*BLOCKS["keys"], block_on("first_name", "last_name", "car")]
READ = """
    CREATE TABLE {name} AS
    SELECT * REPLACE (CAST(nullif(on_day, '') AS date) AS on_day)
    FROM read_csv('{file}', header = true, all_varchar = true, nullstr = '')
"""
# An account is a view of a person: the best one counts.
FOUND = """
    COPY (
        SELECT unique_id_{lead} AS external_id, person_{account} AS person,
               max(match_probability) AS posterior, max(match_weight) AS bits
        FROM {pairs} GROUP BY 1, 2
    ) TO '{out}' (HEADER)
"""


def settings(blocks: str) -> SettingsCreator:
    """Return the model before it is trained."""
    days = "abs(date_diff('day', on_day_l, on_day_r))"
    hired = compared.CustomComparison(
        [
            levels.NullLevel("on_day"),
            levels.CustomLevel(f"{days} <= 7", "within 7 days"),
            levels.CustomLevel(f"{days} <= 30", "within 30 days"),
            levels.CustomLevel(f"{days} <= 90", "within 90 days"),
            levels.ElseLevel(),
        ],
        output_column_name="on_day",
    )
    typed = [compared.DamerauLevenshteinAtThresholds(key, 1) for key in KEYS[:2]]
    exact = [compared.ExactMatch(key) for key in (*KEYS[2:], "car")]
    names = [compared.JaroWinklerAtThresholds(part, [0.92, 0.8]) for part in ("first_name", "last_name")]
    rare = [each.configure(term_frequency_adjustments=True) for each in (*typed, *exact, *names)]
    return SettingsCreator(
        link_type="link_only",
        comparisons=[*rare, compared.ExactMatch("middle_name"), hired],
        blocking_rules_to_generate_predictions=BLOCKS[blocks],
        additional_columns_to_retain=["person"],
        retain_matching_columns=False,
    )


def train(linker: Linker) -> None:
    """Estimate all parameters without labels."""
    sure = [block_on(key) for key in ("document", "licence", "email")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for key in KEYS[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(key), estimate_without_term_frequencies=True, max_pairs=1e7
        )


def timed(work):
    """Return what `work` returns, and its seconds by the clock and by the processors."""
    clock, processors = time.perf_counter(), time.process_time()
    result = work()
    return result, [round(time.perf_counter() - clock, 3), round(time.process_time() - processors, 3)]


def main(leads: str, accounts: str, out: str, blocks: str) -> None:
    """Load, train, predict, write."""
    database = duckdb.connect()
    for name, file in (("leads", leads), ("accounts", accounts)):
        database.execute(READ.format(name=name, file=file))
    api = DuckDBAPI(database)
    tables = [api.register(name, dataset_display_name=f"{name}_table") for name in ("accounts", "leads")]
    linker = Linker(tables, settings(blocks), log_level=40)
    _none, training = timed(lambda: train(linker))
    pairs, predicting = timed(lambda: linker.inference.predict(threshold_match_probability=SHOWN_FROM))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [[count]] = database.execute(f"SELECT count(*) FROM {pairs.physical_name}").fetchall()
    database.execute(FOUND.format(pairs=pairs.physical_name, out=out, lead="r", account="l"))
    print(json.dumps({"train": training, "predict": predicting, "pairs": count, "MiB": round(most)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
