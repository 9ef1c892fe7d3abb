"""One person of a campaign: who, where they stand and why, what is owed, and everything that happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.board.telling import halts_told, reason_words
from campaigns.admin.entries.acts import needs_zone
from campaigns.admin.tones import ENTRY_TONES, OUTCOME_TONES
from campaigns.dispatch.asking_law import verdict_on
from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.halts import halts_of
from campaigns.legality import zones_of_key
from campaigns.models import CallAttempt, Entry
from campaigns.models.words import ENTRY_STATE_LABELS, OUTCOME_LABELS
from campaigns.queries.campaigns import campaign_numbered
from campaigns.queries.stories import Chapter, story_of
from campaigns.rules import CALLABLE, EntryReason, EntryState, Outcome
from tenants.admin.columns import reader
from tenants.admin.records import in_words
from tenants.jobs.queries import names_of

KIND_LABELS = {"mobile": gettext_lazy("mobile"), "landline": gettext_lazy("landline")}


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment on the clock of one place."""

    zone: str
    at: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number, and what is said of it."""

    number: str
    kind: str
    is_next: bool
    is_repaired: bool
    retired: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: a call with its end, or a decision and whose."""

    at: datetime
    words: str
    note: str = ""
    who: str = ""
    href: str = ""
    tone: str = ""


def entry_shown(entry: Entry) -> dict[str, Any]:
    """Return what the page of a person draws; the entry was read with campaign, account and debts."""
    return {
        "entry": entry,
        "tone": ENTRY_TONES.get(EntryState(entry.state), ""),
        "why": reason_words(EntryState(entry.state), EntryReason(entry.reason)),
        "asks_zone": needs_zone(entry),
        "zones": zones_of_key(entry.zones),
        "phones": list(_phones(entry)),
        "debts": list(entry.debts.all()),
        "variables": sorted(entry.variables.items()),
        "story": _lines(entry),
        "talk_s": round(entry.talk_ms / 1000),
        **_waiting(entry),
    }


def _waiting(entry: Entry) -> dict[str, Any]:
    """Say what keeps somebody from being called who waits: the law and the hours, then the campaign (W1)."""
    if entry.state not in CALLABLE:
        return {}
    campaign = campaign_numbered(number=entry.campaign_id)
    provider = campaign.account.provider
    now = clock_for(provider, timezone.now)() if provider else timezone.now()
    verdict = verdict_on(entry, now=now)
    at = None if verdict.is_allowed else verdict.earliest
    return {
        "verdict": verdict.words,
        "is_allowed": verdict.is_allowed,
        "earliest_at": at,
        "clocks": [_clock(zone, at) for zone in zones_of_key(entry.zones)] if at else [],
        "halts": halts_told(campaign, halts_of(campaign, now=now)),
    }


def _clock(zone: str, at: datetime) -> Clock:
    return Clock(zone, replace(reader(), timezone=zone).moment(at))


def _phones(entry: Entry) -> Iterator[Phone]:
    for place, phone in enumerate(entry.phones):
        retired = str(phone.get("retired") or "")
        yield Phone(
            number=phone["number"],
            kind=str(KIND_LABELS.get(phone.get("kind", ""), "")),
            is_next=place == entry.next_phone and not retired,
            is_repaired=bool(phone.get("repaired")),
            retired=_retired(retired),
        )


def _retired(word: str) -> str:
    return str(OUTCOME_LABELS[Outcome(word)]) if word in set(Outcome) else word


def _lines(entry: Entry) -> list[Line]:
    chapters = story_of(entry)
    names = names_of(ids={one.by for one in chapters if one.by})
    begun = Line(entry.created_at, _("Came with its campaign"), _row(entry))
    told = [_call(one.call) if one.call else _decision(one, names) for one in chapters]
    ended = []
    if entry.finished_at:
        state, reason = EntryState(entry.state), EntryReason(entry.reason)
        ended = [Line(entry.finished_at, str(ENTRY_STATE_LABELS[state]), reason_words(state, reason))]
    return [begun, *told, *ended]


def _row(entry: Entry) -> str:
    return _("row %(row)s of its file") % {"row": reader().number(entry.row)} if entry.row else ""


def _call(call: CallAttempt) -> Line:
    outcome = str(call.get_outcome_display()) or str(call.get_state_display())
    seconds = reader().number(round(call.duration_ms / 1000))
    note = " · ".join(
        part for part in (call.to_number, f"{seconds}\u00a0s", call.disconnection_reason) if part
    )
    words = _("Call %(number)s: %(outcome)s") % {"number": call.number, "outcome": outcome}
    tone = OUTCOME_TONES.get(Outcome(call.outcome), "") if call.outcome else "running"
    href = reverse("admin:campaigns_callattempt_change", args=[call.pk])
    return Line(call.claimed_at, words, note, href=href, tone=tone)


def _decision(one: Chapter, names: Mapping[UUID, str]) -> Line:
    change = one.change or {}
    steps = [change[key] for key in ("from", "to") if key in change]
    states = [str(ENTRY_STATE_LABELS.get(step, step)) for step in steps]
    note = " → ".join([*([str(change["zones"])] if "zones" in change else []), *states])
    return Line(one.at, in_words(one.verb), note, names.get(one.by, "") if one.by else "")
