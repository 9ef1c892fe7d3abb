"""What empty lists of the ground floor say: jobs, schedules, files, alerts, webhooks (W5)."""

from django.utils.translation import gettext_lazy as _

from tenants.admin.empties import Empty
from tenants.admin.sites import tenant_site
from tenants.jobs.models import Job, Schedule
from tenants.models import Member
from tenants.records.models import Alert, AuditEntry, StoredFile, WebhookDelivery, WebhookEndpoint

tenant_site.empties |= {
    Job: Empty(_("Imports, classifications and other long work stand here as soon as one is asked for.")),
    Schedule: Empty(_("A schedule has work done at its times, without anybody asking.")),
    Alert: Empty(_("What goes wrong stands here until it is over. So far nothing did.")),
    AuditEntry: Empty(_("Every act that changes something is noted here.")),
    StoredFile: Empty(_("Files that were uploaded, or written for somebody to take away, stand here.")),
    WebhookEndpoint: Empty(
        _("Another system is told here of jobs, campaigns, cases and insights, in signed messages.")
    ),
    WebhookDelivery: Empty(
        _("Each message to another system stands here with its tries."),
        "admin:records_webhookendpoint_changelist",
        _("To the endpoints"),
    ),
    Member: Empty(_("Whoever may come in here stands in this list."), "members", _("Members")),
}
