"""A file corrects an account's papers: its person is known by the new ones and no longer by the slip (I3)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from identity import actions
from identity.actions import Choice
from identity.models import Identifier, Link, Person
from identity.rules import IdentifierKind, Via
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.identity.importing import taken

pytestmark = pytest.mark.usefixtures("in_acme")
BY = uuid4()


def tried(*leads):
    return actions.link_leads(leads=[one.pk for one in leads], via=Via.RECOVER, now=timezone.now())


def owner_of(driver_id: str) -> Person:
    return Link.objects.select_related("person").get(source="driver", source_pk=driver_id).person


def papers(person: Person):
    held = Identifier.objects.filter(person=person).order_by("kind", "value")
    return list(held.values_list("kind", "value", "is_sole"))


def ana():
    """Ana's lead and account, linked by a job, both under a document with a slip in it."""
    a_driver("d-ana", name="Ana Ruiz", document="D100", licence="Q7")
    assert tried(a_lead(name="Ana Ruiz", document="D100")).matched == 1
    return owner_of("d-ana")


def corrected(acme, document="D200", licence="Q7"):
    return taken(acme, "drivers", f"d-ana,,,Ana,Ruiz,,{document},{licence},,")


def test_a_corrected_document_takes_the_place_of_the_slip(acme):
    """Identifier: the document of a linked account is the one that it says now; the licence stays."""
    person = ana()
    assert corrected(acme)["updated"] == 1
    assert papers(person) == [("document", "D200", True), ("licence", "Q7", True)]


def test_who_really_has_the_number_is_not_taken_for_the_first(acme):
    """I4: the slip was somebody else's document; whose lead and account are a person apart."""
    person = ana()
    corrected(acme)
    taken(acme, "drivers", "d-beto,,,Beto,Paz,999111222,D100,,,")
    lead = a_lead(name="Beto Paz", document="D100", phone="999111222")
    assert tried(lead).matched == 1
    assert owner_of("d-beto") == Link.objects.get(source_pk=lead.source_pk).person != person


def test_a_paper_that_is_withdrawn_is_forgotten(acme):
    """Identifier: an account that says no document any more owns none."""
    person = ana()
    corrected(acme, document="")
    assert papers(person) == [("licence", "Q7", True)]


def test_another_account_of_the_person_keeps_its_document(acme):
    """I4: one person may own several accounts; what one of them still says stays."""
    person = ana()
    linked(a_driver("d-ana-2", document="D100"), person)
    corrected(acme)
    assert papers(person) == [
        ("document", "D100", True),
        ("document", "D200", True),
        ("licence", "Q7", True),
    ]


def test_what_somebody_confirmed_stays(acme):
    """I9: a user's word is no slip of a file."""
    a_driver("d-ana", name="Ana Ruiz", document="D100")
    person, lead = a_person("Ana Ruiz"), a_lead(name="Ana Ruiz", document="D100")
    linked(a_driver("d-other", name="Ana Ruiz"), person)
    confirmed = Choice(person=person.pk, confirmed=[IdentifierKind.DOCUMENT])
    actions.resolve_case(lead_id=lead.pk, choice=confirmed, by=BY)
    taken(acme, "drivers", "d-other,,,Ana,Ruiz,,D300,,,")
    assert papers(person) == [("document", "D100", True), ("document", "D300", True)]


def test_a_document_of_somebody_else_stays_theirs(acme):
    """Identifier: one holder, whoever came first; a person has to say which of the two it is."""
    person, other = ana(), a_person("Ana Ruiz", document="D200", sole=True)
    corrected(acme)
    assert papers(person) == [("licence", "Q7", True)]
    assert papers(other) == [("document", "D200", True)]


def test_a_file_that_corrects_nothing_writes_nothing(acme):
    """I7c: other news of an account leave its papers as they are, the very rows."""
    person = ana()
    before = list(Identifier.objects.order_by("id").values_list())
    assert taken(acme, "drivers", "d-ana,lima,,Ana,Ruiz,999888777,D100,Q7,,")["updated"] == 1
    assert list(Identifier.objects.order_by("id").values_list()) == before
    assert papers(person) == [("document", "D100", True), ("licence", "Q7", True)]
