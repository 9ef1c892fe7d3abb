"""The buttons of one person: call again, met the goal, failed, leaves; each shown where it may be pressed."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.actions import Decision, may_decide
from campaigns.models import Entry
from campaigns.rules import CAMPAIGN_ENDS, EntryReason, EntryState
from tenants.admin import Button
from tenants.admin.acting import by_of

LABELS = {
    Decision.RETRY: _("Call again"),
    Decision.REQUEUE: _("Back to the queue"),
    Decision.SUCCEEDED: _("Mark as met"),
    Decision.FAILED: _("Mark as failed"),
    Decision.CANCEL: _("Take out of the campaign"),
}
DONE = {
    Decision.RETRY: _("Back in the queue; the law is asked again before the call."),
    Decision.REQUEUE: _("Back in the queue; the law is asked again before the call."),
    Decision.SUCCEEDED: _("Noted: the goal was met."),
    Decision.FAILED: _("Noted: it failed."),
    Decision.CANCEL: _("Taken out of the campaign."),
}
DO: dict[Decision, Any] = {
    Decision.RETRY: actions.retry,
    Decision.REQUEUE: actions.requeue,
    Decision.SUCCEEDED: actions.mark_succeeded,
    Decision.FAILED: actions.mark_failed,
    Decision.CANCEL: actions.cancel_entry,
}
FINAL_WORDS = _("This is final. Go on?")
ENDING = (Decision.SUCCEEDED, Decision.FAILED, Decision.CANCEL)


def may_be(decision: Decision, entry: Entry) -> bool:
    """Say whether a decision may be taken about an entry now."""
    state, campaign_has_ended = EntryState(entry.state), entry.campaign.state in CAMPAIGN_ENDS
    if decision is Decision.CANCEL and state is EntryState.CLAIMED:
        return True  # its request has not left; the action asks again
    if decision is Decision.RETRY and state is EntryState.NEEDS_REVIEW:
        return False  # the review has a word of its own for it
    return may_decide(decision, state, campaign_has_ended=campaign_has_ended)


def needs_zone(entry: Entry) -> bool:
    """Say whether a time zone is what an entry waits for."""
    is_held = entry.state == EntryState.ON_HOLD and entry.reason == EntryReason.UNKNOWN_ZONE
    return is_held and entry.campaign.state not in CAMPAIGN_ENDS


def decide(request: HttpRequest, decision: Decision, entry: Entry) -> str | Promise:
    """Take a decision about an entry and say what was done. Raises EntryMoveRefused."""
    DO[decision](number=entry.pk, now=timezone.now(), by=by_of(request))
    return DONE[decision]


def _button(decision: Decision) -> Button:
    def press(request: HttpRequest, entry: Entry) -> str | Promise:
        return decide(request, decision, entry)

    def shown(_request: HttpRequest, entry: Entry | None) -> bool:
        return entry is not None and may_be(decision, entry)

    return Button(
        str(decision),
        LABELS[decision],
        press,
        shown=shown,
        confirm=FINAL_WORDS if decision in ENDING else "",
        danger=decision is Decision.CANCEL,
    )


BUTTONS = tuple(_button(decision) for decision in Decision)
