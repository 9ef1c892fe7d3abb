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
        """Listen for new tenants; answer for the home page and for persons."""
        from personas import receivers  # noqa: F401 - importing connects them
        from personas.actions import aging
        from personas.actions.erasing import PersonaTraces
        from personas.views.home import home_part
        from personas.views.person import source
        from tenants.display import persons, tiles
        from tenants.records import erasure, retention

        tiles.register(home_part, position=20)
        persons.register(source)
        erasure.register(PersonaTraces(), position=40)
        for aged in aging.KINDS:
            retention.forgets(aged, position=40)
        for model, because in aging.STAYS.items():
            retention.keeps(model, because)
