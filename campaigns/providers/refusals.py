"""How a provider fails us when it is asked about calls; making one never raises (C17)."""

from django.utils.translation import gettext_lazy as _

from campaigns.providers.calling import Refusal
from tenants.rules import RefusalKind, Refused


class ProviderRefused(Refused):
    """The provider answered no; `refusal` says to what group the answer belongs."""

    code = "provider_refused"
    kind = RefusalKind.UNAVAILABLE
    message = _("The call provider refused the request.")

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(status=refusal.status)
        self.refusal = refusal


class ProviderUnreachable(Refused):
    """The provider did not answer, or answered that it is broken."""

    code = "provider_unreachable"
    kind = RefusalKind.UNAVAILABLE
    message = _("The call provider does not answer.")


class UnreadableAnswer(Refused):
    """The provider said something that is no call; `extra["field"]` names the part."""

    code = "provider_answer_unreadable"
    kind = RefusalKind.INVALID
    message = _("The call provider's words cannot be read.")

    def __init__(self, field: str = "") -> None:
        super().__init__(field=field)


class BadSignature(Refused):
    """The webhook was not signed by the provider, not with a key of ours, or not within five minutes."""

    code = "webhook_signature_invalid"
    kind = RefusalKind.UNAUTHENTICATED
    message = _("The signature of the webhook is not valid.")
