"""Who asks to be called back at an hour is called then, by their own clock (C14, C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Campaign, Entry
from campaigns.providers import Analysis
from campaigns.rules import EntryReason
from tests.campaigns.called import a_talk
from tests.campaigns.calling import ZONE, a_campaign, a_provider, an_account, claimed

# A Wednesday in winter, 12:00 in Santiago, 13:00 in Punta Arenas, 10:00 on Easter Island.
NOON = datetime(2026, 6, 17, 16, 0, tzinfo=UTC)
PUNTA_ARENAS, EASTER = "America/Punta_Arenas", "Pacific/Easter"

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.mark.parametrize(
    ("zones", "said", "hour"),
    [
        (ZONE, "2026-06-18T15:00", 19),
        (PUNTA_ARENAS, "2026-06-18T15:00", 18),
        # Of several clocks the account's.
        (f"{ZONE}|{EASTER}", "2026-06-18T15:00", 19),
        # A moment with its zone is what it says.
        (PUNTA_ARENAS, "2026-06-18T15:00-04:00", 19),
        # As people write a day (C3).
        (ZONE, "18/06/2026 15:00", 19),
        (PUNTA_ARENAS, " 18-06-26, 15:00 ", 18),
    ],
)
def test_an_hour_is_the_persons_own(zones, said, hour):
    """C21: at the time asked."""
    a_wish(zones, said)
    entry = Entry.objects.get()
    assert entry.reason == EntryReason.CALLBACK_ASKED
    assert entry.earliest_at == datetime(2026, 6, 18, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "9999-12-31",
        "9999-12-31T23:59-04:00",
        "0001-01-01",
        "2026-06-17T11:59",
        "2027-06-18T15:00",
        "31/02/2027",
    ],
)
def test_a_moment_that_nobody_can_mean_is_none(said):
    """C21: before the talk's end, or beyond a year: the next try is the usual one, a day later."""
    a_wish(ZONE, said)
    entry = Entry.objects.get()
    assert entry.reason == EntryReason.CALLBACK_ASKED
    assert entry.earliest_at == NOON + timedelta(days=1, seconds=20)


def a_wish(zones: str, said: str) -> None:
    """Let a person who was called at noon ask for another call."""
    account = an_account(a_provider())
    a_campaign(account, people=1, use_case="marketing")
    Entry.objects.update(zones=zones, earliest_at=NOON - timedelta(hours=1))
    Campaign.objects.update(zones=[zones])
    (call,) = claimed(account, now=NOON).calls
    assert mark(call.id, now=NOON)
    wish = Analysis(custom={"callback_at": said})
    report = a_talk(call.id, at=NOON, reason="user_requested_callback", analysis=wish)
    apply_report(call.id, report, now=NOON + timedelta(minutes=1))
