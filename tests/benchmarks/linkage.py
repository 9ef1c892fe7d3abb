"""How good are links? The same figures for every engine: what it says of pairs, against the truth."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log2
from pathlib import Path

BINS = 10
NEVER_SURE = 1e-9  # nobody pays more than 30 bits for one mistake


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an engine says of one lead and one person.

    `bits` is the weight without rounding to 1; `is_link` says whether the engine linked them, None when it
    leaves that to the thresholds.
    """

    lead: str
    person: str
    posterior: float
    bits: float
    is_link: bool | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a link needs when the engine does not say: fixed before anything is measured."""

    posterior: float = 0.9
    gap: float = 5.0  # bits to the lead's next person


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of similar posterior: how many, what was said on average, and how many were right."""

    pairs: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Links made; the best F1 when each lead's best person is ranked; how calibrated all pairs are."""

    links: int
    precision: float
    recall: float
    best_f1: float
    brier: float
    log_loss: float  # bits a pair
    bins: tuple[Bin, ...]

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall of the links."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_predictions(path: Path) -> Iterator[Prediction]:
    """Read a CSV with external_id, person, posterior, and optionally bits and is_link (1 or 0)."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            posterior = float(row["posterior"])
            linked = row.get("is_link") or None
            yield Prediction(
                row["external_id"],
                row["person"],
                posterior,
                float(row["bits"]) if row.get("bits") else logit(posterior),
                None if linked is None else linked == "1",
            )


def logit(posterior: float) -> float:
    """Return a probability as bits."""
    bounded = min(max(posterior, NEVER_SURE), 1 - NEVER_SURE)
    return log2(bounded / (1 - bounded))


def evaluate(
    predictions: Iterable[Prediction], truth: Mapping[str, str], limits: Limits | None = None
) -> Figures:
    """Judge predictions, one a lead and person, in any order; `truth` has each lead's person, "" for nobody.

    A lead of somebody that no prediction names counts against recall.
    """
    told = sorted(predictions, key=lambda one: (one.lead, -one.bits, one.person))
    by_lead = [list(group) for _lead, group in groupby(told, key=lambda one: one.lead)]
    of_persons = sum(map(bool, truth.values()))
    linked = [link for group in by_lead if (link := _link(group, limits or Limits()))]
    right = sum(_is_right(one, truth) for one in linked)
    judged = [(one.posterior, _is_right(one, truth)) for one in told]
    return Figures(
        links=len(linked),
        precision=right / max(len(linked), 1),
        recall=right / max(of_persons, 1),
        best_f1=_best_f1([group[0] for group in by_lead], truth, of_persons),
        brier=sum((said - is_right) ** 2 for said, is_right in judged) / max(len(judged), 1),
        log_loss=sum(_bits_lost(said, is_right) for said, is_right in judged) / max(len(judged), 1),
        bins=tuple(_bins(judged)),
    )


def lines(name: str, figures: Figures) -> list[str]:
    """Return the figures as lines of text."""
    bins = "; ".join(f"{one.said:.3f} said, {one.right:.3f} right of {one.pairs:,}" for one in figures.bins)
    return [
        f"{name}: {figures.links:,} links, F1 {figures.f1:.4f}; best F1 by rank {figures.best_f1:.4f}",
        f"{name}: Brier {figures.brier:.6f}, log-loss {figures.log_loss:.5f} bits a pair; {bins}",
    ]


def _link(group: Sequence[Prediction], limits: Limits) -> Prediction | None:
    """Return the link of a lead whose predictions come best first."""
    if group[0].is_link is not None:
        return next((one for one in group if one.is_link), None)
    gap = group[0].bits - group[1].bits if len(group) > 1 else limits.gap
    return group[0] if group[0].posterior >= limits.posterior and gap >= limits.gap else None


def _best_f1(best: Iterable[Prediction], truth: Mapping[str, str], of_persons: int) -> float:
    """Return the F1 of the best place to cut; equal ones are cut together."""
    found = right = 0
    top = 0.0
    ranked = sorted(best, key=lambda one: -one.bits)
    for _bits, level in groupby(ranked, key=lambda one: one.bits):
        for one in level:
            found, right = found + 1, right + _is_right(one, truth)
        top = max(top, 2 * right / (found + of_persons))
    return top


def _is_right(one: Prediction, truth: Mapping[str, str]) -> bool:
    return truth[one.lead] == one.person


def _bits_lost(said: float, is_right: bool) -> float:
    bounded = min(max(said, NEVER_SURE), 1 - NEVER_SURE)
    return -log2(bounded if is_right else 1 - bounded)


def _bins(judged: Iterable[tuple[float, bool]]) -> Iterator[Bin]:
    binned: dict[int, list[tuple[float, bool]]] = {}
    for said, is_right in judged:
        binned.setdefault(min(int(said * BINS), BINS - 1), []).append((said, is_right))
    for _number, pairs in sorted(binned.items()):
        count = len(pairs)
        yield Bin(count, sum(said for said, _x in pairs) / count, sum(right for _x, right in pairs) / count)
