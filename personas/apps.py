from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.display.navigation import Item


class PersonasConfig(AppConfig):
    """Who a contact is: personas, keywords, contacts, imports."""

    name = "personas"
    verbose_name = _("Personas")
    navigation = (
        Item(_("Personas"), "personas:dashboard", position=20),
        Item(_("Contacts"), "personas:contacts", position=21),
    )

    def ready(self) -> None:
        """Listen for new tenants."""
        from personas import receivers  # noqa: F401 - importing connects them
