"""What a person says that a comment means (N9); every number is within its range, nothing is clamped."""

import math
from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from insights.models import Label
from insights.models.labels import EMOTION_FIELDS, TRAIT_FIELDS
from insights.models.words import FRAME_LABELS, SENTIMENT_LABELS
from insights.rules import Frame, Need, Sentiment, TopicMention
from insights.rules import Label as Meaning
from tenants.forms import MeasureField

LONGEST_TOPIC = 80


def _number(label: Any, low: int, high: int, *, required: bool = False) -> MeasureField:
    return MeasureField(
        label=label, min_value=low, max_value=high, required=required, help_text=f"{low} – {high}"
    )


def _choice(label: Any, words: dict[Any, Any], none: Any) -> forms.ChoiceField:
    choices = [("", none), *((str(code), word) for code, word in words.items())]
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget)


class TopicsField(forms.CharField):
    """Topics, one a line, each with how the comment speaks of it: `Precio: -0.5`."""

    def to_python(self, value: Any) -> Any:
        """Return the mentions."""
        lines = [line.strip() for line in str(value or "").splitlines()]
        return tuple(_mention(line) for line in lines if line)

    def run_validators(self, value: Any) -> None:
        """Leave it to the lines."""


def _mention(line: str) -> TopicMention:
    topic, mark, sentiment = line.rpartition(":")
    try:
        told = float(sentiment.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        told = math.nan
    if not (mark and topic.strip() and -1 <= told <= 1 and len(topic.strip()) <= LONGEST_TOPIC):
        raise forms.ValidationError(
            _now("“%(line)s” is no topic with a sentiment from −1 to 1, such as Precio: -0.5.")
            % {"line": line}
        )
    return TopicMention(topic.strip(), told)


class LabelForm(forms.Form):
    """A label's numbers and words; it begins with what is in force."""

    sentiment = _choice(_("Sentiment"), SENTIMENT_LABELS, _("Undecided"))
    score = _number(_("Score"), -1, 1)
    subjectivity = _number(_("Subjectivity"), 0, 1)
    topics = TopicsField(
        label=_("Topics"),
        required=False,
        help_text=_("One a line, with its sentiment from −1 to 1: Precio: -0.5"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    frame = _choice(_("Frame"), FRAME_LABELS, _("None"))
    need_text = forms.CharField(
        label=_("Need"), max_length=500, required=False, widget=UnfoldAdminTextInputWidget
    )
    need_topic = forms.CharField(
        label=_("Topic of the need"),
        max_length=LONGEST_TOPIC,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    need_impact = _number(_("Impact of the need"), 0, 100)
    authority = _number(_("Authority"), 0, 100)

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        for name in EMOTION_FIELDS.values():
            self.fields[name] = _number(heading(name), 0, 1, required=True)
        for name in TRAIT_FIELDS.values():
            self.fields[name] = _number(heading(name), 0, 100)

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Return the fields as the page shows them."""
        said = ("sentiment", "score", "subjectivity", "topics", "frame")
        asked = ("need_text", "need_topic", "need_impact", "authority")
        named: tuple[tuple[Any, Any], ...] = (
            (_("Sentiment and topics"), said),
            (_("Emotions"), EMOTION_FIELDS.values()),
            (_("Need and authority"), asked),
            (_("Personality"), TRAIT_FIELDS.values()),
        )
        return [(title, [self[name] for name in names]) for title, names in named]

    def clean(self) -> dict[str, Any]:
        """Refuse a need without its strength, and a strength without a need."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        has_impact = given.get("need_impact") is not None
        if bool(given.get("need_text")) != has_impact and "need_impact" not in self.errors:
            self.add_error("need_impact", _now("A need has its impact, and only a need."))
        return given

    def meaning(self) -> Meaning:
        """Return what a whole form says."""
        given = self.cleaned_data
        need = (
            Need(given["need_text"], given["need_topic"], given["need_impact"])
            if given["need_text"]
            else None
        )
        return Meaning(
            emotions={emotion: given[name] for emotion, name in EMOTION_FIELDS.items()},
            sentiment=Sentiment(given["sentiment"]) if given["sentiment"] else None,
            score=given["score"],
            subjectivity=given["subjectivity"],
            traits={trait: given[name] for trait, name in TRAIT_FIELDS.items()},
            topics=given["topics"],
            frame=Frame(given["frame"]) if given["frame"] else None,
            need=need,
            authority=given["authority"],
        )


def said_by(label: Label | None) -> dict[str, Any]:
    """Return what a form begins with: the label in force, or no emotion at all."""
    if label is None:
        return dict.fromkeys(EMOTION_FIELDS.values(), 0)
    told = label.meaning
    return {
        "sentiment": told.sentiment or "",
        "score": told.score,
        "subjectivity": told.subjectivity,
        "topics": "\n".join(f"{one.topic}: {one.sentiment:g}" for one in told.topics),
        "frame": told.frame or "",
        "need_text": told.need.text if told.need else "",
        "need_topic": told.need.topic if told.need else "",
        "need_impact": told.need.impact if told.need else None,
        "authority": told.authority,
        **{name: told.emotions[emotion] for emotion, name in EMOTION_FIELDS.items()},
        **{name: told.traits.get(trait) for trait, name in TRAIT_FIELDS.items()},
    }


def heading(name: str) -> Any:
    """Return what a column of labels is called."""
    return cast("models.Field[Any, Any]", Label._meta.get_field(name)).verbose_name
