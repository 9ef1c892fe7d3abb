from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """The ground: tenants, users, roles, tokens, tickets, scope."""

    name = "tenants"
    verbose_name = _("Tenants")
