"""The shapes of a log-in, of tokens and of the person asking (W14)."""

from rest_framework import serializers

from tenants.api.serializers.fields import StrictCharField, StrictSerializer
from tenants.rules import Role

ROLES = [(role.value, role.name) for role in Role]
LONGEST_TOKEN = 4096


class LogInSerializer(StrictSerializer):
    """Who comes in; `tenant` (short name or id) only when the person belongs to several.

    `otp` is a code of the authenticator app, or a recovery code, of who has a second factor.
    """

    email = StrictCharField(max_length=254)
    password = StrictCharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})
    tenant = StrictCharField(max_length=63, required=False)
    otp = StrictCharField(max_length=20, required=False)


class RefreshSerializer(StrictSerializer):
    """A refresh token."""

    refresh = StrictCharField(max_length=LONGEST_TOKEN)


class TokensSerializer(serializers.Serializer):
    """What a log-in or a refresh gives; `expires_at` is the access token's end."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.CharField(default="Bearer")
    expires_at = serializers.DateTimeField()
    tenant_id = serializers.UUIDField(source="membership.tenant_id")
    role = serializers.ChoiceField(source="membership.role", choices=ROLES)


class MeSerializer(serializers.Serializer):
    """Who is asking, where, as what, and how they came in. A program's key has no e-mail address."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    tenant_id = serializers.UUIDField(source="tenant.id")
    tenant_slug = serializers.CharField(source="tenant.slug")
    tenant_name = serializers.CharField(source="tenant.name")
    role = serializers.ChoiceField(choices=ROLES)
    via = serializers.ChoiceField(choices=[("jwt", "jwt"), ("api_key", "api_key")])
