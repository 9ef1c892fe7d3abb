"""How often may somebody ask how far a campaign is?"""

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from tenants import throttling
from tenants.queries import principal_of
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
