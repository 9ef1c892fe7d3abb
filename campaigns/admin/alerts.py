"""What staff must know now: alerts of calls, each about a thing by name, cleared by whoever has seen it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.models import CallAlert, Campaign, Provider
from campaigns.models.words import ALERT_LABELS, OUTCOME_LABELS, STOP_LABELS
from campaigns.rules import ALERTS_OF_CAMPAIGN, ALERTS_OF_PROVIDER
from tenants.admin import Button, ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter

OURS = {str(code): words for code, words in (OUTCOME_LABELS | STOP_LABELS).items()}

FIGURES = {
    "account": _("account"),
    "because": _("because"),
    "call": _("call"),
    "calls": _("calls"),
    "cause": _("cause"),
    "failures": _("failures"),
    "ours": _("calls here"),
    "reason": _("reason"),
    "theirs": _("calls there"),
}


def _told(value: Any) -> str:
    """Write a figure, or the words of what is ours; a provider's own word stays."""
    return reader().number(value) if isinstance(value, int) else str(OURS.get(value, value))


class KindFilter(WordsFilter):
    """Narrows to one kind."""

    title = _("what")
    parameter_name = "kind"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in ALERT_LABELS.items()}


class LiveFilter(admin.SimpleListFilter):
    """Narrows to live alerts, or to cleared ones."""

    title = _("state")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("1", _("Live")), ("0", _("Cleared"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CallAlert]) -> QuerySet[CallAlert]:
        """Keep the chosen ones."""
        wanted = {"1": True, "0": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(cleared_at__isnull=wanted)


def clear(request: HttpRequest, alert: CallAlert) -> str | Promise:
    """Say that it was seen."""
    actions.clear_alert(alert_id=alert.pk, now=timezone.now(), by=by_of(request))
    return _("Cleared. It is raised again when its cause comes back.")


def is_live(_request: HttpRequest, alert: CallAlert | None) -> bool:
    """Say whether there is something to clear."""
    return alert is not None and alert.cleared_at is None


@admin.register(CallAlert, site=tenant_site)
class CallAlertAdmin(ReadOnlyModelAdmin):
    """Alerts, newest first; each names the provider, campaign or number it is about."""

    icon = "notification_important"
    list_display = ("what", "about", "figures", "standing", "raised_at", "cleared_at")
    list_filter = (LiveFilter, KindFilter)
    fields = ("what", "about", "figures", "standing", "raised_at", "cleared_at")
    buttons = (Button("clear", _("Clear"), clear, shown=is_live),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallAlert]:
        """Name what each is about in the same query."""
        found: QuerySet[CallAlert] = super().get_queryset(request)
        numbering = (*ALERTS_OF_PROVIDER, *ALERTS_OF_CAMPAIGN)
        number = Case(
            When(kind__in=numbering, then=Cast(F("subject"), BigIntegerField())),
            default=Value(None),
        )
        numbered = found.annotate(about_pk=number)
        provider = Provider.objects.filter(pk=OuterRef("about_pk")).values("name")
        campaign = Campaign.objects.filter(pk=OuterRef("about_pk")).values("name")
        named = Coalesce(Subquery(provider), Subquery(campaign), F("subject"), output_field=CharField())
        return numbered.annotate(about_name=named)

    def title_of(self, row: CallAlert) -> str:
        """Say what it is."""
        return str(row.get_kind_display())

    @admin.display(description=_("what"), ordering="kind")
    def what(self, alert: CallAlert) -> str:
        """Say what it is."""
        return str(alert.get_kind_display())

    @admin.display(description=_("about"), ordering="about_name")
    def about(self, alert: Any) -> str:
        """Name what it is about."""
        return alert.about_name or self.empty_value_display

    @admin.display(description=_("figures"))
    def figures(self, alert: CallAlert) -> str:
        """Write the figures."""
        told = (f"{FIGURES.get(name, name)}: {_told(value)}" for name, value in alert.told.items())
        return "; ".join(told) or self.empty_value_display

    @admin.display(description=_("state"), ordering="cleared_at")
    def standing(self, alert: CallAlert) -> SafeString:
        """Say whether it lasts."""
        return badge(_("Live"), "bad") if alert.cleared_at is None else badge(_("Cleared"), "")
