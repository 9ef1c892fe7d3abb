"""The choice of a tenant: only one's own, remembered in the session (architecture, Tenancy)."""

import pytest

from tenants import actions
from tenants.models import Domain
from tenants.rules import Role


@pytest.fixture
def both(alice, birch):
    """Alice, admin of Acme, is viewer at Birch as well."""
    actions.give_role(user=alice, tenant=birch, role=Role.VIEWER)
    return alice


def test_it_asks_who_belongs_to_several(both, page):
    """With the way back."""
    answer = page(both).get("/jobs/", follow=True)
    assert answer.redirect_chain[-1][0] == "/choose/?next=%2Fjobs%2F"
    assert all(name in answer.content.decode() for name in ("Acme", "Birch", 'value="/jobs/"'))


def test_it_opens_the_chosen_one_and_switches(both, acme, birch, page):
    """The role is the one held there: admin here, viewer there."""
    client = page(both)
    assert client.post("/choose/", {"tenant": str(acme.id), "next": "/admin/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    client.post("/choose/", {"tenant": str(birch.id)})
    assert client.get("/admin/").status_code == 403
    assert "Birch" in client.get("/").content.decode()


@pytest.mark.parametrize("tenant", ["birch", "nonsense", "", "\x00"])
def test_it_opens_no_tenant_of_others(alice, birch, page, tenant):
    """Somebody else's id opens nothing, and neither does nonsense (S13)."""
    wanted = str(birch.id) if tenant == "birch" else tenant
    client = page(alice)
    assert client.post("/choose/", {"tenant": wanted}).status_code == 403
    assert "Acme" in client.get("/").content.decode()


def test_it_chooses_a_sole_membership_by_itself(alice, page):
    """Nobody is asked what has one answer."""
    assert page(alice).get("/").status_code == 200


def test_it_offers_only_the_hosts_tenant_on_its_host(both, acme, page):
    """The host has chosen already."""
    Domain.objects.create(domain="acme.localhost", tenant=acme)
    said = page(both).get("/choose/", headers={"Host": "acme.localhost"}).content.decode()
    assert "Birch" not in said


def test_it_sends_strangers_to_log_in(db, client):
    """And back afterwards."""
    assert client.get("/choose/")["Location"] == "/login/?next=/choose/"


def test_it_comforts_who_belongs_nowhere(alice, page):
    """An empty state says what and why (W5)."""
    alice.memberships.all().delete()
    assert "No organisation yet" in page(alice).get("/", follow=True).content.decode()


def test_it_forgets_a_membership_that_has_ended(alice, acme, page):
    """Checked on every request, not only at the choice (S6)."""
    client = page(alice)
    client.get("/")
    actions.take_role(membership=alice.memberships.get())
    assert client.get("/")["Location"].startswith("/choose/")
