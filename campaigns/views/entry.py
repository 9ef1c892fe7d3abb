"""One person of a campaign for those who look: why not called, what was promised, every call (W1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Entry
from campaigns.models.words import ENTRY_STATE_LABELS, NEXT_ACTION_LABELS, OUTCOME_LABELS, REASON_LABELS
from campaigns.queries import entry as entry_of
from campaigns.queries.bad_numbers import bad_among
from campaigns.queries.call_rows import calls_of_entry
from campaigns.queries.promised import shortfall
from campaigns.rules import FINAL, EntryReason, EntryState, NextAction, Outcome
from campaigns.views.lists import listed_call


@require_safe
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show one person, what is owed, and the calls; never what was said in them. Raises UnknownEntry."""
    found = entry_of(number=entry_id)
    calls = [listed_call(row) for row in calls_of_entry(entry=found.pk)]
    bad = bad_among(numbers=[phone["number"] for phone in found.phones])
    shown = {"entry": found, "account": found.campaign.account, "calls": calls, "bad": bad}
    return render(request, "campaigns/entry.html", shown | _words(found) | _debts(found))


def _words(found: Entry) -> dict[str, object]:
    state = EntryState(found.state)
    return {
        "state": ENTRY_STATE_LABELS[state],
        "is_final": state in FINAL,
        "is_won": state is EntryState.SUCCEEDED,
        "is_due": found.earliest_at <= timezone.now(),
        "waits": found.next_action in {NextAction.DIAL, NextAction.WAIT},
        "reason": REASON_LABELS[EntryReason(found.reason)],
        "next_action": NEXT_ACTION_LABELS[NextAction(found.next_action)],
        "outcome": OUTCOME_LABELS[Outcome(found.outcome)] if found.outcome else "",
        "zones": [zone for zone in found.zones.split("|") if zone],
    }


def _debts(found: Entry) -> dict[str, object]:
    """Return the debts, the larger first: it is the one that the call speaks of (C7)."""
    debts = sorted(found.debts.all(), key=lambda one: (-one.amount, one.pk))
    largest = debts[0] if debts else None
    is_late = bool(found.promise_on and found.fecha_maxima and found.promise_on > found.fecha_maxima)
    return {
        "debts": debts,
        "currency": largest.currency if largest else "",
        "shortfall": shortfall(largest.amount if largest else None, found.promise_amount),
        "is_late": is_late,
    }
