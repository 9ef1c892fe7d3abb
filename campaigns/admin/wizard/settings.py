"""Step 4: hours, retries, dates, caps and scripts; kept together, told key by key when they are refused."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import actions, queries
from campaigns.admin.wizard.steps import (
    COLUMNS,
    FILE,
    FORECAST,
    SETTINGS,
    address_of,
    drawn,
    entered,
    file_beside,
    is_unread,
    refused,
)
from campaigns.forms.wizard import SettingsForm, VersionsForm
from campaigns.forms.wizard.call_settings import lines_of
from campaigns.legality import NOT_LEGAL_ADVICE, PRESETS, frame_named
from campaigns.models import Campaign, ClientFile
from campaigns.models.words import USE_CASE_LABELS
from campaigns.rules import UseCase
from tenants.admin.acting import by_of
from tenants.rules import Refused

MOST_VERSIONS = 20


def settings_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the settings, fill in a preset, keep them, go on. Raises UnknownCampaign, Forbidden."""
    found, elsewhere = entered(request, number, SETTINGS)
    if elsewhere is not None:
        return elsewhere
    file, chosen = file_beside(found), request.POST.get("preset", "")
    form = _form(request, found, file, chosen)
    versions = _versions(request, found)
    is_sent = request.method == "POST" and not chosen
    if is_sent and form.is_valid() and versions.is_valid() and _kept(request, found, file, form, versions):
        return _gone_on(request, found, file)
    told = {"form": form, "versions": versions, "preset": chosen, **_told(found, file, form)}
    return drawn(request, "settings", found, SETTINGS, **told)


def _form(request: HttpRequest, found: Campaign, file: ClientFile | None, chosen: str) -> SettingsForm:
    params = file.params if file is not None and is_unread(file) else None
    if request.method != "POST":
        return SettingsForm(campaign=found, params=params)
    preset = PRESETS.get(UseCase(chosen), {}) if chosen in set(UseCase) else {}
    if not preset:
        return SettingsForm(request.POST, campaign=found, params=params)
    # What was typed stays, the preset's lines aside; nothing is judged before it is kept.
    typed: QueryDict = request.POST
    days = {"days_of_week": typed.getlist("days_of_week")}
    return SettingsForm(initial=typed.dict() | days | lines_of(preset), campaign=found, params=params)


def _versions(request: HttpRequest, found: Campaign) -> VersionsForm:
    speakable = queries.speakable_versions(country=found.account.country, use_case=found.use_case)
    arms = queries.arms_of(campaign=found)
    offered = {arm.version_id: arm.version for arm in arms} | {
        one.pk: one for one in speakable[:MOST_VERSIONS]
    }
    typed = request.POST if request.method == "POST" else None
    weights = {arm.version_id: arm.weight for arm in arms}
    return VersionsForm(typed, versions=list(offered.values()), weights=weights)


def _kept(
    request: HttpRequest,
    found: Campaign,
    file: ClientFile | None,
    form: SettingsForm,
    versions: VersionsForm,
) -> bool:
    reading: Any = form.days() if is_unread(file) else None
    try:
        actions.prepare(
            code=found.code,
            facts={**form.facts(), "scripts": versions.weights()},
            reading=reading,
            now=timezone.now(),
            by=by_of(request),
        )
    except (actions.VersionNotSpeakable, actions.NobodyHasVariables, actions.ScriptsFixed) as refusal:
        versions.add_error(None, str(refusal))
        return False
    except Refused as refusal:
        form.tell(refusal)
        return False
    return True


def _gone_on(request: HttpRequest, found: Campaign, file: ClientFile | None) -> HttpResponse:
    """Stay with a draft that is kept for later; else read its file and show what a launch comes to."""
    if request.POST.get("do") == "keep" or file is None:
        messages.success(request, _("Kept. The draft is in the list of campaigns."))
        return HttpResponseRedirect(address_of(SETTINGS if file else FILE, found))
    if is_unread(file):
        try:
            actions.read_draft(code=found.code, by=by_of(request))
        except Refused as refusal:
            refused(request, refusal)
            is_spoken = isinstance(refusal, actions.NobodyHasVariables)
            return HttpResponseRedirect(address_of(SETTINGS if is_spoken else COLUMNS, found))
    return HttpResponseRedirect(address_of(FORECAST, found))


def _told(found: Campaign, file: ClientFile | None, form: SettingsForm) -> dict[str, Any]:
    retries = form.retries()
    return {
        "retries": retries,
        "retries_open": any(one.value() or one.errors for _label, *both in retries for one in both),
        "file": file,
        "is_unread": is_unread(file),
        "presets": [(str(one), USE_CASE_LABELS[one]) for one in PRESETS],
        "legal_frame": frame_named(found.call_settings["legal_frame"]),
        "advice": NOT_LEGAL_ADVICE,
    }
