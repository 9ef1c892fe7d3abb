"""Who must not be called, for staff: listed, found by number or document, said in lists, lifted."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions
from campaigns.actions import BadWish, Reach, Written
from campaigns.actions.suppressing import LARGEST_LIST, keep_refused
from campaigns.forms.suppressions import SuppressionForm
from campaigns.models import Account, Suppression
from campaigns.models.words import SUPPRESSION_KIND_LABELS, SUPPRESSION_SOURCE_LABELS
from campaigns.queries import as_wished
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.admin import Act, Button, ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.filters import WordsFilter
from tenants.jobs.queries import names_of
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records.downloads import kept_download
from tenants.records.erasure import is_masked
from tenants.records.queries import kept_for
from tenants.rules import Refused

REFUSALS_SHOWN = 100


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


def lift(request: HttpRequest, found: Suppression) -> str | Promise:
    """Let it be called again."""
    actions.lift(suppression_id=found.pk, now=timezone.now(), by=by_of(request))
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
    fields = ("called", "what", "whom", "origin", "reason", "standing", "created_at", "said_by", "lifted_at")
    list_buttons = (Button("say", gettext_lazy("Add numbers or documents"), add_page),)
    buttons = (
        Button(
            "lift",
            gettext_lazy("Lift"),
            lift,
            shown=is_in_force,
            confirm=gettext_lazy("Let this number or person be called again?"),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes new ones, and the file of what it did not take."""
        say, refused = (self.admin_site.admin_view(view) for view in (self.say_view, self.refused_view))
        own = [
            path("say/", say, name="campaigns_suppression_say"),
            path("refused/<uuid:file>.xlsx", refused, name="campaigns_suppression_refused"),
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
        """Take numbers or documents, typed or as a file, and tell what became of each row."""
        form = SuppressionForm(request.POST or None, request.FILES or None)
        written = None
        if self.may(request, Capability.EDIT) and form.is_valid():
            written = _said(request, form)
        if written and not written.refused:
            messages.success(request, _told(written))
            return HttpResponseRedirect(reverse("admin:campaigns_suppression_changelist"))
        page = {
            "form": form,
            "written": written,
            "shown": written.refusals[:REFUSALS_SHOWN] if written else [],
            "to_mend": _to_mend(request, form, written) if written else "",
            "told": _told(written) if written else "",
            "title": _("Add numbers or documents"),
            "opts": self.opts,
        }
        return render(request, "admin/campaigns/say.html", self.admin_site.each_context(request) | page)

    def refused_view(self, request: HttpRequest, file: UUID) -> HttpResponse:
        """Download what was not taken of a file, for who sent it (W3, S5). Raises Http404 for others."""
        kept = kept_for(file=file, by=by_of(request))
        if kept is None:
            raise Http404
        return kept_download(kept)

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
    if is_masked(found.value):
        return str(_("an erased person"))
    if found.kind == SuppressionKind.NUMBER:
        return str(found.value)
    _mark, country, document = found.value.split(":", 2)
    return f"{document} ({country})"


def _said(request: HttpRequest, form: SuppressionForm) -> Written | None:
    """Write what a form says; None when the file cannot be read, which the form tells."""
    given = form.cleaned_data
    account: Account | None = given["account"]
    country = account.country if account else principal_of(request).tenant.country
    source = SuppressionSource.FILE if given["file"] else SuppressionSource.PERSON
    said: dict[str, Any] = {
        "country": country,
        "reach": Reach(source, account, by_of(request)),
        "now": timezone.now(),
    }
    try:
        if given["file"]:
            content = given["file"].read(LARGEST_LIST + 1)
            return actions.suppress_file(content=content, filename=given["file"].name, **said)
        lines = actions.lines_of(given["typed"], given["kind"], reason=given["reason"])
        return actions.suppress_all(lines=lines, **said)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None


def _to_mend(request: HttpRequest, form: SuppressionForm, written: Written) -> str:
    """Return the address of the workbook of refused rows; none of a typed list, which stands there still."""
    sent = form.cleaned_data["file"]
    if not sent:
        return ""
    file = keep_refused(written=written, filename=sent.name, by=by_of(request), now=timezone.now())
    return reverse("admin:campaigns_suppression_refused", args=[file])


def _told(written: Written) -> str:
    return _("%(created)d added, %(already)d there already, %(refused)d not taken.") % {
        "created": written.created,
        "already": written.already,
        "refused": written.refused,
    }


tenant_site.add_act(
    Act(gettext_lazy("Stop calls to a number"), "admin:campaigns_suppression_say", "phone_disabled", 70)
)
