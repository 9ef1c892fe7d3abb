"""A tenant's own numbers of campaigns: how long what was said is kept, when many failures are too many."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.models import CampaignSettings
from tenants.display.formats import reader
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

LONGEST_KEPT_DAYS = 3_650


class BadCampaignSettings(Refused):
    """A number is outside what makes sense; `field` is its name."""

    code = "bad_campaign_settings"
    kind = RefusalKind.UNPROCESSABLE


@transaction.atomic
def change_settings(
    *, records_kept_days: int, many_failures_percent: int, by: UUID | None = None
) -> list[str]:
    """Write what differs and return its names; fewer days are obeyed by the next night's job.

    Raises BadCampaignSettings.
    """
    wanted = {"records_kept_days": records_kept_days, "many_failures_percent": many_failures_percent}
    _check(**wanted)
    kept = CampaignSettings.objects.select_for_update().get_or_create(id=1)[0]
    changed = {name: value for name, value in wanted.items() if getattr(kept, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(kept, name, value)
        kept.changed_by = by
        kept.save()
        note(verb="changed", of="settings", id=1, by=by, change=changed)
    return list(changed)


def keep_records_for(*, days: int, by: UUID | None = None) -> list[str]:
    """Write for how many days what was said is kept. Raises BadCampaignSettings."""
    kept = CampaignSettings.objects.filter(pk=1).first() or CampaignSettings()
    return change_settings(records_kept_days=days, many_failures_percent=kept.many_failures_percent, by=by)


def _check(*, records_kept_days: int, many_failures_percent: int) -> None:
    if not 1 <= records_kept_days <= LONGEST_KEPT_DAYS:
        words = _("A whole number from 1 to %(most)s.") % {"most": reader().number(LONGEST_KEPT_DAYS)}
        raise BadCampaignSettings(words, field="records_kept_days")
    if not 1 <= many_failures_percent <= 100:
        raise BadCampaignSettings(_("A whole number from 1 to 100."), field="many_failures_percent")
