"""What lists of who must not be called answer: counts, history, and what a look finds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.actions import ListPreview
from campaigns.api.suppression_shapes import KINDS, SOURCES, RefusedWishSerializer
from campaigns.dispatch.wishes import Wish
from campaigns.models import SuppressionList
from campaigns.rules import ListState, SuppressionKind

STATES = [(one.value, one.name) for one in ListState]
EXAMPLES = 20


class SuppressionListSerializer(serializers.ModelSerializer):
    """A list and what became of it; created + already + refused = total."""

    id = serializers.CharField()
    account_id = serializers.CharField(source="account.code", default=None, allow_null=True)
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF takes fields off the class
    state = serializers.ChoiceField(choices=STATES)
    name = serializers.CharField(help_text="The file's; empty for what was typed or sent.")
    created = serializers.IntegerField(help_text="Rows that say anything new.")
    ended = serializers.IntegerField(help_text="People who left the queue at once when it was applied.")
    lifted = serializers.IntegerField(help_text="What its undo lifted.")
    stayed = serializers.IntegerField(help_text="What its undo left: somebody else asked for it too.")

    class Meta:
        model = SuppressionList
        fields = (
            "id",
            "name",
            "account_id",
            "country",
            "source",
            "state",
            "total",
            "created",
            "already",
            "refused",
            "ended",
            "created_at",
            "created_by",
            "applied_at",
            "applied_by",
            "undone_at",
            "undone_by",
            "lifted",
            "stayed",
        )


class TouchedCampaignSerializer(serializers.Serializer):
    """A campaign in which people of the list wait for a call."""

    batch_id = serializers.CharField()
    batch_name = serializers.CharField()
    waiting = serializers.IntegerField()


class TouchedSerializer(serializers.Serializer):
    """Who waits for a call now and would be barred, or lose the number that is called first."""

    waiting = serializers.IntegerField(help_text="Calls that wait.")
    people = serializers.IntegerField(help_text="Their people, each once however many campaigns.")
    campaigns = serializers.IntegerField(source="campaign_count")
    most = serializers.SerializerMethodField(help_text="The ten campaigns in which most of them wait.")

    @extend_schema_field(TouchedCampaignSerializer(many=True))
    def get_most(self, touched: Any) -> list[dict[str, Any]]:
        """Return the campaigns with their counts."""
        return [
            {"batch_id": code, "batch_name": name, "waiting": waiting}
            for code, name, waiting in touched.campaigns
        ]


class ExampleSerializer(serializers.Serializer):
    """A number (E.164) or document that would be new."""

    kind = serializers.ChoiceField(choices=KINDS)
    value = serializers.CharField()


class ListPreviewSerializer(serializers.Serializer):
    """What a list would do; nothing is written until it is applied."""

    suppression_list = SuppressionListSerializer(source="made")
    touched = TouchedSerializer()
    examples = serializers.SerializerMethodField(help_text="The first twenty that would be new.")
    refusals = RefusedWishSerializer(source="written.refusals", many=True)

    @extend_schema_field(ExampleSerializer(many=True))
    def get_examples(self, found: ListPreview) -> list[dict[str, str]]:
        """Return the first ones."""
        return [_example(wish) for wish in found.new[:EXAMPLES]]


def _example(wish: Wish) -> dict[str, str]:
    plain = wish.value if wish.kind == SuppressionKind.NUMBER else wish.value.split(":", 2)[-1]
    return {"kind": str(wish.kind), "value": plain}
