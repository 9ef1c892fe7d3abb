"""Calls of the served product: a campaign half done, paused in the middle of it, and one not begun."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.urls import reverse
from django.utils import timezone

from campaigns import actions
from campaigns.actions import Upload
from campaigns.dispatch.alerts import raise_alert
from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.reporting import apply_report
from campaigns.models import CallAttempt, Campaign, Entry, Provider
from campaigns.providers import Analysis, CallReport, CallStatus
from campaigns.rules import AlertKind, EntryReason, EntryState, ProviderKind
from campaigns.samples import make_collection_file
from tenants.models import Tenant, User
from tenants.scope import tenant_scope

PEOPLE, ROUNDS = 70, 4
SAID = (
    "Agent: Buenas tardes, le habla la asistente virtual de Cobranzas Austral.\n"
    "User: Sí, con ella.\n"
    "Agent: Tiene cuotas pendientes. ¿Podría pagar esta semana?\n"
    "User: El viernes puedo pagar la mitad."
)
# What a day of calls comes to; `None` is a call that still goes on.
ENDS: tuple[tuple[str, bool | None, int], ...] = (
    ("user_hangup", True, 84_000),
    ("dial_no_answer", None, 0),
    ("agent_hangup", False, 61_000),
    ("voicemail_reached", None, 9_000),
    ("dial_busy", None, 0),
    ("max_duration_reached", False, 300_000),
    ("invalid_destination", None, 0),
    ("user_requested_dnc", False, 14_000),
    ("a_reason_of_tomorrow", None, 20_000),
    ("dial_failed", None, 0),
)


def fill_calls(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme campaigns in several states; return the pages of some, and of people and calls."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        line = _line()
        half = _campaign(line, "Cobranza de otoño", by, seed=7)
        waiting = _campaign(line, "Cobranza de invierno", by, seed=8)
        _call(half, line, by, now)
        raise_alert(AlertKind.MANY_FAILURES, str(half.pk), {"calls": 24, "failures": 13})
        people = Entry.objects.filter(campaign=half)
        heard = CallAttempt.objects.filter(campaign=half, outcome="conversed").order_by("id")[0]
        review = people.filter(state=EntryState.NEEDS_REVIEW).order_by("id")[0]
        held = people.filter(state=EntryState.ON_HOLD, reason=EntryReason.UNKNOWN_ZONE).order_by("id")[0]
        retried = people.filter(state=EntryState.RETRY_WAIT).order_by("id")[0]
    return {
        "board": reverse("admin:campaigns_campaign_board", args=[half.pk]),
        "board_ready": reverse("admin:campaigns_campaign_board", args=[waiting.pk]),
        "entry_retry": reverse("admin:campaigns_entry_change", args=[retried.pk]),
        "entry_review": reverse("admin:campaigns_entry_change", args=[review.pk]),
        "entry_held": reverse("admin:campaigns_entry_change", args=[held.pk]),
        "call": reverse("admin:campaigns_callattempt_change", args=[heard.pk]),
        "call_heard": f"{reverse('admin:campaigns_callattempt_change', args=[heard.pk])}?said=1",
    }


def _line() -> Provider:
    line = Provider.objects.create(
        name="Línea de muestra",
        kind=ProviderKind.SIMULATOR,
        agent_id="agent",
        max_concurrent_calls=12,
        calls_per_second=100.0,
    )
    line.numbers.create(number="+56225550177")
    return line


def _campaign(line: Provider, name: str, by: User, *, seed: int) -> Campaign:
    account = actions.create_account(
        facts={"name": f"{name} SpA", "provider": line, "daily_spend_cap": Decimal(60)}, by=by.pk
    )
    actions.top_up(code=account.code, amount=Decimal(180), now=timezone.now(), by=by.pk)
    content = make_collection_file(rows=PEOPLE, seed=seed, loaded=timezone.localdate()).content
    upload = Upload(account.code, content, "cartera.xlsx")
    made = actions.create_from_file(upload=upload, now=timezone.now(), by=by.pk).campaign
    Campaign.objects.filter(pk=made.pk).update(name=name, spend_cap=Decimal(250))
    return Campaign.objects.get(pk=made.pk)


def _call(campaign: Campaign, line: Provider, by: User, now: datetime) -> None:
    """Launch and call at the last lawful noon; the last round is still under way, then staff pause."""
    actions.launch(code=campaign.code, now=now, by=by.pk)
    _lose_zones(campaign)
    ends = cycle(ENDS)
    for number, at in enumerate(_moments(campaign, line, now)):
        calls = claim(Desk(line.pk), now=at).calls
        for intent in calls:
            if number < ROUNDS:
                apply_report(
                    intent.id, _report(str(intent.id), at, *next(ends)), now=at + timedelta(minutes=6)
                )
            else:
                said = CallReport(call_id=str(intent.id), status=CallStatus.ONGOING, started_at=at)
                apply_report(intent.id, said, now=at)
    actions.pause(code=campaign.code, now=now, by=by.pk)


def _moments(campaign: Campaign, line: Provider, now: datetime) -> Iterator[datetime]:
    """Yield noons of the last day on which somebody may be called, some minutes apart."""
    for days in range(1, 8):
        noon = datetime.combine(now.date() - timedelta(days=days), time(16), UTC)
        Entry.objects.filter(campaign=campaign, state=EntryState.QUEUED).update(earliest_at=noon)
        if noon.weekday() < 5:
            yield from (noon + timedelta(minutes=7 * number) for number in range(ROUNDS + 1))
            return


def _lose_zones(campaign: Campaign) -> None:
    """Let nobody know where the clocks of three people stand; the claim puts them on hold."""
    three = Entry.objects.filter(campaign=campaign).order_by("id").values("pk")[:3]
    Entry.objects.filter(pk__in=list(three.values_list("pk", flat=True))).update(zones="")
    Campaign.objects.filter(pk=campaign.pk).update(zones=sorted({*campaign.zones, ""}))


def _report(call_id: str, at: datetime, reason: str, met: bool | None, talk_ms: int) -> CallReport:
    spoke: dict[str, Any] = {"transcript": SAID, "recording_url": "https://recordings.example/1.wav"}
    understood = Analysis(
        successful=met,
        sentiment="Positive",
        summary="Pagará la mitad el viernes.",
        custom={"fecha_pago_cliente": at.date().isoformat(), "monto_pago_cliente": 25_000} if met else {},
    )
    return CallReport(
        call_id=call_id,
        status=CallStatus.ENDED,
        disconnection_reason=reason,
        started_at=at,
        ended_at=at + timedelta(milliseconds=talk_ms),
        duration_ms=talk_ms,
        cost_micros=talk_ms * 2,
        analysis=understood if met is not None else None,
        **(spoke if talk_ms > 10_000 else {}),
    )
