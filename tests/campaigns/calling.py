"""Accounts, campaigns and people to call, written straight: what the tests of dispatch begin with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from campaigns.dispatch.claiming import Claimed, claim
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.moving import count_new
from campaigns.legality import frame_for, read_call_settings
from campaigns.models import Account, CallerNumber, Campaign, Entry, LedgerRow, Provider, Tally
from campaigns.rules import EntryState, LedgerKind, ProviderKind, UseCase
from campaigns.simulator import Simulator, simulator

ZONE = "America/Santiago"


def a_provider(*, base_url: str = "", name: str = "line", **values: object) -> Provider:
    """Return a provider of the simulator's kind with one caller number."""
    values = {"max_concurrent_calls": 1000, "calls_per_second": 1000.0, "agent_id": "agent", **values}
    provider = Provider.objects.create(name=name, kind=ProviderKind.SIMULATOR, base_url=base_url, **values)
    CallerNumber.objects.create(provider=provider, number="+56600000001")
    return provider


def an_account(provider: Provider, *, funds: str = "1000", code: str = "acc-1", **values: object) -> Account:
    """Return an account with funds."""
    values = {"max_concurrent_calls": 1000, "country": "CL", "timezone": ZONE, **values}
    account = Account.objects.create(code=code, name="Cobros Sur", provider=provider, **values)
    if Decimal(funds):
        LedgerRow.objects.create(
            account=account, kind=LedgerKind.TOPUP, amount=Decimal(funds), unit=account.unit
        )
        Account.objects.filter(pk=account.pk).update(balance=Decimal(funds))
        account.refresh_from_db()
    return account


def a_campaign(account: Account, *, code: str = "batch-1", people: int = 0, **values: object) -> Campaign:
    """Return a running campaign; `settings` in the clients' form, by default open as far as the law lets."""
    given = values.pop("settings", {})
    use_case = UseCase(str(values.pop("use_case", UseCase.CUSTOM)))
    own = read_call_settings(given, country=account.country, use_case=use_case, timezone=account.timezone)
    campaign = Campaign.objects.create(
        code=code,
        account=account,
        name=code,
        use_case=use_case,
        state="running",
        call_settings=own.as_json(),
        frame=frame_for(account.country, use_case).label,
        zones=[ZONE],
        **values,
    )
    Tally.objects.create(campaign=campaign)
    add_people(campaign, people)
    return campaign


def add_people(campaign: Campaign, people: int, *, first: int = 0, phones: int = 1) -> list[Entry]:
    """Add people with invented numbers to a campaign."""
    entries = Entry.objects.bulk_create(
        Entry(
            campaign=campaign,
            person_key=f"D:CL:{campaign.pk}-{number}",
            document=f"{number}",
            name=f"Persona {number}",
            phones=[
                {"number": f"+569{80_000_000 + number * 10 + place}", "kind": "mobile", "repaired": False}
                for place in range(phones)
            ],
            zones=ZONE,
        )
        for number in range(first, first + people)
    )
    if people:
        count_new(campaign=campaign.pk, states={EntryState.QUEUED: people})
    return entries


def a_due_account(people: int, *, now: datetime, lines: int = 1000) -> Account:
    """Return an account whose campaign's people are due for an hour; its provider has so many lines."""
    account = an_account(a_provider(max_concurrent_calls=lines))
    campaign = a_campaign(account, people=people)
    Entry.objects.filter(campaign=campaign).update(earliest_at=now - timedelta(hours=1))
    return account


@contextmanager
def a_line(scenario: Mapping[str, object] | str = "calm", *, seed: int = 1) -> Iterator[Simulator]:
    """Run a simulator, whose key the product knows."""
    with simulator(scenario, seed=seed) as server:
        before, settings.SIMULATOR_KEY = settings.SIMULATOR_KEY, server.api_key
        try:
            yield server
        finally:
            settings.SIMULATOR_KEY = before


def claimed(account: Account, *, now: datetime) -> Claimed:
    """Claim once at an account's provider."""
    assert account.provider_id is not None
    return claim(Desk(account.provider_id), now=now)
