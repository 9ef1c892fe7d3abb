from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProductConfig(AppConfig):
    """The composition root: product-wide commands, no models."""

    name = "config"
    verbose_name = "Minga"

    def ready(self) -> None:
        """Make our Celery app the current one in every process, and register every job's handler (J8)."""
        for name in ("celery", "checks"):
            import_module(f"config.{name}")
        autodiscover_modules("tasks")
