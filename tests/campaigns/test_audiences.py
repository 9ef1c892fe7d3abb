"""Contacts become a campaign: chosen by persona, identity and past calls, the others with a reason (W4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.actions.audiences import AudienceChoice, LeftOut, Tie, audience
from campaigns.models import Account, BadNumber, Campaign, Entry, Suppression
from campaigns.rules import CampaignState
from personas import actions as personas
from personas.actions import NewContact
from tenants.models import new_id
from tenants.records.erasure import masked
from tests.campaigns.called import End, call_everybody
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.campaigns.uploading import drift
from tests.identity.fleet import a_lead, a_person
from tests.personas.writing import answer, problem

HERE = "/api/v1/audiences"
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
PHONES = {
    "Ana": "+56980000000",  # called below
    "Bea": "",  # her person has a phone
    "Caro": "",
    "Dora": "+56980000030",
    "Eva": "+56980000040",
    "Fina": "+56980000050",
    "Gina": "+56980000050",
}

# Bea's person, as entries name it.
BY_NUMBER, BY_DOCUMENT = "N:+56980000010", "D:CL:11111111-1"


@pytest.fixture
def account(inside) -> Account:
    """Seven contacts: one called, one by a tie, one without phone, one bad, one barred, two of one phone."""
    with inside():
        made = an_account(a_provider())
        for name, phone in PHONES.items():
            title = "Gerente de Marketing" if name == "Gina" else "Gerente Comercial"
            facts: dict[str, Any] = {"facts": {"phone": phone}, "emails": [f"{name.lower()}@x.example"]}
            said = NewContact(first_name=name, companies=["Acme"], job_title=title, **facts)
            personas.create_contact(contact=said, by=new_id())
        a_person("Bea", email="bea@x.example", phone="56980000010", document="111111111")
        a_lead("L-fina", email="fina@x.example")
        BadNumber.objects.create(number=PHONES["Dora"])
        Suppression.objects.create(kind="number", value=PHONES["Eva"], source="person")
        past = a_campaign(made, people=1)
        Entry.objects.filter(campaign=past).update(person_key=f"N:{PHONES['Ana']}", earliest_at=NOON)
        assert call_everybody(made, now=NOON, ends=(End("user_hangup", 60),))
        return made


def names(account: Account, **chosen: Any) -> set[str]:
    found = audience(chosen=AudienceChoice(**chosen), account=account, now=NOON)
    assert (
        found.considered
        == len(found.people) + sum(found.left_out.values())
        == 7 - (6 if chosen.get("personas") == ["dc_marketing"] else 1 if "not_personas" in chosen else 0)
    )
    return {one.contact.first_name for one in found.people}


def test_everybody_is_chosen_or_has_one_reason(inside, account) -> None:
    """W3, W4: counts add up to the contacts that were looked at, whatever the choice."""
    with inside():
        found = audience(chosen=AudienceChoice(), account=account, now=NOON)
        assert {one.contact.first_name: (one.facts.phone, one.facts.document) for one in found.people} == {
            "Ana": (PHONES["Ana"], ""),
            "Bea": ("+56980000010", "11111111-1"),
            "Fina": (PHONES["Fina"], ""),
        }
        assert found.left_out == {
            LeftOut.NO_PHONE: 1, LeftOut.BAD_NUMBER: 1, LeftOut.SUPPRESSED: 1, LeftOut.SAME_PERSON: 1
        }  # fmt: skip
        assert names(account, personas=["dc_marketing"]) == {"Gina"}
        assert names(account, not_personas=["dc_marketing"]) == {"Ana", "Bea", "Fina"}
        assert names(account, tie=Tie.PERSON) == {"Bea"}
        assert names(account, tie=Tie.RED) == {"Fina"}
        assert names(account, tie=Tie.NONE) == {"Ana", "Gina"}
        assert names(account, outcomes=["conversed"]) == {"Ana"}
        assert names(account, outcomes=[""]) == names(account, not_outcomes=["conversed"]) == {"Bea", "Fina"}
        assert names(account, quiet_days=30) == {"Bea", "Fina"}


def test_a_wish_outlives_the_erasure_of_its_person(inside, account) -> None:
    """S19, W4: as a hash it still keeps a contact out, here as at the import."""
    with inside():
        Suppression.objects.create(kind="number", value=masked(PHONES["Fina"]), source="person")
        Suppression.objects.create(kind="document", value=masked(BY_DOCUMENT), source="person")
        found = audience(chosen=AudienceChoice(), account=account, now=NOON)
        assert {one.contact.first_name for one in found.people} == {"Ana"}
        assert found.left_out[LeftOut.SUPPRESSED] == 4


@pytest.mark.parametrize(("first", "last"), [(BY_NUMBER, BY_DOCUMENT), (BY_DOCUMENT, BY_NUMBER)])
def test_the_last_outcome_is_the_latest_calls(inside, account, first, last) -> None:
    """W4: whichever key of the person it stands under."""
    with inside():
        for days, key, reason in ((1, first, "voicemail_reached"), (2, last, "dial_no_answer")):
            past, now = a_campaign(account, people=1, code=f"past-{days}"), NOON + timedelta(days=days)
            phone = [{"number": f"+5698000010{days}"}]
            Entry.objects.filter(campaign=past).update(person_key=key, phones=phone, earliest_at=now)
            assert call_everybody(account, now=now, ends=(End(reason, 5),))
        assert names(account, outcomes=["not_reached"]) == {"Bea"}
        assert names(account, outcomes=["machine"]) == set()


def test_a_program_looks_first_and_makes_a_campaign_by_the_road_of_files(
    api, alice, bob, carol, inside, account
) -> None:
    """C9, C10: laws, duplicates and wishes are a file's; the same choice again is the same campaign."""
    body = {"account_id": account.code, "not_personas": ["dc_marketing"]}
    seen = answer(api(bob).post(f"{HERE}/preview", body))
    assert (seen["considered"], seen["chosen"], seen["left_out"]["no_phone"]) == (6, 3, 1)
    asked = body | {"batch_name": "Comerciales"}
    problem(api(bob).post(f"{HERE}/campaign", asked), 403)
    problem(api(carol).post(f"{HERE}/campaign", asked), 404)
    problem(api(alice).post(f"{HERE}/preview", body | {"tie": "no"}), 422)
    made = answer(api(alice).post(f"{HERE}/campaign", asked), 201)
    assert made["stats"]["accepted"] == 2, made
    # Ana waits in the campaign that called her.
    assert made["stats"]["codes"] == {"live_elsewhere": 1}
    assert answer(api(alice).post(f"{HERE}/campaign", asked), 200)["batch_id"] == made["batch_id"]
    with inside():
        found = Campaign.objects.get(code=made["batch_id"])
        assert (found.state, drift(found)) == (CampaignState.READY, {})
        bea = found.entries.get(document="11111111-1")
        assert bea.phones[0]["number"] == "+56980000010"
        assert bea.variables["persona"] == "dc_comerciales"
    answer(api(alice).post(f"/api/v1/batches/{made['batch_id']}/launch"))
    nobody = asked | {"personas": ["dc_medicas"]}
    problem(api(alice).post(f"{HERE}/campaign", nobody), 422, "audience_empty")


def test_staff_choose_see_the_reasons_and_go_on_in_the_wizard(page, alice, bob, inside, account) -> None:
    """W4, W6: the choice stands in the address; the draft is the wizard's, where each row is shown."""
    place = "/admin/campaigns/campaign/audience/"
    query = {
        "account": account.code,
        "name": "Marzo",
        "use_case": "marketing",
        "not_personas": "dc_marketing",
    }
    client = page(alice)
    assert "would be called" not in client.get(place).content.decode()
    shown = client.get(place, query).content.decode()
    assert "3 of 6 contacts would be called" in shown
    assert "Earlier calls found that the number does not exist" in shown
    assert "/people/contact/" in shown
    sent = client.post(place, query)
    with inside():
        draft = Campaign.objects.get(name="Marzo")
        assert draft.state == CampaignState.DRAFT
        assert not draft.entries.exists()
    assert sent.status_code == 302, sent.content
    assert f"/{draft.pk}/" in sent["Location"]
    assert client.get(sent["Location"]).status_code == 200
    assert page(bob).get(place, query).status_code in (302, 403, 404)
