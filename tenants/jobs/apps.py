from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Long work: the job row, lease, progress, schedule bridge."""

    name = "tenants.jobs"
    verbose_name = _("Jobs")
