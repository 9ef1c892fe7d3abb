from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.display.navigation import Item


class CampaignsConfig(AppConfig):
    """Outbound calls: accounts and their money, campaigns, the people to call, what came of it."""

    name = "campaigns"
    verbose_name = _("Campaigns")
    navigation = (
        Item(_("Campaigns"), "campaigns:dashboard", position=35),
        Item(_("Entries"), "campaigns:entries", position=36),
        Item(_("Calls"), "campaigns:calls", position=37),
    )

    def ready(self) -> None:
        """Listen for new tenants; answer for home and persons, for trouble and for what may be heard of."""
        from campaigns import receivers  # noqa: F401 - importing connects them
        from campaigns.actions import aging
        from campaigns.actions.erasing import CampaignTraces
        from campaigns.views.home import home_part
        from campaigns.views.person import source
        from campaigns.views.watch import CALLS, MONEY
        from tenants.display import persons, tiles, watches
        from tenants.records import erasure, events, retention

        tiles.register(home_part, position=40)
        persons.register(source)
        watches.register(CALLS)
        watches.register(MONEY)
        events.offer("campaign.completed", _("A campaign is completed"))
        erasure.register(CampaignTraces(), position=10)
        for aged in aging.KINDS:
            retention.forgets(aged, position=20)
        for model, because in aging.STAYS.items():
            retention.keeps(model, because)
