"""The steps of the wizard: which of them are open, where a campaign stands, how a page of it is drawn."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign, ClientFile
from campaigns.queries.campaigns import campaign_numbered
from campaigns.rules import UNLAUNCHED, CampaignState
from tenants.admin import tenant_site
from tenants.permissions import Capability
from tenants.rules import Refused

FILE, COLUMNS, PREVIEW, SETTINGS, FORECAST = "file", "columns", "preview", "settings", "forecast"
STEPS: dict[str, Promise] = {
    FILE: gettext_lazy("File"),
    COLUMNS: gettext_lazy("Columns"),
    PREVIEW: gettext_lazy("Preview"),
    SETTINGS: gettext_lazy("Settings"),
    FORECAST: gettext_lazy("Forecast and launch"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the line above a page; without an address it is not open."""

    number: int
    label: str
    href: str
    is_here: bool


def is_being_made(found: Campaign) -> bool:
    """Say whether a campaign has not been launched yet."""
    return found.state in UNLAUNCHED


def address_of(step: str, found: Campaign) -> str:
    """Return the address of a step of a campaign."""
    return reverse(f"admin:campaigns_campaign_{step}", args=[found.pk])


def board_of(found: Campaign) -> str:
    """Return the address of the live board."""
    return reverse("admin:campaigns_campaign_board", args=[found.pk])


def file_beside(found: Campaign) -> ClientFile | None:
    """Return the file of a campaign without its bytes. One query."""
    return ClientFile.objects.filter(campaign=found).first()


def is_unread(file: ClientFile | None) -> bool:
    """Say whether a file waits to be read, so that it can still be read otherwise."""
    return file is not None and file.job is None and file.finished_at is None


def place_of(found: Campaign) -> str:
    """Return the address of the step at which a campaign stands; of the board once it was launched."""
    if not is_being_made(found):
        return board_of(found)
    file = file_beside(found)
    if file is None:
        return address_of(FILE, found)
    return address_of(COLUMNS if is_unread(file) else FORECAST, found)


def entered(request: HttpRequest, number: int, step: str) -> tuple[Campaign, HttpResponse | None]:
    """Return the campaign, and where to go instead if this step of it is not open.

    Raises UnknownCampaign, Forbidden for a change by somebody who may only look.
    """
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
    found = campaign_numbered(number=number)
    if step in _open_steps(found, file_beside(found)):
        return found, None
    return found, HttpResponseRedirect(place_of(found))


def drawn(
    request: HttpRequest, template: str, found: Campaign | None, step: str, **told: Any
) -> HttpResponse:
    """Draw a page of the wizard under the line of its steps."""
    page = {
        "title": found.name if found else _("New campaign"),
        "campaign": found,
        "steps": _line(found, step),
        "may_edit": tenant_site.may(request, Capability.EDIT),
        **told,
    }
    return render(
        request, f"admin/campaigns/wizard/{template}.html", tenant_site.each_context(request) | page
    )


def refused(request: HttpRequest, refusal: Refused) -> None:
    """Tell a refusal on the next page."""
    messages.error(request, str(refusal))


def _open_steps(found: Campaign, file: ClientFile | None) -> set[str]:
    if not is_being_made(found):
        return set()
    is_being_read = file is not None and bool(file.job) and not file.finished_at and not file.error
    steps = {FILE} if found.state == CampaignState.DRAFT and not is_being_read else set()
    if file is None:
        return steps | {SETTINGS}
    return steps | {SETTINGS, FORECAST} | ({COLUMNS, PREVIEW} if is_unread(file) else set())


def _line(found: Campaign | None, here: str) -> list[Step]:
    steps = _open_steps(found, file_beside(found)) if found else set()
    return [
        Step(number, str(label), address_of(step, found) if found and step in steps else "", step == here)
        for number, (step, label) in enumerate(STEPS.items(), 1)
    ]
