"""Contacts for those who look: the list behind every figure, and why one has its persona (W1)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from personas import actions, queries
from personas.models import Contact
from personas.models.contacts import CAUSE_LABELS
from personas.queries import ContactsPage
from personas.views import choosing, files
from tenants.display import asked
from tenants.jobs.queries import names_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A change of persona as people read it."""

    at: object
    old: str
    new: str
    cause: object
    keyword: str
    by: str


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Show the contacts that `persona`, `q`, `company`, `title`, `keyword`, `source` and `held` name (W6)."""
    personas = list(queries.personas())
    chosen = choosing.chosen(request, personas)
    wanted, before = choosing.filter_of(chosen), asked.number(request, "before")
    found = queries.contacts_page(chosen=wanted, before=before, size=PAGE)
    params = {name: value for name, value in chosen.items() if value}
    shown = {"rows": found.contacts, "chosen": chosen, "personas": personas, "narrowed": bool(params)}
    shown |= {"pages": _pages(request, params, found), "files": files.addresses(params)}
    return render(request, "personas/contacts.html", shown)


@require_safe
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show one contact and why it has its persona. Raises UnknownContact."""
    found = queries.contact(contact_id=contact_id)
    says = actions.classify_job_title(found.job_title)
    kept = getattr(found, "classification", None)
    shown = {
        "contact": found,
        "kept": kept,
        "says": says,
        "explanation": actions.explain(says),
        "would_change": kept is None or kept.persona_id != says.persona.id,
        "changes": _changes(found),
    }
    return render(request, "personas/contact.html", shown)


def _pages(request: HttpRequest, params: dict[str, str], found: ContactsPage) -> dict[str, str | None]:
    older = f"?{urlencode(params | {'before': str(found.before)})}" if found.before else ""
    first = f"?{urlencode(params)}" if "before" in request.GET else ""
    return {"total": None, "next_url": older, "first_url": first}


def _changes(found: Contact) -> list[Change]:
    rows = queries.changes_of(contact_id=found.pk)
    names = names_of(ids=[row.by for row in rows])
    codes = {persona.code: persona.name for persona in queries.personas()}
    return [
        Change(
            row.at,
            codes.get(row.old, row.old),
            codes.get(row.new, row.new),
            CAUSE_LABELS.get(row.cause, row.cause),
            row.keyword_text,
            names.get(row.by, "") if row.by else "",
        )
        for row in rows
    ]
