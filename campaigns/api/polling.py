"""How often may somebody ask how far a campaign is, and has anything changed since?"""

import hashlib
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants import throttling
from tenants.api.authentication import principal_of
from tenants.rules import RefusalKind, Refused

EACH_SECOND, BURST = "status_second", "status_burst"


class AskedTooOften(Refused):
    """The same client asks about the same campaign more than once a second."""

    code = "asked_too_often"
    kind = RefusalKind.THROTTLED
    message = _("Ask once a second at most.")


def check_pace(request: Request, code: str) -> None:
    """Count a poll of a campaign. Raises AskedTooOften.

    One a second passes by itself; what comes faster spends a burst, so that no jitter of a client's clock is
    refused.
    """
    principal = principal_of(request)
    key = f"{principal.tenant.schema_name}:{principal.key}:{code}"
    if not throttling.hit(EACH_SECOND, key).allowed and not throttling.hit(BURST, key).allowed:
        raise AskedTooOften(retry_after_s=1)


def answer_poll(request: Request, shape: dict[str, Any]) -> HttpResponseBase:
    """Answer a poll; 304 without a body while it would say the same (W13)."""
    body = JSONRenderer().render(shape)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = get_conditional_response(request._request, etag=etag) or Response(shape)
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    found: HttpResponseBase = response
    return found
