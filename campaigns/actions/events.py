"""Take in what a provider tells: verified, kept, and applied soon (S17)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.dispatch.events import keep_event
from campaigns.dispatch.lines import keys_of
from campaigns.dispatch.waking import hurry_events
from campaigns.models import Provider
from campaigns.providers import read_event, verify_signature
from tenants.rules import RefusalKind, Refused


class UnknownProvider(Refused):
    """No provider of this tenant listens at the endpoint."""

    code = "not_found"
    kind = RefusalKind.MISSING
    message = _("There is nothing here, or it is not yours.")


@transaction.atomic
def take_in(*, endpoint: str, raw: bytes, signature: str | None, now: datetime) -> bool:
    """Keep a provider's event; False for one that is kept already.

    Raises UnknownProvider, BadSignature, BadJSON or UnreadableAnswer.
    """
    provider = Provider.objects.filter(endpoint=endpoint).first()
    if provider is None:
        raise UnknownProvider
    verify_signature(raw=raw, header=signature, keys=keys_of(provider), now=now)
    event = read_event(raw)
    # News that change nothing are believed and forgotten.
    if event.kind is None or not keep_event(provider, event):
        return False
    hurry_events()
    return True
