"""The recovery queue and all cases, for staff to read; trying again is the one move (I11, I12)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identity import actions
from identity.models import CASE_STATE_LABELS, QUEUE_STATUS_LABELS, REASON_LABELS, Case, Lead, QueueItem
from identity.models.words import OUTCOME_LABELS
from identity.rules import CaseState, QueueStatus
from tenants.admin import Button, ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.filters import WordsFilter
from tenants.permissions import Capability

QUEUE_TONES = {QueueStatus.PENDING: "warn", QueueStatus.MATCHED: "good", QueueStatus.FAILED: "bad"}
CASE_TONES = {CaseState.OPEN: "warn", CaseState.RESOLVED: "good"}


class StatusFilter(WordsFilter):
    """Narrows to one status of the queue."""

    title = _("status")
    parameter_name = "status"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in QUEUE_STATUS_LABELS.items()}


class ReasonFilter(WordsFilter):
    """Narrows to one reason."""

    title = _("reason")
    parameter_name = "reason"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in REASON_LABELS.items()}


class StateFilter(WordsFilter):
    """Narrows to one state of a case."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in CASE_STATE_LABELS.items()}


def ask_again(request: HttpRequest, item: Any) -> str | Promise:
    """Have a queued lead tried again."""
    if item.lead_id is None:
        raise Http404
    actions.ask_again(lead_id=item.lead_id, by=by_of(request))
    return _("Asked for: the next run tries it again.")


def show_case(_request: HttpRequest, item: Any) -> HttpResponse:
    """Go to the case."""
    return HttpResponseRedirect(f"{reverse('admin:identity_inbox')}?case={item.lead_id}")


def is_waiting(_request: HttpRequest, item: QueueItem) -> bool:
    """Say whether another try makes sense."""
    return item.status in {QueueStatus.PENDING, QueueStatus.FAILED}


def has_case(_request: HttpRequest, item: Any) -> bool:
    """Say whether there is a case to open."""
    return item.has_case is not None


@admin.register(QueueItem, site=tenant_site)
class QueueItemAdmin(ReadOnlyModelAdmin):
    """Which red leads recovery tries next, and which it has given up."""

    icon = "queue"
    list_display = ("source_pk", "name", "standing", "attempts", "why", "tried_at", "retry_at", "asked_at")
    list_filter = (StatusFilter, ReasonFilter)
    search_fields = ("source_pk__exact",)
    search_help_text = _("The key of a lead")
    fields = (
        "source_pk", "name", "standing", "attempts", "why", "queued_at", "tried_at", "retry_at", "asked_at",
        "closed_at", "job_page",
    )  # fmt: skip
    buttons = (
        Button("ask", _("Ask again"), ask_again, shown=is_waiting),
        Button("case", _("Open the case"), show_case, shown=has_case, capability=Capability.VIEW),
    )

    def title_of(self, row: QueueItem) -> str:
        """Say which lead, and how it stands."""
        return f"{row.source_pk} · {QUEUE_STATUS_LABELS[QueueStatus(row.status)]}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[QueueItem]:
        """Name the lead in the same query."""
        leads = Lead.objects.filter(source_pk=OuterRef("source_pk"))
        found: QuerySet[QueueItem] = super().get_queryset(request)
        return found.annotate(
            lead_id=Subquery(leads.values("pk")[:1]),
            first=Subquery(leads.values("first_name")[:1]),
            last=Subquery(leads.values("last_name")[:1]),
            has_case=Subquery(leads.values("case__pk")[:1]),
        )

    @admin.display(description=_("name"))
    def name(self, item: Any) -> str:
        """Write the lead's name."""
        return " ".join(part for part in (item.first, item.last) if part) or self.empty_value_display

    @admin.display(description=_("status"), ordering="status")
    def standing(self, item: QueueItem) -> SafeString:
        """Show the status in its colour."""
        status = QueueStatus(item.status)
        return badge(QUEUE_STATUS_LABELS[status], QUEUE_TONES.get(status, ""))

    @admin.display(description=_("last reason"), ordering="reason")
    def why(self, item: QueueItem) -> str:
        """Write the reason in words."""
        return item.get_reason_display() or self.empty_value_display


@admin.register(Case, site=tenant_site)
class CaseAdmin(ReadOnlyModelAdmin):
    """All cases, closed ones too; the inbox is where they are settled."""

    icon = "folder_open"
    person_of = "lead"
    # The lead's name leads to the inbox; what is not to be settled is read by the reason.
    list_display = ("why", "who", "standing", "result", "attempts", "tried_at", "opened_at", "closed_at")
    list_display_links = ("why",)
    list_filter = (StateFilter, ReasonFilter)
    list_select_related = ("lead",)
    search_fields = ("lead__source_pk__exact",)
    search_help_text = _("The key of a lead")
    fields = (
        "who", "standing", "result", "why", "attempts", "opened_at", "tried_at", "woken_at", "closed_at",
        "note", "error",
    )  # fmt: skip
    buttons = (
        Button(
            "case",
            _("Open in the inbox"),
            lambda _request, case: HttpResponseRedirect(f"{reverse('admin:identity_inbox')}?case={case.pk}"),
            capability=Capability.VIEW,
        ),
    )

    def title_of(self, row: Case) -> str:
        """Name the lead and the reason."""
        return f"{row.lead} · {row.get_reason_display()}"

    @admin.display(description=_("lead"))
    def who(self, case: Case) -> SafeString:
        """Lead to the case in the inbox."""
        address = f"{reverse('admin:identity_inbox')}?case={case.pk}"
        return format_html('<a href="{}">{}</a>', address, case.lead)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, case: Case) -> SafeString:
        """Show the state in its colour."""
        state = CaseState(case.state)
        return badge(CASE_STATE_LABELS[state], CASE_TONES.get(state, ""))

    @admin.display(description=_("outcome"), ordering="outcome")
    def result(self, case: Case) -> str:
        """Write the outcome in words."""
        return str(OUTCOME_LABELS.get(case.outcome, case.outcome))

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, case: Case) -> str:
        """Write the reason in words."""
        return str(case.get_reason_display())
