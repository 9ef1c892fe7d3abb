"""What each milestone is worth, and what became of it: expected, generated, paid, refused, missing (I14)."""

import json
from dataclasses import dataclass
from decimal import Decimal

from identity.models import IdentitySettings
from identity.models.settings import shipped_milestones
from identity.queries.statements import row
from identity.rules import ClaimState

# Leads of the view are counted by milestone; claims are read from their one store. Claims that wait for a
# person's link count nothing yet.
STANDING = """
    WITH limbo AS MATERIALIZED (
        SELECT expected_milestones, missing_milestones, currency FROM v_cabinet_leads_limbo
         WHERE claims_expected > 0),
    worth AS (
        SELECT m.code, m.trips, m.amount
          FROM jsonb_to_recordset(coalesce(
                   (SELECT milestones FROM identity_identitysettings WHERE id = 1), %(shipped)s::jsonb))
               AS m (code text, trips bigint, amount numeric)),
    reached AS (
        SELECT code, count(*) AS leads FROM limbo, unnest(expected_milestones) AS code GROUP BY code),
    missing AS (
        SELECT code, count(*) AS leads FROM limbo, unnest(missing_milestones) AS code GROUP BY code),
    claimed AS (
        SELECT milestone AS code, state, count(*) AS claims, sum(amount) AS amount
          FROM identity_claim WHERE person_id IS NOT NULL GROUP BY 1, 2)
    SELECT coalesce(jsonb_agg(jsonb_build_array(
               w.code, w.trips, w.amount::text, coalesce(r.leads, 0), coalesce(m.leads, 0),
               (SELECT jsonb_object_agg(c.state, jsonb_build_array(c.claims, c.amount::text))
                  FROM claimed c WHERE c.code = w.code)) ORDER BY w.trips, w.code), '[]')
      FROM worth w LEFT JOIN reached r ON r.code = w.code LEFT JOIN missing m ON m.code = w.code
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of claims and what they are worth together."""

    claims: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """A milestone: what leads are expected to bring for it, what is missing, and claims by their state."""

    code: str
    trips: int
    amount: Decimal
    expected: Sum
    missing: Sum
    by_state: dict[ClaimState, Sum]

    @property
    def answers(self) -> tuple[Sum, ...]:
        """Generated, paid, rejected, expired: what was claimed, in that order."""
        return tuple(self.by_state[state] for state in ClaimState if state is not ClaimState.EXPECTED)


def milestone_codes() -> list[str]:
    """Return the codes of the tenant's milestones, fewest trips first. One query."""
    settings = IdentitySettings.objects.filter(id=1).first() or IdentitySettings()
    return [str(one["code"]) for one in sorted(settings.milestones, key=lambda one: one["trips"])]


def milestones() -> tuple[MilestoneStanding, ...]:
    """Return how every milestone stands, fewest trips first. One query."""
    (found,) = row(STANDING, shipped=json.dumps(shipped_milestones()))
    listed = json.loads(found) if isinstance(found, str) else found
    return tuple(_standing(*one) for one in listed)


def _standing(
    code: str, trips: int, amount: str, expected: int, missing: int, states: dict[str, list[str]] | None
) -> MilestoneStanding:
    worth = Decimal(amount)
    told = states or {}
    return MilestoneStanding(
        code=code,
        trips=trips,
        amount=worth,
        expected=Sum(expected, expected * worth),
        missing=Sum(missing, missing * worth),
        by_state={
            state: Sum(int(told[state][0]), Decimal(told[state][1])) if state in told else Sum(0, Decimal(0))
            for state in ClaimState
        },
    )
