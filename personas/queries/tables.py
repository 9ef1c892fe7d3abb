"""Contacts as a table, and what was asked of them as JSON keeps it, for files (W6)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from personas.models import Contact, ContactCompany, ContactEmail
from personas.models.rulesets import MATCH_LABELS
from personas.queries.contacts import ContactFilter, narrowed
from personas.rules import Match
from tenants.display.later import Table, table_in, tables

CONTACTS = "personas.contacts"
FETCHED = 2_000


def kept(chosen: ContactFilter, *, name: str, language: str) -> dict[str, Any]:
    """Return what was asked; `name` is the file's, `language` that of its words."""
    return {"name": name, "language": language, "chosen": asdict(chosen)}


@tables(CONTACTS)
def contacts_table(asked: Mapping[str, Any]) -> Table:
    """Return the contacts that were asked for, newest first, in the words of who asked. One query."""
    chosen = ContactFilter(**asked["chosen"])
    return table_in(asked["language"], asked["name"], lambda: (_headings(), map(_cells, _rows(chosen))))


def _headings() -> list[str]:
    return [
        _("First name"),
        _("Last name"),
        _("E-mail"),
        _("Company"),
        _("Job title"),
        _("LinkedIn profile"),
        _("Phone"),
        _("Connected"),
        _("Source"),
        _("Persona"),
        _("Code"),
        _("Keyword"),
        _("Match"),
        _("Decided"),
        _("Decided at"),
    ]


def _rows(chosen: ContactFilter) -> Iterable[tuple[Any, ...]]:
    """Return plain values: a million contacts with their lists would take minutes to build."""
    facts = ("job_title", "linkedin_url", "phone", "first_connected_on_linkedin", "source")
    kept = ("persona__name", "persona__code", "keyword_text", "keyword__match", "locked", "assigned_manually")
    found = narrowed(Contact.objects.all(), chosen).order_by("-id")
    found = found.annotate(
        email=_primary(ContactEmail, "address"),
        company=_primary(ContactCompany, "name"),
        # Whoever was never decided anew has the persona that came with the contact (L7).
        decided_at=Coalesce("classification__locked_at", "classification__reclassified_at", "created_at"),
    )
    names = ("first_name", "last_name", "email", "company", *facts)
    told = found.values_list(*names, *(f"classification__{name}" for name in kept), "decided_at")
    return told.iterator(chunk_size=FETCHED)


def _primary(of: type[ContactEmail | ContactCompany], name: str) -> Subquery:
    rows: QuerySet[Any] = of._default_manager.filter(contact=OuterRef("pk"), is_primary=True)
    return Subquery(rows.values(name)[:1])


def _cells(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *told, code, keyword, match, locked, by_hand, at = row
    if code is None:
        return (*told, *(None,) * 5)
    words = str(MATCH_LABELS[Match(match)]) if match else None
    return (*told, code, keyword, words, _("By hand") if locked or by_hand else _("By rules"), at)
