from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.display.navigation import Item


class IdentityConfig(AppConfig):
    """Who a lead really is: matching, cases, the red backlog, claims."""

    name = "identity"
    verbose_name = _("Identity")
    navigation = (
        Item(_("Identity"), "identity:dashboard", position=30),
        Item(_("Limbo"), "identity:limbo", position=31),
        Item(_("Money"), "identity:money", position=32),
    )

    def ready(self) -> None:
        """Listen for new tenants; answer for home and persons, for trouble and for what may be heard of."""
        from identity import receivers  # noqa: F401 - importing connects them
        from identity.actions import aging
        from identity.actions.erasing import IdentityTraces
        from identity.views.home import home_part
        from identity.views.person import source
        from identity.views.watch import LIMBO
        from tenants.display import persons, tiles, watches
        from tenants.records import erasure, events, retention

        tiles.register(home_part, position=30)
        persons.register(source)
        watches.register(LIMBO)
        events.offer("case.opened", _("A case is opened"))
        erasure.register(IdentityTraces(), position=30)
        for aged in aging.KINDS:
            retention.forgets(aged, position=30)
        for model, because in aging.STAYS.items():
            retention.keeps(model, because)
