"""The page before an organisation is deleted: what goes, whose account, and its name typed (F12, S8)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tenants.jobs.models import Job
from tenants.models import Membership, Tenant, User
from tenants.rules import JobKind, TenantStatus
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.tenants.test_confirmation import grow_old

Pages = Callable[[User], Client]


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Path:
    """Backups have a folder."""
    settings.BACKUP_DIR = tmp_path
    return tmp_path


def door(tenant: Tenant) -> str:
    return f"/platform/tenants/tenant/{tenant.pk}/delete/"


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_it_shows_what_goes(page: Pages, sam: User, acme: Tenant, place: Path) -> None:
    """Rows by kind, who loses the account, what runs, and where the export will lie."""
    with tenant_scope(acme.schema_name):
        a_campaign(an_account(a_provider()), people=3)
        Job.objects.create(kind="campaigns.sweep")
    answer = english(page(sam)).get(door(acme))
    said = answer.context
    rows = {str(label): count for _app, kinds in said["apps"] for label, count in kinds}
    assert (rows["campaigns"], rows["entries"]) == (1, 3)
    assert [person.email for person in said["people"]] == ["alice@acme.example", "bob@acme.example"]
    assert (said["staying"], [count for _label, count in said["work"]]) == (1, [1])
    for words in ("alice@acme.example", str(place), "Export and delete", "1 more loses this membership"):
        assert words in answer.text
    assert door(acme) in english(page(sam)).get(f"/platform/tenants/tenant/{acme.pk}/change/").text


def test_its_name_begins_the_job(page: Pages, sam: User, acme: Tenant, place: Path) -> None:
    """F12: another name deletes nothing; the right one leads to the bar, as the page does from then on."""
    client = english(page(sam))
    for typed in ("", "acme", "Birch"):
        answer = client.post(door(acme), {"typed": typed})
        assert (answer.status_code, "typed" in answer.context["form"].errors) == (200, True)
    assert not Job.objects.of(JobKind.REMOVE_TENANT, str(acme.pk)).exists()
    answer = client.post(door(acme), {"typed": "Acme"})
    with public_scope():
        job = Job.objects.get(kind=JobKind.REMOVE_TENANT)
        assert Tenant.objects.get(pk=acme.pk).status == TenantStatus.REMOVING
    assert (answer.status_code, answer["Location"]) == (302, f"/platform/jobs/job/{job.pk}/change/")
    assert job.created_by == sam.pk
    for again in (client.get(door(acme)), client.post(door(acme), {"typed": "Acme"})):
        assert (again.status_code, again["Location"]) == (302, answer["Location"])
    assert "Being removed" in client.get("/platform/tenants/tenant/").text


def test_it_is_out_of_service_at_once(
    page: Pages, api: Callable[[User], Client], sam: User, alice: User, acme: Tenant, place: Path
) -> None:
    """F12: pages and programs hear so; nothing is written any more."""
    person, program = page(alice), api(alice)
    assert person.get("/jobs/").status_code == 200
    page(sam).post(door(acme), {"typed": "Acme"})
    assert (person.get("/jobs/").status_code, program.get("/api/v1/jobs/").status_code) == (503, 503)


def test_an_old_session_proves_who_it_is(page: Pages, sam: User, acme: Tenant, place: Path) -> None:
    """S8: deleting asks again; reading does not."""
    client = grow_old(page(sam))
    assert client.get(door(acme)).status_code == 200
    assert client.post(door(acme), {"typed": "Acme"}).status_code == 307
    with public_scope():
        assert Tenant.objects.get(pk=acme.pk).status == TenantStatus.READY


def test_it_says_what_is_in_the_way(page: Pages, sam: User, acme: Tenant, birch: Tenant) -> None:
    """No folder for the export, no deletion; what is being made is nobody's to delete."""
    answer = english(page(sam)).get(door(acme))
    assert "MINGA_BACKUP_DIR" in answer.context["obstacle"]
    assert 'name="typed"' not in answer.text
    with owner_scope():
        Tenant.objects.filter(pk=birch.pk).update(status=TenantStatus.CREATING)
    assert page(sam).get(door(birch)).status_code == 404


def test_a_creation_that_failed_early_has_no_rows(
    page: Pages, sam: User, birch: Tenant, settings: Settings
) -> None:
    """F12: its tables were never made; nothing is looked for in them."""
    with owner_scope():
        Tenant.objects.filter(pk=birch.pk).update(status=TenantStatus.FAILED, schema_version="")
    answer = english(page(sam)).get(door(birch))
    assert "nothing to export" in answer.text
    with owner_scope():
        Membership.objects.filter(tenant=birch).delete()
    answer = english(page(sam)).get(door(birch))
    assert ("It has no members" in answer.text, "Nobody loses" in answer.text) == (True, False)
    assert page(sam).post(door(birch), {"typed": "Birch"}).status_code == 302


def test_one_behind_is_brought_to_head_first(page: Pages, sam: User, acme: Tenant, place: Path) -> None:
    """F12: nothing is asked of tables of another release, neither by the page nor by its button."""
    with owner_scope():
        Tenant.objects.filter(pk=acme.pk).update(schema_version="older")
    answer = english(page(sam)).get(door(acme))
    assert "to head first" in answer.context["obstacle"]
    assert ("apps" in answer.context, "It has no rows" in answer.text) == (False, False)
    assert page(sam).post(door(acme), {"typed": "Acme"}).status_code == 200


@pytest.mark.parametrize("name", ["alice", "carol"])
def test_it_does_not_exist_for_others(page: Pages, acme: Tenant, name: str, place: Path) -> None:
    """An organisation's own administrator is no staff."""
    with public_scope():
        other = User.objects.get(email__startswith=name)
    assert page(other).get(door(acme)).status_code == 403
    assert page(other).post(door(acme), {"typed": "Acme"}).status_code == 403


def test_lists_delete_none(page: Pages, sam: User, acme: Tenant, place: Path) -> None:
    """Several at once would go without their names typed."""
    given = {"action": "delete_selected", "_selected_action": [str(acme.pk)], "post": "yes"}
    page(sam).post("/platform/tenants/tenant/", given)
    with public_scope():
        assert Tenant.objects.get(pk=acme.pk).status == TenantStatus.READY
