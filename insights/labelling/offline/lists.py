"""The word lists, read once: words that stand for themselves, stems with any ending, phrases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from insights.rules import Emotion

FOLDER = Path(__file__).parent / "words"
LONGEST_PHRASE = 5
SHORTEST_STEM = 2
KNOWN_WORDS = 32_768

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mood:
    """What a word or an emoji shows: emotions with strengths 1-3, and liking -2 to 2."""

    emotions: tuple[tuple[Emotion, int], ...]
    liking: float


class Lexicon(Generic[T]):
    """Finds the longest entry that begins at a place; a phrase goes before a word, a word before a stem."""

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._exact = {tuple(key.split()): value for key, value in entries.items() if key[-1] != "*"}
        self._stems = {key[:-1]: value for key, value in entries.items() if key[-1] == "*"}
        self._longest = max(map(len, self._stems), default=0)
        self._first = {phrase[0] for phrase in self._exact if len(phrase) > 1}
        # People use few words, and most are in no list: each is looked for once, ending by ending.
        self._alone = lru_cache(maxsize=KNOWN_WORDS)(self._find)

    def at(self, words: Sequence[str], place: int) -> tuple[T, int] | None:
        """Return the entry that begins at `place`, and of how many words it is."""
        if words[place] in self._first:
            for length in range(min(LONGEST_PHRASE, len(words) - place), 1, -1):
                found = self._exact.get(tuple(words[place : place + length]))
                if found is not None:
                    return found, length
        single = self._alone(words[place])
        return None if single is None else (single, 1)

    def _find(self, word: str) -> T | None:
        exact = self._exact.get((word,))
        if exact is not None:
            return exact
        for length in range(min(len(word), self._longest), SHORTEST_STEM, -1):
            if (found := self._stems.get(word[:length])) is not None:
                return found
        return None


# How much an emotion alone says of liking; surprise is of both kinds.
_LIKING = {
    Emotion.JOY: 1.0,
    Emotion.TRUST: 0.8,
    Emotion.ANTICIPATION: 0.3,
    Emotion.SURPRISE: 0.0,
    Emotion.FEAR: -0.6,
    Emotion.DISGUST: -1.0,
    Emotion.ANGER: -1.0,
    Emotion.SADNESS: -0.8,
}


@cache
def moods() -> Lexicon[Mood]:
    """Return the words that show an emotion or a liking."""
    shown: dict[str, list[tuple[Emotion, int]]] = {}
    for word, emotion, strength in _rows("emotions.txt"):
        shown.setdefault(word, []).append((Emotion(emotion), int(strength)))
    liking = {word: float(value) for word, value in _rows("polarity.txt")}
    return Lexicon(
        {
            word: Mood(tuple(shown.get(word, ())), liking.get(word, _liking_of(shown.get(word, ()))))
            for word in shown.keys() | liking.keys()
        }
    )


def _liking_of(emotions: Sequence[tuple[Emotion, int]]) -> float:
    if not emotions:
        return 0.0
    strongest = max(emotions, key=lambda pair: pair[1])
    return _LIKING[strongest[0]] * (0.4 + 0.53 * strongest[1])


@cache
def emoji_moods() -> Mapping[str, Mood]:
    """Return what emoji show."""
    return {
        sign: Mood(((Emotion(emotion), int(strength)),), float(liking))
        for sign, emotion, strength, liking in _rows("emoji.txt")
    }


@cache
def strengths() -> Lexicon[float]:
    """Return the words that make the next ones stronger or weaker."""
    return Lexicon({word: float(factor) for word, factor in _rows("strengths.txt")})


@cache
def negations() -> frozenset[str]:
    """Return the words that turn the next ones round."""
    return frozenset(word for (word,) in _rows("negations.txt"))


@cache
def topics() -> Lexicon[tuple[str, ...]]:
    """Return the words of topics; a word may belong to several."""
    found: dict[str, tuple[str, ...]] = {}
    for word, topic in _rows("topics.txt"):
        found[word] = (*found.get(word, ()), topic)
    return Lexicon(found)


@cache
def languages() -> Mapping[str, frozenset[str]]:
    """Return the small words of each language, by its code."""
    found: dict[str, set[str]] = {}
    for word, language in _rows("languages.txt"):
        found.setdefault(language, set()).add(word)
    return {language: frozenset(words) for language, words in found.items()}


def _rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line.split("\t")
