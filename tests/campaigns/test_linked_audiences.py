"""Contacts whom a job linked to drivers: an audience knows them, and whatever they wished (W3, W4)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from campaigns.actions.audiences import AudienceChoice, LeftOut, Tie, audience
from campaigns.models import Account, Suppression
from identity.actions import link_leads
from identity.rules import Via
from personas.actions import NewContact, create_contact
from tenants.models import new_id
from tests.campaigns.calling import a_provider, an_account
from tests.campaigns.conftest import Inside
from tests.identity.fleet import a_driver, a_lead

NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
PHONE = "+56 9 8000 0010"


@pytest.fixture
def account(inside: Inside) -> Account:
    """Bea drives, and recovery linked her lead; a contact has her e-mail. Caro is only a contact."""
    with inside():
        a_driver("d1", name="Bea Soto", phone=PHONE, email="bea@x.example", document="11.111.111-1")
        lead = a_lead("L1", name="Bea Soto", phone=PHONE, email="bea@x.example")
        assert link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
        a_contact("Bea")
        a_contact("Caro", phone="+56980000020")
        return an_account(a_provider())


def a_contact(name: str, **facts: Any) -> None:
    contact = NewContact(
        first_name=name,
        emails=[f"{name.lower()}@x.example"],
        companies=["Acme"],
        job_title="Gerente Comercial",
        facts=facts,
    )
    create_contact(contact=contact, by=new_id())


def chosen(account: Account, tie: Tie | None = None) -> dict[str, tuple[str, str]]:
    found = audience(chosen=AudienceChoice(tie=tie), account=account, now=NOON)
    return {one.contact.first_name: (one.facts.phone, one.facts.document) for one in found.people}


def test_whom_a_job_linked_is_tied_to_a_person(inside: Inside, account: Account) -> None:
    """W3, W4: a campaign for people whom identity does not know calls no driver."""
    with inside():
        assert chosen(account, Tie.PERSON) == {"Bea": ("+56980000010", "11111111-1")}
        assert set(chosen(account, Tie.NONE)) == {"Caro"}
        assert chosen(account, Tie.RED) == {}


def test_a_wish_by_document_bars_whom_a_job_linked(inside: Inside, account: Account) -> None:
    """W4: the document is the account's; the contact never said it."""
    with inside():
        Suppression.objects.create(kind="document", value="D:CL:11111111-1", source="person")
        found = audience(chosen=AudienceChoice(), account=account, now=NOON)
        assert {one.contact.first_name for one in found.people} == {"Caro"}
        assert found.left_out == {LeftOut.SUPPRESSED: 1}


def test_whose_key_two_drivers_share_is_not_unknown(inside: Inside, account: Account) -> None:
    """W4: which of the two it is, nobody knows; that identity knows them, it does."""
    with inside():
        a_driver("d2", name="Eva Paz", phone=PHONE, document="22.222.222-2")
        lead = a_lead("L2", name="Eva Paz", document="22.222.222-2")
        assert link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
        a_contact("Dina", phone=PHONE)
        assert set(chosen(account)) == {"Bea", "Caro"}, "one number is called once"
        assert set(chosen(account, Tie.NONE)) == {"Caro"}
        assert set(chosen(account, Tie.PERSON)) == {"Bea"}


def test_a_shared_phone_does_not_hide_whose_email_is_one_persons_alone(
    inside: Inside, account: Account
) -> None:
    """W4: what two share says nothing, so the wish of the one whose e-mail it is bars the contact."""
    with inside():
        for name, document, email in (
            ("Eva", "22.222.222-2", ""),
            ("Iris", "33.333.333-3", "dina@x.example"),
        ):
            a_driver(name=name, phone="+56 9 8000 0030", email=email, document=document)
            lead = a_lead(name=name, document=document)
            assert link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now()).matched == 1
        a_contact("Dina", phone="+56 9 8000 0030")
        assert chosen(account, Tie.PERSON)["Dina"] == ("+56980000030", "33333333-3")
        Suppression.objects.create(kind="document", value="D:CL:33333333-3", source="person")
        assert set(chosen(account)) == {"Bea", "Caro"}
