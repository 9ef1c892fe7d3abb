"""A slip of the hand in the inbox: the link goes as if it had never been, and says nothing for later runs."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from identity.actions.evidence import hold_evidence
from identity.actions.opening import open_again
from identity.actions.people import writing
from identity.actions.people.accounts import SOLE
from identity.actions.people.refusals import NotByHand
from identity.actions.people.repeating import repeated
from identity.actions.people.restoring import restore_words
from identity.models import (
    Claim,
    Driver,
    Identifier,
    Lead,
    Link,
    MergeProposal,
    Origin,
    Person,
    PersonChange,
    Verdict,
)
from identity.rules import IdentifierKind, MatchRule, Source
from tenants.records.actions import note as audit

# Link and identifiers of one act are written in one transaction, the identifiers a moment before.
TOGETHER = timedelta(seconds=30)


@repeated
def take_back_resolution(*, lead_id: int, by: UUID) -> None:
    """Undo a link made by hand: the lead is red and its case open again, without the verdict (I9).

    A person made for it who has nothing else goes too, or the next run would find them. Unlike `unlink` it
    does not say that the two are different persons; what people had said before counts again.
    Raises UnknownLead, NotByHand.
    """
    hold_evidence()
    lead = writing.hold_lead(lead_id)
    link = Link.objects.filter(source=Source.CABINET, source_pk=lead.source_pk, rule=MatchRule.MANUAL).first()
    if link is None:
        raise NotByHand
    person = writing.hold_persons([link.person_id])[link.person_id]
    if not Link.objects.filter(pk=link.pk, person=person).delete()[0]:
        raise NotByHand
    restore_words(lead=lead, link=link)
    _forget_confirmed(lead, link)
    open_again(lead)
    writing.enter_backlog_again(lead=lead)
    writing.follow(person.pk, by=by)
    change = {"person": str(person.pk), "forgotten": _forgotten(person)}
    audit(verb="take_back", of="case", id=lead.pk, by=by, change=change)


def _forget_confirmed(lead: Lead, link: Link) -> None:
    """Delete what was vouched for with the link, or the next run would find the person by it."""
    since = link.linked_at - TOGETHER
    said = Identifier.objects.filter(
        person=link.person_id, created_by=link.linked_by, created_at__range=(since, link.linked_at)
    )
    papers = _papers(link)
    for kind, value in writing.keys_of(lead).items():
        # An account stays its owner's, and its papers the owner's alone, whatever became of the lead.
        if (kind, value) not in papers:
            said.filter(kind=kind, value=value).delete()


def _papers(link: Link) -> set[tuple[IdentifierKind, str]]:
    """Return the documents and licences that the accounts of a link's person say."""
    accounts = Link.objects.filter(person=link.person_id, source=Source.DRIVER).values("source_pk")
    owned = Driver.objects.filter(driver_id__in=accounts)
    return {paper for one in owned for paper in writing.keys_of(one, SOLE).items()}


def _forgotten(person: Person) -> bool:
    """Delete a person that somebody made by hand and that nothing hangs on; False when something does."""
    either = Q(kept=person) | Q(other=person)
    hangs = (
        Link.objects.filter(person=person),
        Claim.objects.filter(person=person),
        Verdict.objects.filter(person=person),
        Person.objects.filter(merged_into=person),
        PersonChange.objects.filter(either),
        MergeProposal.objects.filter(Q(one=person) | Q(other=person)),
    )
    if person.created_by is None or any(rows.exists() for rows in hangs):
        return False
    Origin.objects.filter(person=person).delete()
    person.delete()
    return True
