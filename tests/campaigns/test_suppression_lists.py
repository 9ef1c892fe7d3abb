"""Lists of who must not be called: looked at, applied as looked at, undone but for persons' wishes (W4)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.actions import ListPreview, Reach
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, Entry, Suppression, SuppressionList
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.records.erasure import masked
from tenants.records.models import AuditEntry, StoredFile
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.test_suppress import person, state_of

pytestmark = pytest.mark.usefixtures("in_acme")
NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
RUT = "9876543-3"
NUMBERS = [f"+5698765432{last}" for last in range(10)]


@pytest.fixture
def account() -> Account:
    return an_account(a_provider())


def looked(texts: list[str], account: Account | None = None, kind: str = "number") -> ListPreview:
    """Look at a list that a person typed."""
    lines = actions.lines_of(texts, SuppressionKind(kind))
    reach = Reach(SuppressionSource.PERSON, account)
    return actions.preview_list(lines=lines, country="CL", reach=reach, now=NOW)


def applied(texts: list[str], account: Account | None = None, kind: str = "number") -> SuppressionList:
    return actions.apply_list(list_id=looked(texts, account, kind).made.pk, now=NOW)


def said(text: str, account: Account | None = None) -> Suppression:
    """Say one by hand."""
    reach = Reach(SuppressionSource.PERSON, account)
    kind = SuppressionKind.NUMBER
    return actions.suppress(kind=kind, text=text, country="CL", reach=reach, now=NOW)[0]


def in_force() -> set[str]:
    return set(Suppression.objects.in_force().values_list("value", flat=True))


def counts(made: SuppressionList) -> tuple[int, int, int, int]:
    return (made.total, made.created, made.already, made.refused)


def test_a_look_writes_no_suppression(account: Account) -> None:
    """W4, W3: every row is counted, with the reasons; who waits and where is told."""
    campaign = a_campaign(account)
    waits = person(campaign, f"N:{NUMBERS[1]}", NUMBERS[1:2])
    person(campaign, f"D:CL:{RUT}", [NUMBERS[2], NUMBERS[9]])
    person(campaign, "D:CL:1-9", [NUMBERS[8]])
    said(NUMBERS[0])
    found = looked([*NUMBERS[:3], NUMBERS[1], "letters", ""])
    assert counts(found.made) == (6, 2, 2, 2)
    assert [(one.place, one.code) for one in found.written.refusals] == [
        (5, "phone_unreadable"),
        (6, "phone_missing"),
    ]
    assert [wish.value for wish in found.new] == NUMBERS[1:3]
    touched = found.touched
    assert (touched.waiting, touched.people, touched.campaign_count) == (2, 2, 1)
    assert touched.campaigns == [(campaign.code, campaign.name, 2)]
    assert (in_force(), state_of(waits)) == ({NUMBERS[0]}, "queued")
    assert not AuditEntry.objects.filter(verb="suppress", object_id="").exists()


def test_a_look_counts_the_calls_of_its_account_alone(account: Account) -> None:
    provider = account.provider
    assert provider
    second = an_account(provider, code="acc-2")
    for one in (account, second):
        person(a_campaign(one, code=f"of-{one.code}"), f"D:CL:{RUT}", NUMBERS[:1])
    assert looked([RUT], kind="document").touched.waiting == 2
    assert looked([RUT], second, "document").touched.waiting == 1


def test_it_applies_exactly_what_was_looked_at(account: Account) -> None:
    """W4: who waits leaves the queue, the history says who and how many."""
    waits = person(a_campaign(account), f"D:CL:{RUT}", NUMBERS[:1])
    found = looked([RUT, "9876543-4"], account, "document")
    made = actions.apply_list(list_id=found.made.pk, now=LATER)
    assert (counts(made), made.ended, made.applied_at, made.state) == ((2, 1, 0, 1), 1, LATER, "applied")
    assert state_of(waits) == "suppressed"
    wish = Suppression.objects.get()
    assert (wish.in_list_id, wish.account_id, wish.source) == (made.pk, account.pk, "person")
    change = {"source": "person", "created": 1, "list": made.pk}
    assert AuditEntry.objects.get(verb="suppress").change == change
    with pytest.raises(actions.ListApplied):
        actions.apply_list(list_id=made.pk, now=LATER)
    with pytest.raises(actions.ListApplied):
        actions.look_again(list_id=made.pk)


@pytest.mark.parametrize("change", ["said", "lifted"])
def test_it_refuses_what_is_no_longer_what_was_shown(change: str) -> None:
    """W4: somebody said or lifted one of them meanwhile; nothing is written until it is looked at again."""
    before = said(NUMBERS[0])
    found = looked(NUMBERS[:3])
    if change == "said":
        said(NUMBERS[1])
    else:
        actions.lift(suppression_id=before.pk, now=NOW)
    there = in_force()
    assert not actions.look_at(SuppressionList.objects.get()).holds
    with pytest.raises(actions.ListOutdated):
        actions.apply_list(list_id=found.made.pk, now=NOW)
    assert in_force() == there
    again = actions.look_again(list_id=found.made.pk)
    assert again.made.created == (1 if change == "said" else 3)
    actions.apply_list(list_id=found.made.pk, now=NOW)
    assert in_force() == set(NUMBERS[:3])


def test_what_others_say_does_not_spoil_a_look() -> None:
    """Only the numbers and documents of the list count."""
    found = looked(NUMBERS[:2])
    said(NUMBERS[5])
    assert actions.apply_list(list_id=found.made.pk, now=NOW).created == 2


def test_a_file_is_kept_for_a_day() -> None:
    """A look without its file cannot be applied; the next look forgets those nobody applied."""
    found = looked(NUMBERS[:1])
    StoredFile.objects.all().delete()
    with pytest.raises(actions.PreviewGone):
        actions.apply_list(list_id=found.made.pk, now=NOW)
    SuppressionList.objects.update(created_at=NOW - timedelta(days=2))
    second = looked(NUMBERS[:1])
    assert list(SuppressionList.objects.all()) == [second.made]


def test_an_undo_lifts_what_the_list_made() -> None:
    """W4: of its rows those that were new; what was there before stays, and what was lifted is told."""
    said(NUMBERS[0])
    made = applied(NUMBERS[:4])
    actions.lift(suppression_id=Suppression.objects.get(value=NUMBERS[3]).pk, now=NOW)
    found = actions.undoable(made)
    assert (len(found.lifted), found.stayed, found.gone) == (2, 0, 1)
    undone = actions.undo_list(list_id=made.pk, now=LATER)
    assert (undone.lifted, undone.stayed, undone.undone_at, undone.state) == (2, 0, LATER, "undone")
    assert in_force() == {NUMBERS[0]}
    assert AuditEntry.objects.get(verb="undo").change == {"lifted": 2, "stayed": 0}
    with pytest.raises(actions.ListNotUndoable):
        actions.undo_list(list_id=made.pk, now=LATER)


def test_an_undo_leaves_what_somebody_said_again() -> None:
    """By hand, or by a list that was applied later; that list's own undo does not lift it either."""
    made = applied(NUMBERS[:3])
    said(NUMBERS[0])
    second = applied(NUMBERS[1:2])
    undone = actions.undo_list(list_id=made.pk, now=LATER)
    assert (undone.lifted, undone.stayed, in_force()) == (1, 2, set(NUMBERS[:2]))
    assert actions.undo_list(list_id=second.pk, now=LATER).lifted == 0


def test_a_list_that_says_something_twice_says_it_once() -> None:
    """Its own repetitions keep nothing back."""
    made = applied([*NUMBERS[:2], *NUMBERS[:2]])
    assert actions.undo_list(list_id=made.pk, now=LATER).lifted == 2


def test_an_undo_leaves_what_a_person_asked_for_in_a_call(account: Account) -> None:
    """C21: the call's wish finds the list's in force and is kept with it, the call and its word."""
    person(a_campaign(account), f"D:CL:{RUT}", NUMBERS[:1])
    (call,) = claimed(account, now=NOW).calls
    assert mark(call.id, now=NOW)
    made = applied([NUMBERS[0], NUMBERS[5]])
    apply_report(call.id, a_talk(call.id, at=NOW, reason="user_requested_dnc"), now=NOW)
    undone = actions.undo_list(list_id=made.pk, now=LATER)
    assert (undone.lifted, undone.stayed, in_force()) == (1, 1, {NUMBERS[0], f"D:CL:{RUT}"})
    row = Suppression.objects.get(value=NUMBERS[0])
    assert (row.in_list_id, row.source, row.attempt) == (made.pk, "call", call.id)


def test_many_leave_what_a_person_asked_for_in_a_call(account: Account) -> None:
    """C21, W4: the call's wish finds one that was said by hand; it is lifted by who has read it alone."""
    person(a_campaign(account), f"D:CL:{RUT}", NUMBERS[:1])
    (call,) = claimed(account, now=NOW).calls
    assert mark(call.id, now=NOW)
    row = said(NUMBERS[0])
    apply_report(call.id, a_talk(call.id, at=NOW, reason="user_requested_dnc"), now=NOW)
    found = actions.liftable([row.pk])
    assert (found.lifted, found.stayed, found.gone) == ({}, 1, 0)


def test_many_leave_what_was_said_again_since_it_was_shown() -> None:
    """W4: by hand, or by a list; nobody who looked has seen that."""
    rows = [said(number) for number in NUMBERS[:3]]
    applied(NUMBERS[2:3])
    shown = actions.liftable([row.pk for row in rows]).lifted
    assert len(shown) == 3
    said(NUMBERS[1])
    applied(NUMBERS[2:3])
    found = actions.lift_many(shown=shown, now=LATER)
    assert (list(found.lifted), found.stayed) == ([rows[0].pk], 2)
    assert in_force() == set(NUMBERS[1:3])
    again = actions.liftable([row.pk for row in rows[1:]]).lifted
    assert list(actions.lift_many(shown=again, now=LATER).lifted) == [row.pk for row in rows[1:]]


def test_a_list_that_is_there_already_is_said_again() -> None:
    """W4: it stands in the history; the first one's undo leaves its numbers, and its own lifts nothing."""
    first, second = applied(NUMBERS[:2]), applied(NUMBERS[:2])
    assert (counts(second), second.state) == ((2, 0, 2, 0), "applied")
    assert actions.undo_list(list_id=first.pk, now=LATER).stayed == 2
    undone = actions.undo_list(list_id=second.pk, now=LATER)
    assert (undone.lifted, undone.stayed, undone.state) == (0, 0, "undone")
    assert in_force() == set(NUMBERS[:2])


def test_an_undo_leaves_the_hash_of_an_erased_person() -> None:
    """S19: the wish outlives the person; no list takes it back."""
    made = applied(NUMBERS[:2])
    Suppression.objects.filter(value=NUMBERS[0]).update(value=masked(NUMBERS[0]))
    undone = actions.undo_list(list_id=made.pk, now=LATER)
    assert (undone.lifted, undone.stayed, in_force()) == (1, 1, {masked(NUMBERS[0])})


def test_an_undo_ends_nobody_s_end(account: Account) -> None:
    """Entries that the list ended stay ended; the next campaign calls."""
    ended = person(a_campaign(account), f"D:CL:{RUT}", NUMBERS[:1])
    made = applied([RUT], kind="document")
    actions.undo_list(list_id=made.pk, now=LATER)
    assert state_of(ended) == "suppressed"
    again = person(a_campaign(account, code="batch-2"), f"D:CL:{RUT}", NUMBERS[:1])
    assert [one.chosen.candidate.id for one in claimed(account, now=NOW).calls] == [again.pk]


def test_many_are_lifted_together_but_for_a_person_s_own_word() -> None:
    """W4: what was asked in a call, a registry keeps or an erasure left is lifted one by one."""
    rows = [said(number) for number in NUMBERS[:5]]
    Suppression.objects.filter(pk=rows[0].pk).update(source="call")
    Suppression.objects.filter(pk=rows[1].pk).update(source="registry")
    Suppression.objects.filter(pk=rows[2].pk).update(value=masked(NUMBERS[2]))
    actions.lift(suppression_id=rows[3].pk, now=NOW)
    numbers = [row.pk for row in rows]
    found = actions.liftable(numbers)
    assert (list(found.lifted), found.stayed, found.gone) == ([rows[4].pk], 3, 1)
    shown = dict.fromkeys([*numbers, 10**15], "")
    assert actions.lift_many(shown=shown, now=LATER) == found
    assert in_force() == {NUMBERS[0], NUMBERS[1], masked(NUMBERS[2])}
    assert AuditEntry.objects.get(verb="lift", object_id="").change == {"lifted": 1, "stayed": 3}


def test_a_list_that_is_written_at_once_can_be_undone_too(account: Account) -> None:
    """What a program sends without looking stands in the history; one that says nothing new does not."""
    lines = actions.lines_of(NUMBERS[:2], SuppressionKind.NUMBER)
    reach = Reach(SuppressionSource.API)
    written = actions.suppress_all(lines=lines, country="CL", reach=reach, now=NOW)
    assert written.in_list
    again = actions.suppress_all(lines=lines, country="CL", reach=reach, now=NOW)
    assert (again.in_list, SuppressionList.objects.count()) == (None, 1)
    assert actions.undo_list(list_id=written.in_list, now=LATER).stayed == 2, "said again by the second"
    assert Entry.objects.count() == 0
