"""What was published, what was said to it and what that means, and the runs that read it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from insights.api.words import choices
from insights.models import Comment, Label, Post, RowReport, Run
from insights.rules import Emotion, Engine, Frame, Platform, RowCode, RunState, Sentiment, Tab, Trait, Trigger

PLATFORMS, ENGINES = choices(Platform), choices(Engine)


class PostSerializer(serializers.ModelSerializer):
    """One post with its newest counters; null is unknown."""

    id = serializers.CharField()
    ficha_cliente_id = serializers.CharField(source="ficha_id")
    post_url = serializers.CharField(source="url")
    platform = serializers.ChoiceField(choices=PLATFORMS)
    run = serializers.CharField(source="first_run_id")

    class Meta:
        model = Post
        fields = (
            "id",
            "ficha_cliente_id",
            "post_url",
            "platform",
            "created_at",
            "content",
            "likes",
            "comments_count",
            "shares",
            "views",
            "source_row",
            "missing_in_source",
            "first_seen_at",
            "run",
        )


class MentionSerializer(serializers.Serializer):
    """A topic and how the comment speaks of it, -1 to 1."""

    topic = serializers.CharField()
    sentiment = serializers.FloatField()


class NeedSerializer(serializers.Serializer):
    """What the comment asks for; impact is 0-100."""

    text = serializers.CharField()
    topic = serializers.CharField(allow_blank=True)
    impact = serializers.FloatField()


def _each_of(words: Any, *, allow_null: bool) -> Any:
    # Made anew for each serializer: a field belongs to one.
    return lambda _self: {str(word): serializers.FloatField(allow_null=allow_null) for word in words}


EmotionsSerializer = type(
    "EmotionsSerializer",
    (serializers.Serializer,),
    {"__doc__": "Eight emotions, 0 to 1.", "get_fields": _each_of(Emotion, allow_null=False)},
)
TraitsSerializer = type(
    "TraitsSerializer",
    (serializers.Serializer,),
    {"__doc__": "Five traits, 0 to 100 or null.", "get_fields": _each_of(Trait, allow_null=True)},
)


class LabelSerializer(serializers.ModelSerializer):
    """What a text means and who said so; null is "not said", or not offered by the engine (N9, N11)."""

    engine = serializers.ChoiceField(choices=ENGINES)
    sentiment = serializers.ChoiceField(choices=choices(Sentiment), allow_null=True)
    frame = serializers.ChoiceField(choices=choices(Frame), allow_null=True)
    score = serializers.FloatField(source="meaning.score", allow_null=True)
    subjectivity = serializers.FloatField(source="meaning.subjectivity", allow_null=True)
    authority = serializers.FloatField(source="meaning.authority", allow_null=True)
    emotions = serializers.SerializerMethodField()
    traits = serializers.SerializerMethodField()
    topics = MentionSerializer(source="meaning.topics", many=True)
    need = NeedSerializer(source="meaning.need", allow_null=True)

    class Meta:
        model = Label
        fields = (
            "engine",
            "model",
            "prompt_version",
            "created_at",
            "sentiment",
            "score",
            "emotions",
            "traits",
            "topics",
            "frame",
            "subjectivity",
            "need",
            "authority",
        )

    @extend_schema_field(EmotionsSerializer)
    def get_emotions(self, label: Label) -> dict[str, float]:
        """Return all eight."""
        return {str(emotion): value for emotion, value in label.meaning.emotions.items()}

    @extend_schema_field(TraitsSerializer)
    def get_traits(self, label: Label) -> dict[str, float | None]:
        """Return all five."""
        traits = label.meaning.traits
        return {str(trait): traits.get(trait) for trait in Trait}


class CommentSerializer(serializers.ModelSerializer):
    """What somebody said; `label` is null until it is labelled in its present text."""

    id = serializers.CharField()
    ficha_cliente_id = serializers.CharField(source="ficha_id")
    post_id = serializers.CharField()
    post_url = serializers.CharField(source="post.url")
    platform = serializers.ChoiceField(choices=PLATFORMS)
    label = LabelSerializer(allow_null=True)  # type: ignore[assignment]  # DRF takes fields off the class
    run = serializers.CharField(source="first_run_id")

    class Meta:
        model = Comment
        fields = (
            "id",
            "ficha_cliente_id",
            "post_id",
            "post_url",
            "platform",
            "comment_id",
            "author",
            "text",
            "created_at",
            "likes",
            "label",
            "unlabelled_because",
            "source_row",
            "missing_in_source",
            "first_seen_at",
            "run",
        )


class AnalysisRunSerializer(serializers.ModelSerializer):
    """One look at a brand's source: what was read, what it cost, what became of each module."""

    id = serializers.CharField()
    ficha_cliente_id = serializers.CharField(source="ficha_id")
    state = serializers.ChoiceField(choices=choices(RunState))
    trigger = serializers.ChoiceField(choices=choices(Trigger))
    forced = serializers.BooleanField(source="is_forced")
    insight_id = serializers.CharField(source="insight.pk", default=None, allow_null=True)
    same_as = serializers.CharField(source="same_as_id", allow_null=True)
    engine = serializers.CharField(allow_blank=True, help_text="openai or offline; empty before labelling.")
    cost_usd = serializers.DecimalField(
        max_digits=12, decimal_places=6, allow_null=True, help_text="Null is unknown, never nothing."
    )
    modules = serializers.DictField(child=serializers.DictField())
    seconds = serializers.DictField(child=serializers.FloatField())
    warnings = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = Run
        fields = (
            "id",
            "ficha_cliente_id",
            "state",
            "trigger",
            "forced",
            "job",
            "insight_id",
            "same_as",
            "created_at",
            "started_at",
            "finished_at",
            "posts_read",
            "posts_accepted",
            "comments_read",
            "comments_accepted",
            "rows_blank",
            "rows_repeated",
            "rows_rejected",
            "posts_new",
            "posts_changed",
            "comments_new",
            "comments_edited",
            "rows_vanished",
            "labelled",
            "reused",
            "given_up",
            "pending",
            "asked_twice",
            "agreed",
            "engine",
            "model",
            "prompt_version",
            "calls",
            "calls_failed",
            "tokens_in",
            "tokens_cached",
            "tokens_out",
            "cost_usd",
            "modules",
            "seconds",
            "warnings",
            "error_code",
            "error",
        )


class RowReportSerializer(serializers.ModelSerializer):
    """A row that was not simply taken; the header is row 1."""

    tab = serializers.ChoiceField(choices=choices(Tab))
    code = serializers.ChoiceField(choices=choices(RowCode))

    class Meta:
        model = RowReport
        fields = ("tab", "row", "code", "column", "value")
