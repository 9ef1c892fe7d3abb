"""Does everything add up? Money, tallies, entries and calls, compared with what the provider knows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from campaigns.dispatch.money import charge_of
from campaigns.legality import stored_settings
from campaigns.models import (
    Account,
    AccountDay,
    CallAttempt,
    Campaign,
    Entry,
    LedgerRow,
    Provider,
    ProviderEvent,
    Tally,
)
from campaigns.rules import FINAL, HELD, AttemptState, EntryReason, EntryState, LedgerKind

Call = Mapping[str, Any]
NOTHING = Decimal(0)
# What moves money of one call, and how it must add up.
OF_A_CALL = (LedgerKind.RESERVE, LedgerKind.RELEASE, LedgerKind.SETTLE)


def breaches(calls: Iterable[Call]) -> list[str]:
    """Return what does not add up, in words; `calls` is what the provider knows. Needs the tenant's scope."""
    known = list(calls)
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        _balances, _settlements, _reserves, _tallies, _entries, _events, lambda: _calls(known),
    )  # fmt: skip
    return [breach for check in checks for breach in check()]


def over_limits(provider: Provider) -> list[str]:
    """Return the caps that are exceeded at this instant. A handful of queries, the count is one."""
    calls = list(CallAttempt.objects.holding_slot().values_list("provider", "account", "campaign"))
    here, by_account, by_campaign = (Counter(call[place] for call in calls) for place in range(3))
    held = {f"provider {provider.pk}": (here[provider.pk], provider.max_concurrent_calls)}
    for account in Account.objects.filter(provider=provider):
        held[f"account {account.code}"] = (by_account[account.pk], account.max_concurrent_calls)
    for campaign in Campaign.objects.filter(pk__in=by_campaign, account__provider=provider):
        cap, lines = stored_settings(campaign.call_settings).max_concurrent_calls, by_campaign[campaign.pk]
        held[f"campaign {campaign.code}"] = (lines, lines if cap is None else cap)
    return [f"{who} holds {lines} lines of {cap}" for who, (lines, cap) in held.items() if lines > cap]


def explained() -> bool:
    """Say whether every call is settled, and every entry at an end or waiting for somebody who knows why."""
    is_open = CallAttempt.objects.awaited().exists()
    unapplied = ProviderEvent.objects.filter(applied_at=None).exists()
    return not is_open and not unapplied and not _unexplained().exists()


def _unexplained() -> Any:
    stands = Entry.objects.exclude(state__in=FINAL)
    return stands.exclude(state__in=HELD, reason__in=set(EntryReason) - {EntryReason.NEW})


def _balances() -> Iterator[str]:
    for account in Account.objects.annotate(total=Sum("ledger__amount")):
        if account.balance != (account.total or NOTHING):
            yield f"account {account.code}: balance {account.balance}, ledger {account.total}"
        if account.balance < 0:
            yield f"account {account.code} is overdrawn: {account.balance}"
        settled = account.ledger.filter(kind=LedgerKind.SETTLE).aggregate(sum=Sum("amount"))["sum"] or NOTHING
        charged = CallAttempt.objects.filter(account=account).aggregate(sum=Sum("charge"))["sum"] or NOTHING
        if -settled != charged:
            yield f"account {account.code}: settled {-settled}, charged {charged}"


def _settlements() -> Iterator[str]:
    """Each call's own rows: reserved, released, settled once."""
    rows: dict[Any, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for call, kind, amount in LedgerRow.objects.exclude(attempt=None).values_list(
        "attempt", "kind", "amount"
    ):
        rows[call][kind].append(amount)
    for attempt in CallAttempt.objects.filter(state=AttemptState.CLOSED):
        kept = rows.pop(attempt.pk, {})
        found = [kept.get(kind, []) for kind in OF_A_CALL]
        was_made = attempt.outcome != "unsent"
        wanted = [[-attempt.reserved], [attempt.reserved], [-attempt.charge] if was_made else []]
        if found != wanted:
            yield f"call {attempt.pk}: ledger {found}, expected {wanted}"
    yield from (f"ledger rows of {call}, which is not closed" for call in rows)


def _reserves() -> Iterator[str]:
    for campaign, reserved in Tally.objects.exclude(reserved=0).values_list("campaign__code", "reserved"):
        yield f"campaign {campaign}: {reserved} still reserved"
    for account, reserved in AccountDay.objects.exclude(reserved=0).values_list("account__code", "reserved"):
        yield f"day of account {account}: {reserved} still reserved"
    for day in AccountDay.objects.select_related("account"):
        calls = CallAttempt.objects.filter(account=day.account_id, on=day.on).exclude(outcome="unsent")
        told = calls.aggregate(charged=Sum("charge"))["charged"] or NOTHING
        if (day.calls, day.charged) != (calls.count(), told):
            yield f"day of account {day.account.code}: {day.calls} calls, {day.charged}, not {told}"


def _tallies() -> Iterator[str]:
    for tally in Tally.objects.select_related("campaign"):
        counted = Counter(Entry.objects.filter(campaign=tally.campaign_id).values_list("state", flat=True))
        said = {str(state): getattr(tally, state) for state in EntryState if getattr(tally, state)}
        if said != dict(counted) or tally.entries != counted.total():
            yield f"campaign {tally.campaign.code}: tally {said}, recount {dict(counted)}"
        calls = CallAttempt.objects.filter(campaign=tally.campaign_id, state=AttemptState.CLOSED)
        made = calls.exclude(outcome="unsent")
        sums = made.aggregate(charge=Sum("charge"), talk=Sum("duration_ms"))
        wanted = (made.count(), sums["charge"] or NOTHING, sums["talk"] or 0)
        if (tally.calls, tally.charged, tally.talk_ms) != wanted:
            yield f"campaign {tally.campaign.code}: {tally.calls, tally.charged, tally.talk_ms}, not {wanted}"


def _entries() -> Iterator[str]:
    for pk, state, reason in _unexplained().values_list("pk", "state", "reason"):
        yield f"entry {pk} is left {state} ({reason})"
    for pk, state in CallAttempt.objects.awaited().values_list("pk", "state"):
        yield f"call {pk} is left {state}"
    for entry in Entry.objects.filter(calls__is_counted=True).distinct():
        counted = entry.calls.filter(is_counted=True).count()
        if entry.attempts != counted:
            yield f"entry {entry.pk}: {entry.attempts} attempts, {counted} calls count"


def _events() -> Iterator[str]:
    for pk, error in ProviderEvent.objects.exclude(error="").values_list("pk", "error"):
        yield f"event {pk}: {error}"
    left = ProviderEvent.objects.filter(applied_at=None).count()
    if left:
        yield f"{left} events are not applied"


def _calls(known: Iterable[Call]) -> Iterator[str]:
    """Every call of the provider is one of ours, as long as ours and paid by its length; and the reverse."""
    ours = {one.call_id: one for one in CallAttempt.objects.exclude(call_id="").select_related("account")}
    for call in known:
        attempt = ours.pop(call["call_id"], None)
        if attempt is None:
            yield f"call {call['call_id']} was made and is not known"
        elif attempt.outcome != "unsent":
            yield from _differences(attempt, call)
    yield from (f"call {call_id} is known and was not made" for call_id in ours)


def _differences(attempt: CallAttempt, call: Call) -> Iterator[str]:
    length = int(call.get("duration_ms") or 0)
    if attempt.duration_ms != length:
        yield f"call {attempt.pk}: {attempt.duration_ms} ms, the provider says {length}"
    charge = charge_of(
        attempt.account, duration_ms=length, is_counted=attempt.is_counted, reserved=attempt.reserved
    )
    if attempt.charge != charge:
        yield f"call {attempt.pk}: charged {attempt.charge}, its length costs {charge}"
