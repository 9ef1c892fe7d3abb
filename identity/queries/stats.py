"""How many of everything there is, for an overview; each number is a count of rows, none is stored."""

from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet

from identity.models import Case, Claim, Lead, Link, MergeProposal, Origin, Person, QueueItem
from identity.rules import Source

PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts by what they are counted by. `identity_rate` is in percent of all leads, None without leads."""

    persons: int
    tombstones: int
    leads: int
    leads_linked: int
    leads_red: int
    identity_rate: float | None
    links_by_source: dict[str, int]
    links_by_rule: dict[str, int]
    links_by_confidence: dict[str, int]
    links_by_via: dict[str, int]
    origins_by_kind: dict[str, int]
    origins_by_status: dict[str, int]
    cases_by_state: dict[str, int]
    open_cases_by_reason: dict[str, int]
    queue_by_status: dict[str, int]
    claims_by_state: dict[str, int]
    open_merge_proposals: int


def stats() -> Stats:
    """Count everything. Fourteen queries, of which each reads one table."""
    persons, tombstones = _counts(Person), Person.objects.filter(merged_into__isnull=False).count()
    leads, red = _counts(Lead), Lead.objects.red().count()
    linked = leads - red
    return Stats(
        persons=persons - tombstones,
        tombstones=tombstones,
        leads=leads,
        leads_linked=linked,
        leads_red=red,
        identity_rate=round(PER_CENT * linked / leads, 2) if leads else None,
        links_by_source=_by(Link.objects.all(), "source"),
        links_by_rule=_by(Link.objects.filter(source=Source.CABINET), "rule"),
        links_by_confidence=_by(Link.objects.filter(source=Source.CABINET), "confidence"),
        links_by_via=_by(Link.objects.filter(source=Source.CABINET), "via"),
        origins_by_kind=_by(Origin.objects.all(), "kind"),
        origins_by_status=_by(Origin.objects.all(), "status"),
        cases_by_state=_by(Case.objects.all(), "state"),
        open_cases_by_reason=_by(Case.objects.open(), "reason"),
        queue_by_status=_by(QueueItem.objects.all(), "status"),
        claims_by_state=_by(Claim.objects.all(), "state"),
        open_merge_proposals=MergeProposal.objects.filter(closed_at__isnull=True).count(),
    )


def counted_by(found: QuerySet, column: str) -> dict[str, int]:
    """Return how many rows hold each value of a column, by the value. One query."""
    return _by(found, column)


def _by(found: QuerySet, column: str) -> dict[str, int]:
    rows = found.order_by(column).values_list(column).annotate(rows=Count("pk"))
    return {str(value): number for value, number in rows}


def _counts(model: type[Model]) -> int:
    return int(model._default_manager.count())
