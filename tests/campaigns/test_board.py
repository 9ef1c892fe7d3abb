"""The live board of a campaign: what is told, what may be pressed, what a refusal says (C22, W1, W2)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.dispatch.alerts import raise_alert
from campaigns.dispatch.halts import Halt, halts_of
from campaigns.models import (
    Account,
    AccountDay,
    Arm,
    CallAttempt,
    CallerNumber,
    Campaign,
    Entry,
    Provider,
    Tally,
)
from campaigns.queries.board import board_of
from campaigns.queries.campaigns import campaign_numbered
from campaigns.queries.choosing import Choice
from campaigns.queries.stops import stops_of
from campaigns.rules import AlertKind, CampaignState, EntryReason, EntryState
from tenants.models import User
from tenants.records.models import AuditEntry
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.conftest import Inside
from tests.campaigns.uploading import drift, standing
from tests.campaigns.wording import an_approved

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns"
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    found = page(alice)
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def account(inside: Inside) -> Account:
    with inside():
        return an_account(a_provider(), code="acc-1")


@pytest.fixture
def running(inside: Inside, account: Account) -> Campaign:
    with inside():
        return a_campaign(account, people=3, started_at=timezone.now())


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def board(campaign: Campaign) -> str:
    return f"{ADMIN}/campaign/{campaign.pk}/board/"


def test_the_list_and_the_usual_address_lead_to_it(client: Client, running: Campaign) -> None:
    """W1"""
    assert "batch-1" in text_of(client.get(f"{ADMIN}/campaign/"))
    led = client.get(f"{ADMIN}/campaign/{running.pk}/change/")
    assert (led.status_code, led["Location"]) == (302, board(running))
    assert client.get(f"{ADMIN}/campaign/999999999999/board/").status_code == 404


def test_it_shows_how_far_it_is(client: Client, running: Campaign) -> None:
    """W2: the page and its live part say the same."""
    page, part = text_of(client.get(board(running))), text_of(client.get(f"{board(running)}live/"))
    for text in (page, part):
        assert "0 of 3 people are at an end" in text
        assert 'hx-trigger="every 3s"' in text
    assert "<html" not in part


def test_a_viewer_stays_outside(page: Pages, bob: User, running: Campaign) -> None:
    """S2"""
    for address in (board(running), f"{board(running)}live/", f"{ADMIN}/entry/", f"{ADMIN}/callattempt/"):
        assert page(bob).get(address).status_code == 403
    assert page(bob).post(board(running), {"do": "pause"}).status_code == 403


class TestWhatIsTold:
    def test_every_reason_leads_to_its_people(
        self, client: Client, inside: Inside, running: Campaign
    ) -> None:
        """W1: the list behind a count holds as many people as the count says."""
        with inside():
            first = Entry.objects.order_by("id")[0]
            later = timezone.now() + timedelta(days=2)
            Entry.objects.filter(pk=first.pk).update(
                state=EntryState.RETRY_WAIT, reason=EntryReason.NOT_REACHED, earliest_at=later
            )
            Tally.objects.update(queued=2, retry_wait=1)
        text = text_of(client.get(board(running)))
        found = re.findall(
            r'<a id="wait-\d+" href="([^"]+)">([^<]+)</a>.*?<td class="number">(\d+)</td>', text
        )
        assert {(words, int(people)) for _href, words, people in found} == {
            ("Waits for its turn", 2),
            ("Not reached", 1),
        }
        for href, _words, people in found:
            listed = text_of(client.get(href))
            assert len(set(re.findall(r"Persona \d", listed))) == int(people)

    def test_waiting_tells_who_is_due_and_who_comes_first(self, inside: Inside, running: Campaign) -> None:
        """W1: counts with the earliest instant."""
        with inside():
            soon = NOON + timedelta(hours=3)
            for number, entry in enumerate(Entry.objects.order_by("id")):
                Entry.objects.filter(pk=entry.pk).update(
                    earliest_at=NOON if number == 0 else soon + timedelta(hours=number - 1)
                )
            (found,) = stops_of(choice=Choice(campaign=running.pk), now=NOON)
            assert (found.entries, found.due, found.earliest_at) == (3, 1, soon)

    def test_versions_are_compared_and_each_leads_to_its_people(
        self, client: Client, inside: Inside, running: Campaign
    ) -> None:
        """V10: what the viewers see of an experiment, staff see on the board; one version is none."""
        assert "Versions of the script" not in text_of(client.get(board(running)))
        with inside():
            versions = [an_approved(name) for name in ("Uno", "Dos")]
            arms = [Arm.objects.create(campaign=running, version=one, weight=1) for one in versions]
            for place, entry in enumerate(Entry.objects.order_by("id")):
                Entry.objects.filter(pk=entry.pk).update(arm=arms[min(place, 1)])
        text = text_of(client.get(board(running)))
        assert "Versions of the script" in text
        assert "too few have ended to compare them" in text
        found = re.findall(r'<a id="arm-\d" href="([^"]+)">([^<]+)</a>', text)
        assert [name for _href, name in found] == ["Uno v1", "Dos v1"]
        for (href, _name), people in zip(found, (1, 2), strict=True):
            assert len(set(re.findall(r"Persona \d", text_of(client.get(href))))) == people

    def test_it_says_by_which_clock_calls_are_simulated(
        self, client: Client, inside: Inside, running: Campaign, settings: Any
    ) -> None:
        """F7: a demo at night shows a campaign by day; nobody has to guess why."""
        assert "clock of their own" not in text_of(client.get(board(running)))
        settings.CALL_CLOCK_SHIFT = -86_400
        assert "clock of their own" in text_of(client.get(board(running)))

    def test_open_calls_and_the_pace_are_there(
        self, client: Client, inside: Inside, account: Account, running: Campaign
    ) -> None:
        """In-flight calls by name, lines of campaign, account and provider, calls of the last hour."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            calls = claimed(account, now=NOON).calls
            CallAttempt.objects.update(state="ongoing", sent_at=NOON, accepted_at=NOON, claimed_at=NOON)
            seen = board_of(campaign_numbered(number=running.pk), now=NOON + timedelta(minutes=12))
            assert [call.pk for call in seen.open_calls] == sorted(call.id for call in calls)
            assert (seen.lines.campaign, seen.lines.account, seen.lines.provider) == (3, 3, 3)
            assert (seen.hourly, seen.at_work) == (3, 3)
            assert [step.calls for step in seen.pace] == [0] * 9 + [3, 0, 0]
            assert board_of(campaign_numbered(number=running.pk), now=NOON + timedelta(hours=2)).hourly == 0
        text = text_of(client.get(board(running)))
        assert all(f"/admin/campaigns/callattempt/{call.id}/change/" in text for call in calls)

    def test_money_and_alerts_are_there(self, client: Client, inside: Inside, running: Campaign) -> None:
        """C23, C21: what is spent, held and left; live alerts of this campaign and its provider alone."""
        with inside():
            Tally.objects.update(charged=Decimal("12.5"), reserved=Decimal("1.54"))
            Campaign.objects.update(spend_cap=Decimal(20))
            other = a_provider(name="other")
            raise_alert(AlertKind.MANY_FAILURES, str(running.pk), {"calls": 24, "failures": 13})
            raise_alert(AlertKind.BREAKER_OPEN, str(running.account.provider_id), {"cause": "carrier"})
            raise_alert(AlertKind.PROVIDER_STOPPED, str(other.pk), {"because": "x"})
            raise_alert(AlertKind.COUNTERS_DIFFER, str(running.pk), {"counters": 2})
        text = text_of(client.get(board(running)))
        for words in ("12,50\u00a0USD", "1,54\u00a0USD", "of 20,00\u00a0USD"):
            assert words in text or words.replace(",", ".") in text
        assert "13 of 24 calls ended badly within 15 minutes." in text
        assert "Carrier fault" in text
        assert "Counters of a campaign were wrong and are mended" in text
        assert "A provider is stopped" not in text

    def test_it_is_asked_again_as_long_as_something_changes(
        self, client: Client, inside: Inside, running: Campaign
    ) -> None:
        """W2: often while it calls, seldom while it waits, never after its end."""
        for state, polls in (("running", "every 3s"), ("paused", "every 15s"), ("completed", "")):
            with inside():
                ended = NOON if state == "completed" else None
                Campaign.objects.update(state=state, completed_at=ended)
            text = text_of(client.get(f"{board(running)}live/"))
            assert (f'hx-trigger="{polls}"' in text) if polls else ("hx-get" not in text)

    def test_counters_that_are_read_too_early_are_not_the_last_ones(
        self, client: Client, inside: Inside, account: Account, running: Campaign
    ) -> None:
        """W2: the last call ends between two reads of one look, and its percentage would stand for ever."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            assert claimed(account, now=NOON).calls
            CallAttempt.objects.all().delete()
            Campaign.objects.update(state="cancelled", completed_at=NOON)
        assert 'hx-trigger="every 3s"' in text_of(client.get(f"{board(running)}live/"))

    def test_its_queries_do_not_grow(
        self, client: Client, inside: Inside, running: Campaign, django_assert_max_num_queries: Any
    ) -> None:
        """Polled every three seconds: a fixed number, whatever the campaign's size."""
        text_of(client.get(f"{board(running)}live/"))
        with inside():
            add_people(running, 60, first=10)
        with django_assert_max_num_queries(22):
            text_of(client.get(f"{board(running)}live/"))


class TestHalts:
    """Why nothing leaves, each cause by itself (W1)."""

    def found(self, campaign: Campaign, now: datetime = NOON) -> dict[Halt, datetime | None]:
        return {one.halt: one.until for one in halts_of(campaign_numbered(number=campaign.pk), now=now)}

    def test_nothing_halts_a_campaign_that_may_call(self, inside: Inside, running: Campaign) -> None:
        with inside():
            assert self.found(running) == {}
            assert len(claimed(running.account, now=NOON).calls) == 0  # due later
            Entry.objects.update(earliest_at=NOON)
            assert len(claimed(running.account, now=NOON).calls) == 3

    @pytest.mark.parametrize(
        ("model", "values", "halt", "until"),
        [
            (Campaign, {"state": "paused"}, Halt.PAUSED, None),
            (Campaign, {"starts_at": NOON + timedelta(1)}, Halt.NOT_BEGUN, NOON + timedelta(1)),
            (Campaign, {"ends_at": NOON}, Halt.SCHEDULE_OVER, None),
            (Campaign, {"spend_cap": Decimal("0.5")}, Halt.SPEND_CAP, None),
            (Account, {"status": "suspended"}, Halt.ACCOUNT, None),
            (Account, {"provider": None}, Halt.NO_PROVIDER, None),
            (Account, {"balance": Decimal("0.5")}, Halt.NO_FUNDS, None),
            (Account, {"daily_call_limit": 0}, Halt.DAILY_CALLS, None),
            (Account, {"daily_spend_cap": Decimal("0.5")}, Halt.DAILY_SPEND, None),
            (Provider, {"stopped_at": NOON}, Halt.STOPPED, None),
            (Provider, {"rests_until": NOON + timedelta(1)}, Halt.RESTS, NOON + timedelta(1)),
            (
                Provider,
                {"breaker": "open", "breaker_until": NOON + timedelta(1)},
                Halt.BREAKER,
                NOON + timedelta(1),
            ),
            (CallerNumber, {"rests_until": NOON + timedelta(1)}, Halt.NO_CALLER, NOON + timedelta(1)),
        ],
    )
    def test_it_names_what_keeps_the_claim_from_calling(
        self,
        inside: Inside,
        running: Campaign,
        model: Any,
        values: dict[str, Any],
        halt: Halt,
        until: datetime | None,
    ) -> None:
        """The claim agrees: nobody is called while a halt is told (C16, C20, C23)."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            model.objects.update(**values)
            assert self.found(running) == {halt: until}
            account = Account.objects.select_related("provider").get(pk=running.account_id)
            if account.provider_id:
                assert claimed(account, now=NOON).calls == []

    def test_one_call_that_tries_is_why_the_others_wait(self, inside: Inside, running: Campaign) -> None:
        """C21: while a probe is out, until nobody knows when."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            Provider.objects.update(breaker="open", breaker_until=NOON)
            calls = [len(claimed(running.account, now=NOON).calls) for _again in range(2)]
            assert (calls, self.found(running)) == ([1, 0], {Halt.BREAKER: None})

    def test_it_names_the_next_opening(self, inside: Inside, running: Campaign) -> None:
        """C12: the first hour at which anybody on the list may be called."""
        night = datetime(2026, 4, 16, 3, 0, tzinfo=UTC)
        with inside():
            found = self.found(running, now=night)
            assert set(found) == {Halt.CLOSED}
            opening = found[Halt.CLOSED]
            assert opening is not None
            assert self.found(running, now=opening) == {}
            assert Halt.CLOSED in self.found(running, now=opening - timedelta(seconds=1))

    def test_a_day_that_is_used_halts_until_the_next(self, inside: Inside, running: Campaign) -> None:
        """C20: of the account's local day."""
        with inside():
            Account.objects.update(daily_call_limit=5)
            AccountDay.objects.create(account=running.account, on=date(2026, 4, 15), calls=5)
            assert set(self.found(running)) == {Halt.DAILY_CALLS}
            assert self.found(running, now=NOON + timedelta(days=1)) == {}

    @pytest.mark.parametrize("state", ["draft", "ready", "completed", "cancelled"])
    def test_who_has_not_begun_or_has_ended_is_not_halted(
        self, inside: Inside, running: Campaign, state: str
    ) -> None:
        with inside():
            ended = NOON if state in ("completed", "cancelled") else None
            Campaign.objects.update(state=state, completed_at=ended)
            Account.objects.update(status="suspended")
            assert self.found(running) == {}


class TestButtons:
    SHOWN = {
        "draft": {"cancel"},
        "ready": {"launch", "cancel"},
        "running": {"pause", "cancel"},
        "paused": {"resume", "cancel"},
        "completed": {"archive"},
        "cancelled": {"archive"},
        "archived": set(),
    }

    @pytest.mark.parametrize("state", list(CampaignState))
    def test_only_what_may_be_pressed_is_there(
        self, client: Client, inside: Inside, running: Campaign, state: str
    ) -> None:
        """States: buttons hide when not allowed."""
        with inside():
            ended = NOON if state in ("completed", "cancelled", "archived") else None
            Campaign.objects.update(state=state, completed_at=ended)
        text = text_of(client.get(board(running)))
        assert set(re.findall(r'name="do" value="(\w+)"', text)) == self.SHOWN[state]

    def test_staff_pause_resume_and_cancel(
        self, client: Client, inside: Inside, running: Campaign, alice: User
    ) -> None:
        """C22: by the same actions as programs; the reason is kept, everybody leaves, books stay right."""
        at = board(running)
        assert "Paused: no new call begins" in text_of(client.post(at, {"do": "pause"}, follow=True))
        assert "The campaign is running." in text_of(client.post(at, {"do": "resume"}, follow=True))
        said = {"do": "cancel", "reason": "  Pidió el cliente "}
        assert "Cancelled because: Pidió el cliente" in text_of(client.post(at, said, follow=True))
        assert "Archived: no list" in text_of(client.post(at, {"do": "archive"}, follow=True))
        with inside():
            assert standing("batch-1") == {"cancelled": 3}
            assert drift(running) == {}
            noted = AuditEntry.objects.filter(object_type="campaign").order_by("id")
            assert list(noted.values_list("verb", "actor")) == [
                (verb, alice.pk) for verb in ("pause", "resume", "cancel", "archive")
            ]
        assert "batch-1" not in text_of(client.get(f"{ADMIN}/campaign/"))

    def test_a_refusal_is_told(self, client: Client, inside: Inside, running: Campaign) -> None:
        """C22: resume after cancel, launch without account; the words say why."""
        with inside():
            Campaign.objects.update(state="paused", paused_at=NOON)
            Account.objects.update(status="suspended")
        told = text_of(client.post(board(running), {"do": "resume"}, follow=True))
        assert "Its account is not active." in told
        with inside():
            Campaign.objects.update(state="cancelled", completed_at=NOON)
        assert "The campaign is Cancelled." in text_of(
            client.post(board(running), {"do": "resume"}, follow=True)
        )
        assert client.post(board(running), {"do": "delete"}).status_code == 404
