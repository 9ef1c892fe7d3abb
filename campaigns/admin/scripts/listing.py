"""The list of scripts, and the addresses of their pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import queries
from campaigns.admin.scripts.editing import address_of, check_part, edit_page, new_page
from campaigns.admin.scripts.reviewing import version_page
from campaigns.models import Script
from campaigns.models.words import SCRIPT_STATE_LABELS, USE_CASE_LABELS
from campaigns.rules import ScriptState
from tenants.admin import Act, Button, OwnPageModelAdmin, badge, tenant_site
from tenants.admin.filters import WordsFilter

TONES = {ScriptState.APPROVED: "good", ScriptState.DRAFT: "warn"}


class UseCaseFilter(WordsFilter):
    """Narrows to what they are for."""

    title = gettext_lazy("use case")
    parameter_name = "use_case"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in USE_CASE_LABELS.items()}


class ArchivedFilter(admin.SimpleListFilter):
    """Shows archived ones only when asked for."""

    title = gettext_lazy("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two besides those in use."""
        return [("1", gettext_lazy("Archived")), ("all", gettext_lazy("Both"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Script]) -> QuerySet[Script]:
        """Keep the chosen ones."""
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "1")


def to_new(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to where one is written."""
    return HttpResponseRedirect(reverse("admin:campaigns_script_new"))


@admin.register(Script, site=tenant_site)
class ScriptAdmin(OwnPageModelAdmin):
    """Scripts, newest first; each is written and approved on pages of its own."""

    icon = "record_voice_over"
    in_palette = True
    list_display = ("name", "purpose", "country", "standing", "speakable", "created_at")
    list_filter = (UseCaseFilter, ArchivedFilter)
    search_fields = ("name",)
    ordering = ("-id",)
    list_buttons = (Button("new", gettext_lazy("New script"), to_new),)

    def get_urls(self) -> list[URLPattern]:
        """Add the editor's pages."""
        guard = self.admin_site.admin_view
        pages = [
            path("new/", guard(new_page), name="campaigns_script_new"),
            path("check/", guard(check_part), name="campaigns_script_check"),
            path("<int:script_id>/edit/", guard(edit_page), name="campaigns_script_edit"),
            path(
                "<int:script_id>/versions/<int:number>/", guard(version_page), name="campaigns_script_version"
            ),
        ]
        return [*pages, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Script]:
        """Tell where each stands, in the same query."""
        return queries.scripts()

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Lead to the editor: whoever follows a link of the list or the log ends there."""
        return HttpResponseRedirect(address_of(int(key)))

    @admin.display(description=gettext_lazy("use case"), ordering="use_case")
    def purpose(self, script: Script) -> str:
        """Say what it is for."""
        return str(script.get_use_case_display())

    @admin.display(description=gettext_lazy("newest version"))
    def standing(self, script: Any) -> SafeString:
        """Number the newest version, in the colour of its state."""
        state = ScriptState(script.latest_state)
        words = _("%(number)d, %(state)s") % {
            "number": script.latest_number,
            "state": SCRIPT_STATE_LABELS[state],
        }
        return badge(words, TONES.get(state, ""))

    @admin.display(description=gettext_lazy("campaigns may use"), ordering="approved_number")
    def speakable(self, script: Any) -> str:
        """Number the version that campaigns may speak by."""
        if script.archived_at is not None or script.approved_number is None:
            return self.empty_value_display
        return _("version %(number)d") % {"number": script.approved_number}


tenant_site.add_act(Act(gettext_lazy("New script"), "admin:campaigns_script_new", "record_voice_over", 80))
