"""What texts mean, as an engine or a person read them; rows are only added (N8, N9)."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from insights import rules
from insights.models.numbers import number_field
from insights.models.words import ENGINE_LABELS, FRAME_LABELS, SENTIMENT_LABELS
from insights.rules import Emotion, Engine, Frame, Sentiment, Trait

# Shares are kept in ten-thousandths, 0-100 in hundredths: whole numbers add up exactly, and 100,000 rows of
# them come out of the database twice as fast as fractions, six times as fast as arrays of them (measured).
SCALE = 10_000
EMOTION_FIELDS = {
    Emotion.JOY: "joy",
    Emotion.TRUST: "trust",
    Emotion.SURPRISE: "surprise",
    Emotion.ANTICIPATION: "anticipation",
    Emotion.FEAR: "fear",
    Emotion.DISGUST: "disgust",
    Emotion.ANGER: "anger",
    Emotion.SADNESS: "sadness",
}
TRAIT_FIELDS = {
    Trait.SINCERITY: "sincerity",
    Trait.EXCITEMENT: "excitement",
    Trait.COMPETENCE: "competence",
    Trait.SOPHISTICATION: "sophistication",
    Trait.RUGGEDNESS: "ruggedness",
}

# What a meaning is made of, in the order in which `meaning_of` takes it.
MEANING = (
    *EMOTION_FIELDS.values(),
    *TRAIT_FIELDS.values(),
    *("sentiment", "score", "subjectivity", "topics", "topic_sentiments", "frame"),
    *("need_text", "need_topic", "need_impact", "authority"),
)
_EMOTIONS, _TRAITS = tuple(EMOTION_FIELDS), tuple(TRAIT_FIELDS)
_TRAITS_FROM = len(_EMOTIONS)
_REST_FROM = _TRAITS_FROM + len(_TRAITS)
_SENTIMENTS: dict[str | None, Sentiment | None] = {None: None, **{str(each): each for each in Sentiment}}
_FRAMES: dict[str | None, Frame | None] = {None: None, **{str(each): each for each in Frame}}
# Divided once: a view of 100,000 comments asks for a million of them. Below zero counts from the end.
_FRACTIONS = tuple(n / SCALE for n in range(SCALE + 1)) + tuple(n / SCALE for n in range(-SCALE, 0))
_NO_TRAITS = (None,) * len(_TRAITS)


def _of_ten_thousand(label: Any, *, null: bool = False) -> models.SmallIntegerField:
    return models.SmallIntegerField(label, null=null)


def _within(names: Iterable[str], low: int) -> Q:
    """Say that each is null or lies between `low` and the whole; a null column's check is nobody's."""
    return reduce(
        and_, (Q(**{f"{n}__isnull": True}) | Q(**{f"{n}__gte": low, f"{n}__lte": SCALE}) for n in names)
    )


class Label(models.Model):
    """What one text says, by one engine, model and version of its prompt.

    Typed columns, not one document: views of 100,000 comments read them, and few of the columns.
    """

    id = number_field()
    text_hash = models.CharField(max_length=64, db_collation="C")
    engine = models.CharField(_("engine"), max_length=8, choices=list(ENGINE_LABELS.items()))
    model = models.CharField(_("model"), max_length=80, blank=True, default="")
    prompt_version = models.CharField(_("prompt"), max_length=64, blank=True, default="")

    joy = _of_ten_thousand(_("joy"))
    trust = _of_ten_thousand(_("trust"))
    surprise = _of_ten_thousand(_("surprise"))
    anticipation = _of_ten_thousand(_("anticipation"))
    fear = _of_ten_thousand(_("fear"))
    disgust = _of_ten_thousand(_("disgust"))
    anger = _of_ten_thousand(_("anger"))
    sadness = _of_ten_thousand(_("sadness"))
    sincerity = _of_ten_thousand(_("sincerity"), null=True)
    excitement = _of_ten_thousand(_("excitement"), null=True)
    competence = _of_ten_thousand(_("competence"), null=True)
    sophistication = _of_ten_thousand(_("sophistication"), null=True)
    ruggedness = _of_ten_thousand(_("ruggedness"), null=True)
    sentiment = models.CharField(  # noqa: DJ001 - null is undecided
        _("sentiment"), max_length=8, null=True, choices=list(SENTIMENT_LABELS.items())
    )
    score = _of_ten_thousand(_("score"), null=True)
    subjectivity = _of_ten_thousand(_("subjectivity"), null=True)
    topics = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("topics"))
    topic_sentiments = ArrayField(
        models.SmallIntegerField(), default=list, verbose_name=_("sentiment by topic")
    )
    frame = models.CharField(  # noqa: DJ001 - null is no frame
        _("frame"), max_length=12, null=True, choices=list(FRAME_LABELS.items())
    )
    need_text = models.TextField(_("need"), blank=True, default="")
    need_topic = models.CharField(_("topic of the need"), max_length=80, blank=True, default="")
    need_impact = _of_ten_thousand(_("impact of the need"), null=True)
    authority = _of_ten_thousand(_("authority"), null=True)

    # A person's label replaces one of an engine for one comment, and says who (a human label wins).
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="corrections"
    )
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-id"]
        constraints = [
            # N8: a text is labelled once by a model and prompt; people may correct it as often as they like.
            models.UniqueConstraint(
                fields=["text_hash", "prompt_version", "model"],
                name="label_once",
                condition=~Q(engine=Engine.HUMAN),
            ),
            # N9: what is out of range is no label; nothing is clamped.
            models.CheckConstraint(
                condition=_within([*EMOTION_FIELDS.values(), *TRAIT_FIELDS.values()], 0)
                & _within(["subjectivity", "authority", "need_impact"], 0)
                & _within(["score"], -SCALE),
                name="label_numbers_within",
            ),
            # Each topic with its sentiment.
            models.CheckConstraint(
                condition=Q(topics__len=F("topic_sentiments__len")),
                name="label_topics_paired",
            ),
            # A need has its strength, and only a need.
            models.CheckConstraint(
                condition=Q(need_text="", need_impact__isnull=True)
                | (~Q(need_text="") & Q(need_impact__isnull=False)),
                name="label_need_complete",
            ),
            # Classes that no chart knows would be left out in silence.
            models.CheckConstraint(
                condition=(Q(sentiment__isnull=True) | Q(sentiment__in=list(Sentiment)))
                & (Q(frame__isnull=True) | Q(frame__in=list(Frame)))
                & Q(engine__in=list(Engine)),
                name="label_words_known",
            ),
            # Who corrects is named, and only who corrects.
            models.CheckConstraint(
                condition=Q(engine=Engine.HUMAN, created_by__isnull=False)
                | (~Q(engine=Engine.HUMAN) & Q(created_by__isnull=True, corrects__isnull=True)),
                name="label_person_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.sentiment or '–'}"

    @property
    def meaning(self) -> rules.Label:
        """Return what the row says, in the words of the rules."""
        return meaning_of([getattr(self, name) for name in MEANING])


def meaning_of(row: Sequence[Any]) -> rules.Label:
    """Return what a row of the columns MEANING says, in the words of the rules."""
    sentiment, score, subjectivity, topics, said, frame, need, about, impact, authority = row[_REST_FROM:]
    traits = tuple(row[_TRAITS_FROM:_REST_FROM])
    return rules.Label(
        dict(zip(_EMOTIONS, map(_FRACTIONS.__getitem__, row[:_TRAITS_FROM]), strict=True)),
        _SENTIMENTS[sentiment],
        None if score is None else _FRACTIONS[score],
        None if subjectivity is None else _FRACTIONS[subjectivity],
        {} if traits == _NO_TRAITS else dict(zip(_TRAITS, map(_whole, traits), strict=True)),
        _mentions(topics, said) if topics else (),
        _FRAMES[frame],
        None if impact is None else rules.Need(need, about, impact * 100 / SCALE),
        _whole(authority),
    )


def columns_of(meaning: rules.Label) -> dict[str, Any]:
    """Return the columns that say it; four decimals of shares and two of 0-100 are kept."""
    need = meaning.need
    emotions = {name: _kept(meaning.emotions[emotion]) for emotion, name in EMOTION_FIELDS.items()}
    traits = {name: _kept(meaning.traits.get(trait), 100) for trait, name in TRAIT_FIELDS.items()}
    return {
        **emotions,
        **traits,
        "sentiment": meaning.sentiment,
        "score": _kept(meaning.score),
        "subjectivity": _kept(meaning.subjectivity),
        "topics": [mention.topic for mention in meaning.topics],
        "topic_sentiments": [_kept(mention.sentiment) for mention in meaning.topics],
        "frame": meaning.frame,
        "need_text": need.text if need else "",
        "need_topic": need.topic if need else "",
        "need_impact": _kept(need.impact, 100) if need else None,
        "authority": _kept(meaning.authority, 100),
    }


def _kept(value: float | None, of: int = 1) -> int | None:
    return None if value is None else round(value * SCALE / of)


def _mentions(topics: Sequence[str], sentiments: Sequence[int]) -> tuple[rules.TopicMention, ...]:
    pairs = zip(topics, sentiments, strict=True)
    return tuple(rules.TopicMention(topic, sentiment / SCALE) for topic, sentiment in pairs)


def _whole(value: int | None) -> float | None:
    return None if value is None else value * 100 / SCALE
