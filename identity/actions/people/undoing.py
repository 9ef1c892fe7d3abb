"""A merge or a split is taken back: every row holds again what it held before (I9)."""

from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from identity.actions.evidence import hold_evidence
from identity.actions.linking.sql import rows, run
from identity.actions.people import states, writing
from identity.actions.people.moving import move_all, note_former
from identity.actions.people.refusals import ChangeUndone, NotUndoable, UnknownChange
from identity.actions.people.repeating import repeated
from identity.actions.people.waking import wake_for
from identity.actions.settling import settle_claims
from identity.models import MergeProposal, Origin, Person, PersonChange, Verdict
from tenants.records.actions import note as audit

# What a later act stands on; origins and claims follow the links by themselves.
STANDING = ("identity_person", "identity_link", "identity_identifier", "identity_verdict")
LATER_WORDS = """
    SELECT DISTINCT d.id FROM identity_link k
      JOIN identity_lead d ON d.source_pk = k.source_pk
     WHERE k.source = 'cabinet_lead' AND k.id = ANY(%(links)s::bigint[])
"""
# A claim with the wrong person, or one that waits although nobody holds its milestone.
UNSETTLED = """
    SELECT 1 FROM identity_claim c
      JOIN identity_link k ON k.source = 'cabinet_lead' AND k.source_pk = c.source_pk
     WHERE k.person_id = ANY(%(persons)s::uuid[])
       AND CASE WHEN c.person_id IS NOT NULL THEN c.person_id <> k.person_id
                ELSE NOT EXISTS (SELECT 1 FROM identity_claim o
                                  WHERE o.person_id = k.person_id AND o.milestone = c.milestone) END
     LIMIT 1
"""
FREE_CLAIMS = "UPDATE identity_claim SET person_id = NULL WHERE id::text = ANY(%(keys)s)"


@repeated
def undo_change(*, change_id: UUID, by: UUID) -> PersonChange:
    """Take a merge or a split back, once. What came to the persons since stays where it is.

    Raises UnknownChange, ChangeUndone, NotUndoable when a later act stands on what moved.
    """
    hold_evidence()
    change = PersonChange.objects.filter(pk=change_id).first()
    if change is None:
        raise UnknownChange(change=str(change_id))
    both = (change.kept_id, change.other_id)
    writing.hold_persons(both)
    undone = PersonChange.objects.filter(pk=change_id, undone_at__isnull=True)
    if not undone.update(undone_at=Now(), undone_by=by):
        raise ChangeUndone
    _check_standing(change)
    _restore(change)
    if change.verb == "split":
        _bury(change, by)
    else:
        _refuse_proposal(change, by)
    _restore_claims(change)
    _restore_origins(change, by)
    writing.decide(*both, by=by)
    for person in both:
        wake_for(person)
    audit(verb="undo", of="person", id=change.kept_id, by=by, change={"change": str(change_id)})
    change.refresh_from_db()
    return change


def _check_standing(change: PersonChange) -> None:
    """Raise NotUndoable unless all that moved is where it went, with no word said on it since."""
    moved = [name for name in STANDING if not states.stands(name, change.moved[name])]
    if change.verb == "split" and Person.objects.filter(
        Q(pk=change.kept_id) | Q(pk=change.other_id), merged_into__isnull=False
    ):
        moved.append("identity_person")
    leads = [lead for (lead,) in rows(LATER_WORDS, links=list(map(int, change.moved["identity_link"])))]
    if Verdict.objects.filter(lead__in=leads, created_at__gt=change.created_at).exists():
        moved.append("identity_verdict")
    if moved:
        raise NotUndoable(what=sorted({name.removeprefix("identity_") for name in moved}))


def _restore(change: PersonChange) -> None:
    """Give every row back what it held. Raises NotUndoable where somebody has come to hold the same since."""
    for name in STANDING:
        try:
            states.take_back(name, change.moved[name])
        except IntegrityError as error:
            raise NotUndoable(what=[name.removeprefix("identity_")]) from error


def _bury(change: PersonChange, by: UUID) -> None:
    """Leave a tombstone of who was split off; what came to it since is its successor's."""
    move_all(kept=change.kept_id, gone=change.other_id, by=by)
    Person.objects.filter(pk=change.other_id).update(merged_into=change.kept_id)


def _refuse_proposal(change: PersonChange, by: UUID) -> None:
    """Whoever takes a merge back has said that the two are two; they are not proposed again."""
    one, other = sorted((change.kept_id, change.other_id))
    MergeProposal.objects.filter(one=one, other=other, closed_at__isnull=False).update(
        is_accepted=False, closed_by=by, closed_at=Now()
    )


def _restore_claims(change: PersonChange) -> None:
    """Give claims back as they were, unless files, jobs or another split have: then settle them anew."""
    name, both = "identity_claim", [change.kept_id, change.other_id]
    moves = change.moved[name]
    if moves and states.stands(name, moves):
        # A claim that waited then may have come to hold the milestone since.
        with suppress(IntegrityError), transaction.atomic():
            run(FREE_CLAIMS, keys=list(moves))
            states.take_back(name, moves)
    if rows(UNSETTLED, persons=both):
        settle_claims(persons=both)


def _restore_origins(change: PersonChange, by: UUID) -> None:
    """Give origins back as they were, unless they were decided since."""
    name = "identity_origin"
    moves = change.moved[name]
    if not moves or not states.stands(name, moves):
        return
    for origin in Origin.objects.filter(person__in=list(moves)):
        note_former(origin, by)
    states.take_back(name, moves)
