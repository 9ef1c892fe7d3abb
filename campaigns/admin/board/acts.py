"""The buttons of the board: launch, pause, resume, cancel, put away; each shown where it may be pressed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.actions.cancelling import CANCELLABLE
from campaigns.models import Campaign
from campaigns.rules import CampaignState
from tenants.admin.acting import by_of
from tenants.rules import Refused


@dataclass(frozen=True, slots=True)
class Act:
    """One button: in which states it is shown, what it does, what it says afterwards."""

    name: str
    label: str | Promise
    states: tuple[CampaignState, ...]
    done: str | Promise
    do: Callable[[HttpRequest, str], object]
    is_main: bool = False


def _launch(request: HttpRequest, code: str) -> object:
    return actions.launch(code=code, now=timezone.now(), by=by_of(request))


def _pause(request: HttpRequest, code: str) -> object:
    return actions.pause(code=code, now=timezone.now(), by=by_of(request))


def _resume(request: HttpRequest, code: str) -> object:
    return actions.resume(code=code, now=timezone.now(), by=by_of(request))


def _cancel(request: HttpRequest, code: str) -> object:
    reason = request.POST.get("reason", "")
    return actions.cancel(code=code, reason=reason, now=timezone.now(), by=by_of(request))


def _archive(request: HttpRequest, code: str) -> object:
    return actions.archive(code=code, by=by_of(request))


ENDED = (CampaignState.COMPLETED, CampaignState.CANCELLED)
CANCEL = "cancel"
ACTS = (
    Act(
        "launch",
        _("Launch"),
        (CampaignState.READY,),
        _("The campaign is running."),
        _launch,
        is_main=True,
    ),
    Act(
        "pause",
        _("Pause"),
        (CampaignState.RUNNING,),
        _("Paused: no new call begins, live ones finish."),
        _pause,
    ),
    Act(
        "resume",
        _("Resume"),
        (CampaignState.PAUSED,),
        _("The campaign is running."),
        _resume,
        is_main=True,
    ),
    Act(CANCEL, _("Cancel the campaign"), CANCELLABLE, _("The campaign is cancelled."), _cancel),
    Act("archive", _("Archive"), ENDED, _("Archived: no list and no sum shows it."), _archive),
)


def shown_acts(found: Campaign) -> list[Act]:
    """Return the buttons of a campaign's state; cancelling asks for its reason and is shown apart."""
    return [act for act in ACTS if found.state in act.states and act.name != CANCEL]


def may_cancel(found: Campaign) -> bool:
    """Say whether the campaign can still be cancelled."""
    return found.state in CANCELLABLE


def press(request: HttpRequest, found: Campaign) -> None:
    """Do what was pressed, and tell it or its refusal. Raises Http404 for what is no button."""
    act = next((one for one in ACTS if one.name == request.POST.get("do", "")), None)
    if act is None:
        raise Http404
    try:
        act.do(request, found.code)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(act.done))
