"""Why nothing leaves, what staff must know, why people are not called: each in words that lead on (W1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.dispatch.halts import Halt, Held
from campaigns.models import CallAlert, Campaign
from campaigns.models.words import ENTRY_STATE_LABELS, OUTCOME_LABELS, REASON_LABELS, STOP_LABELS
from campaigns.queries.board import Board
from campaigns.rules import AlertKind, EntryReason, EntryState, Outcome

OF_PROVIDER = (Halt.STOPPED, Halt.BREAKER, Halt.RESTS, Halt.NO_CALLER)
OF_ACCOUNT = (Halt.ACCOUNT, Halt.NO_PROVIDER, Halt.DAILY_CALLS, Halt.DAILY_SPEND, Halt.NO_FUNDS)
# What waits for a turn has no reason of its own.
IN_LINE = (EntryReason.NEW, EntryReason.REQUEUED)


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that is told: words, where they lead, a moment, and counts where there are any."""

    words: str
    href: str = ""
    note: str = ""
    state: str = ""
    at: datetime | None = None
    people: int = 0
    due: int = 0


def halts_told(found: Campaign, halts: list[Held]) -> list[Telling]:
    """Write what keeps the campaign from calling, each with where it can be mended."""
    return [Telling(str(one.words), _place(found, one.halt), at=one.until) for one in halts]


def _place(found: Campaign, halt: Halt) -> str:
    account = found.account
    if halt in OF_PROVIDER and account.provider_id:
        return reverse("admin:campaigns_provider_change", args=[account.provider_id])
    return reverse("admin:campaigns_account_change", args=[account.pk]) if halt in OF_ACCOUNT else ""


def alerts_told(alerts: list[CallAlert]) -> list[Telling]:
    """Write the live alerts with their figures; each leads to where it is cleared."""
    return [
        Telling(
            str(one.get_kind_display()),
            reverse("admin:campaigns_callalert_change", args=[one.pk]),
            note=_figures(one),
            at=one.raised_at,
        )
        for one in alerts
    ]


def _figures(alert: CallAlert) -> str:
    told = alert.told
    if alert.kind == AlertKind.MANY_FAILURES:
        words = _("%(failures)s of %(calls)s calls ended badly within 15 minutes.")
        return words % {"failures": told.get("failures"), "calls": told.get("calls")}
    if alert.kind == AlertKind.BREAKER_OPEN and told.get("cause") in list(Outcome):
        return str(OUTCOME_LABELS[Outcome(told["cause"])])
    if alert.kind == AlertKind.SLOTS_DIFFER:
        words = _("It counts %(theirs)s, we count %(ours)s.")
        return words % {"theirs": told.get("theirs"), "ours": told.get("ours")}
    if alert.kind == AlertKind.NUMBER_RESTS:
        return f"{alert.subject}: {told.get('because', '')}"
    because = told.get("because", "")
    return str(STOP_LABELS.get(because, because))


def waits_told(board: Board, entries_at: Callable[..., Any]) -> list[Telling]:
    """Write why people are not called, each reason leading to its people."""
    return [
        Telling(
            reason_words(one.state, one.reason),
            entries_at(board.campaign, state=str(one.state), reason=str(one.reason)),
            state=str(ENTRY_STATE_LABELS[one.state]),
            at=one.earliest_at,
            people=one.entries,
            due=one.due,
        )
        for one in board.stops
    ]


def reason_words(state: EntryState, reason: EntryReason) -> str:
    """Say why an entry waits; one without a reason of its own waits for its turn."""
    if state is EntryState.QUEUED and reason in IN_LINE:
        return _("Waits for its turn")
    return str(REASON_LABELS[reason])
