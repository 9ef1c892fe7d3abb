"""An administrator makes a program's key, narrows it to parts, sees it used, ends it (W14)."""

import re
from collections.abc import Callable

from django.test import Client

from tenants import actions
from tenants.models import ApiKey, Tenant, User
from tenants.records.models import AuditEntry
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.reading import text_of

Pages = Callable[[User], Client]
PAGE = "/keys/"


def status(secret: str, path: str, method: str = "get") -> int:
    client = ApiClient(secret)
    return (client.get if method == "get" else client.post)(f"/api/v1/{path}").status_code


def test_an_administrator_makes_a_key_and_ends_it(
    page: Pages, alice: User, acme: Tenant, django_capture_on_commit_callbacks
) -> None:
    """W14: shown once, then by its beginning; last use told; audited both times."""
    client = page(alice)
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post(PAGE, {"name": "Loader", "role": "viewer", "areas": ["personas"]})
        found = re.search(r">(minga_[\w-]{40,})</textarea>", made.content.decode())
        assert found
        key = ApiKey.objects.get(tenant=acme, name="Loader")
        assert status(found[1], "contacts/") == 200
        listed = text_of(client, PAGE)
        assert found[1] not in listed
        assert key.prefix in listed
        assert "never used" not in listed
        assert client.post(PAGE, {"revoke": str(key.pk)})["Location"] == PAGE
    assert status(found[1], "contacts/") == 401
    assert "Revoked" in text_of(client, PAGE)
    with tenant_scope(acme.schema_name):
        told = AuditEntry.objects.filter(object_id=str(key.pk)).order_by("id")
        assert [(one.verb, one.actor) for one in told] == [("key_made", alice.pk), ("key_revoked", alice.pk)]


def test_a_key_reaches_its_parts_and_no_others(acme: Tenant) -> None:
    """W14: 403 outside; the ground is read, not changed; a key of all parts goes anywhere."""
    _key, narrow = actions.make_api_key(tenant=acme, name="n", role=Role.ADMIN, areas=["personas"])
    _key, wide = actions.make_api_key(tenant=acme, name="w", role=Role.ADMIN)
    job = "jobs/01a1ff0e-3cba-76dc-8925-c02ecea5416f/cancel/"
    asked = ["contacts/", "accounts/", "users/me", "jobs/", "webhook-endpoints/"]
    assert [status(narrow, path) for path in asked] == [200, 403, 200, 200, 403]
    assert [status(wide, path) for path in asked] == [200] * 5
    person = "people/contact/7/"
    assert (status(narrow, person), status(wide, person)) == (403, 404), "it shows rows of every app"
    assert (status(narrow, job, "post"), status(wide, job, "post")) == (403, 404)


def test_nobody_else_makes_or_ends_one(
    page: Pages, alice: User, bob: User, carol: User, acme: Tenant
) -> None:
    """W14: viewers see no page; another organisation's key is not there."""
    key, secret = actions.make_api_key(tenant=acme, name="n", role=Role.VIEWER)
    assert page(bob).get(PAGE).status_code == 403
    assert page(bob).post(PAGE, {"name": "x", "role": "admin"}).status_code == 403
    other = page(carol)
    assert other.post(PAGE, {"revoke": str(key.pk)}).status_code == 404
    assert other.post(PAGE, {"revoke": "x"}).status_code == 404
    assert key.prefix not in text_of(other, PAGE)
    assert status(secret, "contacts/") == 200
    assert page(alice).post(PAGE, {"name": "x", "role": "support"}).status_code == 200
    assert ApiKey.objects.filter(tenant=acme).count() == 1


def test_support_makes_no_key_that_can_do_more_than_support(page: Pages, sam: User, acme: Tenant) -> None:
    """S6, S19: a key of an administrator hears calls and erases persons; support does neither."""
    client = page(sam)
    assert 'value="admin"' not in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"name": "x", "role": "admin"})
    assert (refused.status_code, "errorlist" in refused.content.decode()) == (200, True)
    assert not ApiKey.objects.filter(tenant=acme).exists()
    client.post(PAGE, {"name": "x", "role": "viewer"})
    assert ApiKey.objects.get(tenant=acme).role == Role.VIEWER
