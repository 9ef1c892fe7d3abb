"""People of campaigns on the pages of staff: found, explained, decided about, given a clock (W1, C14)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import actions
from campaigns.actions import CountryUnknown, Decision, EntryMoveRefused, UnknownPlace
from campaigns.models import Account, Campaign, Entry, Tally
from campaigns.rules import EntryReason, EntryState
from tenants.models import User
from tenants.records.models import AuditEntry
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.conftest import Inside
from tests.campaigns.uploading import drift
from tests.personas.writing import answer

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns/entry/"
REVIEW = "/admin/campaigns/review/"
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
        return a_campaign(account, people=4)


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def place(campaign: Campaign, number: int, state: EntryState, **values: Any) -> Entry:
    """Put one of a campaign's people elsewhere, counters included."""
    entry = Entry.objects.filter(campaign=campaign).order_by("id")[number]
    tally = Tally.objects.get(pk=campaign.pk)
    setattr(tally, entry.state, getattr(tally, entry.state) - 1)
    setattr(tally, str(state), getattr(tally, str(state)) + 1)
    tally.save()
    Entry.objects.filter(pk=entry.pk).update(state=state, **values)
    entry.refresh_from_db()
    return entry


def names_in(text: str) -> set[str]:
    return {f"Persona {number}" for number in range(9) if f"Persona {number}" in text}


class TestTheList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {0, 1, 2, 3}),
            ("state=needs_review", {1}),
            ("reason=cut_short", {1}),
            ("state=nonsense", {0, 1, 2, 3}),
            ("q=Persona+2", {2}),
            ("q=%2B56980000030", {3}),
            ("q=9+8000+0030", {3}),
            ("q=3", {3}),
            ("q=nobody", set()),
            ("campaign=999", set()),
        ],
    )
    def test_its_address_narrows_it(
        self, client: Client, inside: Inside, running: Campaign, query: str, found: set[int]
    ) -> None:
        """W6: state, reason, campaign; document, number in any dress, name."""
        with inside():
            place(running, 1, EntryState.NEEDS_REVIEW, reason=EntryReason.CUT_SHORT)
        text = text_of(client.get(f"{ADMIN}?{query}"))
        assert names_in(text) == {f"Persona {number}" for number in found}

    def test_its_queries_do_not_grow(
        self, client: Client, inside: Inside, running: Campaign, django_assert_max_num_queries: Any
    ) -> None:
        text_of(client.get(ADMIN))
        with inside():
            add_people(running, 40, first=10)
        with django_assert_max_num_queries(12):
            text_of(client.get(ADMIN))


class TestOnePerson:
    def test_the_page_tells_the_whole_story(
        self, client: Client, inside: Inside, account: Account, running: Campaign, alice: User
    ) -> None:
        """W1: every call and decision, in order, with who decided."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            call = claimed(account, now=NOON).calls[0]
            entry = actions.cancel_entry(number=call.chosen.candidate.id, now=NOON, by=alice.pk)
        text = text_of(client.get(f"{ADMIN}{entry.pk}/change/"))
        assert "Call 1: Not sent" in text
        assert "About to be called → Cancelled" in text
        assert f"/admin/campaigns/callattempt/{call.id}/change/" in text

    def test_it_says_what_the_law_says_now(self, client: Client, inside: Inside, running: Campaign) -> None:
        """W1, C16: a suppressed person is told from one who only waits."""
        with inside():
            entry = Entry.objects.order_by("id").first()
            assert entry
            Account.objects.update(status="suspended")
            place(running, 0, EntryState.QUEUED, fecha_maxima="2020-01-01")
        text = text_of(client.get(f"{ADMIN}{entry.pk}/change/"))
        assert "The last day for calls is over." in text
        assert "Its account is not active." in text

    def test_the_persons_own_clock_is_written_as_the_reader_writes(
        self, client: Client, inside: Inside, running: Campaign
    ) -> None:
        """W5, C14: like every other moment of the page."""
        with inside():
            later = timezone.now() + timedelta(days=3)
            entry = place(running, 0, EntryState.RETRY_WAIT, earliest_at=later)
        text = text_of(client.get(f"{ADMIN}{entry.pk}/change/"))
        assert re.search(r"America/Santiago</dt><dd>[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d\s[AP]M</dd>", text)

    def test_only_buttons_of_its_state_are_there(
        self, client: Client, inside: Inside, running: Campaign
    ) -> None:
        """States: a button that is not shown does not exist."""
        with inside():
            waits, review = (
                place(running, 0, EntryState.RETRY_WAIT),
                place(running, 1, EntryState.NEEDS_REVIEW),
            )
        for entry, shown in (
            (waits, {"retry", "cancel"}),
            (review, {"requeue", "succeeded", "failed", "cancel"}),
        ):
            text = text_of(client.get(f"{ADMIN}{entry.pk}/change/"))
            assert {one for one in Decision if f"/press/{one}/" in text} == shown
        assert client.post(f"{ADMIN}{waits.pk}/press/succeeded/").status_code == 404
        text = text_of(client.post(f"{ADMIN}{review.pk}/press/succeeded/", follow=True))
        assert "Noted: the goal was met." in text
        with inside():
            assert Entry.objects.get(pk=review.pk).state == EntryState.SUCCEEDED
            assert drift(running) == {}

    def test_nobody_else_is_there(
        self, page: Pages, client: Client, bob: User, carol: User, running: Campaign, inside: Inside
    ) -> None:
        """S1, S2: 404 for another tenant's admin, 403 for a viewer."""
        with inside():
            entry = Entry.objects.order_by("id")[0]
        assert page(carol).get(f"{ADMIN}{entry.pk}/change/").status_code == 404
        for address in (f"{ADMIN}{entry.pk}/change/", REVIEW, f"{ADMIN}decide/"):
            assert page(bob).get(address).status_code == 403
        assert client.get(f"{ADMIN}0/change/").status_code == 404


class TestZones:
    @pytest.fixture
    def held(self, inside: Inside, running: Campaign) -> list[Entry]:
        with inside():
            unknown = {"reason": EntryReason.UNKNOWN_ZONE, "zones": ""}
            return [place(running, number, EntryState.ON_HOLD, **unknown) for number in (0, 1)]

    def test_a_zone_cures_one(
        self, client: Client, inside: Inside, running: Campaign, held: list[Entry]
    ) -> None:
        """C14: the entry waits again, and the claim knows where to look for it."""
        text = text_of(client.post(f"{ADMIN}{held[0].pk}/zone/", {"place": "Punta Arenas"}, follow=True))
        assert "Back in the queue" in text
        with inside():
            cured = Entry.objects.get(pk=held[0].pk)
            assert (cured.state, cured.zones) == (EntryState.QUEUED, "America/Punta_Arenas")
            assert Campaign.objects.get().zones == ["America/Punta_Arenas", "America/Santiago"]
            assert drift(running) == {}
            noted = AuditEntry.objects.get(verb="set_zone")
            assert noted.object_id == str(cured.pk)
            Entry.objects.update(earliest_at=NOON)
            chosen = {one.chosen.candidate.id for one in claimed(running.account, now=NOON).calls}
            assert cured.pk in chosen
            assert held[1].pk not in chosen

    def test_a_zone_cures_all_of_a_campaign(
        self, client: Client, inside: Inside, running: Campaign, held: list[Entry]
    ) -> None:
        """C14: whoever waits for the same."""
        said = {"place": "America/Santiago", "all": "1"}
        text = text_of(client.post(f"{ADMIN}{held[0].pk}/zone/", said, follow=True))
        assert "2 people are back in the queue." in text
        with inside():
            assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.QUEUED}
            assert drift(running) == {}

    def test_it_refuses_what_names_no_place(self, client: Client, inside: Inside, held: list[Entry]) -> None:
        """C14: never guessed; who is not held for it is left alone."""
        text = text_of(client.post(f"{ADMIN}{held[0].pk}/zone/", {"place": "Atlantis"}, follow=True))
        assert "No time zone, commune or region has this name." in text
        with inside():
            other = Entry.objects.filter(state=EntryState.QUEUED).order_by("id")[0]
            with pytest.raises(EntryMoveRefused):
                actions.set_zone(number=other.pk, place="America/Lima", now=NOON)
            for empty in ("", " ", "\u00a0"):
                with pytest.raises(UnknownPlace):
                    actions.set_zone(number=held[0].pk, place=empty, now=NOON)
            Account.objects.update(country="XX")
            with pytest.raises(CountryUnknown):
                actions.set_zone(number=held[0].pk, place="America/Lima", now=NOON)
            assert Entry.objects.get(pk=held[0].pk).state == EntryState.ON_HOLD

    def test_programs_say_it_too(self, api: Any, alice: User, bob: User, held: list[Entry]) -> None:
        """The API calls the same action."""
        path = f"/api/v1/entries/{held[0].pk}/zone/"
        answer(api(bob).post(path, {"timezone": "America/Santiago"}), 403)
        answer(api(alice).post(path, {"timezone": "Atlantis"}), 422)
        said = answer(api(alice).post(path, {"timezone": "America/Santiago"}))
        assert (said["job"]["state"], said["job"]["zones"]) == ("queued", ["America/Santiago"])
        answer(api(alice).post(path, {"timezone": "America/Santiago"}), 409)


class TestManyAtOnce:
    def chosen(self, client: Client, entries: list[Entry], action: str) -> str:
        said = {"action": action, "_selected_action": [str(one.pk) for one in entries]}
        return text_of(client.post(f"{ADMIN}?state=", said))

    def test_it_shows_before_it_writes(self, client: Client, inside: Inside, running: Campaign) -> None:
        """W4: who moves, who stays; then exactly those."""
        with inside():
            done = place(running, 3, EntryState.SUCCEEDED, finished_at=NOON)
            people = list(Entry.objects.order_by("id"))
        text = self.chosen(client, people, "take_out")
        assert "Take out of the campaign: 3 people" in text
        assert "stay as they are" in text
        with inside():
            assert not Entry.objects.filter(state=EntryState.CANCELLED).exists()
        said = {
            "decision": "cancel",
            "numbers": ",".join(str(one.pk) for one in people),
            "back": f"{ADMIN}?state=queued",
        }
        told = client.post(f"{ADMIN}decide/", said)
        assert told["Location"] == f"{ADMIN}?state=queued"
        with inside():
            assert Entry.objects.filter(state=EntryState.CANCELLED).count() == 3
            assert Entry.objects.get(pk=done.pk).state == EntryState.SUCCEEDED
            assert drift(running) == {}
            assert AuditEntry.objects.filter(verb="decide").count() == 3
            assert Campaign.objects.get().state == "completed"

    def test_who_moved_meanwhile_is_left_alone(
        self, inside: Inside, account: Account, running: Campaign
    ) -> None:
        """J2, C15: somebody who is being called stays, whatever was looked at."""
        with inside():
            Entry.objects.update(earliest_at=NOON)
            numbers = list(Entry.objects.values_list("pk", flat=True))
            assert len(claimed(account, now=NOON).calls) == 4
            done = actions.decide_many(decision=Decision.CANCEL, numbers=numbers, now=NOON)
            assert (done.moved, done.left) == (0, 4)

    def test_nobody_is_called_again_by_an_ended_campaign(self, inside: Inside, running: Campaign) -> None:
        """C22: cancelled is final."""
        with inside():
            review = place(running, 0, EntryState.NEEDS_REVIEW)
            Campaign.objects.update(state="completed", completed_at=NOON)
            done = actions.decide_many(decision=Decision.RETRY, numbers=[review.pk], now=NOON)
            assert (done.moved, done.left) == (0, 1)

    @pytest.mark.parametrize(
        "said", [{"decision": "succeeded", "numbers": "1"}, {"decision": "cancel", "numbers": "x"}, {}]
    )
    def test_it_takes_nothing_else(self, client: Client, running: Campaign, said: dict[str, str]) -> None:
        assert client.post(f"{ADMIN}decide/", said).status_code == 404

    def test_it_leads_back_to_its_own_list_only(self, client: Client, running: Campaign) -> None:
        """No open redirect."""
        for back in ("https://evil.example/", "//evil.example", "/admin/campaigns/entry/../../x"):
            said = {"decision": "retry", "numbers": "1", "back": back}
            led = client.post(f"{ADMIN}decide/", said)["Location"]
            assert urlsplit(led).netloc == ""
            assert led.startswith(ADMIN)


class TestReview:
    @pytest.fixture
    def waiting(self, inside: Inside, running: Campaign) -> list[Entry]:
        with inside():
            return [
                place(
                    running,
                    number,
                    EntryState.NEEDS_REVIEW,
                    reason=reason,
                    moved_at=NOON.replace(minute=number),
                )
                for number, reason in enumerate(
                    (EntryReason.CUT_SHORT, EntryReason.NO_ANALYSIS, EntryReason.CUT_SHORT)
                )
            ]

    def test_it_goes_from_one_to_the_next(
        self, client: Client, inside: Inside, running: Campaign, waiting: list[Entry]
    ) -> None:
        """C21: the one who waits longest comes first; a decision leads to the next one."""
        assert 'id="case-heading" tabindex="-1">Persona 0<' in text_of(client.get(REVIEW))
        led = client.post(REVIEW, {"do": "requeue", "entry": str(waiting[0].pk)})
        query = parse_qs(urlsplit(led["Location"]).query)
        assert (query["entry"], query["was"]) == ([str(waiting[1].pk)], [str(waiting[0].pk)])
        assert "Back in the queue" in text_of(client.get(led["Location"]))
        client.post(REVIEW, {"do": "failed", "entry": str(waiting[1].pk)})
        client.post(REVIEW, {"do": "succeeded", "entry": str(waiting[2].pk)})
        assert "Nobody waits for a decision." in text_of(client.get(REVIEW))
        with inside():
            states = [Entry.objects.get(pk=one.pk).state for one in waiting]
            assert states == ["queued", "failed", "succeeded"]
            assert drift(running) == {}

    def test_its_address_narrows_it(self, client: Client, running: Campaign, waiting: list[Entry]) -> None:
        """W6"""
        text = text_of(client.get(f"{REVIEW}?reason=no_analysis&campaign={running.pk}"))
        assert names_in(text) == {"Persona 1"}
        assert names_in(text_of(client.get(f"{REVIEW}?campaign=999"))) == set()

    def test_a_refusal_shows_where_the_person_stands(
        self, client: Client, inside: Inside, waiting: list[Entry]
    ) -> None:
        """States: decided meanwhile by somebody else; nothing is written twice."""
        with inside():
            actions.mark_failed(number=waiting[0].pk, now=NOON)
        refused = client.post(REVIEW, {"do": "succeeded", "entry": str(waiting[0].pk)})
        assert refused.status_code == 409
        assert "The entry is Failed." in unescape(refused.content.decode())
        assert client.post(REVIEW, {"do": "cancel", "entry": str(waiting[1].pk)}).status_code == 404
