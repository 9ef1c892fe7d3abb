from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    """The ground: tenants, users, roles, tokens, tickets, scope."""

    name = "tenants"
    verbose_name = _("Tenants")

    def ready(self) -> None:
        """Register what `check --deploy` asks, what may go wrong here, what the outside may hear."""
        from tenants import receivers  # noqa: F401 - importing connects them
        from tenants.actions.aging import AUDIT, JOB_TEXTS, JOBS, REQUESTS
        from tenants.actions.traces import GroundTraces
        from tenants.actions.watching import SILENCE, WEBHOOKS, WORK
        from tenants.display import watches
        from tenants.records import erasure, events, retention
        from tenants.throttling import checks  # noqa: F401 - imported for its effect

        watches.register(WORK)
        watches.register(SILENCE)
        watches.register(WEBHOOKS)
        events.offer("job.finished", _("A job has ended"))
        events.offer("alert.opened", _("An alert begins"))
        events.offer("alert.closed", _("An alert is over"))
        erasure.register(GroundTraces(), position=90)
        for aged in (AUDIT, REQUESTS, JOB_TEXTS, JOBS):
            retention.forgets(aged, position=90)
        self._say_what_stays()

    def _say_what_stays(self) -> None:
        from tenants.records import retention

        for model, because in {
            "tenants.User": _("Who logs in is anonymised when they leave; the page of members sees to it."),
            "tenants.Member": _("The same people, as a tenant sees them."),
            "tenants.SavedFilter": _("Its owner's, who deletes it; it goes with the membership."),
            "tenants.LogIn": _("Who came in, by which proof and from where; it goes after 90 days."),
            "tenants.Session": _("Gone with the log-in, after twelve hours at the latest."),
            "tenants.RefreshFamily": _("A program's name for itself; it goes when its tokens have ended."),
            "tenants.JobRequest": _("Becomes a job within seconds; what does not is deleted after a day."),
            "tenants.PlatformAlert": _("Figures of what goes wrong; they go 90 days after its end."),
            "tenants.PlatformAct": _("What the platform's staff did, by ids; it goes after five years."),
            "records.WebhookEndpoint": _("An address of the tenant's own systems."),
            "records.WebhookDelivery": _("Messages carry ids alone; they go after 30 days."),
            "records.Alert": _("Figures of what goes wrong; they go 90 days after its end."),
            "jobs.Schedule": _("Parameters of periodic work; no person is named in them."),
        }.items():
            retention.keeps(model, because)
