"""The shapes of webhook endpoints, of messages to them and of their tries (W16)."""

from rest_framework import serializers

from tenants.api.serializers.fields import StrictCharField, StrictSerializer
from tenants.records.rules import DeliveryState

DELIVERY_STATES = [(state.value, state.name) for state in DeliveryState]


def _events(*, required: bool, help_text: str = "") -> serializers.ListField:
    event = StrictCharField(max_length=60)
    return serializers.ListField(
        child=event, allow_empty=False, max_length=20, required=required, help_text=help_text
    )


class NewEndpointSerializer(StrictSerializer):
    """Where to, and what about."""

    url = StrictCharField(max_length=500, help_text="https, port 443 or 8443, a public host.")
    events = _events(required=True, help_text="Such as job.finished, campaign.completed.")


class ChangedEndpointSerializer(StrictSerializer):
    """What is given changes."""

    url = StrictCharField(max_length=500, required=False)
    events = _events(required=False)


class EndpointSerializer(serializers.Serializer):
    """An endpoint, without its secret."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    stopped = serializers.CharField(
        allow_blank=True, help_text="Empty while it is told; else person, failing or gone."
    )
    failures = serializers.IntegerField(help_text="In a row.")
    failing_since = serializers.DateTimeField(allow_null=True)
    old_secret_ends_at = serializers.DateTimeField(source="old_seed_ends_at", allow_null=True)
    created_at = serializers.DateTimeField()


class EndpointSecretSerializer(EndpointSerializer):
    """An endpoint with its new secret, shown this once; empty in a replay of the answer."""

    secret = serializers.CharField(allow_blank=True)


class TrySerializer(serializers.Serializer):
    """One try: the status that came back, or why none did."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)
    took_ms = serializers.IntegerField()


class DeliverySerializer(serializers.Serializer):
    """A message to one endpoint with its tries; `id` is the webhook-id, `body` what is sent."""

    id = serializers.UUIDField()
    endpoint_id = serializers.UUIDField()
    type = serializers.CharField()
    state = serializers.ChoiceField(choices=DELIVERY_STATES)
    tries = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    body = serializers.CharField()
    log = TrySerializer(many=True)
