"""The rows that one link is made of, and those that a lead leaves behind with it (I8, I11, I15).

Whoever acts by hand brings evidence, so it holds that first: no batch is linked meanwhile. Then the lead's
row, persons, links: in the order of the jobs, so that nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from identity import queries
from identity.actions.linking.sql import rows, run
from identity.actions.origins import decide_origins
from identity.actions.people.refusals import IdentifierHeld
from identity.actions.settling import settle_claims
from identity.models import BacklogEvent, Case, Identifier, Lead, Person, QueueItem
from identity.models.sightings import KINDS, Sighting
from identity.rules import (
    CONFIDENCES,
    LEAVES_BY,
    SCORES,
    BacklogEventKind,
    CaseState,
    IdentifierKind,
    MatchRule,
    QueueStatus,
    Source,
    Via,
)

# A merge takes the row FOR UPDATE, so a person that is held so lives until the link is committed; links of
# others to the same person do not wait.
STAY = "SELECT merged_into_id FROM identity_person WHERE key = %(key)s FOR KEY SHARE"

# Who comes second writes nothing, and sees it in the row count (I8).
LINK = """
    INSERT INTO identity_link
           (source, source_pk, person_id, rule, score, confidence, is_corroborated, via, linked_at, linked_by,
            tried, levels, weights, candidates, ruleset)
    VALUES (%(source)s, %(source_pk)s, %(person)s, %(rule)s, %(score)s, %(confidence)s, false, %(via)s,
            statement_timestamp(), %(by)s, '{}', '{}', '{}', 0, '')
        ON CONFLICT (source, source_pk) DO NOTHING
"""

# A job that holds the row is about to write it, and would wait for our link: it closes the row itself (I12).
LEAVE_QUEUE = """
    UPDATE identity_queueitem SET status = 'resolved_elsewhere', closed_at = statement_timestamp()
     WHERE source_pk = (SELECT source_pk FROM identity_queueitem
                         WHERE source_pk = %(source_pk)s AND status = 'pending' FOR UPDATE SKIP LOCKED)
"""

# Known already means nothing to write; known by chance becomes sole when somebody vouches for it.
KNOW = """
    INSERT INTO identity_identifier AS i (person_id, kind, value, is_sole, created_at, created_by)
    VALUES (%(person)s, %(kind)s, %(value)s, %(is_sole)s, statement_timestamp(), %(by)s)
        ON CONFLICT (person_id, kind, value) DO UPDATE
       SET is_sole = true WHERE EXCLUDED.is_sole AND NOT i.is_sole
"""


def hold_lead(lead_id: int) -> Lead:
    """Return a lead that nobody else decides about until the transaction ends. Raises UnknownLead."""
    found = Lead.objects.select_for_update(no_key=True).filter(pk=lead_id).first()
    if found is None:
        raise queries.UnknownLead(lead=str(lead_id))
    return found


def stay(key: UUID) -> UUID:
    """Return who lives on behind a key, kept from being merged until the transaction ends.

    Raises UnknownPerson.
    """
    successor: UUID | None = key
    while successor is not None:
        key = successor
        found = rows(STAY, key=key)
        if not found:
            raise queries.UnknownPerson(person=str(key))
        successor = found[0][0]
    return key


def hold_persons(keys: Iterable[UUID]) -> dict[UUID, Person]:
    """Return persons to whom nobody can link anything until the transaction ends. Raises UnknownPerson."""
    wanted = sorted(set(keys))
    found = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for key in wanted:
        if key not in found:
            raise queries.UnknownPerson(person=str(key))
    return found


def write_link(*, source: Source, source_pk: str, person: UUID, rule: MatchRule, by: UUID) -> bool:
    """Link by hand; False when a link is there, committed or about to be. Waits for one that is."""
    written = run(
        LINK,
        source=source,
        source_pk=source_pk,
        person=person,
        rule=rule,
        score=SCORES[rule],
        confidence=CONFIDENCES[rule],
        via=Via.MANUAL,
        by=by,
    )
    return written == 1


def leave_backlog(*, lead: Lead, by: UUID) -> None:
    """Close what a red lead had open, once its link is written by hand."""
    Case.objects.filter(pk=lead.pk).exclude(state=CaseState.RESOLVED).update(
        state=CaseState.RESOLVED, closed_at=Now(), closed_by=by
    )
    run(LEAVE_QUEUE, source_pk=lead.source_pk)
    BacklogEvent.objects.create(source_pk=lead.source_pk, kind=LEAVES_BY[Via.MANUAL])


def enter_backlog_again(*, lead: Lead) -> None:
    """Write that a lead lost its link: its row of the queue waits again, from the beginning (I11)."""
    QueueItem.objects.filter(source_pk=lead.source_pk).exclude(status=QueueStatus.PENDING).update(
        status=QueueStatus.PENDING, attempts=0, closed_at=None, retry_at=None, asked_at=None
    )
    BacklogEvent.objects.create(source_pk=lead.source_pk, kind=BacklogEventKind.RE_ENTERED)


def know(
    *, person: UUID, keys: Mapping[IdentifierKind, str], sole: Iterable[IdentifierKind] = (), by: UUID
) -> list[IdentifierKind]:
    """Write what a person is known by; return what is new. What is `sole` has no other holder.

    Raises IdentifierHeld.
    """
    vouched, new = set(sole), []
    for kind, value in keys.items():
        try:
            with transaction.atomic():
                if run(KNOW, person=person, kind=kind, value=value, is_sole=kind in vouched, by=by):
                    new.append(kind)
        except IntegrityError as error:
            holder = Identifier.objects.filter(kind=kind, value=value, is_sole=True).first()
            raise IdentifierHeld(kind=str(kind), person=str(holder.person_id) if holder else "") from error
    return new


def keys_of(seen: Sighting, kinds: Iterable[str] = KINDS) -> dict[IdentifierKind, str]:
    """Return the identifiers that a lead or account has, in their normal form."""
    keys = {IdentifierKind(kind): getattr(seen, f"{kind}_key") for kind in kinds}
    return {kind: value for kind, value in keys.items() if value}


def follow(*persons: UUID, by: UUID) -> None:
    """Settle what hangs on links once they changed: claims and origins."""
    settle_claims(persons=persons)
    decide(*persons, by=by)


def decide(*persons: UUID, by: UUID) -> None:
    """Give persons the origins that their links say."""
    decide_origins(persons=persons, now=timezone.now(), by=by)
