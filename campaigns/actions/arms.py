"""Which versions of scripts a campaign speaks by, and their weights; fixed once it has called (V7, V9)."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.actions.lacking import lacking_in
from campaigns.models import Arm, CallAttempt, Campaign, ScriptVersion
from campaigns.queries import UnknownCampaign, arms_of
from campaigns.rules import UNLAUNCHED, ScriptState
from tenants.intake import Fault
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

MOST_ARMS = 10
HEAVIEST = 1_000


class ScriptsFixed(Refused):
    """The campaign has begun to call: whoever is called again hears the same version (V9)."""

    code = "campaign_scripts_fixed"
    message = gettext_lazy("The campaign has begun to call, so its scripts stay as they are.")


class VersionNotSpeakable(Refused):
    """The campaign cannot speak by one of the versions; `faults` say which and why."""

    code = "script_version_not_speakable"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("The campaign cannot speak by this version of a script.")


class NobodyHasVariables(Refused):
    """No entry of the campaign has what a version needs; `names` are the variables (V6)."""

    code = "script_values_missing"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("Nobody of the campaign has the variables that the script needs.")


@transaction.atomic
def choose_versions(*, campaign: str, weights: Mapping[int, int], by: UUID | None = None) -> list[Arm]:
    """Let a campaign speak by these versions (ids with weights from 1 to 1,000); none for no script.

    Raises UnknownCampaign, ScriptsFixed, VersionNotSpeakable, NobodyHasVariables.
    """
    found = _held(campaign)
    versions = speakable(country=found.account.country, use_case=found.use_case, weights=weights)
    for one in versions:
        _check_values(found, one)
    before = {arm.version_id: arm.weight for arm in arms_of(campaign=found)}
    if before != dict(weights):
        Arm.objects.filter(campaign=found).delete()
        Arm.objects.bulk_create(Arm(campaign=found, version=one, weight=weights[one.pk]) for one in versions)
        told = {str(version): weight for version, weight in weights.items()}
        note(verb="choose_scripts", of="campaign", id=found.pk, by=by, change={"versions": told})
    return arms_of(campaign=found)


def speakable(
    *, country: str, use_case: str, weights: Mapping[int, int], is_locked: bool = True
) -> list[ScriptVersion]:
    """Return versions that a campaign of a country and use case may speak by, in their order.

    Raises VersionNotSpeakable with every reason.
    """
    named = ScriptVersion.objects.select_related("script").filter(pk__in=weights)
    # Against being retired meanwhile.
    rows = named.select_for_update(of=("self",)) if is_locked else named
    found = {one.pk: one for one in rows}
    faults = [
        Fault(code, f"#/scripts/{place}", words)
        for place, (number, weight) in enumerate(weights.items())
        for code, words in _why_not(country, use_case, found.get(number), weight)
    ]
    if len(weights) > MOST_ARMS:
        words = _("A campaign speaks by at most %(most)d versions.") % {"most": MOST_ARMS}
        faults.append(Fault("too_many_versions", "#/scripts", words))
    if faults:
        raise VersionNotSpeakable(" ".join(str(fault.detail) for fault in faults), faults=tuple(faults))
    return [found[number] for number in weights]


def _held(code: str) -> Campaign:
    found = (
        Campaign.objects.select_for_update(of=("self",)).select_related("account").filter(code=code).first()
    )
    if found is None:
        raise UnknownCampaign(batch_id=code)
    called = CallAttempt.objects.filter(campaign=found)
    if found.state not in UNLAUNCHED or called.exists():
        raise ScriptsFixed(state=found.state)
    return found


def _why_not(
    country: str, use_case: str, version: ScriptVersion | None, weight: int
) -> list[tuple[str, str]]:
    if version is None:
        return [("unknown_version", _("There is no such version of a script."))]
    script = version.script
    reasons = {
        ("not_approved", _("The version is not approved.")): version.state != ScriptState.APPROVED,
        ("archived", _("The script was archived: bring it back first.")): script.archived_at is not None,
        ("other_country", _("The script is for another country than the account.")): (
            script.country != country
        ),
        ("other_use_case", _("The script is for another purpose than the campaign.")): (
            script.use_case != use_case
        ),
        ("bad_weight", _("A weight is a whole number from 1 to 1,000.")): not 1 <= weight <= HEAVIEST,
    }
    return [told for told, is_so in reasons.items() if is_so]


def _check_values(campaign: Campaign, version: ScriptVersion) -> None:
    names = [one.name for one in lacking_in(campaign=campaign, version=version) if one.is_everybody]
    if names:
        words = _("Nobody of the campaign has what the script needs: %(names)s.")
        raise NobodyHasVariables(words % {"names": ", ".join(names)}, names=names)
