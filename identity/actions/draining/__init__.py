"""Draining the red backlog: sow the queue, recover, reconcile, claim what is owed (I11–I14)."""

from identity.actions.draining.claiming import claims_of, generate_claims
from identity.actions.draining.impact import Impact, measure_impact, rehearse_impact
from identity.actions.draining.reconciling import Reconciliation, UnknownStage, reconcile
from identity.actions.draining.recovering import recover
from identity.actions.draining.scheduling import schedule_draining
from identity.actions.draining.seeding import seed
from identity.actions.draining.starting import Start, start
from identity.actions.draining.verifying import verify_guardrails

__all__ = [
    "Impact",
    "Reconciliation",
    "Start",
    "UnknownStage",
    "claims_of",
    "generate_claims",
    "measure_impact",
    "reconcile",
    "recover",
    "rehearse_impact",
    "schedule_draining",
    "seed",
    "start",
    "verify_guardrails",
]
