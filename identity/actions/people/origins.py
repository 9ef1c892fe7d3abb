"""A person decides where somebody came from; no job decides it again (Origin, I9)."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from identity.actions.people import writing
from identity.actions.people.merging import check_alive
from identity.actions.people.moving import note_former
from identity.actions.people.refusals import NoOrigin, UnknownLink
from identity.models import Link, Origin
from identity.rules import ORIGIN_KINDS, DecidedBy, OriginStatus
from tenants.records.actions import note as audit

# What people may say; the rest is the system's.
SAID = (OriginStatus.RESOLVED_MANUAL, OriginStatus.MARKED_LEGACY, OriginStatus.DISCARDED)


@transaction.atomic
def decide_origin(*, person: UUID, status: OriginStatus, by: UUID, link: int | None = None) -> Origin:
    """Say what is thought of a person's origin, and by `link` which of the links it is; the former is kept.

    Raises UnknownPerson, PersonMerged, NoOrigin, UnknownLink.
    """
    check_alive(writing.hold_persons([person]))
    origin = Origin.objects.filter(person=person).first()
    if origin is None:
        raise NoOrigin
    chosen = Link.objects.filter(person=person, pk=link, source__in=ORIGIN_KINDS).first() if link else None
    if link and chosen is None:
        raise UnknownLink(link=str(link))
    note_former(origin, by)
    origin.kind = chosen.source if chosen else origin.kind
    origin.source_pk = chosen.source_pk if chosen else origin.source_pk
    origin.status, origin.reason, origin.decided_by = status, "", DecidedBy.MANUAL
    origin.changed_at, origin.changed_by = Now(), by
    origin.save()
    origin.refresh_from_db()
    audit(verb="decide_origin", of="person", id=person, by=by, change={"status": str(status)})
    return origin
