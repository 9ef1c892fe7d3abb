"""May the principal do this? Every tenant view asks `tenants.permissions` and nothing else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tenants.permissions import Capability, check_may
from tenants.queries import Principal

if TYPE_CHECKING:  # DRF's views load this module
    from rest_framework.views import APIView


class MayUse(BasePermission):
    """Reads need VIEW, writes EDIT; a view says otherwise by `capability`, one or a mapping by action."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Let pass or raise Forbidden; without a principal the answer is 401."""
        if not isinstance(request.auth, Principal):
            return False
        check_may(request.auth.role, wanted(view, request.method or ""))
        return True


def wanted(view: "APIView", method: str) -> Capability:
    """Return the capability that this request needs."""
    usual = Capability.VIEW if method in SAFE_METHODS else Capability.EDIT
    special = getattr(view, "capability", usual)
    if isinstance(special, Mapping):
        return Capability(special.get(getattr(view, "action", None), usual))
    return Capability(special)
