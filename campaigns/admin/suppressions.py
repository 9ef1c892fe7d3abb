"""Who must not be called, for staff: listed, found by number or document, said in lists, lifted."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions
from campaigns.actions import BadWish, ListPreview, Reach
from campaigns.actions.suppressing import LARGEST_LIST
from campaigns.admin.lifting import apply, preview
from campaigns.admin.suppression_lists import page_of, plain, title_of
from campaigns.forms.suppressions import SuppressionForm
from campaigns.models import Account, Suppression
from campaigns.models.words import SUPPRESSION_KIND_LABELS, SUPPRESSION_SOURCE_LABELS
from campaigns.queries import as_wished
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.admin import SEEN, Act, Button, ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.filters import WordsFilter
from tenants.jobs.queries import names_of
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records.erasure import is_masked
from tenants.rules import Refused


class KindFilter(WordsFilter):
    """Narrows to numbers or documents."""

    title = gettext_lazy("what")
    parameter_name = "kind"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in SUPPRESSION_KIND_LABELS.items()}


class SourceFilter(WordsFilter):
    """Narrows to where they come from."""

    title = gettext_lazy("source")
    parameter_name = "source"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in SUPPRESSION_SOURCE_LABELS.items()}


class ForceFilter(admin.SimpleListFilter):
    """Narrows to those in force, or to lifted ones."""

    title = gettext_lazy("in force")
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("1", gettext_lazy("In force")), ("0", gettext_lazy("Lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> QuerySet[Suppression]:
        """Keep the chosen ones."""
        wanted = {"1": True, "0": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(lifted_at__isnull=wanted)


def add_page(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to where some are added."""
    return HttpResponseRedirect(reverse("admin:campaigns_suppression_say"))


def lists_page(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to the lists that came, to look at one or to undo it."""
    return HttpResponseRedirect(reverse("admin:campaigns_suppressionlist_changelist"))


def lift(request: HttpRequest, found: Suppression) -> str | Promise:
    """Let it be called again."""
    seen = request.GET.get(SEEN, "")
    actions.lift(suppression_id=found.pk, now=timezone.now(), by=by_of(request), seen=seen)
    return _("Lifted: it may be called from the next call on.")


def is_in_force(_request: HttpRequest, found: Suppression | None) -> bool:
    """Say whether there is something to lift."""
    return found is not None and found.lifted_at is None


@admin.register(Suppression, site=tenant_site)
class SuppressionAdmin(ReadOnlyModelAdmin):
    """Numbers and documents, newest first; nothing is changed by form, lifted ones stay listed."""

    icon = "phone_disabled"
    in_palette = True
    list_display = ("called", "what", "whom", "origin", "reason", "standing", "created_at")
    list_filter = (ForceFilter, KindFilter, SourceFilter)
    list_select_related = ("account",)
    search_fields = ("value",)
    search_help_text = gettext_lazy("A number or a document, written in any usual way")
    fields = (
        *("called", "what", "whom", "origin", "reason", "standing", "created_at", "said_by", "lifted_at"),
        *("said_again_at", "came_in"),
    )
    actions = ("lift_chosen",)  # its page asks first
    list_buttons = (
        Button("say", gettext_lazy("Add numbers or documents"), add_page),
        Button("lists", gettext_lazy("Lists"), lists_page, capability=Capability.VIEW),
    )
    buttons = (
        Button(
            "lift",
            gettext_lazy("Lift"),
            lift,
            shown=is_in_force,
            seen=lambda found: found.again,
            confirm=gettext_lazy("Let this number or person be called again?"),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes new ones, and the door that lifts many."""
        say, lifting = (self.admin_site.admin_view(view) for view in (self.say_view, self.lift_view))
        own = [
            path("say/", say, name="campaigns_suppression_say"),
            path("lift/", lifting, name="campaigns_suppression_lift"),
        ]
        return [*own, *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        """Search by the stored form of what was typed, which has an index."""
        if not search_term.strip():
            return queryset, False
        country, values = principal_of(request).tenant.country, []
        for kind in SuppressionKind:
            try:
                values.append(actions.read_wish(kind, search_term, country=country).value)
            except BadWish:
                continue
        return queryset.filter(value__in=list(as_wished(values))), False

    def say_view(self, request: HttpRequest) -> HttpResponse:
        """Take numbers or documents, typed or as a file, and go to what they would do (W4)."""
        form = SuppressionForm(request.POST or None, request.FILES or None)
        if self.may(request, Capability.EDIT) and form.is_valid() and (found := _looked(request, form)):
            return HttpResponseRedirect(page_of(found.made))
        page = {"form": form, "title": _("Add numbers or documents"), "opts": self.opts}
        return render(request, "admin/campaigns/say.html", self.admin_site.each_context(request) | page)

    def lift_view(self, request: HttpRequest) -> HttpResponse:
        """Lift those that were looked at together."""
        return apply(request) if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    @admin.action(description=gettext_lazy("Lift"))
    def lift_chosen(self, request: HttpRequest, chosen: QuerySet[Suppression]) -> HttpResponse:
        """Show which of them would be lifted."""
        return preview(request, chosen)

    def title_of(self, row: Suppression) -> str:
        """Name the number or document."""
        return f"{row.get_kind_display()} {_plain(row)}"

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def called(self, found: Suppression) -> str:
        """Write the number, or the document without its key's prefix."""
        return _plain(found)

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def what(self, found: Suppression) -> str:
        """Say what it is."""
        return str(found.get_kind_display())

    @admin.display(description=gettext_lazy("account"), ordering="account__name")
    def whom(self, found: Suppression) -> str:
        """Say whom it binds."""
        return str(found.account or _("All accounts"))

    @admin.display(description=gettext_lazy("source"), ordering="source")
    def origin(self, found: Suppression) -> str:
        """Say where it comes from."""
        return str(found.get_source_display())

    @admin.display(description=gettext_lazy("list"))
    def came_in(self, found: Suppression) -> SafeString | str:
        """Lead to the list that it came in, which can be undone whole."""
        made = found.in_list
        return format_html('<a href="{}">{}</a>', page_of(made), title_of(made)) if made else "–"

    @admin.display(description=gettext_lazy("state"), ordering="lifted_at")
    def standing(self, found: Suppression) -> SafeString:
        """Say whether it is in force."""
        return badge(_("In force"), "warn") if found.lifted_at is None else badge(_("Lifted"), "")

    @admin.display(description=gettext_lazy("by"))
    def said_by(self, found: Suppression) -> str:
        """Name who said it, and who lifted it."""
        ids = [one for one in (found.created_by, found.lifted_by) if one]
        names = names_of(ids=ids)
        return " → ".join(names.get(one, str(one)) for one in ids) or self.empty_value_display


def _plain(found: Suppression) -> str:
    """Write a document without the prefix of its key, its country behind it; a hash says only what it is."""
    return str(_("an erased person")) if is_masked(found.value) else plain(found.kind, found.value)


def _looked(request: HttpRequest, form: SuppressionForm) -> ListPreview | None:
    """Look at what a form says; None when the file cannot be read, which the form tells."""
    given = form.cleaned_data
    account: Account | None = given["account"]
    country = account.country if account else principal_of(request).tenant.country
    source = SuppressionSource.FILE if given["file"] else SuppressionSource.PERSON
    asked: dict[str, Any] = {
        "country": country,
        "reach": Reach(source, account, by_of(request)),
        "now": timezone.now(),
    }
    try:
        if given["file"]:
            content = given["file"].read(LARGEST_LIST + 1)
            return actions.preview_list_file(content=content, filename=given["file"].name, **asked)
        lines = actions.lines_of(given["typed"], given["kind"], reason=given["reason"])
        return actions.preview_list(lines=lines, **asked)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


tenant_site.add_act(
    Act(gettext_lazy("Stop calls to a number"), "admin:campaigns_suppression_say", "phone_disabled", 70)
)
