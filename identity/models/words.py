"""Stored codes as people read them; what programs read stays the code."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from identity.rules import (
    BacklogEventKind,
    Confidence,
    DecidedBy,
    IdentifierKind,
    MatchRule,
    OriginStatus,
    Outcome,
    Source,
    Via,
)

# Rows hold plain texts, so a code of either kind finds its words.
Labels = Mapping[str, Any]

OUTCOME_LABELS: Labels = {
    Outcome.MATCHED: _("Linked"),
    Outcome.REVIEW: _("To review"),
    Outcome.UNMATCHED: _("Not linked"),
    Outcome.ERROR: _("Failed"),
}
RULE_LABELS: Labels = {
    MatchRule.DOCUMENT: _("Same document"),
    MatchRule.PHONE: _("Same phone"),
    MatchRule.LICENCE: _("Same licence"),
    MatchRule.EMAIL: _("Same e-mail"),
    MatchRule.PLATE: _("Same plate, similar name, hired around the date"),
    MatchRule.PLATE_NO_DATE: _("Same plate, similar name, another date"),
    MatchRule.CAR: _("Same car model, similar name"),
    MatchRule.SCORED: _("By the weights together"),
    MatchRule.MANUAL: _("By hand"),
    MatchRule.DRIVER: _("Own driver account"),
}
CONFIDENCE_LABELS: Labels = {
    Confidence.HIGH: pgettext_lazy("confidence", "high"),
    Confidence.MEDIUM: pgettext_lazy("confidence", "medium"),
    Confidence.LOW: pgettext_lazy("confidence", "low"),
}
VIA_LABELS: Labels = {
    Via.RECOVER: _("Recovery"),
    Via.RECONCILE: _("Reconciliation"),
    Via.IMPORT: _("Import"),
    Via.MANUAL: _("By hand"),
    Via.MIGRATION: _("Migration"),
}
SOURCE_LABELS: Labels = {
    Source.CABINET: _("Lead"),
    Source.SCOUT: _("Scouting registration"),
    Source.MIGRATION: _("Migration"),
    Source.LEGACY: _("Older system"),
    Source.DRIVER: _("Driver account"),
}
IDENTIFIER_LABELS: Labels = {
    IdentifierKind.PHONE: _("Phone"),
    IdentifierKind.DOCUMENT: _("Document"),
    IdentifierKind.LICENCE: _("Licence"),
    IdentifierKind.EMAIL: _("E-mail"),
    IdentifierKind.PLATE: _("Plate"),
}
ORIGIN_STATUS_LABELS: Labels = {
    OriginStatus.PENDING_REVIEW: _("To review"),
    OriginStatus.RESOLVED_AUTO: _("Decided by the system"),
    OriginStatus.RESOLVED_MANUAL: _("Decided by hand"),
    OriginStatus.MARKED_LEGACY: _("Marked as older"),
    OriginStatus.DISCARDED: _("Discarded"),
}
DECIDED_BY_LABELS: Labels = {DecidedBy.SYSTEM: _("the system"), DecidedBy.MANUAL: _("a person")}
BACKLOG_EVENT_LABELS: Labels = {
    BacklogEventKind.ENTERED: _("Entered"),
    BacklogEventKind.RE_ENTERED: _("Entered again"),
    BacklogEventKind.MATCHED_BY_RECOVERY: _("Linked by recovery"),
    BacklogEventKind.LINKED_ELSEWHERE: _("Linked elsewhere"),
    BacklogEventKind.RESOLVED_MANUALLY: _("Resolved by hand"),
    BacklogEventKind.REMOVED: _("Removed"),
}
