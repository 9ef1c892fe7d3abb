"""The dashboard's first sentence: does the red backlog fall, by which criterion, and if not, why (I16)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.queries.backlog import Cause, RecoveryVerdict
from identity.queries.words import CAUSE_LABELS, CURES, LIMBO_REASON_LABELS
from identity.reports import addresses
from identity.rules import CAUSES_OF_RED, CauseOfRed, Criterion, LimboReason, LimboStage, Movement
from tenants.display.formats import Formats


@dataclass(frozen=True, slots=True)
class Why:
    """A cause: its share of the red leads, what cures it, and the lists of its reasons."""

    label: str
    share: str
    leads: int
    cure: str
    lists: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict in words; `tone` is good, warn or bad."""

    sentence: str
    badge: str
    tone: str
    criteria: tuple[str, ...]
    causes: tuple[Why, ...]


def told(verdict: RecoveryVerdict, formats: Formats) -> Told:
    """Put a verdict in words."""
    return Told(
        sentence=_sentence(verdict, formats),
        badge=_("Recovery succeeds") if verdict.success else _("Recovery does not succeed"),
        tone=_tone(verdict),
        criteria=tuple(_criteria(verdict, formats)),
        causes=tuple(_why(cause, formats) for cause in verdict.causes),
    )


def _sentence(verdict: RecoveryVerdict, formats: Formats) -> str:
    days = (verdict.until - verdict.since).days + 1
    words = {
        "start": formats.number(verdict.backlog_start),
        "end": formats.number(verdict.backlog_end),
        "days": days,
    }
    if not verdict.backlog_end:
        return _("Nothing is red: every lead has its person.")
    match verdict.movement:
        case Movement.FALLS:
            said = ngettext(
                "The red backlog falls: from %(start)s to %(end)s leads in %(days)s day.",
                "The red backlog falls: from %(start)s to %(end)s leads in %(days)s days.",
                days,
            )
        case Movement.GROWS:
            said = ngettext(
                "The red backlog grows: from %(start)s to %(end)s leads in %(days)s day.",
                "The red backlog grows: from %(start)s to %(end)s leads in %(days)s days.",
                days,
            )
        case _holds:
            said = ngettext(
                "The red backlog holds at %(end)s leads for %(days)s day.",
                "The red backlog holds at %(end)s leads for %(days)s days.",
                days,
            )
    return said % words


def _tone(verdict: RecoveryVerdict) -> str:
    if verdict.success and verdict.movement is not Movement.GROWS:
        return "good"
    return "bad" if verdict.movement is Movement.GROWS else "warn"


def _criteria(verdict: RecoveryVerdict, formats: Formats) -> list[str]:
    words = {
        "out": formats.number(verdict.matched_out),
        "came": formats.number(verdict.new_backlog_in),
        "start": formats.number(verdict.backlog_start),
        "end": formats.number(verdict.backlog_end),
    }
    said = []
    if Criterion.OUT_EXCEEDS_IN in verdict.criteria:
        said.append(_("Recovery matched more leads than came in: %(out)s against %(came)s.") % words)
    else:
        said.append(_("Recovery matched no more leads than came in: %(out)s against %(came)s.") % words)
    if Criterion.BACKLOG_FELL in verdict.criteria:
        said.append(_("The backlog ended below its start: %(end)s against %(start)s.") % words)
    else:
        said.append(_("The backlog did not end below its start: %(end)s against %(start)s.") % words)
    if verdict.matched_in_backlog:
        count = verdict.matched_in_backlog
        broken = ngettext(
            "%(count)s lead that the queue calls matched is red: the guardrails name it.",
            "%(count)s leads that the queue calls matched are red: the guardrails name them.",
            count,
        )
        said.append(broken % {"count": formats.number(count)})
    return said


def _why(cause: Cause, formats: Formats) -> Why:
    return Why(
        label=str(CAUSE_LABELS[cause.cause]),
        share=formats.percent(cause.share / 100),
        leads=cause.leads,
        cure=str(CURES[cause.cause]),
        lists=tuple(_lists(cause.cause)),
    )


def _lists(cause: CauseOfRed) -> list[tuple[str, str]]:
    reasons = CAUSES_OF_RED.get(cause, (LimboReason.NOT_TRIED,))
    return [
        (str(LIMBO_REASON_LABELS[reason]), addresses.leads(stage=LimboStage.NO_IDENTITY, reason=reason))
        for reason in reasons
    ]
