"""One lead's story: what it says, whose it is or why nobody's, what was tried, when it came and went."""

from dataclasses import dataclass

from identity.models import Attempt, BacklogEvent, Case, Claim, Lead, Link
from identity.queries.leads import lead as lead_of
from identity.rules import Source

ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class LeadStory:
    """A lead with its link or case; attempts and events newest first, claims of its person oldest first."""

    lead: Lead
    link: Link | None
    case: Case | None
    drivers: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    events: tuple[BacklogEvent, ...]
    claims: tuple[Claim, ...]


def story(*, lead_id: int) -> LeadStory:
    """Return a lead's story. Five queries, seven with a person. Raises UnknownLead."""
    found = lead_of(lead_id=lead_id)
    link = (
        Link.objects.filter(source=Source.CABINET, source_pk=found.source_pk).select_related("person").first()
    )
    return LeadStory(
        lead=found,
        link=link,
        case=Case.objects.filter(pk=lead_id).first(),
        drivers=_drivers(link) if link else (),
        attempts=tuple(Attempt.objects.filter(lead_id=lead_id).order_by("-id")[:ATTEMPTS]),
        events=tuple(BacklogEvent.objects.filter(source_pk=found.source_pk).order_by("-id")[:ATTEMPTS]),
        claims=tuple(Claim.objects.filter(person=link.person_id).order_by("id")) if link else (),
    )


def _drivers(link: Link) -> tuple[str, ...]:
    accounts = Link.objects.filter(source=Source.DRIVER, person=link.person_id)
    return tuple(accounts.order_by("source_pk").values_list("source_pk", flat=True))
