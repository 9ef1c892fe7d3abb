"""What identity stores: sightings, persons, links, cases, the backlog, claims, settings, files."""

from identity.models.backlog import QUEUE_STATUS_LABELS, BacklogEvent, QueueItem
from identity.models.cases import CASE_STATE_LABELS, REASON_LABELS, Attempt, Case, Verdict
from identity.models.claims import CLAIM_STATE_LABELS, Claim
from identity.models.imports import IMPORT_KIND_LABELS, IMPORT_STATE_LABELS, FleetImport, RefusedRow
from identity.models.links import Evidence, Link, Origin, OriginChange
from identity.models.persons import Identifier, MergeProposal, Person, PersonChange
from identity.models.settings import IdentitySettings, MatchingModel
from identity.models.sightings import Driver, Lead, Registration, ScoutRegistration, Sighting, TripDay

__all__ = [
    "CASE_STATE_LABELS",
    "CLAIM_STATE_LABELS",
    "IMPORT_KIND_LABELS",
    "IMPORT_STATE_LABELS",
    "QUEUE_STATUS_LABELS",
    "REASON_LABELS",
    "Attempt",
    "BacklogEvent",
    "Case",
    "Claim",
    "Driver",
    "Evidence",
    "FleetImport",
    "Identifier",
    "IdentitySettings",
    "Lead",
    "Link",
    "MatchingModel",
    "MergeProposal",
    "Origin",
    "OriginChange",
    "Person",
    "PersonChange",
    "QueueItem",
    "RefusedRow",
    "Registration",
    "ScoutRegistration",
    "Sighting",
    "TripDay",
    "Verdict",
]
