"""How long a campaign still takes, as a range, and whether anything is heard of it (W2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.admin.board.shown import shown_board
from campaigns.dispatch.desk import Hours, days_off_of
from campaigns.legality import frame_named, stored_settings
from campaigns.models import Account, CallAttempt, Campaign, Entry, Provider
from campaigns.queries.board import board_of
from campaigns.queries.campaigns import campaign_numbered
from campaigns.queries.outlook import outlook_of
from tenants.records.actions import note_past
from tenants.records.models import AuditEntry
from tests.campaigns.calling import ZONE, a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.conftest import Inside
from tests.personas.writing import answer

pytestmark = pytest.mark.usefixtures("in_english", "unused_counters")
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ISLAND = "Pacific/Easter"


@pytest.fixture
def account(inside: Inside) -> Account:
    with inside():
        return an_account(a_provider(), code="acc-1")


@pytest.fixture
def running(inside: Inside, account: Account) -> Campaign:
    """A campaign of eleven people, three of whom were called within ten minutes."""
    with inside():
        found = a_campaign(account)
        add_people(found, 3)
        Entry.objects.update(earliest_at=NOON)
        assert len(claimed(account, now=NOON).calls) == 3
        add_people(found, 8, first=3)
        Entry.objects.filter(state="queued").update(earliest_at=NOON)
        CallAttempt.objects.update(state="ongoing", sent_at=NOON, accepted_at=NOON, claimed_at=NOON)
        Campaign.objects.update(started_at=NOON - timedelta(minutes=8))
        return found


def outlook(running: Campaign, minutes: float) -> Any:
    return outlook_of(campaign_numbered(number=running.pk), now=NOON + timedelta(minutes=minutes))


def test_what_is_left_is_a_range_by_the_pace_since_the_first_call(inside: Inside, running: Campaign) -> None:
    """W2: three calls in ten minutes and eight people left are 27 minutes, as jobs say it: 21 to 35."""
    with inside():
        CallAttempt.objects.update(accepted_at=NOON - timedelta(minutes=8))
        assert outlook(running, 2).eta_s == (1280, 2081)
        board = board_of(campaign_numbered(number=running.pk), now=NOON + timedelta(minutes=2))
        assert board.outlook == outlook(running, 2)


def test_the_night_before_the_first_call_is_no_pace(inside: Inside, running: Campaign) -> None:
    """W2: at five past nine, or five minutes after a long pause, the pace is that of five minutes."""
    with inside():
        Campaign.objects.update(started_at=NOON - timedelta(days=3))
        assert outlook(running, 5).eta_s == (640, 1041)
        assert outlook(running, 40).eta_s == (5120, 8321), "who was not called lately makes it slower"


@pytest.mark.parametrize(
    "facts", [{"state": "paused"}, {"started_at": NOON + timedelta(minutes=1, seconds=57)}]
)
def test_nothing_is_foretold_too_early_or_of_what_stands_still(
    inside: Inside, running: Campaign, facts: dict[str, Any]
) -> None:
    """W2: earlier than five seconds it is noise."""
    with inside():
        Campaign.objects.update(**facts)
        assert outlook(running, 2).eta_s is None
        assert outlook(running, 300).eta_s is None, "no call within the hour"


def test_the_last_sign_is_the_newest_of_its_calls_moments(inside: Inside, running: Campaign) -> None:
    with inside():
        assert outlook(running, 2).heartbeat_at == NOON
        call = CallAttempt.objects.order_by("pk")[0]
        CallAttempt.objects.filter(pk=call.pk).update(state="closed", closed_at=NOON + timedelta(minutes=1))
        assert outlook(running, 2).heartbeat_at == NOON + timedelta(minutes=1)
        CallAttempt.objects.all().delete()
        assert outlook(running, 2).heartbeat_at == NOON - timedelta(minutes=8)


def test_the_board_says_a_range_and_that_nothing_is_heard(inside: Inside, running: Campaign) -> None:
    """W2: in the words of every bar; silence is told only where somebody could be called and nobody is."""

    def seen(minutes: float) -> tuple[str, str]:
        shown = shown_board(campaign_numbered(number=running.pk), now=NOON + timedelta(minutes=minutes))
        return shown["pace"]["eta"].replace("\u00a0", " "), shown["silence"]

    with inside():
        assert seen(2) == ("between 11 and 17 min left", "")
        assert seen(3)[1] == "", "calls are under way"
        CallAttempt.objects.update(state="closed", closed_at=NOON)
        assert seen(0.9)[1] == ""
        assert seen(3)[1] == "no signal for 3 min"
        Entry.objects.update(earliest_at=NOON + timedelta(days=1))
        assert seen(3)[1] == "", "nobody may be called now"
        Entry.objects.update(earliest_at=NOON)
        Provider.objects.update(stopped_at=NOON)
        assert seen(3)[1] == "", "the board says what stops it"


@pytest.fixture
def silent(inside: Inside, running: Campaign) -> Campaign:
    """The same the morning after: its calls have ended, everybody else is due since yesterday."""
    with inside():
        CallAttempt.objects.update(state="closed", closed_at=NOON)
        return running


def silence(running: Campaign, now: datetime) -> str:
    return str(shown_board(campaign_numbered(number=running.pk), now=now)["silence"])


def next_morning(running: Campaign, zone: str) -> datetime:
    """Return when people of a zone may be called again on the day after."""
    settings = stored_settings(running.call_settings)
    hours = Hours(settings, frame_named(settings.legal_frame), days_off_of(running.account))
    found = hours.within(zone).schedule.next_opening(NOON + timedelta(hours=12))
    assert found is not None
    return found


def test_the_night_is_no_silence(inside: Inside, silent: Campaign) -> None:
    """W2, C12: what was heard last is of yesterday, but since the opening alone could anybody be called."""
    with inside():
        opening = next_morning(silent, ZONE)
        assert silence(silent, opening + timedelta(seconds=30)) == ""
        assert silence(silent, opening + timedelta(minutes=2)) == "no signal for 2 min"


def test_who_is_outside_the_hours_is_no_silence(inside: Inside, silent: Campaign) -> None:
    """W2, C14: the clock of Santiago is open, but who is left lives on the islands, two hours behind."""
    with inside():
        Campaign.objects.update(zones=[ZONE, ISLAND])
        Entry.objects.filter(state="queued").update(zones=ISLAND)
        opening = next_morning(silent, ISLAND)
        assert next_morning(silent, ZONE) == opening - timedelta(hours=2)
        assert silence(silent, opening - timedelta(minutes=10)) == ""
        assert silence(silent, opening + timedelta(minutes=5)) == "no signal for 5 min"


@pytest.mark.parametrize("since", ["resume", "due"])
def test_silence_begins_when_somebody_could_be_called(inside: Inside, silent: Campaign, since: str) -> None:
    """W2: a pause is no silence, nor are the hours before anybody was due again."""
    later = NOON + timedelta(hours=2)
    with inside():
        assert silence(silent, later + timedelta(minutes=3)) == "no signal for 123 min"
        if since == "resume":
            note_past([AuditEntry(verb="resume", object_type="campaign", object_id=str(silent.pk), at=later)])
        else:
            Entry.objects.update(earliest_at=later)
        assert silence(silent, later + timedelta(seconds=50)) == ""
        assert silence(silent, later + timedelta(minutes=3)) == "no signal for 3 min"


def test_the_page_shows_the_range(page: Any, alice: Any, inside: Inside, running: Campaign) -> None:
    """W2"""
    now = timezone.now()
    with inside():
        Campaign.objects.update(started_at=now - timedelta(minutes=10))
        CallAttempt.objects.update(sent_at=now, accepted_at=now, claimed_at=now)
    client = page(alice)
    client.cookies["django_language"] = "en"
    text = client.get(f"/admin/campaigns/campaign/{running.pk}/board/live/").content.decode()
    assert "between 11 and 17\u00a0min left, of calling at this pace" in text


def test_the_summary_says_the_same(api: Any, alice: Any, inside: Inside, running: Campaign) -> None:
    """W2: `eta_s` is low and high; null when nothing can be foretold."""
    with inside():
        now = timezone.now()
        Campaign.objects.update(started_at=now - timedelta(hours=3))
        CallAttempt.objects.update(sent_at=now, accepted_at=now, claimed_at=now)
    told = answer(api(alice).get(f"/api/v1/batches/{running.code}/summary"))
    assert [round(one / 100) for one in told["eta_s"]] == [6, 10]
    assert told["heartbeat_at"] is not None
    assert told["silent_since"] is None, "calls are under way"
    with inside():
        CallAttempt.objects.all().delete()
    assert answer(api(alice).get(f"/api/v1/batches/{running.code}/summary"))["eta_s"] is None


def test_the_summary_says_since_when_it_is_silent(
    api: Any, alice: Any, inside: Inside, silent: Campaign, settings: Any
) -> None:
    """W2: programs are told the same as the board; not before the first was due, nor while it is paused."""
    settings.CALL_CLOCK_SHIFT = int((NOON + timedelta(minutes=9) - timezone.now()).total_seconds())
    due = NOON + timedelta(minutes=4)
    with inside():
        Entry.objects.update(earliest_at=due)
    address = f"/api/v1/batches/{silent.code}/summary"
    assert datetime.fromisoformat(answer(api(alice).get(address))["silent_since"]) == due
    with inside():
        Campaign.objects.update(state="paused", paused_at=NOON)
    assert answer(api(alice).get(address))["silent_since"] is None
