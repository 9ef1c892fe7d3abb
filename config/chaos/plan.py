"""How large and how rough a chaos run is, and whom it calls: sample accounts, campaigns, invented people."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaigns.dispatch.moving import count_new
from campaigns.legality import frame_for, read_call_settings
from campaigns.models import Account, CallerNumber, Campaign, Entry, LedgerRow, Provider, Tally
from campaigns.rules import BillingType, EntryState, LedgerKind, ProviderKind, UseCase

ZONE = "America/Santiago"
LINES = 8
FIRST_NUMBER = 80_000_000
# A third of the people of a campaign are called by the one before as well: whoever calls must take turns.
SHARED = 3
CAMPAIGNS = (
    (3, UseCase.SURVEY, 4),
    (1, UseCase.MARKETING, 2),
    (2, UseCase.COLLECTION, 3),
    (1, UseCase.SURVEY, None),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a run; for `seconds` workers die, however many; `patience` is in seconds, too."""

    seed: int
    kills: int = 50
    people: int = 400
    workers: int = 3
    seconds: float = 0.0
    patience: float = 1800.0

    @property
    def rate(self) -> float:
        """Calls a second: slow enough that there is somebody to call while workers die."""
        return max(2.0, self.people / max(self.kills, 1) * 0.6)


def open_line(plan: Plan, url: str) -> Provider:
    """Make the provider, with fewer lines than people and two caller numbers, and who pays."""
    provider = Provider.objects.create(
        name=f"chaos {plan.seed}",
        kind=ProviderKind.SIMULATOR,
        base_url=url,
        agent_id="agent",
        max_concurrent_calls=LINES,
        calls_per_second=plan.rate,
    )
    for number in ("+56600000001", "+56600000002"):
        CallerNumber.objects.create(provider=provider, number=number)
    for code, billing, funds, lines in _payers(plan):
        account = Account.objects.create(
            code=code,
            name=f"Cobros {code}",
            provider=provider,
            billing_type=billing,
            max_concurrent_calls=lines,
            country="CL",
            timezone=ZONE,
        )
        LedgerRow.objects.create(account=account, kind=LedgerKind.TOPUP, amount=funds, unit=account.unit)
        Account.objects.filter(pk=account.pk).update(balance=funds)
    return provider


def _payers(plan: Plan) -> Sequence[tuple[str, BillingType, Decimal, int]]:
    """Return who pays: one by money, one by minutes, one that will run out of money."""
    return (
        ("rich", BillingType.CREDITS, Decimal(plan.people * 5), 5),
        ("timed", BillingType.MINUTES, Decimal(plan.people * 10), 3),
        ("poor", BillingType.CREDITS, Decimal(3), 4),
    )


def begin_campaigns(plan: Plan, provider: Provider, *, wave: int) -> int:
    """Begin one campaign of each kind; return how many people they call."""
    accounts = list(Account.objects.filter(provider=provider).order_by("pk"))
    each = max(2, plan.people // len(CAMPAIGNS))
    for number, (priority, use_case, lines) in enumerate(CAMPAIGNS):
        account = accounts[number % len(accounts)]
        serial = wave * len(CAMPAIGNS) + number
        campaign = _campaign(account, f"chaos-{plan.seed}-{serial}", priority, use_case, lines)
        _add_people(campaign, first=serial * each - each // SHARED * (number > 0), people=each)
    return each * len(CAMPAIGNS)


def _campaign(account: Account, code: str, priority: int, use_case: UseCase, lines: int | None) -> Campaign:
    given: dict[str, object] = {
        "retry_settings": {"max_attempts": 2, "retry_delay_hours": 1},
        "timezone": ZONE,
    }
    if lines:
        given |= {"max_concurrent_calls": lines}
    own = read_call_settings(given, country="CL", use_case=use_case, timezone=ZONE)
    campaign = Campaign.objects.create(
        code=code,
        account=account,
        name=code,
        use_case=use_case,
        state="running",
        priority=priority,
        call_settings=own.as_json(),
        frame=frame_for("CL", use_case).label,
        zones=[ZONE],
        has_samples=True,
    )
    Tally.objects.create(campaign=campaign)
    return campaign


def _add_people(campaign: Campaign, *, first: int, people: int) -> None:
    Entry.objects.bulk_create(
        Entry(
            campaign=campaign,
            person_key=f"D:CL:{number}",
            document=str(number),
            name=f"Persona {number}",
            phones=[_phone(number, place) for place in range(1 + number % 2)],
            zones=ZONE,
            earliest_at="2020-01-01T00:00:00Z",
        )
        for number in range(first, first + people)
    )
    count_new(campaign=campaign.pk, states={EntryState.QUEUED: people})


def _phone(number: int, place: int) -> dict[str, object]:
    return {"number": f"+569{FIRST_NUMBER + number * 2 + place}", "kind": "mobile", "repaired": False}
