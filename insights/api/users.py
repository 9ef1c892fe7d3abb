"""Doors to the tenant's people, for administrators: who is there, which brands a viewer sees (Who)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from insights import actions
from insights.api.fields import asked
from insights.models import FichaViewer
from tenants.api.authentication import principal_of
from tenants.api.serializers import IdField, StrictSerializer
from tenants.intake import is_number, is_uuid
from tenants.models import Member
from tenants.permissions import Capability

MOST_BRANDS = 1_000


class UserSerializer(serializers.ModelSerializer):
    """A member of the tenant; a viewer with no brands sees all of them."""

    id = serializers.CharField()
    ficha_cliente_ids = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = ("id", "name", "email", "role", "ficha_cliente_ids")

    def get_ficha_cliente_ids(self, member: Member) -> list[str]:
        """Return the brands that the person is bound to."""
        bonds: dict[Any, list[str]] = self.context["bonds"]
        return bonds.get(member.pk, [])


@extend_schema_field(OpenApiTypes.STR)
class BrandIdField(IdField):
    """A brand by its number."""

    def to_internal_value(self, value: Any) -> str:
        """Return its text."""
        text = super().to_internal_value(value)
        if not is_number(text):
            self.fail("invalid")
        return text


class ChangedUserSerializer(StrictSerializer):
    """The brands that a viewer sees from now on; none for all."""

    ficha_cliente_ids = serializers.ListField(child=BrandIdField(), max_length=MOST_BRANDS)


class UserViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People of the tenant; the platform's staff make them and give roles."""

    capability = Capability.ADMINISTER
    lookup_value_regex = r"(?!me/?$)[^/]+"
    serializer_class = UserSerializer
    queryset = Member.objects.none()

    def get_queryset(self) -> QuerySet[Member]:
        """Return the members of the open tenant."""
        return Member.objects.all()

    def get_object(self) -> Member:
        """Return the member of the address. Raises Http404."""
        if not is_uuid(self.kwargs["pk"]):
            raise Http404
        found: Member = super().get_object()
        return found

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell every bond in one query."""
        bonds: dict[Any, list[str]] = {}
        for member, ficha in FichaViewer.objects.order_by("ficha").values_list("member", "ficha"):
            bonds.setdefault(member, []).append(str(ficha))
        return {**super().get_serializer_context(), "bonds": bonds}

    @extend_schema(request=ChangedUserSerializer, responses={200: UserSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Bind a viewer to these brands and to no others; 422 for who is no viewer."""
        found, wanted = self.get_object(), asked(request, ChangedUserSerializer)["ficha_cliente_ids"]
        fichas = {int(one) for one in wanted}
        actions.bind_viewer(member=found, fichas=fichas, by=principal_of(request).id)
        return Response(self.get_serializer(found).data)
