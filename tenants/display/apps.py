"""The app of what people see: page frame, charts, formats, problem documents."""

from django.apps import AppConfig


class DisplayConfig(AppConfig):
    """No models: it shows what others know."""

    name = "tenants.display"
    label = "display"
