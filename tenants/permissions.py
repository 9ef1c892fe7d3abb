"""Who may? Every door asks here; the answer comes from the role in the open tenant."""

from django.utils.translation import gettext_lazy as _

from tenants.rules import GRANTED, Capability, RefusalKind, Refused, may_give

__all__ = ["Capability", "Forbidden", "RoleTooHigh", "check_may", "check_may_give", "may"]


class Forbidden(Refused):
    """The role does not carry the capability."""

    code = "forbidden"
    kind = RefusalKind.FORBIDDEN
    message = _("Your role does not allow this.")


class RoleTooHigh(Refused):
    """Somebody would give a role that can do more than they can themselves."""

    code = "role_too_high"
    kind = RefusalKind.FORBIDDEN
    message = _("Your role cannot give this one, which may do more.")


def may(role: str | None, capability: Capability) -> bool:
    """Say whether a role carries a capability; no role carries none."""
    return capability in GRANTED.get(role or "", ())


def check_may(role: str | None, capability: Capability) -> None:
    """Raise Forbidden unless the role carries the capability."""
    if not may(role, capability):
        raise Forbidden


def check_may_give(giver: str, role: str) -> None:
    """Raise RoleTooHigh unless somebody of the first role may give, or hand out a link to, the second."""
    if not may_give(giver, role):
        raise RoleTooHigh
