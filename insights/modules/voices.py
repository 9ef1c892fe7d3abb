"""Q5: who speaks: how widely, with what weight, for or against."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Remark, Result, finished
from insights.modules.numbers import clean, mean, rounded, rounded_or_none
from insights.modules.quotes import Quote, quote, rank
from insights.modules.shapes import STRICT, Count, Hundred, Share, Text
from insights.modules.view import Said, View

# As many voices are listed; `total_voces` says how many there are.
LISTED = 100
# Affinity from where somebody is no longer a detractor, and no longer neutral.
NEUTRAL_FROM = 25
PROMOTER_FROM = 75


class Polarity(StrEnum):
    """Whose side a voice is on."""

    DETRACTOR = "Detractor"
    NEUTRAL = "Neutral"
    PROMOTER = "Promotor"


@dataclass(frozen=True, slots=True, config=STRICT)
class Voice:
    """One author. None: nothing is known of it."""

    username: Text
    autoridad: Hundred | None
    afinidad: Hundred | None
    score_centralidad: Share
    polaridad: Polarity | None
    evidencia: Quote | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Voices:
    """The most central first, then by authority, then by name."""

    voces: tuple[Voice, ...]
    total_voces: Count


class _Heard(NamedTuple):
    """An author with unrounded figures, by which voices are ranked."""

    key: str
    said: Sequence[Said]
    posts: int
    authority: float | None

    @property
    def rank(self) -> tuple[int, float, str]:
        # Unknown authority comes after the lowest one.
        return -self.posts, 1.0 if self.authority is None else -self.authority, self.key


def compute(view: View) -> Result[Voices]:
    """Answer Q5; the nameless are no voices, but their posts count as commented."""
    warnings = () if view.offers_model else (Remark.NO_AUTHORITY.value,)
    return finished(view, Module.VOICES, _voices(view) if view.labelled else None, warnings)


def author_key(author: str) -> str:
    """Return what the spellings of one author share: no @, no case; "" is nobody."""
    return _name(author).casefold()


def polarity(affinity: float | None) -> Polarity | None:
    """Return whose side an unrounded affinity is on."""
    if affinity is None:
        return None
    if affinity < NEUTRAL_FROM:
        return Polarity.DETRACTOR
    return Polarity.NEUTRAL if affinity < PROMOTER_FROM else Polarity.PROMOTER


def _voices(view: View) -> Voices:
    spelled: defaultdict[str, list[Said]] = defaultdict(list)
    for pair in view.labelled:
        spelled[pair[0].author].append(pair)
    authors: defaultdict[str, list[Said]] = defaultdict(list)
    for author, said in spelled.items():
        authors[author_key(author)] += said
    authors.pop("", None)
    heard = sorted((_heard(key, said) for key, said in authors.items()), key=lambda each: each.rank)
    return Voices(tuple(_voice(each, len(view.by_post)) for each in heard[:LISTED]), len(heard))


def _heard(key: str, said: Sequence[Said]) -> _Heard:
    posts = len({comment.post_id for comment, _ in said})
    authority = mean([label.authority for _, label in said if label.authority is not None])
    return _Heard(key, said, posts, authority)


def _voice(heard: _Heard, posts: int) -> Voice:
    score = mean([label.score for _, label in heard.said if label.score is not None])
    affinity = None if score is None else clean(50 + 50 * score)
    return Voice(
        username=_spelling(heard.said),
        autoridad=rounded_or_none(heard.authority, 1),
        afinidad=rounded_or_none(affinity, 1),
        score_centralidad=rounded(heard.posts / posts, 2),
        polaridad=polarity(affinity),
        evidencia=quote(min((comment for comment, _ in heard.said), key=rank)),
    )


def _spelling(said: Sequence[Said]) -> str:
    written = Counter(_name(comment.author) for comment, _ in said)
    return max(written, key=lambda name: (written[name], name))


def _name(author: str) -> str:
    return author.strip().lstrip("@").strip()
