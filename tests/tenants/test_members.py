"""An organisation's administrators see to its people; a link sets a first password, once (Who, S6)."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tenants import actions
from tenants.actions import members
from tenants.models import Membership, Tenant, User
from tenants.rules import Role
from tests.cast import PASSWORD
from tests.reading import text_of

Pages = Callable[[User], Client]
PAGE = "/members/"
NEW = {"do": "invite", "email": "Eva@acme.example", "name": "Eva", "role": "viewer"}
FIRST = "a-first-Synthetic-Phrase-7"


def link_of(client: Client) -> str:
    found = re.search(r"readonly>http://testserver(/welcome/[^<]+)</textarea>", text_of(client, PAGE))
    assert found
    return found[1]


def member(user: User, tenant: Tenant) -> Membership:
    return Membership.objects.get(user=user, tenant=tenant)


def press(client: Client, do: str, found: Membership, **more: str) -> str:
    return client.post(PAGE, {"do": do, "member": str(found.pk), **more}, follow=True).content.decode()


def test_who_is_new_sets_a_password_by_the_link_once(page: Pages, alice: User, acme: Tenant) -> None:
    """Who: added, given the link, welcomed, logged in; the same link does nothing more."""
    client, stranger = page(alice), Client(headers={"Accept-Language": "en"})
    assert client.post(PAGE, NEW).status_code == 302
    link = link_of(client)
    assert "eva@acme.example" in text_of(stranger, link)
    assert stranger.post(link, {"new": "short"}).status_code == 200
    assert stranger.post(link, {"new": FIRST})["Location"] == "/login/"
    assert stranger.get(link).status_code == stranger.post(link, {"new": FIRST}).status_code == 404
    assert stranger.post("/login/", {"email": "eva@acme.example", "password": FIRST}).status_code == 302
    assert "/welcome/" not in text_of(client, PAGE)
    assert "Eva" in text_of(client, PAGE)


def test_who_has_an_account_keeps_name_and_password(
    page: Pages, alice: User, carol: User, acme: Tenant
) -> None:
    """S6: no organisation gets a link to an account of another."""
    client = page(alice)
    said = client.post(PAGE, NEW | {"email": carol.email, "name": "Another"}, follow=True).content.decode()
    assert "with the password they have" in said
    assert "/welcome/" not in said
    carol.refresh_from_db()
    assert (carol.name, carol.check_password(PASSWORD)) == ("Carol", True)
    assert member(carol, acme).role == Role.VIEWER


def test_a_link_is_for_who_belongs_here_alone(page: Pages, alice: User, acme: Tenant, birch: Tenant) -> None:
    """S6: whoever holds the link becomes the person, so nobody gets one to what another organisation gave."""
    client = page(alice)
    client.post(PAGE, NEW)
    eva = User.objects.get(email="eva@acme.example")
    assert members.welcome_key(membership=member(eva, acme))
    link = link_of(client)
    actions.give_role(user=eva, tenant=birch, role=Role.ADMIN)
    assert members.welcome_key(membership=member(eva, acme)) is None
    assert "/welcome/" not in text_of(client, PAGE)
    # Nor does one that was given out before open what the other organisation gave since.
    assert Client().post(link, {"new": FIRST}).status_code == 404
    eva.refresh_from_db()
    assert not eva.has_usable_password()
    # Until she is of one organisation again.
    actions.take_role(membership=member(eva, birch))
    assert Client().post(link, {"new": FIRST})["Location"] == "/login/"


def test_a_link_ends_with_the_membership(page: Pages, alice: User, acme: Tenant) -> None:
    """S6: who was let go before the first log-in belongs nowhere, and makes no account of the link."""
    client = page(alice)
    client.post(PAGE, NEW)
    link = link_of(client)
    actions.take_role(membership=member(User.objects.get(email="eva@acme.example"), acme))
    assert Client().get(link).status_code == 404


def test_roles_change_and_end(page: Pages, alice: User, bob: User, acme: Tenant) -> None:
    """S6: at the next request; who was let go may come back."""
    client, his = page(alice), page(bob)
    assert his.get(PAGE).status_code == 403
    assert "The role is changed" in press(client, "role", member(bob, acme), role="admin")
    assert page(bob).get(PAGE).status_code == 200
    assert "no longer belongs" in press(client, "drop", member(bob, acme))
    assert his.get("/").status_code == 302
    client.post(PAGE, NEW | {"email": bob.email})
    assert page(bob).get("/").status_code == 200


def test_somebody_always_administers(page: Pages, alice: User, bob: User, acme: Tenant) -> None:
    """Who: neither the last administrator's role nor the person goes."""
    client, mine = page(alice), member(alice, acme)
    for do in ("role", "drop"):
        assert "make another administrator first" in press(client, do, mine, role="viewer")
    assert member(alice, acme).role == Role.ADMIN
    actions.give_role(user=bob, tenant=acme, role=Role.ADMIN)
    press(client, "role", member(bob, acme), role="viewer")
    assert member(bob, acme).role == Role.VIEWER


def test_support_makes_nobody_an_administrator(
    page: Pages, alice: User, bob: User, sam: User, acme: Tenant
) -> None:
    """S6: neither by inviting nor by a button, nor by the link of one without a password yet."""
    page(alice).post(PAGE, NEW | {"role": "admin"})
    client = page(sam)
    said = client.get(PAGE).content.decode()
    assert ("/welcome/" in said, "Make an administrator" in said, 'value="admin"' in said) == (False,) * 3
    assert "errorlist" in client.post(PAGE, NEW | {"email": "o@x.cl", "role": "admin"}).content.decode()
    assert not User.objects.filter(email="o@x.cl").exists()
    assert "may do more" in press(client, "role", member(bob, acme), role="admin")
    assert member(bob, acme).role == Role.VIEWER
    client.post(PAGE, NEW | {"email": "o@x.cl"})
    assert "/welcome/" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("number", ["", "x", "0" * 36, "01a1fe23-b461-7266-9483-9ceddcf9f83d"])
def test_strangers_are_nobody(page: Pages, alice: User, carol: User, birch: Tenant, number: str) -> None:
    """S1, S13: another organisation's member, or none: nothing changes, and it is said."""
    client = page(alice)
    for do in ("role", "drop"):
        said = client.post(PAGE, {"do": do, "member": number}, follow=True).content.decode()
        assert "There is no such person here." in said
        assert "There is no such person here." in press(client, do, member(carol, birch), role="viewer")
    assert member(carol, birch).role == Role.ADMIN


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "x"}, {"email": ""}, {"name": ""}, {"name": "x" * 121}, {"role": "support"}, {"role": ""},
        {"email": "a" * 250 + "@x.cl"}, {"name": "x\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(
    page: Pages, alice: User, acme: Tenant, wrong: dict[str, str]
) -> None:
    """S13: nothing is lost, nobody is added."""
    before = Membership.objects.count()
    answered = page(alice).post(PAGE, NEW | wrong)
    assert answered.status_code == 200
    assert "errorlist" in answered.content.decode()
    assert Membership.objects.count() == before


def test_who_belongs_already_is_said(page: Pages, alice: User, acme: Tenant) -> None:
    """S13: whatever the case of the address; what was typed stays."""
    said = page(alice).post(PAGE, NEW | {"email": "Alice@ACME.example"}).content.decode()
    assert "belongs to the organisation already" in said
    assert 'value="Alice@ACME.example"' in said


@pytest.mark.parametrize("link", ["/welcome/x/y/", "/welcome/%00/y/", "/welcome/AAAA/y-z/", "/welcome/ñ/ñ/"])
def test_made_up_links_lead_nowhere(db: None, link: str) -> None:
    """S13: 404 with words, whatever is typed."""
    assert Client().get(link).status_code == 404


def test_doors_are_shut(page: Pages, bob: User, db: None) -> None:
    """S6: viewers 403, strangers to the log-in."""
    assert page(bob).post(PAGE, NEW).status_code == 403
    assert Client().get(PAGE)["Location"] == "/login/?next=/members/"
    assert 'href="/members/"' not in text_of(page(bob), "/")
