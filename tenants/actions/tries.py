"""Tries are counted before they are looked at, so that no secret can be guessed by trying (S8)."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants import throttling
from tenants.rules import RefusalKind, Refused


class TooManyTries(Refused):
    """The limit of log-in tries is reached."""

    code = "too_many_tries"
    kind = RefusalKind.THROTTLED
    message = _("Too many tries. Wait a moment and try again.")


def count_try(*, request: HttpRequest, own: Iterable[str], key: str) -> None:
    """Count one try against the limits `own` to the account, its address and all. Raises TooManyTries."""
    address = request.META.get("REMOTE_ADDR", "")
    counted = [*((name, key) for name in own), ("login_address", address), ("login_global", "all")]
    for name, of in counted:
        verdict = throttling.hit(name, of)
        if not verdict.allowed:
            raise TooManyTries(retry_after_s=verdict.reset_s)


def forget_tries(*, own: Iterable[str], key: str) -> None:
    """Clear the account's counts: whoever succeeded was no guesser."""
    for name in own:
        throttling.forget(name, key)
