"""I2: how alike two names are, as sets of words."""

from functools import lru_cache

from rapidfuzz.distance import OSA

SHORTEST_TYPO = 4  # shorter words with another letter are other words
TYPO = 0.9


# Rules and weights ask of the same pair.
@lru_cache(maxsize=5_000)
def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return 0 to 1, four decimals: words pair one to one, equal ones first, then those a typo apart (I2).

    The mean of the share of all words and the share of the longer name; 0 when a name is empty.
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    equal = len(one & other)
    typos = _typo_pairs(sorted(one - other), sorted(other - one))
    pairs, alike = equal + typos, equal + TYPO * typos
    jaccard = alike / (len(one) + len(other) - pairs)
    return round((jaccard + alike / max(len(one), len(other))) / 2, 4)


def is_typo(one: str, other: str) -> bool:
    """Answer whether two words of at least four letters are one edit or one transposition apart (I2)."""
    shortest = min(len(one), len(other))
    return shortest >= SHORTEST_TYPO and OSA.distance(one, other, score_cutoff=1) == 1


def _typo_pairs(ones: list[str], others: list[str]) -> int:
    """Count the pairs of a largest one-to-one pairing, so that the order of the names does not matter."""
    partner: dict[str, str] = {}
    return sum(_finds(word, others, partner, set()) for word in ones)


def _finds(word: str, others: list[str], partner: dict[str, str], tried: set[str]) -> bool:
    """Pair a word with one a typo apart, if need be by finding another for that one's partner."""
    for other in others:
        if other not in tried and is_typo(word, other):
            tried.add(other)
            if other not in partner or _finds(partner[other], others, partner, tried):
                partner[other] = word
                return True
    return False
