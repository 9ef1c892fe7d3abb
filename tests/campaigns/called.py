"""A campaign that has called: every end that a call can have, by the doors that settle calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from campaigns.dispatch.answering import record
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, CallAttempt, Campaign, Debt, Entry
from campaigns.providers import Accepted, Analysis, CallReport, CallStatus
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed


@dataclass(frozen=True, slots=True)
class End:
    """How a call ends, in the provider's words."""

    reason: str
    seconds: int = 0
    is_won: bool = False
    custom: Mapping[str, object] | None = None


def promise(on: str, amount: int | None = None) -> dict[str, object]:
    """Return what the provider's analysis says of a promise."""
    return {"fecha_pago_cliente": on} | ({"monto_pago_cliente": amount} if amount else {})


# One for each person, over and over: three promise, one of them without an amount, one after the last day.
ENDS = (
    End("user_hangup", 60, is_won=True, custom=promise("2026-04-20", 60_000)),
    End("dial_no_answer"),
    End("voicemail_reached", 12),
    End("agent_hangup", 40),
    End("user_hangup", 90, custom=promise("2026-05-30", 200_000)),
    End("invalid_destination"),
    End("user_requested_dnc", 15),
    End("user_hangup", 30, is_won=True, custom=promise("2026-04-22")),
    End("max_duration_reached", 300),
    End("dial_failed"),
)


def a_talk(
    call: UUID,
    *,
    at: datetime,
    seconds: int = 20,
    reason: str = "user_hangup",
    analysis: Analysis | None = None,
) -> CallReport:
    """Return what the provider says of a call that was taken `at` and is over."""
    return CallReport(
        f"call_{call.hex}",
        CallStatus.ENDED,
        attempt=call,
        disconnection_reason=reason,
        started_at=at,
        ended_at=at + timedelta(seconds=seconds),
        duration_ms=seconds * 1000,
        analysis=analysis,
    )


def call_everybody(account: Account, *, now: datetime, ends: tuple[End, ...] = ENDS) -> list[UUID]:
    """Claim who is due at `now`, make each call and settle its end; return the calls."""
    calls = [one.id for one in claimed(account, now=now).calls]
    for at, (call, entry) in enumerate(
        CallAttempt.objects.filter(pk__in=calls).order_by("entry").values_list("pk", "entry")
    ):
        end = ends[at % len(ends)]
        assert mark(call, now=now)
        told = _report(call, f"call_{entry}_{now:%d%H%M}", end, now)
        record(call, Accepted(told.call_id, CallReport(told.call_id, CallStatus.REGISTERED)), now=now)
        apply_report(call, told, now=now + timedelta(minutes=6))
    return calls


def a_called_campaign(*, now: datetime, people: int = 10, code: str = "batch-1") -> Campaign:
    """Return a campaign whose people were called once at `now` and owe 100,000 pesos each, two creditors."""
    account = Account.objects.first() or an_account(a_provider())
    made = a_campaign(account, people=people, code=code)
    mine = Entry.objects.filter(campaign=made)
    mine.update(earliest_at=now, fecha_maxima=date(2026, 5, 15))
    Debt.objects.bulk_create(
        Debt(entry=entry, creditor=creditor, amount=Decimal(amount))
        for entry in mine
        for creditor, amount in (("Banco", 100_000), ("Tienda", 10_000))
    )
    call_everybody(account, now=now)
    return Campaign.objects.select_related("tally", "account").get(pk=made.pk)


def _report(call: UUID, name: str, end: End, now: datetime) -> CallReport:
    status = CallStatus.ENDED if end.seconds else CallStatus.NOT_CONNECTED
    begun = now + timedelta(seconds=10)
    return CallReport(
        call_id=name,
        status=status,
        attempt=call,
        disconnection_reason=end.reason,
        started_at=begun if end.seconds else None,
        ended_at=begun + timedelta(seconds=end.seconds),
        duration_ms=end.seconds * 1000,
        analysis=Analysis(successful=end.is_won, in_voicemail=False, custom=end.custom or {}),
        transcript="Palabras secretas",
        recording_url="https://recordings.example/secret.wav",
    )
