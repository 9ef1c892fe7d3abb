"""Splink beside our own engine: both read the same prepared fleet, both are judged by the same figures."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.extras import ROOT, extra_python
from tests.benchmarks.figures import show
from tests.benchmarks.linkage import Figures, evaluate, lines, read_predictions
from tests.benchmarks.linkage_files import Files, prepared_fleet

SIZE = os.environ.get("MINGA_BENCH_FLEET", "100000x50000")  # persons × leads; the full one is 1000000x200000
SCRIPT = Path(__file__).with_name("splink_peer.py")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a prediction took by the clock and by the processors, and the most memory of the whole process."""

    seconds: float
    processor_seconds: float
    mebibytes: float
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One engine's run: how good, at what cost."""

    figures: Figures
    cost: Cost


def bench_fleet() -> Files:
    """Return the prepared fleet of the size asked for; it is kept in .minga between runs."""
    persons, leads = map(int, SIZE.split("x"))
    return prepared_fleet(ROOT / ".minga" / f"fleet-{SIZE}", persons=persons, leads=leads)


def run_splink(files: Files, blocks: str) -> Side:
    """Let Splink predict in a process of its own; skip, saying why, when it cannot be installed.

    `blocks` is `keys` (comparable to exact and one-typo keys) or `names` (equal names in an equal car too).
    """
    out = files.folder / f"splink-{blocks}.csv"
    words: list[str | Path] = [extra_python(), SCRIPT, files.leads, files.accounts, out, blocks]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    clock, processors = said["predict"]
    return judged(files, out, Cost(clock, processors, said["MiB"], said["pairs"]))


def judged(files: Files, predictions: Path, cost: Cost) -> Side:
    """Judge any engine's CSV (external_id, person, posterior; optionally bits, is_link) against the truth.

    Our engine's run goes through here too: `person` is the number in the fleet's holders.csv.
    """
    return Side(evaluate(read_predictions(predictions), files.truth()), cost)


def show_sides(files: Files, sides: Mapping[str, Side]) -> None:
    """Print all sides as one table."""
    leads = len(files.truth())
    head = (
        "| side | precision | recall | best F1 | leads a second | seconds | processors | MiB | pairs |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    )
    table = [
        f"| {name} | {side.figures.precision:.5f} | {side.figures.recall:.4f} | {side.figures.best_f1:.4f} "
        f"| {leads / side.cost.seconds:,.0f} | {side.cost.seconds:.2f} | {side.cost.processor_seconds:.2f} "
        f"| {side.cost.mebibytes:,.0f} | {side.cost.pairs:,} |"
        for name, side in sides.items()
    ]
    more = [line for name, side in sides.items() for line in lines(name, side.figures)]
    show(f"Linking {SIZE} (persons × leads)", *head, *table, "", *more)
