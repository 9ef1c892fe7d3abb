"""Calls for staff: what was meant, what came of it and, to whoever may hear it, what was said."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns import actions, queries
from campaigns.admin.narrowing import CampaignFilter
from campaigns.admin.tones import OUTCOME_TONES
from campaigns.models import CallAttempt, CallRecord
from campaigns.models.words import ATTEMPT_STATE_LABELS, OUTCOME_LABELS
from campaigns.rules import AttemptState, Outcome
from tenants.admin import OwnPageModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter
from tenants.intake import is_uuid
from tenants.permissions import Capability


class StateFilter(WordsFilter):
    """Narrows to one state."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in ATTEMPT_STATE_LABELS.items()}


class OutcomeFilter(WordsFilter):
    """Narrows to what they came to."""

    title = _("outcome")
    parameter_name = "outcome"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in OUTCOME_LABELS.items()}


@admin.register(CallAttempt, site=tenant_site)
class CallAttemptAdmin(OwnPageModelAdmin):
    """Calls, newest first; what was said stands on a call's own page when asked for, and that is noted."""

    icon = "call"
    person_of = "entry"
    person_id = "entry_id"
    list_display = ("person", "to_number", "of", "standing", "came_to", "talk", "claimed_at")
    list_filter = (StateFilter, OutcomeFilter, CampaignFilter)
    search_fields = ("to_number", "call_id")
    search_help_text = _("A number as +56912345678, or the provider's name of a call")
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallAttempt]:
        """Read whom they were to in the same query."""
        return queries.calls()

    def is_key(self, text: str) -> bool:
        """Say whether it is a UUID."""
        return is_uuid(text)

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one call. Raises Http404."""
        call = call_of(key)
        if call is None:
            raise Http404
        return self.drawn(request, "admin/campaigns/calls/page.html", call, call_shown(request, call))

    def title_of(self, row: CallAttempt) -> str:
        """Name whom it was to."""
        return str(row.entry.name or row.to_number)

    @admin.display(description=_("person"))
    def person(self, call: CallAttempt) -> str:
        """Name whom it was to."""
        return self.title_of(call)

    @admin.display(description=_("campaign"))
    def of(self, call: CallAttempt) -> str:
        """Name the campaign."""
        return str(call.campaign)

    @admin.display(description=_("state"))
    def standing(self, call: CallAttempt) -> SafeString:
        """Say where it stands."""
        return badge(call.get_state_display(), "" if call.state == AttemptState.CLOSED else "running")

    @admin.display(description=_("outcome"))
    def came_to(self, call: CallAttempt) -> SafeString | str:
        """Say what came of it."""
        if not call.outcome:
            return self.empty_value_display
        return badge(call.get_outcome_display(), OUTCOME_TONES.get(Outcome(call.outcome), ""))

    @admin.display(description=_("talk"))
    def talk(self, call: CallAttempt) -> str:
        """Write how long it was."""
        return f"{reader().number(round(call.duration_ms / 1000))}\u00a0s"


def call_of(key: str) -> CallAttempt | None:
    """Return a call with whom it was to, who carried it and what it said. One query."""
    read = queries.calls().select_related(
        "entry", "campaign", "account", "provider", "script_version__script"
    )
    return read.filter(pk=key).first()


def call_shown(request: HttpRequest, call: CallAttempt) -> dict[str, Any]:
    """Return what the page of a call draws."""
    cost = call.provider_cost_micros
    return {
        "call": call,
        "tone": OUTCOME_TONES.get(Outcome(call.outcome), "") if call.outcome else "running",
        "seconds": round(call.duration_ms / 1000),
        "provider_cost": None if cost is None else cost / 1_000_000,
        **said_shown(request, call, is_asked="said" in request.GET),
    }


def said_shown(request: HttpRequest, call: CallAttempt, *, is_asked: bool) -> dict[str, Any]:
    """Return what was said, to whom may hear it and asks; that it was read is noted (S19)."""
    may_hear = tenant_site.may(request, Capability.HEAR)
    record = CallRecord.objects.filter(attempt=call).first()
    if not (may_hear and is_asked and record):
        return {"may_hear": may_hear, "has_record": record is not None, "record": None}
    actions.note_heard(call=call.pk, by=by_of(request))
    return {
        "may_hear": True,
        "has_record": True,
        "record": record,
        "turns": turns_of(record.transcript),
        "sentiment": SENTIMENTS.get(record.sentiment.lower(), record.sentiment),
        "recording": safe_link(record.recording_url),
        "analysis": sorted(record.analysis.items()),
    }


def turns_of(transcript: str) -> list[tuple[str, str]]:
    """Return who said what, line by line; a line that names nobody goes on with the one before."""
    turns: list[tuple[str, str]] = []
    for line in filter(None, (line.strip() for line in transcript.splitlines())):
        who, mark, words = line.partition(":")
        if mark and who.lower() in SPEAKERS:
            turns.append((who.lower(), words.strip()))
        else:
            turns.append((turns[-1][0] if turns else "", line))
    return turns


SPEAKERS = ("agent", "user")
# In the provider's words.
SENTIMENTS = {
    "positive": _("positive"),
    "neutral": _("neutral"),
    "negative": _("negative"),
    "unknown": _("not known"),
}


def safe_link(url: str) -> str:
    """Return an address that a browser may be sent to: https alone, else "" (S16: nothing fetches it)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme == "https" and parts.hostname else ""
