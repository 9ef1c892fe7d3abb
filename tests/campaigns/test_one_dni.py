"""A DNI with its check digit and without is one person: in files, wishes, calls, and as it is stored (C4)."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from campaigns import actions
from campaigns.actions import Reach
from campaigns.models import Account, CallAttempt, Campaign, Entry, Suppression
from campaigns.rules import EntryState, SuppressionKind, SuppressionSource
from tenants.scope import owner_scope
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.client_files import collection, debtor, ended

NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)
SHORT, LONG, LETTER = "D:PE:10117410", "D:PE:101174102", "D:PE:10117410G"
# Of another, whose beginning is the same.
RUC = "D:PE:10101174102"


@pytest.fixture
def account(in_acme: Any) -> Account:
    return an_account(a_provider(), country="PE", timezone="America/Lima")


def person(campaign: Campaign, key: str) -> Entry:
    """Put one more person into a campaign."""
    number = Entry.objects.count()
    add_people(campaign, 1, first=number)
    made, due = Entry.objects.get(document=str(number)), NOW - timedelta(1)
    Entry.objects.filter(pk=made.pk).update(person_key=key, document=key[5:], earliest_at=due)
    return made


def wish(value: str, **values: Any) -> Suppression:
    values = {"kind": "document", "source": SuppressionSource.FILE, **values}
    return Suppression.objects.create(value=value, **values)


def keys_of(rows: list[Entry]) -> list[str]:
    found = Entry.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].person_key for row in rows]


def migrate(schema: str) -> None:
    """Do what the migration does."""
    statements = import_module("campaigns.migrations.0015_one_dni").STATEMENTS
    with owner_scope(schema), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(("listed", "asked"), [("10117410-2", "10117410"), ("10117410", "10117410-2")])
def test_a_wish_binds_whichever_way_either_was_written(account, listed, asked):
    """C4, C15: what the list says and what the wish says are one person."""
    entry = person(a_campaign(account), read_key(listed))
    reach = Reach(SuppressionSource.PERSON)
    kind = SuppressionKind.DOCUMENT
    actions.suppress(kind=kind, text=asked, country="PE", reach=reach, now=NOW)
    entry.refresh_from_db()
    assert entry.state == EntryState.SUPPRESSED


def read_key(document: str) -> str:
    (found,) = in_peru(document).persons
    return str(found.key)


def in_peru(*documents: str) -> Any:
    return collection(*(debtor(one, mobile="987654321") for one in documents), country="PE", currency="PEN")


def test_rows_of_both_forms_are_one_person():
    """C7: called once."""
    found = in_peru("10117410-2", "10117410", "101174102", "10117410G")
    assert [one.key for one in found.persons] == [SHORT]
    assert ended(found) == [("accepted", "")] + [("merged", "same_person")] * 3


class TestWhatIsStored:
    def test_people_and_their_calls_get_the_one_key(self, acme, account):
        """C13, C15: so that wishes and limits find them; a RUC stays."""
        campaign = a_campaign(account)
        rows = [person(campaign, LONG), person(campaign, RUC)]
        assert len(claimed(account, now=NOW).calls) == 2
        migrate(acme.schema_name)
        assert keys_of(rows) == [SHORT, RUC]
        assert Entry.objects.get(pk=rows[0].pk).document == "10117410"
        assert set(CallAttempt.objects.values_list("person_key", flat=True)) == {SHORT, RUC}

    def test_who_stands_twice_in_a_campaign_stays_two(self, acme, account):
        """C7: an entry is once; the other keeps its key, and what bars it."""
        one, other = a_campaign(account), a_campaign(account, code="batch-2")
        rows = [person(one, LONG), person(one, SHORT), person(other, LONG), person(other, LETTER)]
        migrate(acme.schema_name)
        assert keys_of(rows) == [LONG, SHORT, SHORT, LETTER]

    def test_two_open_calls_are_two_until_they_end(self, acme, account):
        """C15: one open attempt for a person, whatever the key was."""
        for number, key in enumerate([LONG, SHORT]):
            person(a_campaign(account, code=f"batch-{number}"), key)
        assert len(claimed(account, now=NOW).calls) == 2
        migrate(acme.schema_name)
        assert set(CallAttempt.objects.values_list("person_key", flat=True)) == {LONG, SHORT}

    def test_wishes_hold_under_both_keys(self, acme, account):
        """C21: nothing that was asked for is lost; what was lifted stays so, a RUC is another's."""
        wish(LONG, reason="por carta")
        wish(LETTER, source=SuppressionSource.CALL, account=account)
        wish(SHORT, account=account)
        wish(RUC)
        wish("D:PE:123456789", lifted_at=NOW)
        migrate(acme.schema_name)
        live = Suppression.objects.in_force()
        values = set(live.values_list("value", "account", "source", "reason"))
        assert values == {
            (LONG, None, "file", "por carta"),
            (SHORT, None, "file", "por carta"),
            (LETTER, account.pk, "call", ""),
            (SHORT, account.pk, "call", ""),
            (RUC, None, "file", ""),
        }
        assert live.get(value=SHORT, account=account).said_again_at
