"""Matching: facts in, a decision with all its reasons out; knows nothing of databases (I1–I6)."""

from identity.matching.combining import Decision, combine
from identity.matching.facts import Candidate, Facts, LeadFacts
from identity.matching.trying import Thresholds, Tried, Verdict, try_rules

__all__ = [
    "Candidate",
    "Decision",
    "Facts",
    "LeadFacts",
    "Thresholds",
    "Tried",
    "Verdict",
    "combine",
    "try_rules",
]
