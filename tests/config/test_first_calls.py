"""The demo's round of campaigns (F7): the clock of its calls, files against the truth, days that pass."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import actions, queries
from campaigns.legality import PRESETS, DaysOff, frame_for
from campaigns.models import AccountDay, CallAttempt, CallerNumber, Campaign, Entry, Provider
from campaigns.rules import CampaignState, UseCase
from campaigns.samples import let_time_pass, make_collection_file, make_contact_list, mark_samples
from campaigns.scripting import read_script
from config import first_calls
from config.calling_clock import clock_shift
from config.calling_plans import PLANS
from config.first_calls import Round, SampleCalls
from config.supervisor import SupervisorError
from tenants.models import Tenant
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account
from tests.campaigns.test_dispatch import NOON, Shift

DAY = timedelta(days=1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


# The first example reads the holidays of years.
@settings(deadline=None)
@given(MOMENTS)
def test_calls_are_made_on_a_working_afternoon_whatever_the_hour_of_ours(now: datetime) -> None:
    """F7, C13: never ahead of our clock, in both countries of the demo, at most a fortnight behind."""
    told = now + timedelta(seconds=clock_shift(now))
    assert timedelta(0) <= now - told < 14 * DAY
    for country, zone in (("CL", "America/Santiago"), ("PE", "America/Lima")):
        local = told.astimezone(ZoneInfo(zone))
        assert local.weekday() < 5
        assert local.date() not in DaysOff.of(country)
        for use_case in (UseCase.COLLECTION, UseCase.SURVEY):
            frame, minute = frame_for(country, use_case), local.hour * 60 + local.minute
            assert any(window.start <= minute < window.end for window in frame.week[local.weekday()])
            hours = PRESETS[use_case]["allowed_call_hours"]
            assert hours["start"] <= f"{local:%H:%M}" < hours["end"]


def test_a_working_afternoon_is_left_as_it_is() -> None:
    """F7: by day the calls of the demo happen now."""
    assert clock_shift(datetime(2026, 11, 18, 17, 30, tzinfo=UTC)) == 0


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.use_case)
def test_each_plan_says_something_that_can_be_read(plan: Any) -> None:
    """V6: every variable of every version is declared, and what the file lacks has a default."""
    texts = plan.texts()
    assert len(texts) == 1 + bool(plan.others)
    for text in texts:
        read_script(text, plan.variables(NOON.date()))


def test_a_count_that_is_not_the_samples_stops_the_demo() -> None:
    """C10: a demo that shows wrong figures must not go on."""
    client = make_contact_list(rows=30)
    stats = dict.fromkeys(("accepted", "repaired", "merged", "refused"), 0) | client.truth.counts()
    first_calls._compare(stats, client)
    with pytest.raises(SupervisorError, match="accepted"):
        first_calls._compare(stats | {"accepted": 0}, client)


def test_lists_of_one_tenant_name_different_people() -> None:
    """C9: who waits in one campaign would be left out of the next."""
    first = make_collection_file(rows=100)
    later = make_contact_list(rows=100, use_case="survey", after=10_000)
    known = {phone for person in first.truth.persons for phone in person.phones}
    assert not known & {phone for person in later.truth.persons for phone in person.phones}


@pytest.fixture
def called(in_acme: Tenant) -> Campaign:
    """A campaign whose people were called once, on a calm day."""
    with a_line("calm", seed=3) as calm:
        account = an_account(a_provider(base_url=calm.url))
        campaign = a_campaign(account, people=8)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        Shift(account.provider).until_quiet()
    return campaign


def a_round(tenant: Tenant, code: str) -> Round:
    sample = SampleCalls(
        tenant.id, tenant.schema_name, tenant.slug, "CL", 1, 1, log_in=lambda: pytest.fail("no door")
    )
    return Round(sample, code)


def test_days_that_pass_move_every_moment_of_the_calls(called: Campaign) -> None:
    """Samples: who waits is due sooner, what was done is longer ago, and a day's count stays its own."""
    account = called.account
    AccountDay.objects.create(account=account, on=NOON.date() - DAY, calls=3)
    days = sorted(AccountDay.objects.values_list("on", "calls"))
    ended = CallAttempt.objects.order_by("pk").values_list("ended_at", "on")[0]
    due = Entry.objects.order_by("pk").values_list("earliest_at", flat=True)[0]
    let_time_pass(DAY)
    assert sorted(AccountDay.objects.values_list("on", "calls")) == [(on - DAY, calls) for on, calls in days]
    assert ended[0] is not None
    assert CallAttempt.objects.order_by("pk").values_list("ended_at", "on")[0] == (
        ended[0] - DAY,
        ended[1] - DAY,
    )
    assert Entry.objects.order_by("pk").values_list("earliest_at", flat=True)[0] == due - DAY


def test_no_time_passes_backwards(called: Campaign) -> None:
    """Samples: the clock is only ever set forward."""
    before = Entry.objects.order_by("pk").values_list("earliest_at", flat=True)[0]
    let_time_pass(-DAY)
    assert Entry.objects.order_by("pk").values_list("earliest_at", flat=True)[0] == before


def test_a_cent_that_is_missing_stops_the_demo(acme: Tenant, called: Campaign) -> None:
    """C23: the summary's "it adds up" is looked up, not said."""
    figures = first_calls._figures(a_round(acme, called.code))
    assert figures["called"] == 8
    assert figures["ledger_adds_up"]
    assert first_calls._said([figures])
    type(called.account).objects.update(balance=Decimal("0.01"))
    with pytest.raises(SupervisorError, match=called.account.code):
        first_calls._figures(a_round(acme, called.code))


class Listener:
    """A simulated provider that notes what it is told."""

    def __init__(self, verdict: dict[str, Any]) -> None:
        self.verdict = verdict
        self.told: list[Any] = []

    def send(self, _method: str, _path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take an agent's address."""
        self.told.append(body)
        return body

    def get(self, _path: str) -> dict[str, Any]:
        """Return the report."""
        return {"verdict": self.verdict}


def test_a_call_made_twice_stops_the_demo() -> None:
    """C15: the provider is the judge."""
    first_calls.judge(Listener({"ok": True}))  # type: ignore[arg-type]
    with pytest.raises(SupervisorError, match="double"):
        first_calls.judge(Listener({"ok": False, "double_dials": ["double"]}))  # type: ignore[arg-type]


def test_a_tenants_calls_come_back_to_its_own_address(acme: Tenant, in_acme: Tenant) -> None:
    """S17: each tenant's provider has an agent and an endpoint of its own; what people set stays."""
    actions.make_defaults(country="CL")
    listener, sample = Listener({}), a_round(acme, "").sample
    first_calls.connect(sample, web="http://127.0.0.1:1", simulator=listener)  # type: ignore[arg-type]
    found = Provider.objects.get(name=actions.SIMULATOR_NAME)
    Provider.objects.filter(pk=found.pk).update(max_concurrent_calls=3)
    first_calls.connect(sample, web="http://127.0.0.1:1", simulator=listener)  # type: ignore[arg-type]
    address = f"http://127.0.0.1:1/api/v1/webhooks/retell/{acme.id.hex}-{found.endpoint}"
    assert listener.told == [{"agent_id": "agent_simulator_acme", "webhook_url": address}] * 2
    found.refresh_from_db()
    assert found.max_concurrent_calls == 3
    assert CallerNumber.objects.filter(provider=found).exists()


def test_a_round_that_was_made_is_known_by_its_last_campaign(acme: Tenant, called: Campaign) -> None:
    """F7: a second start repeats nothing; a round that was stopped goes on."""
    sample = a_round(acme, called.code).sample
    mark_samples(code=called.code)
    Campaign.objects.update(name=PLANS[1].name)
    assert not first_calls._is_called(sample)
    Campaign.objects.update(started_at=NOON, state=CampaignState.RUNNING)
    assert first_calls._is_called(sample)
    assert queries.campaign(code=called.code).has_samples
