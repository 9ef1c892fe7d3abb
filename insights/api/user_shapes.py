"""Shapes of the tenant's people, with the brands that viewers see (Who)."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenants.actions import members
from tenants.api.serializers import IdField, StrictCharField, StrictSerializer
from tenants.api.serializers.people import ROLES
from tenants.intake import is_number
from tenants.models import Member, Membership

MOST_BRANDS = 1_000
# Support is the platform's to give.
GIVEN_ROLES = [(role.value, role.name) for role in members.ROLES]


class UserSerializer(serializers.ModelSerializer):
    """A member of the tenant; a viewer with no brands sees all of them."""

    id = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    ficha_cliente_ids = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields: tuple[str, ...] = ("id", "name", "email", "role", "ficha_cliente_ids")

    def get_ficha_cliente_ids(self, member: Member) -> list[str]:
        """Return the brands that the person is bound to."""
        bonds: dict[Any, list[str]] = self.context["bonds"]
        return bonds.get(member.pk, [])


class AddedUserSerializer(UserSerializer):
    """Who was added. The link sets a first password, once; null for who logs in with the one they have."""

    password_link = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "password_link")

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_password_link(self, member: Member) -> str | None:
        """Return the address that was made with the membership."""
        link: str | None = self.context["password_link"]
        return link


class NewPasswordLinkSerializer(serializers.Serializer):
    """The address that sets somebody's first password; null for who has one, or belongs elsewhere too."""

    password_link = serializers.URLField(allow_null=True)


@extend_schema_field(OpenApiTypes.STR)
class BrandIdField(IdField):
    """A brand by its number."""

    def to_internal_value(self, value: Any) -> str:
        """Return its text."""
        text = super().to_internal_value(value)
        if not is_number(text):
            self.fail("invalid")
        return text


class BrandsField(serializers.ListField):
    """Brands by their numbers; an empty list is all of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=BrandIdField(), max_length=MOST_BRANDS, **options)


class EmailAddressField(StrictCharField, serializers.EmailField):
    """An e-mail address whose text can be stored."""


class NewUserSerializer(StrictSerializer):
    """Whom to add, as what, and which brands a viewer sees; without the field all, or those of before."""

    email = EmailAddressField(max_length=254)
    name = StrictCharField(max_length=120)
    role = serializers.ChoiceField(choices=GIVEN_ROLES)
    ficha_cliente_ids = BrandsField(required=False)


class ChangedUserSerializer(StrictSerializer):
    """Another role, or the brands that a viewer sees from now on (none for all), or both."""

    role = serializers.ChoiceField(choices=GIVEN_ROLES, required=False)
    ficha_cliente_ids = BrandsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a change that changes nothing: a forgotten field must not pass for done."""
        if not attrs:
            self.fail("required")
        return attrs


def link_of(membership: Membership) -> str | None:
    """Return the path that sets a member's first password, None when there is none to set. Public scope."""
    key = members.welcome_key(membership=membership)
    return reverse("welcome", args=key) if key else None
