"""Lists of who must not be called, for staff: looked at, applied, found again later, undone (W4)."""

from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions, queries
from campaigns.actions import PreviewGone
from campaigns.models import SuppressionList
from campaigns.models.words import LIST_STATE_LABELS
from campaigns.rules import ListState, SuppressionKind
from tenants.admin import Button, OwnPageModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.display.exports import CONTENT_TYPES, FileType
from tenants.jobs.queries import names_of
from tenants.records.queries import kept_for

PAGE = "admin/campaigns/suppression_list.html"
REFUSALS_SHOWN = 100
EXAMPLES = 10
TONES = {ListState.PREVIEWED: "warn", ListState.APPLIED: "good", ListState.UNDONE: "info"}


def page_of(made: SuppressionList) -> str:
    """Return the address of a list's page."""
    return reverse("admin:campaigns_suppressionlist_change", args=[made.pk])


def title_of(made: SuppressionList) -> str:
    """Name a list by its file, or by how it came."""
    told = {"at": reader().moment(made.created_at), "source": made.get_source_display()}
    return made.name or _("List of %(at)s (%(source)s)") % told


def plain(kind: str, value: str) -> str:
    """Write a number, or a document without the prefix of its key, its country behind it."""
    if kind == SuppressionKind.NUMBER:
        return value
    _mark, country, document = value.split(":", 2)
    return f"{document} ({country})"


def apply(request: HttpRequest, made: SuppressionList) -> str | Promise:
    """Write what was looked at."""
    done = actions.apply_list(list_id=made.pk, now=timezone.now(), by=by_of(request))
    told = _("%(created)s added, %(already)s there already, %(refused)s not taken.")
    number = reader().number
    counts = {"created": done.created, "already": done.already, "refused": done.refused}
    return told % {name: number(count) for name, count in counts.items()}


def look_again(_request: HttpRequest, made: SuppressionList) -> str | Promise:
    """Count again, so that it can be applied."""
    actions.look_again(list_id=made.pk)
    return _("Counted again. It can be applied as it stands below.")


def undo(request: HttpRequest, made: SuppressionList) -> str | Promise:
    """Lift what the list made."""
    done = actions.undo_list(list_id=made.pk, now=timezone.now(), by=by_of(request))
    number = reader().number
    told = _("%(lifted)s lifted, %(stayed)s stay.")
    return told % {"lifted": number(done.lifted), "stayed": number(done.stayed)}


def is_previewed(_request: HttpRequest, made: SuppressionList | None) -> bool:
    """Say whether it may be applied."""
    return made is not None and made.state == ListState.PREVIEWED and made.file_id is not None


def is_appliable(_request: HttpRequest, made: SuppressionList | None) -> bool:
    """Say whether there is anything to apply: what is there already is said again."""
    return is_previewed(_request, made) and made is not None and made.created + made.already > 0


def is_applied(_request: HttpRequest, made: SuppressionList | None) -> bool:
    """Say whether it may be undone."""
    return made is not None and made.state == ListState.APPLIED


@admin.register(SuppressionList, site=tenant_site)
class SuppressionListAdmin(OwnPageModelAdmin):
    """Lists, newest first, each with who sent it, what it wrote and whether it was undone."""

    icon = "history"
    list_display = ("named", "standing", "total", "created", "already", "refused", "created_at", "whom")
    list_display_links = ("named",)
    sortable_by = ()
    buttons = (
        Button("apply", gettext_lazy("Apply as shown"), apply, shown=is_appliable),
        Button("again", gettext_lazy("Look again"), look_again, shown=is_previewed),
        Button(
            "undo",
            gettext_lazy("Undo the list"),
            undo,
            shown=is_applied,
            confirm=gettext_lazy("Let whoever is here because of this list alone be called again?"),
            danger=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the accounts in the same query."""
        return queries.suppression_lists()

    def get_urls(self) -> list[URLPattern]:
        """Add the workbook of what was not taken."""
        refused = self.admin_site.admin_view(self.refused_view)
        name = "campaigns_suppressionlist_refused"
        return [path("<int:number>/refused.xlsx", refused, name=name), *super().get_urls()]

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one list. Raises UnknownSuppressionList."""
        made = queries.suppression_list(list_id=int(key))
        shown = _shown(request, made)
        is_outdated = "found" in shown and not shown["found"].holds
        # What no longer holds is looked at again first.
        buttons = [one for one in self.shown(request, made) if not (is_outdated and one[0].name == "apply")]
        return self.drawn(request, PAGE, made, shown | {"house_buttons": buttons})

    def title_of(self, row: SuppressionList) -> str:
        """Name it by its file, or by how it came."""
        return title_of(row)

    def refused_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Download what was not taken, for a day and who sent it (W3, S5). Raises Http404 for others."""
        made = queries.suppression_list(list_id=number)
        if not _may_take(request, made):
            raise Http404
        content = actions.refused_workbook(actions.said_by(made))
        name = content_disposition_header(True, f"{PurePath(made.name).stem or made.pk}-refused.xlsx")
        headers = {"Content-Disposition": name}
        return HttpResponse(content, content_type=CONTENT_TYPES[FileType.XLSX], headers=headers)

    @admin.display(description=gettext_lazy("list"))
    def named(self, made: SuppressionList) -> str:
        """Name it."""
        return title_of(made)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, made: SuppressionList) -> SafeString:
        """Say how far it came."""
        return badge(LIST_STATE_LABELS[made.state], TONES[made.state])

    @admin.display(description=gettext_lazy("account"))
    def whom(self, made: SuppressionList) -> str:
        """Say whom it binds."""
        return str(made.account or _("All accounts"))


def _shown(request: HttpRequest, made: SuppressionList) -> dict[str, Any]:
    """Return what the page of a list says; one that was not applied is counted anew."""
    names = names_of(ids=[one for one in (made.created_by, made.applied_by, made.undone_by) if one])
    page: dict[str, Any] = {
        "made": made,
        "state": badge(LIST_STATE_LABELS[made.state], TONES[made.state]),
        "history": [one for one in _history(made, names) if one[1]],
        "to_mend": _to_mend(request, made),
    }
    if made.state is ListState.PREVIEWED:
        return page | _looked(made)
    return page | ({"undoable": _undoable(made)} if made.state is ListState.APPLIED else {})


def _history(made: SuppressionList, names: Any) -> list[tuple[str, Any, str]]:
    return [
        (_("Sent"), made.created_at, names.get(made.created_by, "")),
        (_("Applied"), made.applied_at, names.get(made.applied_by, "")),
        (_("Undone"), made.undone_at, names.get(made.undone_by, "")),
    ]


def _looked(made: SuppressionList) -> dict[str, Any]:
    """Return what a list would do now; nothing but that it is gone after its day."""
    try:
        found = actions.look_at(made)
    except PreviewGone as refusal:
        return {"gone": str(refusal)}
    return {
        "found": found,
        "examples": [plain(wish.kind, wish.value) for wish in found.new[:EXAMPLES]],
        "shown": found.written.refusals[:REFUSALS_SHOWN],
    }


def _undoable(made: SuppressionList) -> dict[str, int]:
    found = actions.undoable(made)
    return {"lifted": len(found.lifted), "stayed": found.stayed, "gone": found.gone}


def _may_take(request: HttpRequest, made: SuppressionList) -> bool:
    file = made.file_id
    return file is not None and kept_for(file=file, by=by_of(request)) is not None


def _to_mend(request: HttpRequest, made: SuppressionList) -> str:
    """Return the address of the workbook of rows that were not taken; none for others than who sent them."""
    if not made.refused or not _may_take(request, made):
        return ""
    return reverse("admin:campaigns_suppressionlist_refused", args=[made.pk])
