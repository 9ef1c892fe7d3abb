"""A session lives as long as what it was opened for, and never moves to another tenant by itself (S6)."""

import pytest

from tenants import actions
from tenants.rules import Role
from tests.cast import PASSWORD

NEW = "another-Synthetic-Phrase-8"
LOGIN, CHOOSE = "/login/?next=%2F", "/choose/?next=%2F"


@pytest.fixture
def both(alice, birch):
    """Alice, admin of Acme, is admin of Birch as well."""
    actions.give_role(user=alice, tenant=birch, role=Role.ADMIN)
    return alice


@pytest.fixture
def in_acme_page(both, acme, page):
    """A browser in which Alice has chosen Acme."""
    client = page(both)
    client.post("/choose/", {"tenant": str(acme.id)})
    assert client.get("/").status_code == 200
    return client


def lose_acme(user):
    actions.take_role(membership=user.memberships.get(tenant__slug="acme"))


def test_it_asks_again_when_the_chosen_tenant_is_lost(in_acme_page, both):
    """S6: one membership is left, and still the session does not move there by itself."""
    lose_acme(both)
    assert in_acme_page.get("/")["Location"] == CHOOSE
    assert in_acme_page.get("/")["Location"] == CHOOSE, "not at the second request either"


def test_it_carries_no_form_into_another_tenant(in_acme_page, both, birch):
    """S6: what was written for Acme is not done in Birch."""
    lose_acme(both)
    answer = in_acme_page.post("/admin/jobs/job/", {"action": "x"})
    assert answer["Location"].startswith("/choose/")
    part = in_acme_page.get("/jobs/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, "/choose/?next=%2Fjobs%2F")


def test_it_goes_on_where_the_person_chooses(in_acme_page, both, birch):
    """Positive control: the way on is one press."""
    lose_acme(both)
    in_acme_page.post("/choose/", {"tenant": str(birch.id)})
    assert "Birch" in in_acme_page.get("/").content.decode()


@pytest.mark.parametrize("change", ["everywhere", "role"])
def test_it_ends_with_the_membership_it_was_opened_for(in_acme_page, both, acme, change):
    """S6: at the next request, and the page of the choice is no way around."""
    if change == "everywhere":
        actions.log_out_everywhere(user=both)
    else:
        actions.give_role(user=both, tenant=acme, role=Role.VIEWER)
    assert in_acme_page.get("/choose/")["Location"].startswith("/login/")
    assert in_acme_page.get("/")["Location"] == LOGIN


def test_it_ends_a_session_at_the_first_page_too(in_acme_page, both, acme):
    """S6: the tenant's own pages compare the version."""
    actions.give_role(user=both, tenant=acme, role=Role.VIEWER)
    assert in_acme_page.get("/")["Location"] == LOGIN


def test_it_ends_sessions_without_a_tenant(sam, bob, page):
    """S6: "log out everywhere" on the platform and before any choice; other people's sessions stay."""
    platform, other = page(sam), page(bob)
    assert platform.get("/platform/").status_code == 200
    actions.log_out_everywhere(user=sam)
    assert platform.get("/platform/").status_code == 302
    assert other.get("/").status_code == 200


def test_it_keeps_the_session_in_which_the_password_was_changed(in_acme_page, both, page):
    """S6: this one stays, in its tenant; the others end."""
    elsewhere = page(both)
    elsewhere.get("/choose/")
    assert in_acme_page.post("/password/", {"current": PASSWORD, "new": NEW})["Location"] == "/"
    assert "Acme" in in_acme_page.get("/").content.decode()
    assert elsewhere.get("/")["Location"] == LOGIN


def test_it_closes_support_to_former_staff(sam, page, api):
    """S6: leaving the staff ends support access at once, on pages and for tokens."""
    client, program = page(sam), api(sam)
    assert (client.get("/").status_code, program.get("/api/v1/jobs/").status_code) == (200, 200)
    type(sam).objects.filter(pk=sam.pk).update(is_staff=False)
    assert client.get("/")["Location"] == CHOOSE
    assert program.get("/api/v1/jobs/").status_code == 401
