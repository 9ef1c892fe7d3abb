"""Two persons become one, one becomes two, and either can be taken back (I9)."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions, queries
from identity.actions import Choice
from identity.actions.people import refusals
from identity.models import (
    Case,
    Claim,
    Identifier,
    Lead,
    Link,
    MergeProposal,
    Origin,
    OriginChange,
    Person,
    PersonChange,
    Verdict,
)
from identity.rules import OriginStatus, Source, VerdictKind, Via
from tenants.records.models import AuditEntry
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, a_scout, linked
from tests.identity.holding import check_holdings, holdings

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()


def merge(kept, gone, **asked):
    return actions.merge_persons(kept=kept.pk, gone=gone.pk, by=BY, **asked)


def split(person, *links):
    return actions.split_person(person=person.pk, links=[one.pk for one in links], by=BY)


def undo(change):
    return actions.undo_change(change_id=change.pk, by=BY)


def decided(*persons):
    actions.decide_origins(persons=[one.pk for one in persons], now=timezone.now())


def a_claim(lead, milestone, state, person=None):
    return Claim.objects.create(
        source_pk=lead.source_pk, milestone=milestone, state=state, person=person, amount=25, currency="PEN"
    )


@pytest.fixture
def two():
    """Ana twice: an account, a lead and a claim each, one phone and a document in common."""
    kept, gone = (
        a_person("Ana", phone="51999888777"),
        a_person("Ana R", phone="51999888777", email="a@x.example"),
    )
    for person, document in ((kept, "D1"), (gone, "D2")):
        linked(a_driver(document=document), person)
        Identifier.objects.create(person=person, kind="document", value=document, is_sole=True)
        lead = a_lead(on=DAY if person is kept else DAY - timedelta(9))
        linked(lead, person)
        a_claim(lead, "M1", "generated" if person is kept else "paid", person)
    decided(kept, gone)
    return kept, gone


def test_all_that_is_ones_becomes_the_others(two):
    """I9: links, identifiers, claims; a tombstone with its successor stays."""
    kept, gone = two
    change = merge(kept, gone, note="same phone")
    assert set(Link.objects.values_list("person", flat=True)) == {kept.pk}
    held = kept.identifiers.values_list("kind", "value", "is_sole")
    assert set(held) == {
        ("phone", "51999888777", False),
        ("email", "a@x.example", False),
        ("document", "D1", True),
        ("document", "D2", True),
    }
    assert dict(Claim.objects.values_list("state", "person")) == {"paid": kept.pk, "generated": None}
    assert Origin.objects.get().person_id == kept.pk
    assert queries.successor_of(key=gone.pk) == kept.pk
    assert (change.verb, change.kept_id, change.other_id, change.note) == (
        "merge",
        kept.pk,
        gone.pk,
        "same phone",
    )
    entry = AuditEntry.objects.get(verb="merge")
    assert (entry.object_type, entry.object_id) == ("person", str(kept.pk))
    check_holdings()


@pytest.mark.parametrize(
    ("mine", "theirs", "winner"),
    [
        ("paid", "rejected", "paid"),
        ("expired", "generated", "expired"),
        ("expected", "generated", "generated"),
        ("rejected", "expired", "expired"),  # equally strong: the earlier lead's
    ],
)
def test_the_stronger_claim_counts_and_the_other_waits(mine, theirs, winner):
    """I14: unique per person and milestone; the other waits without a person, untouched."""
    kept, gone = a_person(), a_person()
    for person, state, days in ((kept, mine, 0), (gone, theirs, 3)):
        lead = a_lead(on=DAY - timedelta(days))
        linked(lead, person)
        a_claim(lead, "M1", state, person)
    merge(kept, gone)
    holders = dict(Claim.objects.values_list("state", "person"))
    assert holders == {winner: kept.pk, ({mine, theirs} - {winner}).pop(): None}


def test_undoing_gives_every_row_back(two):
    """I9: reversible, to the moment; once."""
    kept, gone = two
    lead = a_lead()
    for person, kind in ((kept, VerdictKind.CANNOT_LINK), (gone, VerdictKind.MUST_LINK)):
        actions.give_verdict(lead_id=lead.pk, kind=kind, person=person.pk, by=BY)
    before = holdings()
    change = merge(kept, gone)
    assert Verdict.objects.get().person_id == kept.pk
    assert Verdict.objects.get().kind == VerdictKind.MUST_LINK
    found = undo(change)
    assert holdings() == before
    assert found.undone_at
    assert found.undone_by == BY
    assert queries.successor_of(key=gone.pk) == gone.pk
    with pytest.raises(refusals.ChangeUndone):
        undo(change)
    assert OriginChange.objects.count() == 1
    merge(kept, gone)
    check_holdings()


def test_what_came_since_stays_where_it_is(two):
    """I9: undoing moves back what moved, no more."""
    kept, gone = two
    before = holdings()
    change = merge(kept, gone)
    lead = a_lead(on=DAY - timedelta(30))
    actions.resolve_case(lead_id=lead.pk, choice=Choice(person=kept.pk), by=BY)
    a_claim(lead, "M5", "generated", kept)
    undo(change)
    link = Link.objects.get(source_pk=lead.source_pk)
    assert link.person_id == kept.pk
    assert Claim.objects.get(milestone="M5").person_id == kept.pk
    check_holdings()
    link.delete()
    Claim.objects.filter(milestone="M5").delete()
    Verdict.objects.all().delete()
    decided(kept, gone)
    assert {**holdings(), "Origin": None} == {**before, "Origin": None}


def test_claims_that_changed_since_are_settled_anew(two):
    """I14: what the partner said meanwhile is not taken back."""
    kept, gone = two
    change = merge(kept, gone)
    lead = Link.objects.filter(source=Source.CABINET).latest("id")
    Claim.objects.create(
        source_pk=lead.source_pk, milestone="M5", state="generated", person=kept, amount=35, currency="PEN"
    )
    undo(change)
    assert Claim.objects.get(milestone="M5").person_id == gone.pk
    check_holdings()


@pytest.mark.parametrize("later", ["unlink", "split", "merge", "verdict", "confirm"])
def test_it_refuses_to_undo_what_later_acts_stand_on(two, later):
    """I9: named, and nothing is written."""
    kept, gone = two
    change = merge(kept, gone)
    moved = Link.objects.filter(pk__in=list(change.moved["identity_link"]))
    lead = moved.get(source=Source.CABINET)
    if later == "unlink":
        actions.unlink(link_id=lead.pk, by=BY)
    elif later == "split":
        split(kept, lead)
    elif later == "merge":
        merge(a_person(), kept)
    elif later == "verdict":
        number = Lead.objects.get(source_pk=lead.source_pk).pk
        actions.give_verdict(lead_id=number, kind=VerdictKind.MUST_LINK, person=kept.pk, by=BY)
    else:
        Identifier.objects.filter(kind="email").update(is_sole=True)
    before = holdings()
    with pytest.raises(refusals.NotUndoable) as refused:
        undo(change)
    assert refused.value.extra["what"]
    assert holdings() == before
    assert PersonChange.objects.get(pk=change.pk).undone_at is None


def test_it_refuses_to_undo_what_somebody_holds_again():
    """I9: a phone that both knew went with the tombstone and came back by another way since."""
    kept, gone = a_person(phone="51999888777"), a_person(phone="51999888777")
    change = merge(kept, gone)
    Identifier.objects.create(person=gone, kind="phone", value="51999888777")
    with pytest.raises(refusals.NotUndoable) as refused:
        undo(change)
    assert refused.value.extra == {"what": ["identifier"]}


def test_a_chain_of_merges_leads_to_who_lives():
    """I9: successors of successors; taken back from the end."""
    persons = [a_person(str(number), email=f"{number}@x.example") for number in range(4)]
    changes = [merge(after, before) for before, after in pairwise(persons)]
    assert {queries.successor_of(key=one.pk) for one in persons} == {persons[-1].pk}
    with pytest.raises(refusals.NotUndoable):
        undo(changes[0])
    for change in reversed(changes):
        undo(change)
    assert all(queries.successor_of(key=one.pk) == one.pk for one in persons)


def test_it_refuses_itself_tombstones_and_circles(two):
    """I9: the refusal of a tombstone names who lives on."""
    kept, gone = two
    with pytest.raises(refusals.SamePerson):
        merge(kept, kept)
    merge(kept, gone)
    for one, other in ((gone, kept), (kept, gone), (gone, a_person())):
        with pytest.raises(refusals.PersonMerged) as refused:
            merge(one, other)
        assert refused.value.extra == {"person": str(gone.pk), "merged_into": str(kept.pk)}
    with pytest.raises(queries.UnknownPerson):
        actions.merge_persons(kept=kept.pk, gone=uuid4(), by=BY)
    with pytest.raises(refusals.PersonMerged):
        actions.split_person(person=gone.pk, links=[1], by=BY)


def test_a_persons_word_on_an_origin_survives_the_merge():
    """I9: a manual origin moves along, unless who stays has one."""
    kept, gone = a_person(), a_person()
    linked(a_lead(), kept)
    lead, scout = a_lead(), a_scout()
    linked(lead, gone)
    link = linked(scout, gone)
    decided(kept, gone)
    actions.decide_origin(person=gone.pk, status=OriginStatus.RESOLVED_MANUAL, link=link.pk, by=BY)
    before = holdings()
    change = merge(kept, gone)
    origin = Origin.objects.get()
    assert (origin.person_id, origin.kind, origin.decided_by) == (kept.pk, Source.SCOUT, "manual")
    undo(change)
    assert holdings() == before


def test_a_split_takes_papers_claims_and_words_along():
    """I9: accounts with their identifiers, leads with their claims; the rest stays."""
    one, other = a_driver(name="Ana Ruiz", document="D1"), a_driver(name="Eva Paz", document="D2")
    first, second = a_lead(on=DAY), a_lead(on=DAY - timedelta(5))
    person = Person.objects.get(
        pk=actions.resolve_case(lead_id=first.pk, choice=Choice(driver=one.driver_id), by=BY).person
    )
    for document in ("D1", "D2"):
        Identifier.objects.get_or_create(person=person, kind="document", value=document, is_sole=True)
    Identifier.objects.create(person=person, kind="phone", value="51911222333")
    link = linked(other, person)
    actions.resolve_case(lead_id=second.pk, choice=Choice(person=person.pk), by=BY)
    a_claim(first, "M1", "generated")
    a_claim(second, "M1", "paid", person)
    before = holdings()
    change = split(person, link, Link.objects.get(source_pk=second.source_pk))
    new = change.other
    assert new.name == "Eva Paz"
    assert set(new.identifiers.values_list("value", flat=True)) == {"D2"}
    assert set(person.identifiers.values_list("value", flat=True)) == {"D1", "51911222333"}
    assert dict(Claim.objects.values_list("state", "person")) == {"paid": new.pk, "generated": person.pk}
    assert Verdict.objects.get(lead=second).person_id == new.pk
    assert dict(Origin.objects.values_list("person", "source_pk")) == {
        person.pk: first.source_pk,
        new.pk: second.source_pk,
    }
    check_holdings()
    undo(change)
    assert holdings() == before
    assert queries.successor_of(key=new.pk) == person.pk


def test_a_lead_alone_becomes_a_person_known_by_what_it_says():
    """I9: else nobody would find it."""
    person, lead = (
        a_person(phone="51999888777"),
        a_lead(name="Eva Paz", phone="999888777", email="e@x.example"),
    )
    linked(a_driver(phone="999888777"), person)
    change = split(person, linked(lead, person))
    held = change.other.identifiers.values_list("kind", "value", "is_sole")
    assert set(held) == {("phone", "51999888777", False), ("email", "e@x.example", False)}
    assert change.other.name == "Eva Paz"


def test_it_refuses_to_split_off_nothing_everything_and_what_is_others():
    """I9"""
    person = a_person()
    links = [linked(a_lead(), person), linked(a_lead(), person)]
    for chosen in ((), links):
        with pytest.raises(refusals.NothingStays):
            split(person, *chosen)
    with pytest.raises(refusals.UnknownLink):
        split(person, links[0], linked(a_lead(), a_person()))


def test_merging_wakes_the_leads_that_could_not_choose():
    """I7c, I5: several persons fitted; now it is one."""
    for document in ("D1", "D2"):
        actions.resolve_case(
            lead_id=a_lead().pk,
            choice=Choice(driver=a_driver(phone="999888777", document=document).driver_id),
            by=BY,
        )
    lead = a_lead(phone="999888777")

    def run():
        return actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())

    assert run().matched == 0
    assert Case.objects.get().reason == "MULTIPLE_CANDIDATES"
    merge(*Person.objects.all())
    assert run().matched == 1


def test_a_proposal_is_answered_once(two):
    """I9: yes merges, no is not asked again."""
    kept, gone = two
    one, other = sorted((kept.pk, gone.pk))
    proposal = MergeProposal.objects.create(one_id=one, other_id=other, source_pk="L1")

    def answer(accept, **asked):
        return actions.answer_proposal(proposal_id=proposal.pk, accept=accept, by=BY, **asked)

    with pytest.raises(refusals.BadChoice):
        answer(True, kept=a_person().pk)
    change = answer(True, kept=gone.pk)
    assert (change.kept_id, change.other_id) == (gone.pk, kept.pk)
    with pytest.raises(refusals.ProposalAnswered):
        answer(False)
    undo(change)
    proposal.refresh_from_db()
    assert proposal.is_accepted is False
    with pytest.raises(refusals.UnknownProposal):
        actions.answer_proposal(proposal_id=1, accept=True, by=BY)


def test_a_proposal_about_tombstones_is_one_about_their_successors(two):
    """I9: merged meanwhile by hand: there is nothing to do."""
    kept, gone = two
    third = a_person()
    one, other = sorted((third.pk, gone.pk))
    proposal = MergeProposal.objects.create(one_id=one, other_id=other, source_pk="L1")
    merge(kept, gone)
    assert actions.answer_proposal(proposal_id=proposal.pk, accept=True, by=BY)
    assert queries.successor_of(key=gone.pk) == queries.successor_of(key=third.pk)


def test_a_person_decides_an_origin():
    """Origin: resolved, legacy or discarded by hand; the former is kept; without an origin refused."""
    person = a_person()
    with pytest.raises(refusals.NoOrigin):
        actions.decide_origin(person=person.pk, status=OriginStatus.DISCARDED, by=BY)
    lead, scout = linked(a_lead(), person), linked(a_scout(), person)
    decided(person)
    origin = actions.decide_origin(person=person.pk, status=OriginStatus.MARKED_LEGACY, link=scout.pk, by=BY)
    assert (origin.kind, origin.status, origin.decided_by) == (Source.SCOUT, "marked_legacy", "manual")
    assert (origin.changed_by, origin.reason) == (BY, "")
    assert OriginChange.objects.get().source_pk == lead.source_pk
    driver = linked(a_driver(), person)
    for link in (driver, linked(a_lead(), a_person())):
        with pytest.raises(refusals.UnknownLink):
            actions.decide_origin(person=person.pk, status=OriginStatus.DISCARDED, link=link.pk, by=BY)
