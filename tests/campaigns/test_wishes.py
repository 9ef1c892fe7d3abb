"""Who says in a call that nobody may call again is called at none of their numbers (C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, Entry, Suppression
from campaigns.rules import EntryState
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
FIRST, SECOND = "+56980000000", "+56980000001"

pytestmark = pytest.mark.usefixtures("in_acme")


def refused(*, document: str) -> set[str]:
    """Let a person of two numbers who is called at the second say so; return what is not called any more."""
    account = an_account(a_provider())
    a_campaign(account, people=1)
    phones = [{"number": number, "kind": "mobile", "repaired": False} for number in (FIRST, SECOND)]
    key = f"D:CL:{document}" if document else f"N:{FIRST}"
    Entry.objects.update(
        person_key=key, document=document, phones=phones, next_phone=1, earliest_at=NOON - timedelta(hours=1)
    )
    (call,) = claimed(account, now=NOON).calls
    assert mark(call.id, now=NOON)
    apply_report(call.id, a_talk(call.id, at=NOON, reason="user_requested_dnc"), now=NOON)
    return set(Suppression.objects.values_list("value", flat=True))


def test_without_a_document_it_is_none_of_their_numbers():
    """C21: their numbers are all that is known of the person."""
    assert refused(document="") == {FIRST, SECOND}
    # Another campaign knows the first one alone.
    account, phones = Account.objects.get(), [{"number": FIRST, "kind": "mobile", "repaired": False}]
    other = a_campaign(account, code="batch-2", people=1)
    Entry.objects.filter(campaign=other).update(phones=phones, earliest_at=NOON)
    assert not claimed(account, now=NOON).calls
    assert Entry.objects.get(campaign__code="batch-2").state == EntryState.SUPPRESSED


def test_with_a_document_it_is_the_person():
    """C21: the other number may be somebody else's as well."""
    assert refused(document="9876543-3") == {SECOND, "D:CL:9876543-3"}
