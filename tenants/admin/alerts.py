"""What is wrong now and what was; each administrator says whether they want it by e-mail."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tenants.actions.overseeing import words_of
from tenants.admin.buttons import Button
from tenants.admin.columns import badge, reader
from tenants.admin.model_admin import ReadOnlyModelAdmin
from tenants.admin.sites import platform_site, tenant_site
from tenants.display.watches import alarm_of, said
from tenants.models import Cause, PlatformAlert
from tenants.queries import principal_of
from tenants.records import queries
from tenants.records.actions import alerts
from tenants.records.models import Alert


class OpenFilter(admin.SimpleListFilter):
    """Narrows to open alerts, or to those that are over."""

    title = _("state")
    parameter_name = "open"
    words: ClassVar[list[tuple[str, Any]]] = [("1", _("Lasts")), ("0", _("Has ended"))]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return self.words

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        wanted = {"1": True, "0": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(closed_at__isnull=wanted)


def refuse(request: HttpRequest, _none: object) -> str | Promise:
    """Write no more alerts to whoever asks."""
    alerts.refuse_mail(person=principal_of(request).id)
    return _("You get no more e-mails about alerts.")


def want(request: HttpRequest, _none: object) -> str | Promise:
    """Write alerts to whoever asks."""
    alerts.want_mail(person=principal_of(request).id)
    return _("You get an e-mail when an alert begins.")


def gets_mail(request: HttpRequest, _none: object) -> bool:
    """Say whether alerts are written to whoever asks."""
    return principal_of(request).id not in queries.mail_refusers()


def gets_none(request: HttpRequest, none: object) -> bool:
    """Say whether alerts are not written to whoever asks."""
    return not gets_mail(request, none)


class CauseAdmin(ReadOnlyModelAdmin):
    """Alerts, newest first; each ends by itself when its cause is over."""

    icon = "notifications_active"
    list_display = ("what", "standing", "opened_at", "closed_at", "told_at")
    list_filter = (OpenFilter,)

    @admin.display(description=_("what"), ordering="code")
    def what(self, alert: Any) -> str:
        """Say what is wrong."""
        return self.title_of(alert)

    @admin.display(description=_("state"), ordering="closed_at")
    def standing(self, alert: Cause) -> SafeString:
        """Say whether it lasts."""
        return badge(_("Lasts"), "bad") if alert.closed_at is None else badge(_("Has ended"), "good")


@admin.register(PlatformAlert, site=platform_site)
class PlatformAlertAdmin(CauseAdmin):
    """What is wrong with the installation itself, and was (S18)."""

    fields = ("what", "standing", "opened_at", "seen_at", "closed_at", "told_at")

    def title_of(self, row: PlatformAlert) -> str:
        """Say what is wrong."""
        return words_of(row)


@admin.register(Alert, site=tenant_site)
class AlertAdmin(CauseAdmin):
    """What is wrong in the tenant, and was."""

    fields = ("what", "why", "where", "standing", "opened_at", "seen_at", "closed_at", "told_at")
    list_buttons = (
        Button("no-mail", _("Send me no e-mails about alerts"), refuse, shown=gets_mail),
        Button("mail", _("Send me e-mails about alerts"), want, shown=gets_none),
    )

    def title_of(self, row: Alert) -> str:
        """Say what is wrong."""
        return said(alarm_of(row), reader()).text

    @admin.display(description=_("where to look"))
    def where(self, alert: Alert) -> SafeString | str:
        """Lead to where it is seen."""
        href = said(alarm_of(alert), reader()).href
        return format_html('<a href="{}">{}</a>', href, _("Go there")) if href else self.empty_value_display

    @admin.display(description=_("why"))
    def why(self, alert: Alert) -> str:
        """Say why it matters, or what to do."""
        return said(alarm_of(alert), reader()).why or self.empty_value_display
