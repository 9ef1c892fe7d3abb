"""What insights forget by age (S19)."""

from django.utils.translation import gettext_lazy as _

from insights.actions.forgetting import forget_batch
from insights.rules import ROW_REPORTS_KEPT_DAYS
from tenants.records.retention import Aged

ROW_REPORTS = Aged(
    "source_rows",
    _("Rejected rows of sources"),
    ROW_REPORTS_KEPT_DAYS,
    ("insights.RowReport",),
    forget_batch,
)
KINDS = (ROW_REPORTS,)
STAYS = {
    "insights.Run": _("What went wrong with a source; no row of it."),
    "insights.Post": _("What the brand itself has published."),
    "insights.CounterSnapshot": _("Earlier texts of the brand's own posts."),
}
