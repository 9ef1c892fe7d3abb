"""Two persons turn out to be one (I9)."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from identity import queries
from identity.actions.evidence import hold_evidence
from identity.actions.people import writing
from identity.actions.people.moving import move_all
from identity.actions.people.refusals import PersonMerged, SamePerson
from identity.actions.people.repeating import repeated
from identity.actions.people.states import moves_between, state_of
from identity.actions.people.waking import wake_for
from identity.models import MergeProposal, Person, PersonChange
from tenants.records.actions import note as audit


@repeated
def merge_persons(*, kept: UUID, gone: UUID, by: UUID, note: str = "") -> PersonChange:
    """Make one person of two: all that is one's becomes the other's, who succeeds it; can be taken back (I9).

    Links, identifiers, claims and verdicts move, the origin is decided again, a tombstone stays. Raises
    UnknownPerson, SamePerson, PersonMerged when either was merged before.
    """
    if kept == gone:
        raise SamePerson
    hold_evidence()
    check_alive(writing.hold_persons([kept, gone]))
    before = state_of([kept, gone])
    move_all(kept=kept, gone=gone, by=by)
    writing.follow(kept, gone, by=by)
    Person.objects.filter(pk=gone).update(merged_into=kept)
    change = PersonChange.objects.create(
        verb="merge",
        kept_id=kept,
        other_id=gone,
        moved=moves_between(before, state_of([kept, gone])),
        note=note,
        created_by=by,
    )
    _answer_proposals(kept, gone, by)
    wake_for(kept)
    audit(verb="merge", of="person", id=kept, by=by, change={"gone": str(gone), "change": str(change.pk)})
    return change


def check_alive(persons: Mapping[UUID, Person]) -> None:
    """Raise PersonMerged for a tombstone; it says who lives on."""
    for key, person in persons.items():
        if person.merged_into_id is not None:
            raise PersonMerged(person=str(key), merged_into=str(queries.successor_of(key=key)))


def _answer_proposals(kept: UUID, gone: UUID, by: UUID) -> None:
    """What was proposed is done."""
    pair = Q(one=min(kept, gone), other=max(kept, gone))
    MergeProposal.objects.filter(pair, closed_at__isnull=True).update(
        closed_at=Now(), closed_by=by, is_accepted=True
    )
