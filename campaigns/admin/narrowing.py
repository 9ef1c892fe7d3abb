"""What narrows the lists of people and of calls: campaign and version, named in the address (W6)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaigns.models import Arm, Campaign
from tenants.intake import is_number

# So many are offered; an address may name any.
OFFERED = 30


class CampaignFilter(admin.SimpleListFilter):
    """Narrows to one campaign; the newest ones are offered, and the chosen one."""

    title = _("campaign")
    parameter_name = "campaign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the newest campaigns by name."""
        offered = list(Campaign.objects.listed().order_by("-id").values_list("pk", "name")[:OFFERED])
        chosen = request.GET.get(self.parameter_name, "")
        if is_number(chosen) and int(chosen) not in dict(offered):
            offered += Campaign.objects.filter(pk=int(chosen)).values_list("pk", "name")
        return [(str(number), name) for number, name in offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen campaign's rows; what is no number narrows nothing."""
        chosen = self.value() or ""
        return queryset.filter(campaign=int(chosen)) if is_number(chosen) else queryset


class ArmFilter(admin.SimpleListFilter):
    """Narrows to the people of one version of an experiment; offered for the chosen campaign (V10)."""

    title = _("version")
    parameter_name = "arm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the arms of the chosen campaign; without one there is nothing to choose."""
        campaign = request.GET.get(CampaignFilter.parameter_name, "")
        arms = Arm.objects.filter(campaign=int(campaign)) if is_number(campaign) else Arm.objects.none()
        found = arms.select_related("version__script").order_by("id")
        return [(str(arm.pk), f"{arm.version.script.name} v{arm.version.number}") for arm in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen arm's rows; what is no number narrows nothing."""
        chosen = self.value() or ""
        return queryset.filter(arm=int(chosen)) if is_number(chosen) else queryset
