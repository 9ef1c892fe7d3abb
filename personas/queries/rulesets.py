"""What can be asked about the rules: how new they are, and what they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from personas.models import Keyword, Persona, RulesetRevision
from tenants.rules import RefusalKind, Refused


class UnknownPersona(Refused):
    """There is no such persona in this tenant."""

    code = "persona_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such persona.")


class UnknownKeyword(Refused):
    """There is no such keyword in this tenant."""

    code = "keyword_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such keyword.")


@dataclass(frozen=True, slots=True)
class Revision:
    """Which rules are in force. `stamp` differs even between two rules that had the same number (P6)."""

    number: int
    stamp: UUID | None
    changed_at: datetime | None


def revision() -> Revision:
    """Return the present revision, 0 before the first rule. One query of one row."""
    row = RulesetRevision.objects.values_list("number", "stamp", "changed_at").first()
    return Revision(*row) if row else Revision(0, None, None)


def personas() -> QuerySet[Persona]:
    """Return the personas, best priority first, each with its `keywords_count`."""
    return Persona.objects.annotate(keywords_count=Count("keywords")).order_by("priority")


def persona(*, code: str) -> Persona:
    """Return the persona of that code; raises UnknownPersona. One query."""
    found = Persona.objects.filter(code=code).first()
    if found is None:
        raise UnknownPersona(persona=code)
    return found


def keyword(*, keyword_id: int) -> Keyword:
    """Return the keyword with its persona; raises UnknownKeyword. One query."""
    found = Keyword.objects.select_related("persona").filter(pk=keyword_id).first()
    if found is None:
        raise UnknownKeyword(keyword=str(keyword_id))
    return found


def keywords(*, persona_code: str = "", text: str = "") -> QuerySet[Keyword]:
    """Return keywords with their personas, oldest first; optionally of one persona or containing a text."""
    found = Keyword.objects.select_related("persona").order_by("id")
    if persona_code:
        found = found.filter(persona__code=persona_code)
    return found.filter(text__icontains=text) if text else found
