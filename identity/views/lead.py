"""One lead for those who look: whose it is or why nobody's, and what was tried (W1)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity import actions
from identity.actions import Explanation
from identity.actions.wording import FIELD_LABELS, LEVELS, RULE_VERDICTS
from identity.models import CLAIM_STATE_LABELS
from identity.models.words import BACKLOG_EVENT_LABELS, CONFIDENCE_LABELS, RULE_LABELS
from identity.queries.story import LeadStory, story
from identity.queries.words import LIMBO_REASON_LABELS
from identity.rules import ClaimState
from tenants.display.charts import Category, Waterfall
from tenants.permissions import Capability, may
from tenants.queries import principal_of


@dataclass(frozen=True, slots=True)
class Said:
    """A rule and what it says of this lead."""

    rule: str
    verdict: str


@require_safe
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Show one lead, its link or case, and how it would be decided now. Raises UnknownLead."""
    found = story(lead_id=lead_id)
    says = actions.explain_lead(lead=lead_id)
    return render(request, "identity/lead.html", _page(found) | _decision(says) | _inbox(request, found))


def _inbox(request: HttpRequest, found: LeadStory) -> dict[str, object]:
    """Return where who may decide does so; a viewer sees no way to it."""
    role = principal_of(request).role
    is_shown = found.case is not None and found.link is None and may(role, Capability.EDIT)
    return {"inbox": f"{reverse('admin:identity_inbox')}?case={found.lead.pk}" if is_shown else ""}


def _page(found: LeadStory) -> dict[str, object]:
    link, case = found.link, found.case
    return {
        "story": found,
        "rule": RULE_LABELS[link.rule] if link else "",
        "confidence": CONFIDENCE_LABELS[link.confidence] if link else "",
        "reason": LIMBO_REASON_LABELS.get(case.reason, case.reason) if case else "",
        "attempts": [(one, LIMBO_REASON_LABELS.get(one.reason, "")) for one in found.attempts],
        "events": [(one, BACKLOG_EVENT_LABELS[one.kind]) for one in found.events],
        "claims": [(one, CLAIM_STATE_LABELS[ClaimState(one.state)]) for one in found.claims],
    }


def _decision(says: Explanation | None) -> dict[str, object]:
    if says is None:
        return {}
    return {
        "says": says,
        "would": RULE_LABELS[says.rule] if says.rule else LIMBO_REASON_LABELS.get(str(says.reason), ""),
        "tried": [
            Said(str(RULE_LABELS[one.rule]), str(RULE_VERDICTS[one.verdict].words)) for one in says.tried
        ],
        "waterfall": _waterfall(says),
    }


def _waterfall(says: Explanation) -> Waterfall | None:
    """Draw what speaks for and against the likeliest candidate."""
    if not says.candidates:
        return None
    likeliest = says.candidates[0]
    steps = tuple(
        Category(f"{FIELD_LABELS[step.field]}: {LEVELS[step.level].words}", round(step.bits, 2))
        for step in likeliest.steps
    )
    told = _("In bits: each doubles the odds that lead and person are one, or halves them.")
    title = _("For and against the likeliest person")
    return Waterfall("waterfall", title, told, steps, heading=_("Fact"))
