"""Somebody says a wish while another takes it back: it stays in force, whoever comes first (C21, W4)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from campaigns import actions
from campaigns.actions import Reach
from campaigns.dispatch.moving import hold
from campaigns.dispatch.wishes import suppress_caller
from campaigns.models import CallAttempt, Campaign, Entry, Suppression, SuppressionList
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.at_once import BLOCKED, one_behind_the_other
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.test_suppress import person
from tests.campaigns.test_suppression_lists import LATER, NUMBERS, applied, in_force, looked, said

pytestmark = pytest.mark.real_roles
NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)


@pytest.fixture
def made(acme: Tenant) -> SuppressionList:
    """A list that was applied."""
    with tenant_scope(acme.schema_name):
        return applied(NUMBERS[:2])


@pytest.fixture
def call(acme: Tenant) -> Iterator[CallAttempt]:
    """A call with somebody of the first number, who waits in another campaign as well."""
    with tenant_scope(acme.schema_name):
        account = an_account(a_provider())
        person(a_campaign(account), "D:CL:1-9", NUMBERS[:1])
        assert len(claimed(account, now=NOW).calls) == 1
        person(Campaign.objects.get(), f"N:{NUMBERS[0]}", NUMBERS[:1])
        yield CallAttempt.objects.get()


def undo(made: SuppressionList) -> Callable[[], Any]:
    return lambda: actions.undo_list(list_id=made.pk, now=LATER)


def live(acme: Tenant) -> set[str]:
    with tenant_scope(acme.schema_name):
        return in_force()


def write_in_call() -> None:
    suppress_caller(CallAttempt.objects.get(), Entry.objects.get(calls=CallAttempt.objects.get()))


def beside(acme: Tenant, do: Callable[[], Any]) -> Any:
    """Do it in the tenant from a thread of its own, whose connection ends with it."""
    try:
        with tenant_scope(acme.schema_name):
            return do()
    finally:
        connections.close_all()


def until_blocked_or(done: Callable[[], bool]) -> bool:
    """Wait until somebody waits for this connection; say whether that was before `done`."""
    for _time in range(500):
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            if cursor.fetchone()[0]:
                return True
        if done():
            return False
    raise AssertionError("nothing happened")


def test_a_lift_behind_a_wish_that_is_said_again_is_refused(acme: Tenant) -> None:
    """W4, C21: it waits for who says it, and then finds another wish than the one that was seen."""
    with tenant_scope(acme.schema_name):
        number = said(NUMBERS[0]).pk
    told = one_behind_the_other(
        acme, lambda: said(NUMBERS[0]), lambda: actions.lift(suppression_id=number, now=LATER, seen="")
    )
    assert isinstance(told, actions.SaidAgain)
    assert live(acme) == {NUMBERS[0]}


@pytest.mark.parametrize("say", ["hand", "list"])
def test_an_undo_behind_a_wish_leaves_it(acme: Tenant, made: SuppressionList, say: str) -> None:
    """W4: whoever said it was told that it is in force."""
    again = {"hand": lambda: said(NUMBERS[0]), "list": lambda: applied(NUMBERS[:1])}[say]
    undone = one_behind_the_other(acme, again, undo(made))
    assert (undone.lifted, undone.stayed, live(acme)) == (1, 1, {NUMBERS[0]})


@pytest.mark.parametrize("say", ["hand", "list"])
def test_a_wish_behind_an_undo_is_written_anew(acme: Tenant, made: SuppressionList, say: str) -> None:
    """W4: what it found in force is lifted by the time that it may look."""
    lines, reach = actions.lines_of(NUMBERS[:1], SuppressionKind.NUMBER), Reach(SuppressionSource.API)
    again = {
        "hand": lambda: said(NUMBERS[0]),
        "list": lambda: actions.suppress_all(lines=lines, country="CL", reach=reach, now=NOW),
    }[say]
    one_behind_the_other(acme, undo(made), again)
    assert live(acme) == {NUMBERS[0]}


def test_an_undo_behind_a_call_leaves_what_was_asked_there(
    acme: Tenant, call: CallAttempt, made: SuppressionList
) -> None:
    """C21: however late its end is told, in whatever campaign."""
    undone = one_behind_the_other(acme, write_in_call, undo(made))
    assert (undone.lifted, undone.stayed) == (1, 1)
    assert NUMBERS[0] in live(acme)


def test_a_call_behind_an_undo_writes_its_wish(
    acme: Tenant, call: CallAttempt, made: SuppressionList
) -> None:
    """C21"""
    one_behind_the_other(acme, undo(made), write_in_call)
    with tenant_scope(acme.schema_name):
        row = Suppression.objects.in_force().get(value=NUMBERS[0])
        assert (row.attempt, row.in_list_id) == (call.pk, None)


def test_lifting_many_behind_a_wish_leaves_it(acme: Tenant) -> None:
    """W4: it was not what was shown."""
    with tenant_scope(acme.schema_name):
        rows = [said(number) for number in NUMBERS[:2]]
        shown = actions.liftable([row.pk for row in rows]).lifted
    lifted = one_behind_the_other(
        acme, lambda: said(NUMBERS[0]), lambda: actions.lift_many(shown=shown, now=LATER)
    )
    assert (list(lifted.lifted), lifted.stayed, live(acme)) == ([rows[1].pk], 1, {NUMBERS[0]})


def test_a_wish_and_a_call_that_ends_do_not_wait_for_each_other(acme: Tenant, call: CallAttempt) -> None:
    """C21: who ends a call holds its campaign, then writes; a wish takes the same two in the same order."""
    with ThreadPoolExecutor(1) as threads, tenant_scope(acme.schema_name):
        with transaction.atomic():
            hold([call.campaign_id])
            told = threads.submit(beside, acme, lambda: said(NUMBERS[0]))
            assert until_blocked_or(told.done)
            write_in_call()
        row = told.result(timeout=30)
        assert (row.attempt, row.said_again_at is None) == (call.pk, False)


def test_a_list_that_is_being_applied_is_not_forgotten(acme: Tenant) -> None:
    """W4: though its day is over, and others are looked at meanwhile."""
    with ThreadPoolExecutor(1) as threads, tenant_scope(acme.schema_name):
        old = looked(NUMBERS[:1]).made
        SuppressionList.objects.update(created_at=NOW - timedelta(days=2))
        with transaction.atomic():
            actions.apply_list(list_id=old.pk, now=NOW)
            other = threads.submit(beside, acme, lambda: looked(NUMBERS[1:2]))
            wait([other], timeout=2)
        kept = {old.pk, other.result(timeout=30).made.pk}
        assert set(SuppressionList.objects.values_list("pk", flat=True)) == kept
