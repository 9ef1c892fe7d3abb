"""One person turns out to be two (I9)."""

from collections.abc import Collection
from uuid import UUID

from identity.actions.evidence import hold_evidence
from identity.actions.linking.sql import run
from identity.actions.people import writing
from identity.actions.people.merging import check_alive
from identity.actions.people.moving import move_manual_origin, said_by_links
from identity.actions.people.refusals import NothingStays, UnknownLink
from identity.actions.people.repeating import repeated
from identity.actions.people.states import moves_between, state_of
from identity.actions.people.waking import wake_for
from identity.models import Identifier, Link, Origin, Person, PersonChange
from identity.rules import Confidence, DecidedBy, IdentifierKind, Source
from tenants.records.actions import note as audit

# Words that bound a lead to the person it leaves go along; words about accounts on the other side are over.
MOVED_WORDS = """
    UPDATE identity_verdict v SET person_id = %(new)s
      FROM identity_lead d
      JOIN identity_link k ON k.source = 'cabinet_lead' AND k.source_pk = d.source_pk
     WHERE k.person_id = %(new)s AND v.lead_id = d.id AND v.kind = 'must_link' AND v.person_id = %(person)s
"""
PARTED_WORDS = """
    DELETE FROM identity_verdict v
     USING identity_lead d, identity_link k, identity_driver a, identity_link o
     WHERE v.lead_id = d.id AND k.source = 'cabinet_lead' AND k.source_pk = d.source_pk
       AND v.driver_id = a.id AND o.source = 'driver' AND o.source_pk = a.driver_id
       AND v.kind = 'must_link' AND k.person_id <> o.person_id
       AND k.person_id IN (%(person)s, %(new)s) AND o.person_id IN (%(person)s, %(new)s)
"""


@repeated
def split_person(*, person: UUID, links: Collection[int], by: UUID, note: str = "") -> PersonChange:
    """Give chosen links, by id, to a new person, with what only they say of it; can be taken back (I9).

    Accounts take their papers along, leads their claims. Raises UnknownPerson, PersonMerged, UnknownLink,
    NothingStays.
    """
    hold_evidence()
    check_alive(writing.hold_persons([person]))
    chosen = _chosen(person, set(links))
    theirs, rest, name = said_by_links(person, chosen)
    new = Person.objects.create(name=name, confidence=Confidence.HIGH, created_by=by).pk
    before = state_of([person, new])
    Link.objects.filter(pk__in=chosen).update(person=new)
    _move_identifiers(person, new, theirs - rest)
    _know_by_leads(new, theirs, by)
    run(MOVED_WORDS, person=person, new=new)
    run(PARTED_WORDS, person=person, new=new)
    _move_origin(person, new, by)
    writing.follow(person, new, by=by)
    change = PersonChange.objects.create(
        verb="split",
        kept_id=person,
        other_id=new,
        moved=moves_between(before, state_of([person, new])),
        note=note,
        created_by=by,
    )
    for one in (person, new):
        wake_for(one)
    audit(verb="split", of="person", id=person, by=by, change={"new": str(new), "change": str(change.pk)})
    return change


def _chosen(person: UUID, links: set[int]) -> set[int]:
    """Return the links that go. Raises UnknownLink for those of others, NothingStays for none or all."""
    present = set(Link.objects.filter(person=person).values_list("pk", flat=True))
    foreign = sorted(links - present)
    if foreign:
        raise UnknownLink(links=[str(one) for one in foreign])
    if not links or links == present:
        raise NothingStays
    return links


def _move_identifiers(person: UUID, new: UUID, keys: Collection[tuple[str, str]]) -> None:
    """What nothing that stays speaks for goes; what a user confirmed of it stays sole."""
    held = Identifier.objects.filter(person=person).values_list("pk", "kind", "value")
    going = [number for number, kind, value in held if (kind, value) in keys]
    Identifier.objects.filter(pk__in=going).update(person=new)


def _know_by_leads(new: UUID, keys: Collection[tuple[str, str]], by: UUID) -> None:
    """Without an account the new person would be known by nothing: it is known by what its leads say."""
    if Link.objects.filter(person=new, source=Source.DRIVER).exists():
        return
    for kind, value in sorted(keys):
        writing.know(person=new, keys={IdentifierKind(kind): value}, by=by)


def _move_origin(person: UUID, new: UUID, by: UUID) -> None:
    """Let a person's decision on an origin go with its link."""
    decided = Origin.objects.filter(person=person, decided_by=DecidedBy.MANUAL).first()
    if decided and Link.objects.filter(person=new, source=decided.kind, source_pk=decided.source_pk).exists():
        move_manual_origin(kept=new, gone=person, by=by)
