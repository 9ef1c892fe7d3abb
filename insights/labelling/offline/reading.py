"""What the word lists make of one comment (N11): emotions, sentiment, topics, and nothing else."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from insights.labelling.offline.hits import Hit, hits_in
from insights.labelling.offline.lists import Mood, emoji_moods, languages, topics
from insights.labelling.offline.tokens import CONTRASTS, Tokens, tokens_of
from insights.rules import Emotion, Label, Sentiment, TopicMention

# Rises with every change of the lists or of the rules: labels of two versions are not one series.
VERSION = "lexicon-1"
# One hit of strength 1, 2, 3 as an emotion of 0-1; hits add up like chances.
STRENGTHS = {1: 0.3, 2: 0.55, 3: 0.8}
# Turned round, joy becomes some sadness; anger becomes nothing.
TURNED_INTO = {Emotion.JOY: (Emotion.SADNESS, 0.5), Emotion.TRUST: (Emotion.FEAR, 0.5)}
# Liking beneath which a comment takes no side, and the part of the lesser side that makes it mixed.
DECIDED = 0.35
MIXED_PART, MIXED_PART_WITH_BUT = 0.5, 0.25
# Softens the score of a single weak word.
SOFTENING = 1.5
TOPIC_REACH = 6
MOST_TOPICS = 3


def read_comment(text: str) -> Label | None:
    """Return the label of a comment; None for one in a language that the lists do not know."""
    tokens = tokens_of(text)
    hits = tuple(hits_in(tokens))
    signs = tuple(emoji_moods()[sign] for sign in tokens.emoji if sign in emoji_moods())
    if not hits and not signs and is_foreign(tokens):
        return None
    likings = [hit.liking for hit in hits] + [sign.liking for sign in signs[:5]]
    good, bad = sum(value for value in likings if value > 0), -sum(value for value in likings if value < 0)
    return Label(
        emotions=_emotions(hits, signs),
        sentiment=_sentiment(good, bad, has_but=not CONTRASTS.isdisjoint(tokens.words)),
        score=round((good - bad) / (good + bad + SOFTENING), 3),
        subjectivity=_subjectivity(len(hits) + len(signs), tokens.spoken),
        topics=_topics(tokens, hits, good - bad),
    )


def is_foreign(tokens: Tokens) -> bool:
    """Whether another language than Spanish and English tells itself by its small words."""
    votes = {code: sum(word in small for word in tokens.words) for code, small in languages().items()}
    return votes["pt"] > max(votes["es"], votes["en"]) and votes["pt"] >= 2


def _emotions(hits: Iterable[Hit], signs: Iterable[Mood]) -> dict[Emotion, float]:
    missed = dict.fromkeys(Emotion, 1.0)
    for hit in hits:
        for emotion, strength in hit.mood.emotions:
            into, part = TURNED_INTO.get(emotion, (emotion, 0.0)) if hit.turned else (emotion, 1.0)
            missed[into] *= 1 - min(0.95, STRENGTHS[strength] * hit.factor * part)
    for sign in signs:
        for emotion, strength in sign.emotions:
            missed[emotion] *= 1 - STRENGTHS[strength]
    return {emotion: round(1 - chance, 3) for emotion, chance in missed.items()}


def _sentiment(good: float, bad: float, *, has_but: bool) -> Sentiment:
    if max(good, bad) < DECIDED:
        return Sentiment.NEUTRAL
    if min(good, bad) >= (MIXED_PART_WITH_BUT if has_but else MIXED_PART) * max(good, bad):
        return Sentiment.MIXED
    return Sentiment.POSITIVE if good > bad else Sentiment.NEGATIVE


def _subjectivity(shown: int, spoken: int) -> float:
    """Return how much of a comment shows something; a lone emoji is all opinion."""
    return round(min(1.0, 2.5 * shown / max(1, spoken)), 3)


def _topics(tokens: Tokens, hits: Sequence[Hit], overall: float) -> tuple[TopicMention, ...]:
    places: dict[str, int] = {}
    for place, word in enumerate(tokens.words):
        found = topics().at(tokens.words, place) if word else None
        for topic in found[0] if found else ():
            places.setdefault(topic, place)
    return tuple(
        TopicMention(topic, _towards(place, hits, tokens, overall))
        for topic, place in list(places.items())[:MOST_TOPICS]
    )


def _towards(place: int, hits: Sequence[Hit], tokens: Tokens, overall: float) -> float:
    """Return the liking of what is said in a topic's clause, else near it, else in the whole comment."""
    clause = [hit.liking for hit in hits if _together(hit.place, place, tokens, apart=CONTRASTS | {""})]
    near = clause or [hit.liking for hit in hits if _together(hit.place, place, tokens, apart=CONTRASTS)]
    liking = sum(near) if near else overall
    return round(liking / (abs(liking) + SOFTENING), 2) + 0.0


def _together(one: int, other: int, tokens: Tokens, *, apart: AbstractSet[str]) -> bool:
    between = tokens.words[min(one, other) : max(one, other) + 1]
    return len(between) - 1 <= TOPIC_REACH and not apart & set(between)
