"""A word trie that finds the best-ranked phrase of a title without looking at the others.

Plain dictionaries and functions, not a class: a method call costs a tenth of a whole classification.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# A node maps a word to the node of the phrases that go on with it, or to the bare rank of the only
# phrase that ends there. Two keys that no word can be hold the rank of the phrase that ends at the
# node and the best rank at or below it. One small dictionary a node, none for a leaf, keeps 5,000
# keywords under 2 MiB.
Node = dict[str, Any]
OWN = ""
BEST = " "
_NO_RANK = 1 << 60  # worse than any


def _branch(here: Node, word: str) -> Node:
    """Return the node of `word`, grown from its leaf when it was one."""
    node = here.get(word)
    if type(node) is dict:
        return node
    grown: Node = {OWN: _NO_RANK if node is None else node}
    here[word] = grown
    return grown


def _plant(roots: Node, phrase: str, rank: int) -> None:
    """Add a phrase whose rank is better than any planted before it."""
    *way, last = phrase.split()
    here = roots
    for word in way:
        here = _branch(here, word)
        here[BEST] = rank
    end = here.get(last)
    if type(end) is dict:
        end[BEST] = end[OWN] = rank
    else:
        here[last] = rank


def plant(worst_first: Iterable[tuple[str, int]]) -> Node:
    """Return the trie of (phrase, rank) pairs given in order of falling rank; the lower is the better."""
    roots: Node = {}
    for phrase, rank in worst_first:
        _plant(roots, phrase, rank)
    return roots


def descend(node: Node, words: Sequence[str], at: int, beat: int) -> int:
    """Return the better of `beat` and the best phrase that goes on from `node` with the words from `at`."""
    # Written out: min() is a call, and this is the innermost loop of a reclassification.
    own = node[OWN]
    if own < beat:
        beat = own
    below: Any = node
    for word in words[at:]:
        if word not in below:
            break
        below = below[word]
        if type(below) is int:
            return min(beat, below)
        if below[BEST] >= beat:
            break
        own = below[OWN]
        if own < beat:
            beat = own
    return beat


def every(roots: Node, words: Sequence[str]) -> Iterator[int]:
    """Yield the rank of each phrase that stands in `words`, once for every place where it stands."""
    for start, first in enumerate(words, 1):
        node = roots.get(first)
        if type(node) is dict:
            yield from _below(node, words[start:])
        elif node is not None:
            yield node


def _below(node: Node, words: Sequence[str]) -> Iterator[int]:
    for word in words:
        if node[OWN] != _NO_RANK:
            yield node[OWN]
        following = node.get(word)
        if type(following) is not dict:
            if following is not None:
                yield following
            return
        node = following
    if node[OWN] != _NO_RANK:
        yield node[OWN]
