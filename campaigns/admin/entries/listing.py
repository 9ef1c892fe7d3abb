"""The list of the people of campaigns: narrowed by the address, found by document, number or name (W6)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import actions, queries
from campaigns.actions import BadWish, Decision
from campaigns.admin.board.telling import reason_words
from campaigns.admin.entries.acts import BUTTONS
from campaigns.admin.entries.bulk import apply, preview
from campaigns.admin.entries.page import entry_shown
from campaigns.admin.narrowing import ArmFilter, CampaignFilter
from campaigns.admin.tones import ENTRY_TONES
from campaigns.models import Entry
from campaigns.models.words import ENTRY_STATE_LABELS, OUTCOME_LABELS, REASON_LABELS
from campaigns.rules import CALLABLE, FINAL, EntryReason, EntryState, SuppressionKind
from identity.models.names import NameWords, bearing, words_of
from tenants.admin import OwnPageModelAdmin, ago, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter
from tenants.admin.model_admin import RefusalsTold
from tenants.permissions import Capability
from tenants.queries import principal_of


class StateFilter(WordsFilter):
    """Narrows to one state."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in ENTRY_STATE_LABELS.items()}


class ReasonFilter(WordsFilter):
    """Narrows to why they are where they are."""

    title = _("why")
    parameter_name = "reason"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in REASON_LABELS.items()}


class OutcomeFilter(WordsFilter):
    """Narrows to what the last call came to."""

    title = _("last outcome")
    parameter_name = "outcome"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in OUTCOME_LABELS.items()}


@admin.register(Entry, site=tenant_site)
class EntryAdmin(OwnPageModelAdmin):
    """People, newest first; a campaign's own in the order of its file."""

    icon = "groups"
    in_palette = palette_by_key = True
    person_of = "entry"
    list_display = ("name", "document", "of", "standing", "why", "earliest", "attempts", "last", "moved_at")
    list_filter = (StateFilter, ReasonFilter, OutcomeFilter, CampaignFilter, ArmFilter)
    buttons = BUTTONS
    actions = ("call_again", "take_out")  # their pages ask first
    search_fields = ("name",)
    search_help_text = _("A document, a number or a name")
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Read the campaigns in the same query."""
        return queries.entries()

    def get_urls(self) -> list[URLPattern]:
        """Add the doors of the zone and of many at once."""
        guard = self.admin_site.admin_view
        pages = [
            path("decide/", guard(self.decide_view), name="campaigns_entry_decide"),
            path("<int:number>/zone/", guard(self.zone_view), name="campaigns_entry_zone"),
        ]
        return [*pages, *super().get_urls()]

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one person's story. Raises UnknownEntry."""
        found = queries.entry(number=int(key))
        shown = {"house_buttons": self.shown(request, found)} | entry_shown(found)
        return self.drawn(request, "admin/campaigns/entries/page.html", found, shown)

    def title_of(self, row: Entry) -> str:
        """Name the person."""
        return row.name

    def hint_of(self, row: Entry) -> str:
        """Name the campaign, by which two calls to one person differ."""
        return str(row.campaign)

    def zone_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Take the time zone of somebody whose clock nobody knows, or of all such people of the campaign."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        tenant_site.check_may(request, Capability.EDIT)
        found, place = queries.entry(number=number), request.POST.get("place", "")
        with RefusalsTold(request):
            messages.success(request, _cured(request, found, place))
        return HttpResponseRedirect(self._address(found))

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decide about many who were looked at."""
        return apply(request) if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    @admin.action(description=_("Call again"))
    def call_again(self, request: HttpRequest, chosen: QuerySet[Entry]) -> HttpResponse:
        """Show who would go back into the queue."""
        return preview(request, Decision.RETRY, chosen)

    @admin.action(description=_("Take out of the campaign"))
    def take_out(self, request: HttpRequest, chosen: QuerySet[Entry]) -> HttpResponse:
        """Show who would leave."""
        return preview(request, Decision.CANCEL, chosen)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Search by number in any dress, by document with or without its marks, by words of the name."""
        typed = search_term.strip()
        country = principal_of(request).tenant.country
        return (spelled(queryset, typed, country) if typed else queryset), False

    def suggested(self, request: HttpRequest, text: str) -> QuerySet[Entry]:
        """Suggest by name; by document those who are still to be called, as ends have no index."""
        country = principal_of(request).tenant.country
        if has_letters_alone(text):
            return named(self.get_queryset(request).order_by(), text)
        try:
            document = actions.read_wish(SuppressionKind.DOCUMENT, text, country=country)
        except BadWish:
            return Entry.objects.none()
        return self.get_queryset(request).filter(person_key=document.value).exclude(state__in=list(FINAL))

    @admin.display(description=_("campaign"))
    def of(self, entry: Entry) -> str:
        """Name the campaign."""
        return str(entry.campaign)

    @admin.display(description=_("state"))
    def standing(self, entry: Entry) -> SafeString:
        """Say where it stands, in its colour."""
        return badge(entry.get_state_display(), ENTRY_TONES.get(EntryState(entry.state), ""))

    @admin.display(description=_("why"))
    def why(self, entry: Entry) -> str:
        """Say why it is there."""
        return reason_words(EntryState(entry.state), EntryReason(entry.reason))

    @admin.display(description=_("not before"))
    def earliest(self, entry: Entry) -> str:
        """Say when it may be called, if time alone brings its call."""
        return ago(entry.earliest_at) if entry.state in CALLABLE else self.empty_value_display

    @admin.display(description=_("last outcome"))
    def last(self, entry: Entry) -> str:
        """Say what the last call came to."""
        return str(entry.get_outcome_display()) or self.empty_value_display


def _cured(request: HttpRequest, found: Entry, place: str) -> str:
    said: dict[str, Any] = {"place": place, "now": timezone.now(), "by": by_of(request)}
    if request.POST.get("all"):
        moved = actions.set_zones(code=found.campaign.code, **said)
        return gettext("%(n)s people are back in the queue.") % {"n": reader().number(moved)}
    actions.set_zone(number=found.pk, **said)
    return gettext("Back in the queue; the law is asked again before the call.")


def spelled(rows: QuerySet[Entry], typed: str, country: str) -> QuerySet[Entry]:
    """Narrow to whom a searcher may mean: by the words of names, or as documents and numbers stand in files.

    What has no digit is a name alone, which has an index.
    """
    if has_letters_alone(typed):
        return named(rows, typed)
    found = Q(name__icontains=typed) | Q(document=typed)
    for kind in SuppressionKind:
        try:
            value = actions.read_wish(kind, typed, country=country).value
        except BadWish:
            continue
        dialled = kind is SuppressionKind.NUMBER
        found |= Q(phones__contains=[{"number": value}]) if dialled else Q(person_key=value)
    return rows.filter(found)


def has_letters_alone(typed: str) -> bool:
    """Say whether words of names are asked for, and no document or number."""
    return bool(words_of(typed)) and not any(char.isdigit() for char in typed)


def named(rows: QuerySet[Entry], typed: str) -> QuerySet[Entry]:
    """Narrow to those of whose names each typed word begins one."""
    return rows.alias(words=NameWords("name")).filter(words=bearing(words_of(typed)))
