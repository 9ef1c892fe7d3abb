"""A word trie that finds the best-ranked phrase of a title without looking at the others.

A node is a tuple (best, own, below): the best rank at or below it, the rank of the phrase that ends
there, and the nodes of the words that follow. Tuples and functions, not classes: taking three values
out of a tuple is the cheapest step there is, and this is the inside of every reclassification. The
search for the best rank stands in `Ruleset.winner`: a call more would cost it a tenth.
"""

from collections.abc import Iterable
from sys import intern
from typing import Any

Node = tuple[int, int, dict[str, Any]]
Branches = dict[str, Node]

NO_RANK = 1 << 60  # worse than any
NO_WORD = ""  # stands behind the last word, so that every walk ends there
_NOTHING_BELOW: Branches = {}  # one for all leaves; 5,000 of their own would take a third of 2 MiB


def plant(worst_first: Iterable[tuple[str, int]]) -> Branches:
    """Return the trie of (phrase, rank) pairs given in order of falling rank; the lower is the better."""
    roots: Branches = {}
    for phrase, rank in worst_first:
        _plant(roots, phrase.split(), rank)
    return roots


def _plant(here: Branches, words: list[str], rank: int) -> None:
    """Add a phrase whose rank is better than any planted before it."""
    # Interned, since one word stands in many nodes: a third of the memory, and what is looked at stays near.
    last = intern(words.pop())
    for word in words:
        _, own, below = here.get(word) or (rank, NO_RANK, _NOTHING_BELOW)
        if below is _NOTHING_BELOW:
            below = {}
        here[intern(word)] = (rank, own, below)
        here = below
    here[last] = (rank, rank, here[last][2] if last in here else _NOTHING_BELOW)


def find_all(roots: Branches, words: list[str]) -> list[int]:
    """Return the rank of each phrase that stands in `words`, once for every place where it stands."""
    found: list[int] = []
    words.append(NO_WORD)
    at = 0
    for word in words:
        at += 1  # noqa: SIM113 - as in Ruleset.winner
        below, here = roots, at
        while word in below:
            _, own, below = below[word]
            if own != NO_RANK:
                found.append(own)
            word = words[here]  # noqa: PLW2901 - the walk goes on from here
            here += 1
    return found
