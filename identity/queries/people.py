"""Lists of persons, links, origins, cases, proposals and runs, as doors page through them."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from identity.models import Case, Link, MergeProposal, Origin, OriginChange, Person, PersonChange
from identity.rules import JobKind
from tenants.jobs.models import Job


def persons() -> QuerySet[Person]:
    """Return persons and tombstones with identifiers and origin, newest first. Two queries a page."""
    return Person.objects.select_related("origin").prefetch_related("identifiers").order_by("-key")


def person_details() -> QuerySet[Person]:
    """Return persons with all that hangs on them. Five queries."""
    former = Prefetch("origin_changes", OriginChange.objects.order_by("-id"))
    return persons().prefetch_related("links", "claims", former)


def links() -> QuerySet[Link]:
    """Return links, newest first."""
    return Link.objects.order_by("-id")


def origins() -> QuerySet[Origin]:
    """Return origins, the one changed last first."""
    return Origin.objects.order_by("-changed_at", "person_id")


def cases() -> QuerySet[Case]:
    """Return cases with their leads, newest lead first."""
    return Case.objects.select_related("lead").order_by("-lead_id")


def merge_proposals() -> QuerySet[MergeProposal]:
    """Return proposals with both persons, newest first."""
    return MergeProposal.objects.select_related("one", "other").order_by("-id")


def changes_of(*, person: UUID) -> list[PersonChange]:
    """Return a person's merges and splits from either side, newest first. One query."""
    found = PersonChange.objects.filter(kept=person) | PersonChange.objects.filter(other=person)
    return list(found.order_by("-id"))


def runs() -> QuerySet[Job]:
    """Return the jobs of identity, newest first."""
    return Job.objects.filter(kind__in=[str(kind) for kind in JobKind]).order_by("-id")
