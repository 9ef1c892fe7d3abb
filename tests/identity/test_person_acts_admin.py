"""Merge, split, undo, proposals and origins by the pages of staff (I9, Origin)."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from identity import actions
from identity.models import Link, MergeProposal, Origin, Person, PersonChange, Verdict
from identity.rules import MatchRule
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked

Pages = Callable[[User], Client]
ADMIN = "/admin/identity"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def two(acme: Tenant) -> tuple[Person, Person]:
    """Rosa with an account, and Rosa again with a lead."""
    with tenant_scope(acme.schema_name):
        one, other = (
            a_person("Rosa Vela", document="12345678"),
            a_person("Rosa Vela Diaz", phone="51999000111"),
        )
        linked(a_driver("d-rosa", name="Rosa Vela", document="12345678"), one)
        linked(a_lead("L-rosa", name="Rosa Vela Diaz", phone="999000111"), other)
        actions.decide_origins(persons=[one.pk, other.pk], now=timezone.now())
        return one, other


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.content[:300])
    return unescape(response.content.decode())


def owners(acme: Tenant) -> dict[str, object]:
    with tenant_scope(acme.schema_name):
        return dict(Link.objects.values_list("source_pk", "person"))


def test_two_become_one_and_two_again(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    """I9, W4: looked for, looked at, merged, taken back."""
    one, other = two
    assert f"?other={other.pk}" in text_of(client, f"{ADMIN}/person/{one.pk}/merge/?who=rosa")
    page = text_of(client, f"{ADMIN}/person/{one.pk}/merge/?other={other.pk}")
    assert "d-rosa" in page
    assert "L-rosa" in page
    form = {"kept": str(one.pk), "other": str(other.pk), "note": "same voice"}
    done = client.post(f"{ADMIN}/person/{one.pk}/merge/", form)
    assert done["Location"] == f"{ADMIN}/person/{one.pk}/change/"
    assert owners(acme) == {"d-rosa": one.pk, "L-rosa": one.pk}
    page = text_of(client, done["Location"])
    assert "took in" in page
    assert "same voice" in page
    assert "was merged into another one" in text_of(client, f"{ADMIN}/person/{other.pk}/change/")
    with tenant_scope(acme.schema_name):
        change = PersonChange.objects.get()
    assert client.post(f"{ADMIN}/change/{change.pk}/undo/").status_code == 302
    assert owners(acme) == {"d-rosa": one.pk, "L-rosa": other.pk}
    assert "taken back" in text_of(client, f"{ADMIN}/person/{one.pk}/change/")


def test_the_other_may_stay(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    one, other = two
    done = client.post(f"{ADMIN}/person/{one.pk}/merge/", {"kept": str(other.pk), "other": str(other.pk)})
    assert done["Location"] == f"{ADMIN}/person/{other.pk}/change/"
    assert set(owners(acme).values()) == {other.pk}


def test_one_becomes_two_and_one_again(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    """I9: the ticked links go, something stays, all comes back."""
    one, _other = two
    with tenant_scope(acme.schema_name):
        link = linked(a_lead("L-brother", name="Rolo Vela"), one)
    assert "L-brother" in text_of(client, f"{ADMIN}/person/{one.pk}/split/")
    client.post(f"{ADMIN}/person/{one.pk}/split/", {"link": [str(link.pk)], "note": "brothers"})
    assert owners(acme)["L-brother"] != one.pk
    with tenant_scope(acme.schema_name):
        change = PersonChange.objects.get()
    client.post(f"{ADMIN}/change/{change.pk}/undo/")
    assert owners(acme)["L-brother"] == one.pk


def test_a_refused_act_says_why(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    """Nothing is written, and the person's page says what was the matter."""
    one, other = two
    before = owners(acme)
    for path, form, words in (
        (f"person/{one.pk}/split/", {"link": []}, "but not all"),
        (f"person/{one.pk}/split/", {"link": ["999999"]}, "There is no such link."),
        (f"person/{one.pk}/merge/", {"kept": str(one.pk), "other": str(one.pk)}, "with itself"),
    ):
        response = client.post(f"{ADMIN}/{path}", form)
        assert response.status_code == 302
        assert words in text_of(client, response["Location"]), path
    assert owners(acme) == before
    assert (
        client.post(f"{ADMIN}/person/{one.pk}/merge/", {"kept": "x", "other": str(other.pk)}).status_code
        == 404
    )
    assert client.get(f"{ADMIN}/person/{one.pk}/origin/").status_code == 405
    assert client.get(f"{ADMIN}/person/00000000-0000-4000-8000-000000000000/merge/").status_code == 404
    assert client.post(f"{ADMIN}/change/00000000-0000-4000-8000-000000000000/undo/").status_code == 404


def test_a_lead_is_unlinked(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    """I9: red again, the person keeps the rest, and no run makes the same mistake."""
    one, person = two
    with tenant_scope(acme.schema_name):
        link = Link.objects.get(source_pk="L-rosa")
    address = f"{ADMIN}/person/{person.pk}/unlink/"
    assert address in text_of(client, f"{ADMIN}/person/{person.pk}/change/")
    assert client.post(f"{ADMIN}/person/{one.pk}/unlink/", {"link": str(link.pk)}).status_code == 404
    assert client.post(address, {"link": "x"}).status_code == 404
    assert client.get(address).status_code == 405
    page = text_of(client, client.post(address, {"link": str(link.pk)})["Location"])
    assert "is red again" in page
    with tenant_scope(acme.schema_name):
        assert not Link.objects.filter(source_pk="L-rosa").exists()
        assert Verdict.objects.get().kind == "cannot_link"


@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_a_proposal_is_answered_once(
    client: Client, acme: Tenant, two: tuple[Person, Person], answer: str
) -> None:
    """I9: phone and licence pointed at two persons; a person says whether they are one."""
    small, large = sorted(one.pk for one in two)
    with tenant_scope(acme.schema_name):
        proposal = MergeProposal.objects.create(one_id=small, other_id=large, source_pk="L-rosa")
    assert "Rosa Vela Diaz" in text_of(client, f"{ADMIN}/proposals/")
    assert "proposes to merge" in text_of(client, f"{ADMIN}/person/{small}/change/")
    form = {"proposal": str(proposal.pk), "do": answer}
    assert client.post(f"{ADMIN}/proposals/", form).status_code == 302
    assert len(set(owners(acme).values())) == (1 if answer == "accept" else 2)
    assert "No proposal waits." in text_of(client, f"{ADMIN}/proposals/")
    client.post(f"{ADMIN}/proposals/", form)
    assert "has been answered" in text_of(client, f"{ADMIN}/proposals/")
    assert client.post(f"{ADMIN}/proposals/", {"proposal": "999999", "do": answer}).status_code == 404
    assert client.post(f"{ADMIN}/proposals/", {"proposal": str(proposal.pk), "do": "x"}).status_code == 404


def test_a_disputed_origin_is_decided(client: Client, acme: Tenant, two: tuple[Person, Person]) -> None:
    """Origin: two kinds, both sure; a person chooses, and no job decides it again."""
    _one, person = two
    with tenant_scope(acme.schema_name):
        scout = linked(a_scout("S-rosa", name="Rosa Vela"), person, rule=MatchRule.DOCUMENT)
        actions.decide_origins(persons=[person.pk], now=timezone.now())
    page = text_of(client, f"{ADMIN}/origins/")
    assert "S-rosa" in page
    assert "L-rosa" in page
    form = {"status": "resolved_manual", "link": str(scout.pk), "after": "origins"}
    done = client.post(f"{ADMIN}/person/{person.pk}/origin/", form)
    assert done["Location"] == f"{ADMIN}/origins/"
    assert "No origin waits" in text_of(client, done["Location"])
    with tenant_scope(acme.schema_name):
        origin = Origin.objects.get(person=person)
        assert (origin.kind, origin.status, origin.decided_by) == (
            "scout_registration",
            "resolved_manual",
            "manual",
        )
    page = text_of(client, f"{ADMIN}/person/{person.pk}/change/")
    assert "decided by a person" in page
    assert client.post(f"{ADMIN}/person/{person.pk}/origin/", {"status": "resolved_auto"}).status_code == 404


@pytest.mark.parametrize("path", ["proposals/", "origins/", "person/{key}/merge/", "person/{key}/split/"])
def test_viewers_and_strangers_see_none_of_it(
    page: Pages, bob: User, carol: User, two: tuple[Person, Person], path: str
) -> None:
    """S1, S2."""
    address = f"{ADMIN}/{path.format(key=two[0].pk)}"
    assert page(bob).get(address).status_code == 403
    assert page(bob).post(address).status_code == 403
    if "{key}" in path:
        assert page(carol).get(address).status_code == 404
        assert page(carol).post(address, {"link": ["1"]}).status_code == 404
