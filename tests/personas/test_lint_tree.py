"""P10 over a tenant's own contacts: what the tree shows beside each keyword."""

import pytest

from personas import actions
from personas.models import Contact, ContactPersona, Keyword, Persona
from personas.rules import Match
from tenants.models import Tenant, new_id
from tests.personas.importing import import_rows

PEOPLE = ("Gerente de Marketing", "Jefe de Compras", "Jefe de Compras zona norte", "Jefe de Compras", "")


@pytest.fixture
def people(in_acme: Tenant) -> Tenant:
    """Five contacts, three of them without a keyword."""
    rows = (f"P{at},Q,,p{at}@x.example,Acme,{title}," for at, title in enumerate(PEOPLE))
    import_rows(in_acme, *rows)
    return in_acme


def test_it_offers_frequent_titles_until_a_keyword_is_made(people: Tenant) -> None:
    """P10: one click makes the keyword, and the title is offered no more."""
    first = actions.lint().suggestions[0]
    assert (first.title, first.contacts, first.phrase, first.phrase_contacts) == (
        "jefe de compras",
        2,
        "jefe de compras",
        3,
    )
    persona = Persona.objects.get(code="dc_comerciales")
    made = actions.save_keyword(persona=persona, text=first.phrase, match=Match.PHRASE).keyword
    found = actions.lint()
    assert found.suggestions == ()
    use = found.keywords[made.pk]
    assert (use.matches, use.wins, use.holders) == (3, 3, 0)


def test_what_a_person_decided_is_not_offered(people: Tenant) -> None:
    """P7, P10: no keyword would move it."""
    default = Persona.objects.get(is_default=True)
    for contact in Contact.objects.filter(job_title__startswith="Jefe"):
        actions.assign_persona(contact_id=contact.pk, persona=default, by=new_id())
    assert actions.lint().suggestions == ()


def test_it_counts_holders_and_flags_the_unused(people: Tenant) -> None:
    """P10: keywords without contact, and those of the one that has a persona of its own."""
    found = actions.lint()
    default = Persona.objects.get(is_default=True)
    assert found.personas[default.pk] == 4
    assert sum(use.holders for use in found.keywords.values()) == 1
    flagged = {number for number, flags in found.flags.items() if actions.Flag.UNUSED in flags}
    assert flagged == {number for number, use in found.keywords.items() if not use.matches}
    assert len(flagged) > 100


def test_a_contact_without_normalised_copy_counts_as_it_was_typed(people: Tenant) -> None:
    """R10, P10: the figures do not wait for the backfill."""
    before = actions.lint()
    Contact.objects.filter(job_title__startswith="Jefe").update(title=None)
    ContactPersona.objects.filter(contact__title=None).update(title=None)
    actions.recount()
    assert actions.lint().suggestions == before.suggestions


def test_the_tree_costs_the_same_however_many_contacts(people: Tenant, django_assert_num_queries) -> None:
    """P10: a fixed number of queries."""
    actions.lint()
    with django_assert_num_queries(5):
        actions.lint()


def test_without_rules_it_says_so(in_acme: Tenant) -> None:
    Keyword.objects.all().delete()
    Persona.objects.all().delete()
    actions.invalidate_classifier_cache()
    with pytest.raises(actions.NoRules):
        actions.lint()
