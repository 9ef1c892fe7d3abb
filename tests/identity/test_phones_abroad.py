"""A number from abroad that looks like one of here: in Chile +65 8123 4567 is Singapore's (I1)."""

import logging
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.utils import timezone

from identity import actions
from identity.actions.erasing import IdentityTraces
from identity.matching import keys
from identity.models import Case, Driver, Identifier, Lead, Person, ScoutRegistration
from identity.queries.tied import tied
from identity.rules import Via
from identity.views.person import finding
from tenants.display.persons import Key, KeyKind
from tenants.records.erasure import keys_of
from tenants.scope import owner_scope, tenant_scope
from tests.identity import fleet
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked
from tests.identity.holding import holdings
from tests.identity.importing import taken

WRITTEN, DIGITS = "+65 8123 4567", "6581234567"
KEY, WRONG = f"+{DIGITS}", f"56{DIGITS}"
UNNAMED = ",2026-03-06,lima,Eva,Soto,+65 8123 4567,,"


@pytest.fixture(autouse=True)
def in_chile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "COUNTRY", "CL")


def read_again(schema: str) -> None:
    """Do what the migration does, twice."""
    migration = import_module("identity.migrations.0006_phones_from_abroad")
    with owner_scope(schema), connection.schema_editor() as editor:
        migration.read_again(apps, editor)
        migration.read_again(apps, editor)


def tried_in_vain(lead: Lead) -> None:
    """Leave a lead with a case that sleeps."""
    actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
    assert Case.objects.get().woken_at is None


@pytest.fixture
def as_before(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Read every number as one of here, as it was; `undo` ends it."""
    monkeypatch.setattr(keys, "_written_abroad", lambda *_given: "")
    return monkeypatch


def test_other_apps_find_it_by_its_whole_number(in_acme: Any) -> None:
    """W1, W3: they write E.164, whatever the key is."""
    person = a_person("Ana", phone=KEY)
    a_lead("L-ana", phone=WRITTEN)
    found = tied(emails=[], phones=[KEY, "+56987654321"])
    assert found.persons == {("phone", KEY): {person.pk}}
    assert found.known == {person.pk: {"phone": [KEY]}}
    assert ("phone", KEY) in found.red
    assert finding.key_of("phone", KEY, "CL") == Key(KeyKind.PHONE, KEY)


def test_who_is_to_be_forgotten_is_found_and_offered_as_one_number(in_acme: Any) -> None:
    """S19: by its number, and as a further key with one plus."""
    a_lead("L-ana", phone=WRITTEN, document="111111111")
    by_phone = IdentityTraces().found(keys_of(country="CL", phone=WRITTEN))
    assert by_phone.persons == 1
    by_document = IdentityTraces().found(keys_of(country="CL", document="111111111"))
    assert ("phone", KEY) in by_document.also


def test_what_was_read_as_national_is_read_again(acme: Any, as_before: pytest.MonkeyPatch) -> None:
    """I1, I7c: leads, accounts, registrations, what people wrote of persons; nothing else, and once."""
    with tenant_scope(acme.schema_name):
        a_scout("S-ana", phone=WRITTEN)
        person = a_person("Ana", phone=WRONG)
        linked(a_lead("L-ana", phone=WRITTEN), person)
        a_driver("d-ana", phone="0065 8123 4567")
        others = [a_lead("L-eva", phone="+56 9 1234 5678"), a_lead("L-bea", phone="6581234567")]
        kept = {one.source_pk: (one.phone_key, one.inputs) for one in others}
        assert set(Lead.objects.values_list("phone_key", flat=True)) == {WRONG, "56912345678"}
        before = Lead.objects.get(source_pk="L-ana").inputs
    as_before.undo()
    read_again(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert Lead.objects.get(source_pk="L-ana").phone_key == KEY
        assert Lead.objects.get(source_pk="L-ana").inputs != before
        assert ScoutRegistration.objects.get().phone_key == Driver.objects.get().phone_key == KEY
        assert Identifier.objects.get().value == KEY
        left = Lead.objects.exclude(source_pk="L-ana")
        assert {one.source_pk: (one.phone_key, one.inputs) for one in left} == kept


def test_a_number_of_here_stays_its_persons(acme: Any, as_before: pytest.MonkeyPatch) -> None:
    """I1: who has it by a row of their own keeps it, though a foreigner was taken for them."""
    with tenant_scope(acme.schema_name):
        person = a_person("Ana", phone=WRONG)
        linked(a_lead("L-own", phone="6 5812 34567"), person)
        linked(a_lead("L-abroad", phone=WRITTEN), person)
        Lead.objects.filter(source_pk="L-own").update(phone_key=WRONG)
    as_before.undo()
    read_again(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert Lead.objects.get(source_pk="L-abroad").phone_key == KEY
        assert Identifier.objects.get().value == WRONG


def test_who_was_disturbed_by_it_is_tried_again(acme: Any) -> None:
    """I7c: an account that bore a lead's number bears it no longer."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L-own", name="Ana María Rojas", phone="912345678")
        Lead.objects.update(phone_key=WRONG)
        a_driver("d-abroad", name="Wei Tan Lim", phone=WRITTEN)
        Driver.objects.update(phone_key=WRONG)
        tried_in_vain(lead)
    read_again(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert Case.objects.filter(woken_at__gt=F("tried_at")).exists()


def test_the_same_file_again_makes_nobody_twice(acme: Any, as_before: pytest.MonkeyPatch) -> None:
    """Imports: without an external id a lead is known again by the digest of its keys."""
    with tenant_scope(acme.schema_name):
        assert taken(acme, "leads", UNNAMED) == {"total_rows": 1, "created": 1}
    as_before.undo()
    read_again(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert taken(acme, "leads", UNNAMED) == {"total_rows": 1, "unchanged": 1}


def test_an_account_read_again_wakes_who_has_its_number(acme: Any) -> None:
    """I7c: another key of an account is new evidence."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L-ana", phone=WRITTEN)
        a_driver("d-ana", phone=WRITTEN)
        Driver.objects.update(phone_key=WRONG)
        tried_in_vain(lead)
    read_again(acme.schema_name)
    with tenant_scope(acme.schema_name):
        assert Case.objects.filter(woken_at__gt=F("tried_at")).exists()


class TestTakingBack:
    """I9: a merge or a split that moved a number which is read again can still be taken back."""

    def merged(self, *, known: dict[str, Any]) -> Any:
        """Merge whoever has a lead from abroad into somebody; return the change."""
        kept, gone = a_person("Ana", **known), a_person("Ana R", phone=WRONG)
        linked(a_lead("L-abroad", phone=WRITTEN), gone)
        return actions.merge_persons(kept=kept.pk, gone=gone.pk, by=uuid4())

    def held(self, person: Person) -> set[str]:
        return set(Identifier.objects.filter(person=person).values_list("value", flat=True))

    def test_of_a_merge(self, acme: Any, as_before: pytest.MonkeyPatch) -> None:
        """The number goes back as it is read now."""
        with tenant_scope(acme.schema_name):
            change = self.merged(known={})
        as_before.undo()
        read_again(acme.schema_name)
        with tenant_scope(acme.schema_name):
            assert self.held(change.kept) == {KEY}
            actions.undo_change(change_id=change.pk, by=uuid4())
            assert (self.held(change.kept), self.held(change.other)) == (set(), {KEY})

    @pytest.mark.parametrize("own", [WRONG, KEY])
    def test_of_a_merge_of_two_who_had_it(self, acme: Any, as_before: pytest.MonkeyPatch, own: str) -> None:
        """What both had is one row meanwhile: it comes again, as it is read now, or as the other's is."""
        with tenant_scope(acme.schema_name):
            change = self.merged(known={"phone": WRONG})
            if own == WRONG:
                linked(a_lead("L-own", phone="6 5812 34567"), change.kept)
                Lead.objects.filter(source_pk="L-own").update(phone_key=WRONG)
        as_before.undo()
        read_again(acme.schema_name)
        with tenant_scope(acme.schema_name):
            assert self.held(change.kept) == {own}
            actions.undo_change(change_id=change.pk, by=uuid4())
            assert (self.held(change.kept), self.held(change.other)) == ({own}, {KEY})

    def test_of_one_merge_after_another(self, acme: Any, as_before: pytest.MonkeyPatch) -> None:
        """Each of them, the last one first."""
        with tenant_scope(acme.schema_name):
            first = self.merged(known={})
            second = actions.merge_persons(kept=a_person("Eva").pk, gone=first.kept_id, by=uuid4())
        as_before.undo()
        read_again(acme.schema_name)
        with tenant_scope(acme.schema_name):
            for change in (second, first):
                actions.undo_change(change_id=change.pk, by=uuid4())
            assert self.held(first.other) == {KEY}

    def test_of_a_split(self, acme: Any, as_before: pytest.MonkeyPatch) -> None:
        """Who was split off takes the number along, and gives it back."""
        with tenant_scope(acme.schema_name):
            person = a_person("Ana", phone=WRONG)
            linked(a_lead("L-own"), person)
            abroad = linked(a_lead("L-abroad", phone=WRITTEN), person)
            change = actions.split_person(person=person.pk, links=[abroad.pk], by=uuid4())
        as_before.undo()
        read_again(acme.schema_name)
        with tenant_scope(acme.schema_name):
            assert self.held(change.other) == {KEY}
            actions.undo_change(change_id=change.pk, by=uuid4())
            assert (self.held(person), self.held(change.other)) == ({KEY}, set())


def test_links_by_a_number_read_again_are_counted(
    acme: Any, as_before: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """I9: they stay; how many there are is logged, and nobody's number."""
    with tenant_scope(acme.schema_name):
        linked(a_lead("L-abroad", phone=WRITTEN), a_person("Ana", phone=WRONG))
        linked(a_lead("L-own", phone="+56 9 1234 5678"), a_person("Eva"))
        before = holdings()["Link"]
    as_before.undo()
    with caplog.at_level(logging.WARNING):
        read_again(acme.schema_name)
    (told,) = [one.getMessage() for one in caplog.records if "R1_PHONE_EXACT" in one.getMessage()]
    assert told.startswith(f"{acme.schema_name}: 1 links")
    assert DIGITS not in told
    with tenant_scope(acme.schema_name):
        assert holdings()["Link"] == before
