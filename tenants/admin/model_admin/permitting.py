"""Who may see, add, change and delete rows? The site says, and through it `permissions.py`."""

from typing import Any

from django.http import HttpRequest

from tenants.admin.lean import LeanModelAdmin
from tenants.permissions import Capability


class PermittingModelAdmin(LeanModelAdmin):
    """Lets whoever may view see rows, and whoever may edit do the rest."""

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Ask the site, and through it `permissions.py`."""
        return bool(self.admin_site.may(request, capability))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the model appears at all."""
        return self.may(request, Capability.VIEW)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether rows may be seen."""
        return self.may(request, Capability.VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether a row may be added by form."""
        return self.may(request, Capability.EDIT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a row may be changed by form."""
        return self.may(request, Capability.EDIT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a row may be deleted."""
        return self.may(request, Capability.EDIT)
