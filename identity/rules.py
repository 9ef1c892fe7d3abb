"""The words and laws of identity: what is matched how surely, what may happen to a lead and its money."""

from collections.abc import Mapping
from enum import StrEnum

NAME_LENGTH = 150
CODE_LENGTH = 64  # a document, licence, plate, phone or driver id, normal or as typed
EXTERNAL_ID_LENGTH = 120
ROW_PREFIX = "row:"  # begins the key of a lead without an external id
SOURCE_PK_LENGTH = EXTERNAL_ID_LENGTH

SIMILAR = 0.66  # from here on two names are one (I2)
CLEAR_GAP = 0.15  # the best person must be so far ahead of the second one (I2)
DIFFERENT = 0.34  # below it two names are clearly of two people (I4)
SHOWN_CANDIDATES = 3
WINDOW_DAYS = 14  # trips count from the lead's day on, so many days
# What a lead is worth: code, trips inside the window, amount owed; cumulative, a tenant may set others.
MILESTONES = (("M1", 1, 25), ("M5", 5, 35), ("M25", 25, 100))
PROBABLY_SCORE = 84  # what is less than certain never reaches an exact rule's score


class Confidence(StrEnum):
    """How sure a rule is."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class MatchRule(StrEnum):
    """The rules of matching, strongest first (I3)."""

    DOCUMENT = "R0_DOCUMENT_EXACT"
    PHONE = "R1_PHONE_EXACT"
    LICENCE = "R2_LICENSE_EXACT"
    EMAIL = "R2E_EMAIL_EXACT"
    PLATE = "R3_PLATE_EXACT_NAME_SIMILAR"
    PLATE_NO_DATE = "R3B_PLATE_NAME_NO_DATE"
    CAR = "R4_CAR_FINGERPRINT_NAME_SIMILAR"
    SCORED = "SCORED"
    MANUAL = "MANUAL_RESOLUTION"
    DRIVER = "DRIVER_MATCH"


SCORES: Mapping[MatchRule, int] = {
    MatchRule.DOCUMENT: 97,
    MatchRule.PHONE: 95,
    MatchRule.LICENCE: 92,
    MatchRule.EMAIL: 90,
    MatchRule.PLATE: 85,
    MatchRule.PLATE_NO_DATE: PROBABLY_SCORE,
    MatchRule.CAR: 75,
    MatchRule.MANUAL: 100,
    MatchRule.DRIVER: 100,
}
CONFIDENCES: Mapping[MatchRule, Confidence] = {
    MatchRule.DOCUMENT: Confidence.HIGH,
    MatchRule.PHONE: Confidence.HIGH,
    MatchRule.LICENCE: Confidence.HIGH,
    MatchRule.EMAIL: Confidence.HIGH,
    MatchRule.PLATE: Confidence.MEDIUM,
    MatchRule.PLATE_NO_DATE: Confidence.MEDIUM,
    MatchRule.CAR: Confidence.LOW,
    MatchRule.SCORED: Confidence.MEDIUM,
    MatchRule.MANUAL: Confidence.HIGH,
    MatchRule.DRIVER: Confidence.HIGH,
}
# Days before and after the lead's date in which a driver was hired, ends included (I3).
HIRED_WITHIN: Mapping[MatchRule, tuple[int, int]] = {MatchRule.PLATE: (90, 30), MatchRule.CAR: (30, 7)}


class Outcome(StrEnum):
    """What became of a lead in one run (I6)."""

    MATCHED = "matched"
    REVIEW = "review"
    UNMATCHED = "unmatched"
    ERROR = "error"


class Reason(StrEnum):
    """Why a lead is not linked, in the order in which one is reported (I6)."""

    MULTIPLE_CANDIDATES = "MULTIPLE_CANDIDATES"
    NAME_MISMATCH = "NAME_MISMATCH"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    WEAK_MATCH_ONLY = "WEAK_MATCH_ONLY"
    NO_CANDIDATES = "NO_CANDIDATES"
    MISSING_IDENTIFIERS = "MISSING_IDENTIFIERS"
    LEAD_NOT_FOUND = "LEAD_NOT_FOUND"
    ERROR = "ERROR"


OUTCOMES: Mapping[Reason, Outcome] = {
    Reason.MULTIPLE_CANDIDATES: Outcome.REVIEW,
    Reason.NAME_MISMATCH: Outcome.REVIEW,
    Reason.LOW_CONFIDENCE: Outcome.REVIEW,
    Reason.WEAK_MATCH_ONLY: Outcome.UNMATCHED,
    Reason.NO_CANDIDATES: Outcome.UNMATCHED,
    Reason.MISSING_IDENTIFIERS: Outcome.UNMATCHED,
    Reason.LEAD_NOT_FOUND: Outcome.ERROR,
    Reason.ERROR: Outcome.ERROR,
}
# What the first system called them (I6).
FIRST_SYSTEM_WORDS: Mapping[Reason, str] = {
    Reason.MISSING_IDENTIFIERS: "missing_identifiers",
    Reason.NO_CANDIDATES: "no_match_found",
    Reason.WEAK_MATCH_ONLY: "no_match_found",
    Reason.MULTIPLE_CANDIDATES: "conflict_multiple_candidates",
    Reason.NAME_MISMATCH: "conflict_multiple_candidates",
    Reason.LOW_CONFIDENCE: "conflict_multiple_candidates",
}


class Source(StrEnum):
    """Where a link's key lives."""

    CABINET = "cabinet_lead"
    SCOUT = "scout_registration"
    MIGRATION = "migration"
    LEGACY = "legacy_external"
    DRIVER = "driver"


# Kinds of origin, the one that counts first; a driver account is no origin.
ORIGIN_KINDS = (Source.CABINET, Source.SCOUT, Source.MIGRATION, Source.LEGACY)
# Two kinds that both reach this many points dispute an origin; a confidence counts for so much.
DISPUTED_SCORE = 85.0
CONFIDENCE_SHARES: Mapping[Confidence, float] = {
    Confidence.HIGH: 1.0,
    Confidence.MEDIUM: 0.85,
    Confidence.LOW: 0.7,
}
DISPUTED = "multiple_high_confidence_origins"


class Via(StrEnum):
    """Which door a link came through."""

    RECOVER = "recover"
    RECONCILE = "reconcile"
    IMPORT = "import"
    MANUAL = "manual"
    MIGRATION = "migration"


class DecidedBy(StrEnum):
    """Who decided: the system may decide again, a person's word stays (I9)."""

    SYSTEM = "system"
    MANUAL = "manual"


class OriginStatus(StrEnum):
    """What is thought of an origin."""

    PENDING_REVIEW = "pending_review"
    RESOLVED_AUTO = "resolved_auto"
    RESOLVED_MANUAL = "resolved_manual"
    MARKED_LEGACY = "marked_legacy"
    DISCARDED = "discarded"


class IdentifierKind(StrEnum):
    """What a person can be known by."""

    PHONE = "phone"
    DOCUMENT = "document"
    LICENCE = "licence"
    EMAIL = "email"
    PLATE = "plate"


class CaseState(StrEnum):
    """A case is open, was resolved by a link, or is ignored by a person."""

    OPEN = "open"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class VerdictKind(StrEnum):
    """A person's word on a lead and a person; it binds every later run (I7c)."""

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"


class QueueStatus(StrEnum):
    """Where a red lead stands in the recovery queue (I11, I12)."""

    PENDING = "pending"
    MATCHED = "matched"
    FAILED = "failed"
    RESOLVED_ELSEWHERE = "resolved_elsewhere"


MAX_ATTEMPTS = 5
FIRST_BACKOFF_HOURS = 1  # doubles with every attempt


class BacklogEventKind(StrEnum):
    """What moves the red backlog (I15)."""

    ENTERED = "entered"
    RE_ENTERED = "re_entered"
    MATCHED_BY_RECOVERY = "matched_by_recovery"
    LINKED_ELSEWHERE = "linked_elsewhere"
    RESOLVED_MANUALLY = "resolved_manually"
    REMOVED = "removed"


BACKLOG_IN = (BacklogEventKind.ENTERED, BacklogEventKind.RE_ENTERED)
# How a lead leaves the backlog when a link of that door is made.
LEAVES_BY: Mapping[Via, BacklogEventKind] = {
    Via.RECOVER: BacklogEventKind.MATCHED_BY_RECOVERY,
    Via.RECONCILE: BacklogEventKind.LINKED_ELSEWHERE,
    Via.IMPORT: BacklogEventKind.LINKED_ELSEWHERE,
    Via.MIGRATION: BacklogEventKind.LINKED_ELSEWHERE,
    Via.MANUAL: BacklogEventKind.RESOLVED_MANUALLY,
}


class ClaimState(StrEnum):
    """What the partner said of a claim; any but `expected` counts as one."""

    EXPECTED = "expected"
    GENERATED = "generated"
    PAID = "paid"
    REJECTED = "rejected"
    EXPIRED = "expired"


# What the partner has answered is never touched by us (I14).
ANSWERED_CLAIMS = (ClaimState.PAID, ClaimState.REJECTED, ClaimState.EXPIRED)


class LimboStage(StrEnum):
    """Where a lead is stuck; the first that is true."""

    NO_LEAD_DATE = "NO_LEAD_DATE"
    NO_IDENTITY = "NO_IDENTITY"
    NO_DRIVER = "NO_DRIVER"
    NO_TRIPS_14D = "NO_TRIPS_14D"
    TRIPS_NO_CLAIM = "TRIPS_NO_CLAIM"
    OK = "OK"


class LimboReason(StrEnum):
    """What a stage means for one lead; without identity it is the case's `Reason`."""

    LEAD_DATE_MISSING = "LEAD_DATE_MISSING"
    NOT_TRIED = "NOT_TRIED"
    DRIVER_MISSING = "DRIVER_MISSING"
    WINDOW_OPEN = "WINDOW_OPEN"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    CLAIM_NOT_GENERATED = "CLAIM_NOT_GENERATED"
    BELOW_MILESTONES = "BELOW_MILESTONES"
    OWED_BY_EARLIER_LEAD = "OWED_BY_EARLIER_LEAD"
    CLAIMED = "CLAIMED"


class NextAction(StrEnum):
    """What brings a lead on from its stage."""

    COMPLETE_LEAD_DATE = "COMPLETE_LEAD_DATE"
    WAIT_FOR_MATCHING = "WAIT_FOR_MATCHING"
    REVIEW_CASE = "REVIEW_CASE"
    IMPROVE_SOURCE_DATA = "IMPROVE_SOURCE_DATA"
    IMPORT_DRIVER = "IMPORT_DRIVER"
    WAIT_FOR_TRIPS = "WAIT_FOR_TRIPS"
    GENERATE_CLAIM = "GENERATE_CLAIM"
    NONE = "NONE"


class Movement(StrEnum):
    """Where the red backlog goes (I16)."""

    GROWS = "grows"
    FALLS = "falls"
    HOLDS = "holds"


class Criterion(StrEnum):
    """What makes a recovery a success; one suffices (I16)."""

    OUT_EXCEEDS_IN = "matched_out_exceeds_new_backlog_in"
    BACKLOG_FELL = "backlog_end_below_backlog_start"


class CauseOfRed(StrEnum):
    """Why the backlog does not fall (I16)."""

    DATA_MISSING = "data_missing"
    CONFLICTS = "conflicts"
    INFLOW = "inflow"


# Which reasons are which cause; leads that nobody has judged yet are inflow.
CAUSES_OF_RED: Mapping[CauseOfRed, tuple[Reason, ...]] = {
    CauseOfRed.DATA_MISSING: (Reason.MISSING_IDENTIFIERS, Reason.NO_CANDIDATES, Reason.WEAK_MATCH_ONLY),
    CauseOfRed.CONFLICTS: (Reason.MULTIPLE_CANDIDATES, Reason.NAME_MISMATCH, Reason.LOW_CONFIDENCE),
}


class ImportKind(StrEnum):
    """What a file brings."""

    LEADS = "leads"
    DRIVERS = "drivers"
    TRIPS = "trips"
    CLAIMS = "claims"
    SCOUTS = "scouts"


class ImportState(StrEnum):
    """The life of an uploaded file."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Became(StrEnum):
    """What a record of a file became; of two with one key the later one counts."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # the partner had answered this claim already
    SUPERSEDED = "superseded"


# Ends that a job gives an import; all but a completed one may be started again.
ENDED_IMPORTS = (ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED)
REFUSED_ROWS = "refused_rows"  # their kind, where an organisation says for how long it keeps them
REFUSED_ROWS_KEPT_DAYS = 90


class JobKind(StrEnum):
    """The jobs of identity, by the names that the job table keeps."""

    SEED = "identity.seed"
    RECOVER = "identity.recover"
    RECONCILE = "identity.reconcile"
    CLAIMS = "identity.claims"
    VERIFY = "identity.verify"
    IMPORT = "identity.import"
    FORGET_REFUSED_ROWS = "identity.forget_refused_rows"


# The rules whose verdicts are kept, in the order of the stored array.
TRIED_RULES = (
    MatchRule.DOCUMENT,
    MatchRule.PHONE,
    MatchRule.LICENCE,
    MatchRule.EMAIL,
    MatchRule.PLATE,
    MatchRule.PLATE_NO_DATE,
    MatchRule.CAR,
)
