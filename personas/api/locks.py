"""The door of locks, beside the classifier's as the first clients know it (P7)."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api.asking import asked
from personas.api.contact_shapes import HeldContactSerializer, LockSerializer
from tenants.intake import NUMBER
from tenants.queries import principal_of


class LockViewSet(GenericViewSet):
    """What a person keeps from jobs and imports."""

    serializer_class = LockSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="contact_lock", request=LockSerializer, responses={200: HeldContactSerializer}
    )
    @action(detail=False, methods=["post"], url_path=rf"contacts/(?P<contact_id>{NUMBER})/lock")
    def lock(self, request: Request, contact_id: str) -> Response:
        """Lock the contact, or give it back to the rules; its persona changes by neither (P7)."""
        queries.contact(contact_id=int(contact_id))
        locked = asked(request, LockSerializer)["locked"]
        actions.lock_contact(contact_id=int(contact_id), locked=locked, by=principal_of(request).id)
        answer = {"success": True, "contact": queries.contact(contact_id=int(contact_id))}
        return Response(HeldContactSerializer(answer).data)
