"""Links with their evidence, claims and verdicts, for staff to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.models import CLAIM_STATE_LABELS, Claim, Link
from identity.models.words import CONFIDENCE_LABELS, RULE_LABELS, SOURCE_LABELS, VIA_LABELS
from identity.rules import ClaimState
from tenants.admin import ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter

CLAIM_TONES = {"generated": "running", "paid": "good", "rejected": "bad", "expired": "warn"}


class SourceFilter(WordsFilter):
    """Narrows to one source."""

    title = _("source")
    parameter_name = "source"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in SOURCE_LABELS.items()}


class RuleFilter(WordsFilter):
    """Narrows to one rule."""

    title = _("rule")
    parameter_name = "rule"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in RULE_LABELS.items()}


class ConfidenceFilter(WordsFilter):
    """Narrows to one confidence."""

    title = _("confidence")
    parameter_name = "confidence"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in CONFIDENCE_LABELS.items()}


class ViaFilter(WordsFilter):
    """Narrows to one door."""

    title = _("made by")
    parameter_name = "via"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in VIA_LABELS.items()}


class StateFilter(WordsFilter):
    """Narrows to one state of a claim."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in CLAIM_STATE_LABELS.items()}


@admin.register(Link, site=tenant_site)
class LinkAdmin(ReadOnlyModelAdmin):
    """Who is whom, by which rule, how surely."""

    icon = "link"
    list_display = ("source_pk", "kind", "person", "by_rule", "score", "sure", "door", "linked_at")
    list_filter = (SourceFilter, RuleFilter, ConfidenceFilter, ViaFilter)
    list_select_related = ("person",)
    search_fields = ("source_pk__exact",)
    search_help_text = _("The key of a lead, registration or account")
    fieldsets = (
        (None, {"fields": ("kind", "source_pk", "person", "door", "linked_at", "job_page")}),
        (_("Evidence"), {"fields": ("by_rule", "score", "sure", "is_corroborated", "sums", "ruleset")}),
    )

    @admin.display(description=_("source"), ordering="source")
    def kind(self, link: Link) -> str:
        """Name the source."""
        return str(SOURCE_LABELS.get(link.source, link.source))

    @admin.display(description=_("rule"), ordering="rule")
    def by_rule(self, link: Link) -> str:
        """Name the rule."""
        return str(RULE_LABELS.get(link.rule, link.rule))

    @admin.display(description=_("confidence"), ordering="confidence")
    def sure(self, link: Link) -> str:
        """Name the confidence."""
        return str(CONFIDENCE_LABELS.get(link.confidence, link.confidence))

    @admin.display(description=_("made by"), ordering="via")
    def door(self, link: Link) -> str:
        """Name the door it came through."""
        return str(VIA_LABELS.get(link.via, link.via))

    @admin.display(description=_("weights"))
    def sums(self, link: Link) -> str:
        """Write the bits together, the gap and the probability."""
        if link.posterior is None:
            return self.empty_value_display
        bits, share = reader().number(sum(link.weights) / 100, 1), reader().percent(link.posterior, 1)
        return _("%(bits)s bits, probability %(share)s") % {"bits": bits, "share": share}


@admin.register(Claim, site=tenant_site)
class ClaimAdmin(ReadOnlyModelAdmin):
    """What the partner owes, and what it said."""

    icon = "request_quote"
    list_display = ("source_pk", "person", "milestone", "standing", "owed", "changed_at")
    list_filter = (StateFilter,)
    list_select_related = ("person",)
    search_fields = ("source_pk__exact",)
    search_help_text = _("The key of a lead")
    fields = ("source_pk", "person", "milestone", "standing", "owed", "created_at", "changed_at", "job_page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """Fetch the persons with them."""
        found: QuerySet[Claim] = super().get_queryset(request)
        return found.select_related("person")

    def title_of(self, row: Claim) -> str:
        """Say whose claim, of which milestone."""
        return f"{row.source_pk} · {row.milestone} · {CLAIM_STATE_LABELS[ClaimState(row.state)]}"

    @admin.display(description=_("state"), ordering="state")
    def standing(self, claim: Claim) -> str:
        """Show the state in its colour."""
        return badge(CLAIM_STATE_LABELS[ClaimState(claim.state)], CLAIM_TONES.get(claim.state, ""))

    @admin.display(description=_("amount"), ordering="amount")
    def owed(self, claim: Claim) -> str:
        """Write the money."""
        return reader().money(claim.amount, claim.currency)
