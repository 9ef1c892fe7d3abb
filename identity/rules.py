"""The words and laws of identity: what is matched how surely, what may happen to a lead and its money."""

from collections.abc import Mapping
from enum import StrEnum

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
