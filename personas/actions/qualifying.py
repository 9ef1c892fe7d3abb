"""A person says who a contact is, and may teach the rules by it (P11), or that it is nobody (P7)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from personas import queries
from personas.actions.classifying import NoRules
from personas.actions.contact_rows import lock_contacts
from personas.actions.deciding import assign_persona, give_persona
from personas.actions.keywords import (
    EmptyKeyword,
    KeywordExists,
    KeywordTooLong,
    WrittenKeyword,
    save_keyword,
)
from personas.actions.persona_days import count_moves
from personas.actions.rulesets import DefaultPersona
from personas.actions.same_title import reclassify_title
from personas.classifier import normalise
from personas.models import Persona
from personas.rules import ChangeCause
from tenants.rules import Refused

# What P9 says no to. The decision about the contact stands all the same.
REFUSALS = (EmptyKeyword, KeywordTooLong, KeywordExists, DefaultPersona)


@dataclass(frozen=True, slots=True)
class Qualified:
    """What came of a qualification beside the decision: the keyword or its refusal, and who followed."""

    written: WrittenKeyword | None = None
    refusal: Refused | None = None
    reclassified_count: int = 0


@transaction.atomic
def qualify(
    *,
    contact_id: int,
    persona: str,
    by: UUID,
    add_keyword: bool = False,
    keyword_text: str = "",
    reclassify_existing: bool = False,
) -> Qualified:
    """Give a contact its persona, by code, as P7 says; make an exact keyword of its title or another text.

    `reclassify_existing` implies the keyword and classifies the contacts of that title (P11).
    Raises UnknownContact, UnknownPersona.
    """
    chosen, contact = queries.persona(code=persona), queries.contact(contact_id=contact_id)
    text = keyword_text.strip() or contact.job_title
    # Rules before contacts, all contacts before one: the order in which every writer takes them.
    learnt = _learn(chosen, text, by) if add_keyword or reclassify_existing else Qualified()
    if reclassify_existing:
        lock_contacts()
    given = give_persona(contact_id=contact_id, persona=chosen, by=by, cause=ChangeCause.QUALIFY)
    followed = reclassify_title(normalise(text), by=by) if reclassify_existing else []
    count_moves(given + followed)
    return Qualified(learnt.written, learnt.refusal, sum(contacts for _old, _new, contacts in followed))


@transaction.atomic
def discard(*, contact_id: int, by: UUID) -> None:
    """Give a contact the default persona by hand (P7). Raises UnknownContact, NoRules."""
    default = Persona.objects.filter(is_default=True).first()
    if default is None:
        raise NoRules
    assign_persona(contact_id=contact_id, persona=default, by=by, cause=ChangeCause.DISCARD)


def _learn(persona: Persona, text: str, by: UUID) -> Qualified:
    try:
        return Qualified(written=save_keyword(persona=persona, text=text, by=by))
    except REFUSALS as refusal:
        return Qualified(refusal=refusal)
