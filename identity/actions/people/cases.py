"""What people do about a case without linking: leave it, take it up, have it tried again (I9, I11)."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from identity import queries
from identity.actions.evidence import hold_evidence
from identity.actions.opening import take_up
from identity.actions.people import writing
from identity.actions.people.refusals import AlreadyLinked, CaseClosed, CaseIgnored
from identity.actions.people.waking import wake_case
from identity.models import Case, Lead, QueueItem
from identity.rules import CaseState, QueueStatus, Source
from tenants.records.actions import note as audit


@transaction.atomic
def ignore_case(*, lead_id: int, by: UUID, note: str = "") -> None:
    """Leave a lead unlinked: no job opens its case again. Twice is once. Raises UnknownCase, CaseClosed."""
    # A batch that has read the case as open would link the lead all the same.
    hold_evidence()
    found = _moved(lead_id, CaseState.OPEN, state=CaseState.IGNORED, closed_at=Now(), closed_by=by, note=note)
    if found is None:
        audit(verb="ignore", of="case", id=lead_id, by=by)
    elif found != CaseState.IGNORED:
        raise CaseClosed


@transaction.atomic
def reopen_case(*, lead_id: int, by: UUID) -> None:
    """Take an ignored case up again; the next run tries it. Twice is once. Raises UnknownCase, CaseClosed."""
    if take_up(lead_id):
        audit(verb="reopen", of="case", id=lead_id, by=by)
    elif queries.case_of(lead_id=lead_id).state != CaseState.OPEN:
        raise CaseClosed


@transaction.atomic
def ask_again(*, lead_id: int, by: UUID) -> None:
    """Have a lead tried again although nothing is new; one that recovery gave up waits again (I11).

    Raises UnknownLead, AlreadyLinked, CaseIgnored.
    """
    lead = writing.hold_lead(lead_id)
    _check_red(lead)
    wake_case(lead)
    QueueItem.objects.filter(source_pk=lead.source_pk, status=QueueStatus.FAILED).update(asked_at=Now())
    audit(verb="ask_again", of="case", id=lead.pk, by=by)


def _moved(lead_id: int, before: CaseState, **changes: object) -> str | None:
    """Change a case that is in one state; None when done, else the state it is in. Raises UnknownCase."""
    if Case.objects.filter(pk=lead_id, state=before).update(**changes):
        return None
    return queries.case_of(lead_id=lead_id).state


def _check_red(lead: Lead) -> None:
    linked = queries.person_of(source=Source.CABINET, source_pk=lead.source_pk)
    if linked is not None:
        raise AlreadyLinked(person=str(linked))
    if Case.objects.filter(pk=lead.pk, state=CaseState.IGNORED).exists():
        raise CaseIgnored
