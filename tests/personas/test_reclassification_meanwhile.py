"""What people and other jobs do while a reclassification is under way (R2, R3, R5, R8, P7)."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from personas import actions, queries
from personas.actions.contact_rows import lock_contacts
from personas.actions.reclassifying import applying, listing
from personas.actions.reclassifying.listing import Lister
from personas.models import Contact, ContactPersona, JobTitle, ListedChange, Persona, Reclassification
from personas.rules import ReclassificationType
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.personas.importing import import_rows, work
from tests.personas.six_people import by_hand, make_people, personas, ran

AFFECTED = ReclassificationType.AFFECTED


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    return make_people(in_acme)


def hand_over(contact: int, code: str, alice: User) -> None:
    """Give a contact a persona by hand, and leave the contact to the jobs again."""
    actions.assign_persona(contact_id=contact, persona=Persona.objects.get(code=code), by=alice.pk)
    actions.lock_contact(contact_id=contact, by=alice.pk, locked=False)


def after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, happens: Callable[..., None]) -> None:
    """Let something happen each time a function has done its part."""
    whole = getattr(owner, name)

    def with_more(*args: Any, **keywords: Any) -> Any:
        found = whole(*args, **keywords)
        happens(found)
        return found

    monkeypatch.setattr(owner, name, with_more)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_persona_made_meanwhile_has_its_name(
    alice: User, in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    """R4: the rules of the job's first moment do not know it, its result tells it all the same."""
    by_hand("Zootecnista")

    def new_persona(_found: object) -> None:
        actions.save_persona(persona=Persona(code="nueva", name="Nueva", priority=50))
        hand_over(people["N0"], "nueva", alice)

    after(monkeypatch, Lister, "decide_titles", new_persona)
    found = ran(in_acme, dry_run=dry_run)
    assert found.result is not None
    moves = {(one["old_persona"], one["new_persona"]) for one in found.result["transitions"]}
    assert moves == {("mateo", "dc_medicas"), ("nueva", "dc_marketing")}
    assert "nueva" in {one["old_persona"] for one in found.result["sample_changes"]}


def test_a_contact_met_again_under_another_title_is_listed_once(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R5: the backfill mends a stale copy between two stretches, and both titles are selected."""
    by_hand("Zootecnista")
    monkeypatch.setattr(listing, "CONTACTS", 1)
    stale = Contact.objects.get(pk=people["N2"]).title_id
    Contact.objects.filter(pk=people["N2"]).update(job_title="Zootecnista Mayor")

    def mend(found: Any) -> None:
        if found[1] and found[1]["title"] == stale:
            actions.backfill()

    after(monkeypatch, Lister, "list_contacts", mend)
    progress = ran(in_acme, AFFECTED, params={"keywords": ["zootecnista"]}, dry_run=False).progress
    assert (progress.processed, progress.updated, progress.errors) == (progress.total_contacts, 1, 0)
    assert personas()["N3"] == "dc_medicas"


def test_a_contact_whose_copy_is_lost_meanwhile_is_listed_once(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R3, R5: met again without a copy, it is counted as it was met first, and left as changed."""
    by_hand("Zootecnista")

    def lose_copy(_found: object) -> None:
        Contact.objects.filter(pk=people["N2"]).update(title=None)
        ContactPersona.objects.filter(contact=people["N2"]).update(title=None)

    after(monkeypatch, Lister, "list_contacts", lose_copy)
    found = ran(in_acme, dry_run=False)
    progress = found.progress
    assert (progress.total_contacts, progress.processed) == (5, 5)
    assert (progress.updated, progress.skipped_same) == (1, 4)


def test_the_dictionary_keeps_what_newer_rules_say(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: the job keeps to its rules, but a title that was decided by newer ones is none of its titles."""
    by_hand("Zootecnista")

    def newer_rules(_found: object) -> None:
        by_hand("Zootecnista Mayor", persona="dc_generales")
        actions.change_title(contact_id=people["N0"], job_title="Zootecnista Mayor")

    after(monkeypatch, Lister, "list_without_copy", newer_rules)
    ran(in_acme, dry_run=False)
    kept = dict(JobTitle.objects.values_list("normalized", "persona__code"))
    assert (kept["zootecnista"], kept["zootecnista mayor"]) == ("dc_medicas", "dc_generales")


def test_a_contact_deleted_while_it_was_listed_is_no_change(
    alice: User, in_acme: Tenant, people: dict[str, int]
) -> None:
    """R3, R4: who deletes cannot see rows that are just being written; they count, but as left."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    kept = ListedChange.objects.filter(contact=people["N2"]).values().get()
    actions.delete_contact(contact_id=people["N2"], by=alice.pk)
    ListedChange.objects.create(**kept)
    found = ran(in_acme, dry_run=False, preview_job_id=preview.job_id)
    progress = found.progress
    assert (progress.total_contacts, progress.updated, progress.skipped_same) == (5, 1, 4)
    assert found.result is not None
    assert [one["contact_id"] for one in found.result["sample_changes"]] == [str(people["N3"])]


def test_an_undo_leaves_what_a_person_decided_since(
    alice: User, in_acme: Tenant, people: dict[str, int]
) -> None:
    """R8: also when it is what the job had decided, and the contact is free again."""
    by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    hand_over(people["N2"], "mateo", alice)
    hand_over(people["N2"], "dc_medicas", alice)
    back = work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert personas() == personas() | {"N2": "dc_medicas", "N3": "mateo"}
    assert [one.contact_id for one in queries.left_by(job_id=back.id)] == [people["N2"]]


def follow_decisions(_people: dict[str, int], _by: User) -> None:
    applying.follow_decisions(Reclassification(id=1, revision=1), after=0)


def delete_persona(_people: dict[str, int], _by: User) -> None:
    actions.delete_persona(persona=Persona.objects.get(code="dc_generales"))


def reorder(_people: dict[str, int], by: User) -> None:
    actions.reorder_personas(priorities=[("dc_generales", 2), ("dc_marketing", 1)], by=by.pk)


def assign(people: dict[str, int], by: User) -> None:
    hand_over(people["N1"], "dc_marketing", by)


def recount(_people: dict[str, int], _by: User) -> None:
    actions.recount()


@pytest.mark.real_roles
@pytest.mark.parametrize(
    "act",
    [pytest.param(follow_decisions, marks=pytest.mark.services), delete_persona, reorder, assign, recount],
)
def test_whoever_locks_titles_personas_or_days_waits_for_writers_first(
    acme: Tenant, alice: User, act: Callable[[dict[str, int], User], None]
) -> None:
    """R5: two that lock them in different orders would wait for each other, and one would be cut off."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, "N1,X,https://linkedin.com/in/n1,,A,Zootecnista,")
        people = dict(Contact.objects.values_list("first_name", "id"))
    held, done = Event(), Event()

    def one(number: int) -> bool | None:
        with tenant_scope(acme.schema_name), transaction.atomic():
            if not number:
                lock_contacts()
                held.set()
                return done.wait(0.5)
            assert held.wait(20)
            act(people, alice)
            done.set()
            return None

    assert at_once(2, one) == [False, None]
