from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules


class ProductConfig(AppConfig):
    """The composition root: product-wide commands, no models."""

    name = "config"
    verbose_name = "Minga"

    def ready(self) -> None:
        """Make our Celery app the current one in every process, and register every job's handler (J8).

        Every process comes through here, so it is also where defects begin to be told outside.
        """
        if settings.SENTRY_DSN:
            reports = import_module("config.error_reports")
            reports.report_errors(dsn=settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT)
        for name in ("celery", "checks"):
            import_module(f"config.{name}")
        autodiscover_modules("tasks")
