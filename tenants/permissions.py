"""Who may? Every door asks here; the answer comes from the role in the open tenant."""

from django.utils.translation import gettext_lazy as _

from tenants.rules import GRANTED, Capability, RefusalKind, Refused

__all__ = ["Capability", "Forbidden", "check_may", "may"]


class Forbidden(Refused):
    """The role does not carry the capability."""

    code = "forbidden"
    kind = RefusalKind.FORBIDDEN
    message = _("Your role does not allow this.")


def may(role: str | None, capability: Capability) -> bool:
    """Say whether a role carries a capability; no role carries none."""
    return capability in GRANTED.get(role or "", ())


def check_may(role: str | None, capability: Capability) -> None:
    """Raise Forbidden unless the role carries the capability."""
    if not may(role, capability):
        raise Forbidden
