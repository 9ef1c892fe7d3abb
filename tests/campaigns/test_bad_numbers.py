"""A number that does not exist is flagged everywhere; a wish not to be called reaches all campaigns (C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.actions import Upload
from campaigns.models import Account, BadNumber, CallAttempt, Campaign, Entry, Suppression
from campaigns.rules import EntryReason, EntryState, ProcessingType
from tests.campaigns.called import End, call_everybody
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account
from tests.campaigns.uploading import drift

NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
BAD, GOOD = "+56980000000", "+56980000010"
FILE = (
    f"nombre;rut;telefono\nAna;11111111-1;{BAD} / {GOOD}\nEva;22222222-2;{BAD}\nIvo;33333333-3;+56980000020\n"
).encode()
pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account() -> Account:
    return an_account(a_provider())


def a_call(account: Account, reason: str, *, at: datetime = NOON, seconds: int = 0) -> Campaign:
    """Call one person once, at the number BAD."""
    made = a_campaign(account, people=1, code=f"batch-{at:%d%H}")
    Entry.objects.filter(campaign=made).update(earliest_at=at)
    assert len(call_everybody(account, now=at, ends=(End(reason, seconds),))) == 1
    return made


def test_a_call_that_finds_no_number_flags_it_for_the_next_file(account: Account) -> None:
    """C21, C10: the bad number of two retires, a person of bad ones alone is refused, as previewed."""
    a_call(account, "invalid_destination")
    flag = BadNumber.objects.get()
    assert (flag.number, flag.reason, flag.attempt) == (
        BAD, "invalid_destination", CallAttempt.objects.get().pk
    )  # fmt: skip
    upload = Upload(
        account.code, FILE, "next.csv", processing_type=ProcessingType.GENERIC, allow_duplicates=True
    )
    seen = actions.preview_client_file(upload=upload, now=NOON).read
    assert seen is not None
    assert {str(code): count for code, count in seen.codes().items()} == {"numbers_bad": 1}
    made = actions.create_from_file(upload=upload, now=NOON)
    stats = made.file.report or {}
    assert stats["codes"] == {"numbers_bad": 1}
    assert (stats["accepted"], stats["refused"]) == (2, 1)
    ana, ivo = Entry.objects.filter(campaign=made.campaign).order_by("row")
    assert [(phone["number"], phone.get("retired")) for phone in ana.phones] == [
        (BAD, "bad_number"), (GOOD, None)
    ]  # fmt: skip
    assert [phone.get("retired") for phone in ivo.phones] == [None]
    assert drift(made.campaign) == {}


def test_a_talk_or_a_person_takes_the_flag_away(account: Account) -> None:
    """C21: numbers are given out again; the newest call is the one that is told."""
    a_call(account, "invalid_destination")
    a_call(account, "user_hangup", at=NOON + timedelta(days=8), seconds=30)
    assert not BadNumber.objects.exists()
    a_call(account, "invalid_destination", at=NOON + timedelta(days=15))
    assert BadNumber.objects.get().found_at >= NOON + timedelta(days=15)
    assert actions.clear_bad_number(number=BAD)
    assert not actions.clear_bad_number(number=BAD)


def test_a_wish_said_in_one_campaign_reaches_every_other(account: Account) -> None:
    """C21: by document and by number, before the next claim; whoever has another number goes on with it."""
    other = a_campaign(account, code="other")
    add_people(other, 3)
    same, number_only, two_numbers = Entry.objects.filter(campaign=other).order_by("person_key")
    asked = a_call(account, "user_requested_dnc", seconds=15)
    for entry, key, phones in (
        (same, asked.entries.get().person_key, [GOOD]),
        (number_only, "D:CL:5-1", [BAD]),
        (two_numbers, "D:CL:6-K", [BAD, GOOD]),
    ):
        told = [{"number": number, "kind": "mobile", "repaired": False} for number in phones]
        Entry.objects.filter(pk=entry.pk).update(person_key=key, phones=told, earliest_at=NOON)
    assert {wish.kind for wish in Suppression.objects.in_force()} == {"number", "document"}
    call_everybody(account, now=NOON + timedelta(hours=1), ends=(End("dial_no_answer"),))
    for entry in (same, number_only):
        entry.refresh_from_db()
        assert (entry.state, entry.reason) == (EntryState.SUPPRESSED, EntryReason.DO_NOT_CALL)
    assert [call.to_number for call in CallAttempt.objects.filter(campaign=other)] == [GOOD]
