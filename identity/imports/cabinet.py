"""Links and origins of the first identity system out of its rows (F10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_noop as _

from identity.imports.moments import parse_moment
from identity.imports.records import Terms
from identity.rules import (
    CONFIDENCES,
    SCORES,
    SOURCE_PK_LENGTH,
    Confidence,
    DecidedBy,
    MatchRule,
    OriginStatus,
    Source,
)
from tenants.intake.tables import Vocabulary


class CabinetReason(StrEnum):
    """Why a row of the first identity system is not taken, or what was different about it."""

    UNKNOWN_SOURCE = "unknown_source"
    NO_KEY = "key_missing"
    NO_PERSON = "person_not_a_uuid"
    UNKNOWN_RULE = "unknown_rule"
    BAD_SCORE = "score_not_0_to_100"
    UNKNOWN_CONFIDENCE = "unknown_confidence"
    UNKNOWN_LEAD = "lead_unknown"
    UNKNOWN_DRIVER = "driver_unknown"
    LINKED_OTHERWISE = "linked_here_to_another"
    REPEATED = "repeated_key"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_STATUS = "unknown_status"
    WITHOUT_LINK = "origin_without_link"
    DECIDED_HERE = "decided_here"
    SYSTEM = "decided_again"
    ANSWERED_HERE = "answered_here"
    MERGED = "merged_here"


WORDS: Mapping[str, str] = {
    CabinetReason.UNKNOWN_SOURCE: _("the source of the link is no table that is known here"),
    CabinetReason.NO_KEY: _("the row names no lead, registration or driver, or its key is too long"),
    CabinetReason.NO_PERSON: _("the person is not named by a UUID"),
    CabinetReason.UNKNOWN_RULE: _("no rule of this name"),
    CabinetReason.BAD_SCORE: _("the score is no number from 0 to 100"),
    CabinetReason.UNKNOWN_CONFIDENCE: _("the confidence is none of HIGH, MEDIUM, LOW"),
    CabinetReason.UNKNOWN_LEAD: _("no such lead is here: import leads first"),
    CabinetReason.UNKNOWN_DRIVER: _("no such driver is here: import drivers first"),
    CabinetReason.LINKED_OTHERWISE: _("it is linked to another person here, and that stands"),
    CabinetReason.REPEATED: _("a later row of the same part has the same key and was taken"),
    CabinetReason.UNKNOWN_KIND: _("no origin of this kind"),
    CabinetReason.UNKNOWN_STATUS: _("no status of this name"),
    CabinetReason.WITHOUT_LINK: _("the person has no such link here"),
    CabinetReason.DECIDED_HERE: _("a person decided otherwise here, and that stands"),
    CabinetReason.SYSTEM: _("the system decided here, by the links, otherwise than over there"),
    CabinetReason.ANSWERED_HERE: _("the partner's answer is here already, and stands"),
    CabinetReason.MERGED: _("the person was merged here; its successor has it"),
}

LINKS = Vocabulary(
    {
        "source": ("source table", "source system", "source type"),
        "source_pk": ("source id", "source key"),
        "person": ("person key", "person id", "person uuid"),
        "rule": ("match rule", "matching rule"),
        "score": ("match score",),
        "confidence": ("confidence level", "match confidence"),
        "linked_at": ("created at", "matched at"),
    }
)
ORIGINS = Vocabulary(
    {
        "kind": ("origin tag", "origin", "origin kind", "origin type"),
        "source_pk": ("origin source id", "source id", "origin source pk"),
        "person": ("person key", "person id", "person uuid"),
        "status": ("resolution status", "origin status"),
        "decided_by": ("origin decided by", "resolved by", "decision source"),
        "reason": ("conflict reason", "resolution reason"),
    }
)
SOURCES = {
    "module_ct_cabinet_leads": Source.CABINET,
    "cabinet_leads": Source.CABINET,
    "cabinet_lead": Source.CABINET,
    "module_ct_scouting_daily": Source.SCOUT,
    "scouting_daily": Source.SCOUT,
    "scout_registration": Source.SCOUT,
    "module_ct_migrations": Source.MIGRATION,
    "migration": Source.MIGRATION,
    "legacy_external": Source.LEGACY,
    "legacy": Source.LEGACY,
    "drivers": Source.DRIVER,
    "driver": Source.DRIVER,
}
_PERSONS_WORD = {"manual", "human", "user", "admin"}
_STATUSES = {str(one): one for one in OriginStatus}


class NotTaken(Exception):
    """A row that nothing can be taken from."""

    def __init__(self, reason: CabinetReason) -> None:
        """Keep the reason."""
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link as it was over there; `source_pk` may be the number of a lead's row over there."""

    source: Source
    source_pk: str
    person: UUID
    rule: MatchRule
    score: int
    confidence: Confidence
    linked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """Where a person came from over there, and who said so."""

    kind: Source
    source_pk: str
    person: UUID
    status: OriginStatus
    decided_by: DecidedBy
    reason: str


def read_link(values: Mapping[str, str], terms: Terms) -> LinkRecord:
    """Return the link of a row. Raises NotTaken."""
    source = SOURCES.get(values.get("source", "").lower().rpartition(".")[2])
    if source is None:
        raise NotTaken(CabinetReason.UNKNOWN_SOURCE)
    rule = MatchRule.DRIVER if source is Source.DRIVER else _rule(values.get("rule", ""))
    return LinkRecord(
        source,
        _key(values),
        _person(values),
        rule,
        _score(values.get("score", ""), rule),
        _confidence(values.get("confidence", ""), rule),
        parse_moment(values.get("linked_at", ""), zone=terms.zone),
    )


def read_origin(values: Mapping[str, str]) -> OriginRecord:
    """Return the origin of a row. Raises NotTaken."""
    kind = SOURCES.get(values.get("kind", "").lower())
    if kind is None or kind is Source.DRIVER:
        raise NotTaken(CabinetReason.UNKNOWN_KIND)
    by = DecidedBy.MANUAL if values.get("decided_by", "").lower() in _PERSONS_WORD else DecidedBy.SYSTEM
    usual = OriginStatus.RESOLVED_MANUAL if by is DecidedBy.MANUAL else OriginStatus.RESOLVED_AUTO
    written = values.get("status", "").lower()
    status = _STATUSES.get(written) if written else usual
    if status is None:
        raise NotTaken(CabinetReason.UNKNOWN_STATUS)
    return OriginRecord(kind, _key(values), _person(values), status, by, values.get("reason", "")[:60])


def _key(values: Mapping[str, str]) -> str:
    found = values.get("source_pk", "")
    if not found or len(found) > SOURCE_PK_LENGTH:
        raise NotTaken(CabinetReason.NO_KEY)
    return found


def _person(values: Mapping[str, str]) -> UUID:
    try:
        return UUID(values.get("person", ""))
    except ValueError as error:
        raise NotTaken(CabinetReason.NO_PERSON) from error


def _rule(written: str) -> MatchRule:
    try:
        return MatchRule(written.upper())
    except ValueError as error:
        raise NotTaken(CabinetReason.UNKNOWN_RULE) from error


def _score(written: str, rule: MatchRule) -> int:
    if not written:
        return SCORES.get(rule, 84)
    whole = written.partition(".")[0]
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 3 and int(whole) <= 100):
        raise NotTaken(CabinetReason.BAD_SCORE)
    return int(whole)


def _confidence(written: str, rule: MatchRule) -> Confidence:
    if not written:
        return CONFIDENCES.get(rule, Confidence.MEDIUM)
    try:
        return Confidence(written.upper())
    except ValueError as error:
        raise NotTaken(CabinetReason.UNKNOWN_CONFIDENCE) from error
