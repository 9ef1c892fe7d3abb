"""A word trie that finds the best-ranked phrase of a title without looking at the others.

A node is a list [best, own, below]: the best rank at or below it, the rank of the phrase that ends
there, and the nodes of the words that follow. Lists and functions, not classes: taking three values
out of a list is the cheapest step there is, and this is the inside of every reclassification. The
search for the best rank stands in `Ruleset.winner`: a call more would cost it a tenth.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Node = list[Any]
Branches = dict[str, Node]

NO_RANK = 1 << 60  # worse than any
_NOTHING_BELOW: Branches = {}  # one for all leaves; 5,000 of their own would take a third of 2 MiB


def plant(worst_first: Iterable[tuple[str, int]]) -> Branches:
    """Return the trie of (phrase, rank) pairs given in order of falling rank; the lower is the better."""
    roots: Branches = {}
    for phrase, rank in worst_first:
        _plant(roots, phrase.split(), rank)
    return roots


def _plant(here: Branches, words: list[str], rank: int) -> None:
    """Add a phrase whose rank is better than any planted before it."""
    last = words.pop()
    for word in words:
        node = here.get(word)
        if node is None:
            node = here[word] = [rank, NO_RANK, {}]
        else:
            node[0] = rank
            if node[2] is _NOTHING_BELOW:
                node[2] = {}
        here = node[2]
    if last in here:
        here[last][:2] = rank, rank
    else:
        here[last] = [rank, rank, _NOTHING_BELOW]


def find_all(roots: Branches, words: Sequence[str]) -> list[int]:
    """Return the rank of each phrase that stands in `words`, once for every place where it stands."""
    found: list[int] = []
    end = len(words)
    for start in range(end):
        below, here = roots, start
        while here < end and words[here] in below:
            _, own, below = below[words[here]]
            if own != NO_RANK:
                found.append(own)
            here += 1
    return found
