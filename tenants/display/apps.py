"""The app of what people see: page frame, charts, formats, problem documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.display.navigation import Item
from tenants.permissions import Capability


class DisplayConfig(AppConfig):
    """No models: it shows what others know. The frame's own pages stand first and last."""

    name = "tenants.display"
    label = "display"
    navigation = (
        Item(_("Home"), "home", position=0),
        Item(_("Jobs"), "jobs:list", position=80),
        Item(_("Administration"), "admin:index", Capability.EDIT, position=90),
        Item(_("Platform"), "platform:index", position=91, staff_only=True),
        Item(_("API"), "api-docs", position=95),
    )
