"""A person says that a lead was linked wrongly: it is red again, and no run makes the same mistake (I9)."""

from uuid import UUID

from django.db.models.functions import Now

from identity.actions.evidence import hold_evidence
from identity.actions.opening import open_again
from identity.actions.people import writing
from identity.actions.people.refusals import NotUnlinkable, UnknownLink
from identity.actions.people.repeating import repeated
from identity.actions.people.verdicts import write_verdict
from identity.models import Lead, Link
from identity.rules import Outcome, Reason, Source, VerdictKind
from tenants.records.actions import note as audit


@repeated
def unlink(*, link_id: int, by: UUID, note: str = "") -> Lead:
    """Take a lead's link away: it enters the backlog again, its case opens, and it cannot be that person.

    The person keeps its accounts. Raises UnknownLink, NotUnlinkable.
    """
    hold_evidence()
    link = Link.objects.filter(pk=link_id).first()
    if link is None:
        raise UnknownLink(link=str(link_id))
    seen = Lead.objects.filter(source_pk=link.source_pk).first()
    if link.source != Source.CABINET or seen is None:
        raise NotUnlinkable
    lead = writing.hold_lead(seen.pk)
    writing.hold_persons([link.person_id])
    if not Link.objects.filter(pk=link_id, person=link.person_id).delete()[0]:
        raise UnknownLink(link=str(link_id))
    _open_case(lead, note)
    writing.enter_backlog_again(lead=lead)
    write_verdict(
        lead=lead, kind=VerdictKind.CANNOT_LINK, person=link.person_id, account=None, by=by, note=note
    )
    writing.follow(link.person_id, by=by)
    audit(verb="unlink", of="link", id=lead.source_pk, by=by, change={"person": str(link.person_id)})
    return lead


def _open_case(lead: Lead, note: str) -> None:
    """Put a lead before people again; the next run says better what is the matter with it."""
    doubt = {"outcome": Outcome.REVIEW, "reason": Reason.LOW_CONFIDENCE}
    open_again(lead, doubt=doubt, woken_at=Now(), note=note)
