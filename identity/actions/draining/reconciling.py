"""Recent leads and leads in limbo are looked at again: linked, given their accounts and origins (I13)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identity.actions.evidence import read_evidence
from identity.actions.linking import Tally, adopt_accounts, link_leads, link_scouts, map_drivers
from identity.actions.origins import decide_origins
from identity.queries.statements import row, rows
from identity.rules import LimboStage, Outcome, Reason, Source, Via
from tenants.jobs.runner import Run
from tenants.rules import RefusalKind, Refused

BATCH = 500
MOST_LIMBO = 500
MOST_SCOUTS = 1_000
RECENT_DAYS, LIMIT = 30, 2_000
STAGES = (LimboStage.NO_IDENTITY, LimboStage.NO_DRIVER, LimboStage.TRIPS_NO_CLAIM)
CONFLICTS = (Reason.MULTIPLE_CANDIDATES, Reason.NAME_MISMATCH)
STATS = (
    "processed",
    "newly_linked",
    "newly_driver_mapped",
    "still_no_candidates",
    "conflicts",
    "errors",
    "deferred",
)

# "Recent" by the tenant's own day: its row is the only one its log-ins see.
TODAY = """
    SELECT (%(now)s::timestamptz AT TIME ZONE timezone)::date FROM public.tenants_tenant
     WHERE schema_name = current_schema()
"""
SCOUTS = """
    SELECT s.id FROM identity_scoutregistration s
     WHERE s.lead_date > %(after)s
       AND NOT EXISTS (SELECT FROM identity_link k
                        WHERE k.source = 'scout_registration' AND k.source_pk = s.source_pk)
     ORDER BY s.lead_date DESC, s.id DESC LIMIT %(limit)s
"""
RECENT = """
    SELECT id, count(*) OVER () FROM identity_lead
     WHERE lead_date > %(after)s ORDER BY lead_date DESC, id DESC LIMIT %(limit)s
"""
# No lead is met twice: what is recent has been counted there.
LIMBO = """
    SELECT lead_id, count(*) OVER () FROM v_cabinet_leads_limbo
     WHERE limbo_stage = ANY(%(stages)s) AND (lead_date > %(after)s) IS NOT TRUE
     ORDER BY lead_date DESC NULLS LAST, lead_id DESC LIMIT %(limit)s
"""
# The limit keeps it a look-up: a planner that knows nothing of links yet would join all of them to each lead.
STANDING = """
    SELECT l.id, k.person_id, k.job, c.outcome, c.reason,
           EXISTS (SELECT 1 FROM identity_link d WHERE d.person_id = k.person_id AND d.source = %(driver)s),
           EXISTS (SELECT 1 FROM identity_origin o
                    WHERE o.person_id = k.person_id
                      AND (o.kind <> %(cabinet)s
                           OR EXISTS (SELECT 1 FROM identity_link s
                                       WHERE s.source = o.kind AND s.source_pk = o.source_pk
                                         AND s.person_id = o.person_id)))
      FROM identity_lead l
      LEFT JOIN LATERAL (SELECT person_id, job FROM identity_link
                          WHERE source = %(cabinet)s AND source_pk = l.source_pk LIMIT 1) k ON true
      LEFT JOIN identity_case c ON c.lead_id = l.id AND c.state <> 'resolved'
     WHERE l.id = ANY(%(leads)s)
"""


class UnknownStage(Refused):
    """There is no such stage; the answer lists those that there are."""

    code = "limbo_stage_unknown"
    kind = RefusalKind.INVALID
    message = _("There is no such stage.")


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Which leads a reconciliation looks at. Raises UnknownStage."""

    process_recent: bool = True
    recent_days: int = RECENT_DAYS
    process_limbo: bool = True
    limbo_stages: Sequence[str] = STAGES
    limit: int = LIMIT

    def __post_init__(self) -> None:
        unknown = [stage for stage in self.limbo_stages if stage not in list(LimboStage)]
        if unknown:
            words = gettext("%(unknown)s is no stage; stages are %(valid)s.")
            named = {"unknown": ", ".join(unknown), "valid": ", ".join(LimboStage)}
            raise UnknownStage(words % named, stages=unknown, valid=list(LimboStage))

    def told(self) -> dict[str, Any]:
        """Return it as a job's parameters."""
        return asdict(self) | {"limbo_stages": [str(stage) for stage in self.limbo_stages]}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lead stands: whose it is and by which job, or why it is nobody's."""

    lead: int
    person: UUID | None
    job: UUID | None
    outcome: str | None
    reason: str | None
    has_driver: bool
    has_origin: bool


def reconcile(run: Run, *, asked: Reconciliation, clock: Callable[[], datetime]) -> dict[str, int]:
    """Look at recent leads, then at limbo, newest first and no others, 500 a commit; heal what is missing.

    Returns leads processed, newly linked, newly given an account, without candidates, in conflict, errors,
    and deferred: those that were over the limit.
    """
    if run.total is None:
        with run.chunk() as chunk:
            leads, deferred = chosen(asked=asked, now=clock())
            chunk.advance(total=len(leads), cursor={"leads": leads}, deferred=deferred)
    while leads := run.cursor["leads"]:
        with run.chunk() as chunk:
            # Before the moment is read: a file that is being written would wake leads too early (I7c).
            read_evidence()
            stats = reconcile_batch(leads=leads[:BATCH], job=run.job_id, now=clock())
            # What is left to do, so that an ended job keeps no list.
            chunk.advance(len(leads[:BATCH]), cursor={"leads": leads[BATCH:]}, **stats)
    if asked.process_recent:
        _retry_scouts(run, asked, clock)
    return {name: run.counters.get(name, 0) for name in STATS}


def _retry_scouts(run: Run, asked: Reconciliation, clock: Callable[[], datetime]) -> None:
    """Link recent registrations whose person has become known since their file came."""
    with run.chunk() as chunk:
        read_evidence()
        now = clock()
        after = row(TODAY, now=now)[0] - timedelta(days=asked.recent_days)
        scouts = [scout for (scout,) in rows(SCOUTS, after=after, limit=MOST_SCOUTS)]
        link_scouts(scouts=scouts, now=now, job=run.job_id)
        chunk.advance()


def chosen(*, asked: Reconciliation, now: datetime) -> tuple[list[int], int]:
    """Return the leads to look at, in order, and how many more there would be. Three queries."""
    after = row(TODAY, now=now)[0] - timedelta(days=asked.recent_days)
    recent = rows(RECENT, after=after, limit=asked.limit) if asked.process_recent else []
    limbo = _limbo(asked, after if asked.process_recent else date.max) if asked.process_limbo else []
    leads = [lead for lead, _all in (*recent, *limbo)][: asked.limit]
    return leads, sum(each[0][1] for each in (recent, limbo) if each) - len(leads)


def _limbo(asked: Reconciliation, after: date) -> list[Any]:
    return rows(LIMBO, stages=list(asked.limbo_stages), after=after, limit=MOST_LIMBO)


def reconcile_batch(*, leads: list[int], job: UUID, now: datetime) -> dict[str, int]:
    """Link and heal some leads in the caller's transaction; return the stats, measured before and after."""
    before = _standings(leads)
    unlinked = [lead for lead, each in before.items() if each.person is None]
    made: dict[str, Any] = {"via": Via.RECONCILE, "job": job, "now": now}
    tally = link_leads(leads=unlinked, **made) if unlinked else Tally()
    map_drivers(leads=leads, **made)
    linked = _standings(leads)
    adopt_accounts(persons={each.person for each in linked.values() if each.person}, **made)
    decide_origins(
        persons={each.person for each in linked.values() if each.person and not each.has_origin}, now=now
    )
    return _measured(before, _standings(leads), job) | {"processed": len(leads), "errors": tally.errors}


def _standings(leads: list[int]) -> Mapping[int, Standing]:
    found = rows(STANDING, leads=leads, driver=Source.DRIVER, cabinet=Source.CABINET)
    return {each[0]: Standing(*each) for each in found}


def _measured(before: Mapping[int, Standing], after: Mapping[int, Standing], job: UUID) -> dict[str, int]:
    def had(lead: int, what: str) -> bool:
        return lead in before and bool(getattr(before[lead], what))

    nobodys = [each for each in after.values() if each.person is None]
    return {
        "newly_linked": sum(each.job == job and not had(each.lead, "person") for each in after.values()),
        "newly_driver_mapped": sum(
            each.has_driver and not had(each.lead, "has_driver") for each in after.values()
        ),
        "still_no_candidates": sum(each.outcome == Outcome.UNMATCHED for each in nobodys),
        "conflicts": sum(each.reason in CONFLICTS for each in nobodys),
    }
