"""Who may? Tenant admins make brands and run analyses; viewers read, filter and export (insights, Who)."""

from tenants.permissions import Capability, may
from tenants.rules import Role


def may_run(role: str | None) -> bool:
    """Say whether a role may start an analysis, change brands, correct labels and move tasks."""
    return may(role, Capability.EDIT)


def is_bound(role: str | None) -> bool:
    """Say whether brands may be hidden from a role: viewers see those bound to them, or all if none is."""
    return role == Role.VIEWER
