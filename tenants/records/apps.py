from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """What must be remembered per tenant: audit, idempotency keys, stored files."""

    name = "tenants.records"
    verbose_name = _("Records")
