"""The door of providers: raw bytes, a signature, a place in the inbox, an answer in milliseconds (S17)."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.actions.events import take_in
from tenants import queries
from tenants.rules import RefusalKind, Refused
from tenants.scope import tenant_scope

ENDPOINT = re.compile(r"(?P<tenant>[0-9a-f]{32})-(?P<endpoint>[0-9a-f]{32})")


class NoSuchEndpoint(Refused):
    """No provider of any tenant listens here."""

    code = "not_found"
    kind = RefusalKind.MISSING
    message = _("There is nothing here, or it is not yours.")


class WhateverIsSent(BaseContentNegotiation):
    """Providers name no type of answer and get none: the body is read as it came."""

    def select_parser(self, request: Request, parsers: object) -> None:
        """Parse nothing: the signature is over the raw bytes."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Answer problems in the house's form."""
        first = next(iter(renderers))
        return first, first.media_type


class RetellWebhookView(APIView):
    """Events of calls, signed by the provider; 204 once they are kept, each kept once."""

    authentication_classes = ()
    permission_classes = ()
    content_negotiation_class = WhateverIsSent

    @extend_schema(operation_id="webhook_retell", request=None, responses={204: None}, exclude=True)
    def post(self, request: Request, endpoint: str) -> Response:
        """Keep an event. 401 for a wrong or stale signature, 404 for an unknown endpoint."""
        found = ENDPOINT.fullmatch(endpoint)
        tenant = queries.ready_tenants().filter(pk=UUID(found["tenant"])).first() if found else None
        if found is None or tenant is None:
            raise NoSuchEndpoint
        with tenant_scope(tenant.schema_name):
            take_in(
                endpoint=found["endpoint"],
                raw=request._request.body,
                signature=request.headers.get("x-retell-signature"),
                now=timezone.now(),
            )
        return Response(status=204)
