"""The door that asks matching about facts, and writes nothing (I10)."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from identity import actions
from identity.api.explanations import ExplanationSerializer, FactsSerializer, shaped
from tenants.api.bodies import asked
from tenants.models import Tenant
from tenants.permissions import Capability
from tenants.queries import principal_of


class MatchViewSet(GenericViewSet):
    """Whom would a lead of these facts be linked to?"""

    capability = Capability.VIEW
    serializer_class = FactsSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(request=FactsSerializer, responses={200: ExplanationSerializer})
    @action(detail=False, methods=["post"])
    def match(self, request: Request) -> Response:
        """Decide as a job would, and tell every reason; nothing is written."""
        typed = asked(request, FactsSerializer)
        lead_date = typed.pop("lead_date")
        tenant: Tenant = principal_of(request).tenant
        told = actions.explain_facts(typed=typed, country=tenant.country, lead_date=lead_date)
        return Response(shaped(told))
