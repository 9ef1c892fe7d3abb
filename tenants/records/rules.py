"""How long a first answer is kept, and what a key may not be used for (W12)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tenants.rules import RefusalKind, Refused

KEPT = timedelta(hours=24)
LONGEST_KEY = 200


class KeyInUse(Refused):
    """The first request with this key is still running."""

    code = "idempotency_key_in_use"
    message = _("The first request with this Idempotency-Key is still running. Try again in a moment.")


class KeyReused(Refused):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    kind = RefusalKind.UNPROCESSABLE
    message = _("This Idempotency-Key was used for another request.")


class BadKey(Refused):
    """The key is empty, too long or not printable ASCII."""

    code = "idempotency_key_invalid"
    kind = RefusalKind.INVALID
    message = _("An Idempotency-Key has 1 to 200 printable ASCII characters.")
