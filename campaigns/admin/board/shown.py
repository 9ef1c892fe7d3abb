"""What the board's templates draw: figures in the reader's words, every count leading to its people (W1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.actions.moments import moment_of
from campaigns.admin.board.telling import Telling, alerts_told, halts_told, waits_told
from campaigns.admin.tones import CAMPAIGN_TONES
from campaigns.dispatch.halts import halts_of
from campaigns.dispatch.silence import silent_since
from campaigns.legality import CallSettings, stored_settings
from campaigns.models import CallAttempt, Campaign
from campaigns.models.words import ENTRY_STATE_LABELS, OUTCOME_LABELS
from campaigns.queries.board import OPEN_SHOWN, Board, board_of
from campaigns.queries.campaigns import FINISHED, minutes, progress, rate
from campaigns.queries.experiment_words import ToldExperiment, told
from campaigns.queries.experiments import experiment_of
from campaigns.rules import (
    CALLABLE,
    CAMPAIGN_ENDS,
    FINAL,
    BillingType,
    CampaignState,
    EntryState,
    Outcome,
)
from tenants.admin.columns import reader
from tenants.display.charts import Spark
from tenants.display.progress import eta_words, silence_words

LIVELY_S, CALM_S = 3, 15
UNFINISHED = (*CALLABLE, EntryState.ON_HOLD, EntryState.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it counts; `href` leads to its rows, `note` says more."""

    label: str
    value: str
    note: str = ""
    href: str = ""


def entries_at(found: Campaign, **asked: str) -> str:
    """Return the address of a campaign's people, narrowed (W6)."""
    query = urlencode({"campaign": found.pk, **asked})
    return f"{reverse('admin:campaigns_entry_changelist')}?{query}"


def calls_at(found: Campaign, **asked: str) -> str:
    """Return the address of a campaign's calls, narrowed (W6)."""
    query = urlencode({"campaign": found.pk, **asked})
    return f"{reverse('admin:campaigns_callattempt_changelist')}?{query}"


def shown_board(found: Campaign, *, now: datetime) -> dict[str, Any]:
    """Return what page and live part draw, by the clock that the campaign's calls are judged by."""
    ours, now = now, moment_of(found, now)
    board, settings = board_of(found, now=now), stored_settings(found.call_settings)
    share, halts = progress(board.summary.status), halts_of(found, now=now)
    return {
        "campaign": found,
        "clock": now if now != ours else None,
        "tone": CAMPAIGN_TONES.get(CampaignState(found.state), ""),
        "live_url": reverse("admin:campaigns_campaign_live", args=[found.pk]),
        "poll_s": _poll_s(board),
        "percent": share,
        "bar": _bar(board),
        "halts": halts_told(found, halts),
        "silence": "" if halts else _silence(board, now),
        "alerts": alerts_told(board.alerts),
        "waits": waits_told(board, entries_at),
        "experiment": _experiment(found),
        "tiles": _tiles(board, settings),
        "states": _states(board),
        "outcomes": _outcomes(board),
        "money": _money(board),
        "pace": _pace(board),
        "calls": [_open(call) for call in board.open_calls],
        "more_calls": max(0, board.at_work - OPEN_SHOWN) if len(board.open_calls) == OPEN_SHOWN else 0,
        "entries_url": entries_at(found),
        "calls_url": calls_at(found),
        "review_url": f"{reverse('admin:campaigns_review')}?{urlencode({'campaign': found.pk})}",
        "to_review": board.summary.status.states[EntryState.NEEDS_REVIEW],
        "leaving": board.summary.status.count(UNFINISHED),
        "at_work": board.at_work,
    }


def _experiment(found: Campaign) -> ToldExperiment | None:
    """Return what each version of the script has shown so far (V10); nothing for one version."""
    shown = experiment_of(campaign=found)
    return told(shown, reader(), lambda arm: entries_at(found, arm=str(arm))) if shown else None


def _poll_s(board: Board) -> int:
    """Say how often to ask again; never once nothing can change any more."""
    # A call that ended after the counters were read leaves them behind: they are asked, too.
    if board.campaign.state == CampaignState.RUNNING or board.open_calls or board.at_work:
        return LIVELY_S
    return 0 if board.campaign.state in CAMPAIGN_ENDS else CALM_S


def _bar(board: Board) -> str:
    told, status = reader(), board.summary.status
    final, entries = told.number(status.count(FINAL)), told.number(status.entries)
    return _("%(done)s of %(people)s people are at an end") % {"done": final, "people": entries}


def _tiles(board: Board, settings: CallSettings) -> list[Figure]:
    told, status, lines = reader(), board.summary.status, board.lines
    account, finished = board.campaign.account, status.count(FINISHED)
    success = rate(status.states[EntryState.SUCCEEDED], finished)
    most = min(cap for cap in (settings.max_concurrent_calls, account.max_concurrent_calls) if cap)
    return [
        Figure(
            _("Calls under way"),
            _("%(n)s of %(most)s") % {"n": told.number(lines.campaign), "most": told.number(most)},
            _("account %(account)s, provider %(provider)s")
            % {"account": told.number(lines.account), "provider": told.number(lines.provider)},
        ),
        Figure(
            _("Calls made"),
            told.number(board.campaign.tally.calls),
            _("%(n)s min of talk") % {"n": told.number(minutes(status.talk_ms), 1)},
            calls_at(board.campaign),
        ),
        Figure(
            _("Reached"),
            told.number(board.campaign.tally.reached),
            _("of %(n)s dialled") % {"n": told.number(board.campaign.tally.dialled)},
        ),
        Figure(_("Promises"), told.number(board.campaign.tally.promised)),
        Figure(
            _("Success"),
            "–" if success is None else told.percent(success / 100),
            ngettext("of %(n)s finished", "of %(n)s finished", finished) % {"n": told.number(finished)},
        ),
    ]


def _states(board: Board) -> list[Figure]:
    counts, told = board.summary.status.states, reader()
    return [
        Figure(
            str(ENTRY_STATE_LABELS[state]),
            told.number(counts[state]),
            href=entries_at(board.campaign, state=state),
        )
        for state in EntryState
        if counts[state]
    ]


def _outcomes(board: Board) -> list[tuple[Figure, float]]:
    told, counts = reader(), board.summary.outcomes
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return [
        (
            Figure(
                str(OUTCOME_LABELS[Outcome(name)]),
                told.number(count),
                told.percent(count / total, 0),
                calls_at(board.campaign, outcome=name),
            ),
            100 * count / total,
        )
        for name, count in ordered
    ]


def _money(board: Board) -> list[Figure]:
    found, account, day = board.campaign, board.campaign.account, board.day
    if account.billing_type == BillingType.UNLIMITED:
        return [Figure(_("Plan"), str(account.get_billing_type_display()))]
    ledger = reverse("admin:campaigns_account_change", args=[account.pk])

    def written(amount: Any) -> str:
        return f"{reader().number(amount, 2)}\u00a0{account.unit}"

    def capped(cap: Any) -> str:
        return _("of %(cap)s") % {"cap": written(cap)} if cap is not None else _("no cap")

    limit = account.daily_call_limit
    calls = _("of %(cap)s") % {"cap": reader().number(limit)} if limit is not None else _("no limit")
    return [
        Figure(_("Spent by the campaign"), written(found.tally.charged), capped(found.spend_cap)),
        Figure(_("Held for its open calls"), written(found.tally.reserved)),
        Figure(_("Balance"), written(account.balance), str(account), ledger),
        Figure(_("Spent by the account today"), written(day.spent_today), capped(account.daily_spend_cap)),
        Figure(_("Calls of the account today"), reader().number(day.calls_today), calls),
    ]


def _pace(board: Board) -> dict[str, Any]:
    told = reader()
    spark = Spark(
        key="pace",
        title=_("Calls in the last hour"),
        description=_("In steps of five minutes."),
        labels=tuple(told.clock(step.at) for step in board.pace),
        values=tuple(step.calls for step in board.pace),
    )
    return {"hourly": board.hourly, "spark": spark, "eta": eta_words(board.outlook.eta_s)}


def _silence(board: Board, now: datetime) -> str:
    """Say that nothing is heard though somebody may be called now and nobody is; else nothing (W2)."""
    if board.open_calls or not any(stop.due for stop in board.stops):
        return ""
    since = silent_since(board.campaign, heard_at=board.outlook.heartbeat_at, now=now)
    return silence_words({"state": board.campaign.state, "heartbeat_at": since}, now=now)


def _open(call: CallAttempt) -> Telling:
    return Telling(
        words=str(call.entry.name or call.to_number),
        href=reverse("admin:campaigns_callattempt_change", args=[call.pk]),
        note=call.to_number,
        state=str(call.get_state_display()),
        at=call.started_at or call.sent_at or call.claimed_at,
    )
