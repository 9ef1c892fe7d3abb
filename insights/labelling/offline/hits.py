"""Where a comment shows something: words with their strength, turned round by what stands before them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insights.labelling.offline.lists import Mood, moods, negations, strengths
from insights.labelling.offline.tokens import CONTRASTS, Tokens

# Words over which "no" and "very" reach; the end of a clause stops both.
REACH = 3
# What is said after "but" is what is meant.
BEFORE_BUT, AFTER_BUT = 0.8, 1.2
LOUD = 1.2
SPENT = "*"
# "Not good" is bad, "not bad" is hardly good.
TURNED_LIKING, TURNED_DISLIKE = -0.8, -0.4


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: where, what it shows, how strongly, whether turned round."""

    place: int
    mood: Mood
    factor: float
    turned: bool

    @property
    def liking(self) -> float:
        """How the author likes it, about -3 to 3."""
        if not self.turned:
            return self.mood.liking * self.factor
        return self.mood.liking * (TURNED_LIKING if self.mood.liking > 0 else TURNED_DISLIKE)


def hits_in(tokens: Tokens) -> Iterator[Hit]:
    """Yield what the words show, from left to right; a word belongs to one entry."""
    words, place = list(tokens.words), 0
    contrast = next((at for at, word in enumerate(words) if word in CONTRASTS), None)
    while place < len(words):
        found = moods().at(words, place) if words[place] else None
        if found is None:
            place += 1
            continue
        mood, length = found
        factor = _factor(words, place) * _weight_of(place, contrast) * (LOUD if tokens.loud else 1.0)
        yield Hit(place, mood, factor, _is_turned(words, place))
        if length > 1:
            # The "no" of a phrase is spent: it turns nothing else round.
            words[place : place + length] = [SPENT] * length
        place += length


def _before(words: Sequence[str], place: int) -> Iterator[tuple[int, str]]:
    for at in range(place - 1, max(-1, place - 1 - REACH), -1):
        if not words[at]:
            return
        yield at, words[at]


def _is_turned(words: Sequence[str], place: int) -> bool:
    return sum(word in negations() for _, word in _before(words, place)) % 2 == 1


def _factor(words: Sequence[str], place: int) -> float:
    factor = 1.0
    for at, _ in _before(words, place):
        found = strengths().at(words, at)
        factor *= found[0] if found else 1.0
    return min(2.0, factor)


def _weight_of(place: int, contrast: int | None) -> float:
    if contrast is None:
        return 1.0
    return BEFORE_BUT if place < contrast else AFTER_BUT
