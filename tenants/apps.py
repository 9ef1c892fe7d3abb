from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """The ground: tenants, users, roles, tokens, tickets, scope."""

    name = "tenants"
    verbose_name = _("Tenants")

    def ready(self) -> None:
        """Register what `check --deploy` asks, what may go wrong here, what the outside may hear."""
        from tenants import receivers  # noqa: F401 - importing connects them
        from tenants.actions.watching import SILENCE, WEBHOOKS, WORK
        from tenants.display import watches
        from tenants.records import events
        from tenants.throttling import checks  # noqa: F401 - imported for its effect

        watches.register(WORK)
        watches.register(SILENCE)
        watches.register(WEBHOOKS)
        events.offer("job.finished", _("A job has ended"))
        events.offer("alert.opened", _("An alert begins"))
        events.offer("alert.closed", _("An alert is over"))
