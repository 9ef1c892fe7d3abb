from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """The ground: tenants, users, roles, tokens, tickets, scope."""

    name = "tenants"
    verbose_name = _("Tenants")

    def ready(self) -> None:
        """Register what `check --deploy` asks of a production machine."""
        from tenants.throttling import checks  # noqa: F401 - imported for its effect
