from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.display.navigation import Item


class InsightsConfig(AppConfig):
    """What an audience says: brands, their posts and comments, labels, runs, insights, tasks."""

    name = "insights"
    verbose_name = _("Insights")
    navigation = (Item(_("Insights"), "insights:dashboard", position=40),)

    def ready(self) -> None:
        """Answer for the home page; look out for trouble; say what may be heard of, and hide the rest."""
        from insights.actions import aging
        from insights.actions.erasing import InsightTraces
        from insights.reports.seeing import hidden_jobs
        from insights.views.home import home_part
        from insights.views.watch import FAILED, STALE
        from tenants.display import tiles, watches
        from tenants.jobs.runner import hides
        from tenants.records import erasure, events, retention

        tiles.register(home_part, position=50)
        watches.register(STALE)
        watches.register(FAILED)
        events.offer("insight.ready", _("An insight is ready"))
        hides(hidden_jobs)
        erasure.register(InsightTraces(), position=50)
        for aged in aging.KINDS:
            retention.forgets(aged, position=50)
        for model, because in aging.STAYS.items():
            retention.keeps(model, because)
