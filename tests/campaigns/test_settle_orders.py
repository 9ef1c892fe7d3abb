"""Answers, events and questions in any order, any often: one end, one bill (C17, C21, C23)."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Sum

from campaigns.dispatch.answering import record
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, AccountDay, CallAttempt, Entry, Suppression, Tally
from campaigns.providers import Accepted, CallReport, Unknown
from campaigns.providers.reading import read_call
from campaigns.rules import AttemptState, LedgerKind
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
BEGUN, ENDED = NOON + timedelta(seconds=10), NOON + timedelta(seconds=70)
LATER = NOON + timedelta(minutes=3)
ORDERS = 25
MEANT = {"call_successful": True, "in_voicemail": False, "user_sentiment": "Positive", "call_summary": "Sí"}
PROMISED = {"fecha_pago_cliente": "2026-04-20", "monto_pago_cliente": 50_000}

ENDS: Mapping[str, tuple[str, int, Mapping[str, Any]]] = {
    "goal met": ("user_hangup", 60_000, MEANT | {"custom_analysis_data": PROMISED}),
    "goal not met": ("agent_hangup", 60_000, MEANT | {"call_successful": False}),
    "hidden machine": ("user_hangup", 20_000, MEANT | {"call_successful": False, "in_voicemail": True}),
    "voicemail": ("voicemail_reached", 20_000, MEANT | {"call_successful": False, "in_voicemail": True}),
    "cut short": ("max_duration_reached", 60_000, MEANT | {"call_successful": False}),
    "not to be called": ("user_requested_dnc", 30_000, MEANT | {"custom_analysis_data": PROMISED}),
    "later": ("user_requested_callback", 30_000, MEANT | {"call_successful": False}),
    "nobody": ("dial_no_answer", 0, {}),
    "no such number": ("invalid_destination", 0, {}),
    "carrier": ("dial_failed", 0, {}),
    "platform": ("error_retell", 0, {}),
    "platform, after words": (
        "error_llm_websocket_lost_connection",
        30_000,
        MEANT | {"custom_analysis_data": PROMISED},
    ),
    "unheard of": ("a_reason_of_tomorrow", 30_000, MEANT),
}

pytestmark = pytest.mark.usefixtures("in_acme")


def milliseconds(moment: datetime) -> int:
    """Return a moment as the provider writes it."""
    return int(moment.timestamp() * 1000)


def reports(attempt: UUID, end: str) -> dict[str, CallReport]:
    """Return what the provider says of one call, from its beginning to its analysis."""
    reason, talked, analysis = ENDS[end]
    known = {"call_id": "call_1", "metadata": {"attempt": str(attempt)}}
    started = known | ({"start_timestamp": milliseconds(BEGUN)} if talked else {})
    status = "error" if reason.startswith("error_") else ("ended" if talked else "not_connected")
    ended = started | {
        "call_status": status,
        "disconnection_reason": reason,
        "end_timestamp": milliseconds(ENDED),
        "duration_ms": talked,
        "transcript": "Hola" if talked else "",
        "call_cost": {"combined_cost": 7.5},
    }
    said = {
        "registered": known | {"call_status": "registered"},
        "ended": ended,
        "analyzed": ended | {"call_analysis": {"call_successful": False, "in_voicemail": False, **analysis}},
    }
    if talked:
        said["started"] = started | {"call_status": "ongoing"}
    return {name: read_call(call) for name, call in said.items()}


def steps(attempt: UUID, end: str) -> dict[str, Callable[[], object]]:
    """Return everything that may happen to a call that was sent, once."""
    said = reports(attempt, end)
    return {
        "answered": lambda: record(attempt, Accepted("call_1", said["registered"]), now=LATER),
        "answer lost": lambda: record(attempt, Unknown("timeout"), now=LATER),
        **{name: partial(apply_report, attempt, report, now=LATER) for name, report in said.items()},
    }


def standing(attempt: UUID) -> dict[str, object]:
    """Return all that a call's end decides."""
    facts = (
        "state outcome disconnection_reason is_goal_met is_counted is_contact duration_ms charge call_id "
        "provider_cost_micros ended_at started_at"
    )
    kept = (
        "state reason next_action attempts faults outcome charged talk_ms is_reached promise_on "
        "promise_amount phones next_phone earliest_at"
    )
    ledger = Account.objects.get().ledger.values_list("kind").annotate(sum=Sum("amount")).order_by("kind")
    return {
        "call": CallAttempt.objects.values(*facts.split()).get(pk=attempt),
        "entry": Entry.objects.values(*kept.split()).get(),
        "ledger": list(ledger),
        "balance": Account.objects.get().balance,
        "day": AccountDay.objects.values("calls", "charged", "reserved").get(),
        "tally": {
            field.name: getattr(Tally.objects.get(), field.name)
            for field in Tally._meta.fields
            if field.name not in ("version", "campaign")
        },
        "suppressed": sorted(Suppression.objects.values_list("value", flat=True)),
    }


def a_sent_call() -> UUID:
    """Return a call whose request has left."""
    account = an_account(a_provider())
    a_campaign(account, people=1, settings={"retry_settings": {"max_attempts": 3, "retry_delay_hours": 24}})
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    intent = claimed(account, now=NOON).calls[0]
    assert mark(intent.id, now=NOON)
    return intent.id


@pytest.mark.parametrize("end", list(ENDS))
def test_it_comes_to_one_end_in_any_order(end: str) -> None:
    """C17, C21, C23: whatever comes first, last, twice: state, money and counters are the same."""
    attempt = a_sent_call()
    ways, dice, ends = steps(attempt, end), random.Random(end), []
    for number in range(ORDERS):
        order = [name for name in ways for _time in range(dice.randint(0, 2))] + ["analyzed"]
        if number:
            dice.shuffle(order)
        with transaction.atomic():
            for name in order:
                ways[name]()
            ends.append((standing(attempt), order))
            transaction.set_rollback(True)
    first = next(stands for stands, order in ends if "answered" in order or "started" in order)
    assert first["call"]["state"] == AttemptState.CLOSED  # type: ignore[index]
    for stands, order in ends:
        assert stands == first, order


def test_it_settles_once_however_often_it_is_told() -> None:
    """C23: one reserve, one release, one settlement."""
    attempt = a_sent_call()
    ways = steps(attempt, "goal met")
    for name in [*ways, *ways, *ways]:
        ways[name]()
    kinds = sorted(Account.objects.get().ledger.exclude(attempt=None).values_list("kind", flat=True))
    assert kinds == sorted([LedgerKind.RESERVE, LedgerKind.RELEASE, LedgerKind.SETTLE])
