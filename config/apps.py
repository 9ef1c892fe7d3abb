from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProductConfig(AppConfig):
    """The composition root: product-wide commands, no models."""

    name = "config"
    verbose_name = "Minga"

    def ready(self) -> None:
        """Make our Celery app the current one in every process, and register every job's handler (J8)."""
        import config.celery
        import config.checks  # noqa: F401 - imported for their effect

        autodiscover_modules("tasks")
