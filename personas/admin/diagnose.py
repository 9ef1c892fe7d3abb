"""Why is this persona chosen? A title typed, or a contact with what is stored and how it came (W1, R8)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.classifier import Part, competitors
from personas.forms import TitleForm
from personas.models import Contact
from personas.models.contacts import CAUSE_LABELS
from personas.rules import ChangeCause
from tenants.admin import Act, Page, tenant_site
from tenants.intake import is_number
from tenants.jobs.queries import names_of
from tenants.permissions import Capability

PARTS: dict[Part, tuple[str | Promise, str]] = {
    Part.WON: (gettext_lazy("wins"), "good"),
    Part.LOST: (gettext_lazy("matches"), ""),
    Part.SILENCED: (gettext_lazy("taken out"), "warn"),
    Part.EXCLUDED: (gettext_lazy("exclusion"), "bad"),
}
HISTORY = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A change of persona as people read it."""

    at: object
    old: str
    new: str
    cause: object
    keyword: str
    by: str
    href: str
    revision: int


def diagnose_page(request: HttpRequest) -> HttpResponse:
    """Show what the rules say of `title`, or of `contact` beside what is stored. Raises UnknownContact."""
    found = _contact(request.GET.get("contact", ""))
    form = TitleForm(request.GET if "title" in request.GET else None)
    title = found.job_title if found else form.cleaned_data["title"] if form.is_valid() else None
    if not form.is_bound and found:
        form = TitleForm(initial={"title": found.job_title})
    page = {"title": _("Diagnose"), "form": form, "contact": found, "asked": title}
    if title is not None:
        page |= _verdict(title)
    if found:
        page |= _stored(found, page.get("says"))
    return render(request, "admin/personas/diagnose.html", tenant_site.each_context(request) | page)


def _contact(number: str) -> Contact | None:
    if not number:
        return None
    if not is_number(number):
        raise queries.UnknownContact
    return queries.contact(contact_id=int(number))


def _verdict(title: str) -> dict[str, Any]:
    """Return what the rules say, read afresh, so that the page never argues with the cache."""
    try:
        says = actions.classify_job_title(title, use_cache=False)
    except actions.NoRules as refusal:
        return {"missing": str(refusal)}
    ordered = [(place, one, *PARTS[one.part]) for place, one in enumerate(competitors(says), start=1)]
    return {"says": says, "explanation": actions.explain(says), "competitors": ordered}


def _stored(found: Contact, says: Any) -> dict[str, Any]:
    kept = getattr(found, "classification", None)
    rows = queries.changes_of(contact_id=found.pk, limit=HISTORY)
    people = {row.by for row in rows if row.by} | ({kept.locked_by} if kept and kept.locked_by else set())
    names = names_of(ids=people)
    codes = {persona.code: persona.name for persona in queries.personas()}
    return {
        "kept": kept,
        "held_by": names.get(kept.locked_by, "") if kept else "",
        "would_change": says is not None and (kept is None or kept.persona_id != says.persona.id),
        "changes": [
            Change(
                at=row.at,
                old=codes.get(row.old, row.old),
                new=codes.get(row.new, row.new),
                cause=CAUSE_LABELS.get(row.cause, row.cause),
                keyword=row.keyword_text,
                by=names.get(row.by, "") if row.by else "",
                href=_job_address(row.job, row.cause) if row.job else "",
                revision=row.revision,
            )
            for row in rows
        ],
    }


def _job_address(job_id: UUID, cause: str) -> str:
    has_page = cause in {ChangeCause.RECLASSIFICATION, ChangeCause.UNDO}
    return reverse(f"admin:{'personas_reclassification' if has_page else 'jobs_job_change'}", args=[job_id])


tenant_site.add_page(
    Page("personas", "diagnose", "diagnose/", diagnose_page, gettext_lazy("Diagnose"), "troubleshoot", 2)
)


tenant_site.add_act(
    Act(gettext_lazy("Diagnose a title"), "admin:personas_diagnose", "troubleshoot", 60, Capability.VIEW)
)
