"""Jobs of brands that a viewer does not see are not there for them (Who, W13)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from insights.actions import bind_viewer, create_ficha
from insights.reports.tables import COMMENTS
from insights.rules import JobKind
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.models import Member, Tenant, User
from tenants.rules import JobKind as HouseKind
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.writing import answer, problem

JOBS = "/api/v1/jobs/"
Api = Callable[[User], ApiClient]
Pages = Callable[[User], Client]


def an_analysis(ficha: int) -> Job:
    return enqueue(kind=JobKind.ANALYZE, subject=str(ficha), params={"ficha": ficha})


def a_list(ficha: int, by: UUID) -> Job:
    asked = {"name": "x", "language": "es", "ficha": ficha, "start": None, "end": None, "platform": None}
    params = {"of": COMMENTS, "asked": asked, "type": "csv"}
    return enqueue(kind=HouseKind.EXPORT, subject=str(ficha), params=params, by=by)


@pytest.fixture
def jobs(acme: Tenant, alice: User, bob: User) -> dict[str, str]:
    """Return jobs of Bob's brand, of another one, and of none; Bob is bound to his."""
    with tenant_scope(acme.schema_name):
        mine, other = (create_ficha(by=None, brand_name=name).pk for name in ("Una", "Otra"))
        bind_viewer(member=Member.objects.get(pk=bob.pk), fichas=[mine], by=alice.pk)
        made = {
            "mine": an_analysis(mine),
            "other": an_analysis(other),
            "my list": a_list(mine, bob.pk),
            "other list": a_list(other, alice.pk),
            "of none": enqueue(kind=JobKind.WATCH),
        }
    return {name: str(job.pk) for name, job in made.items()}


def listed(client: ApiClient, jobs: dict[str, str]) -> set[str]:
    shown = {row["id"] for row in answer(client.get(JOBS))["results"]}
    return {name for name, number in jobs.items() if number in shown}


def test_programs_see_the_jobs_of_their_brands(api: Api, alice: User, bob: User, jobs: Any) -> None:
    """Who: also what waits is unknown, in every form of the address."""
    assert listed(api(alice), jobs) == set(jobs)
    assert listed(api(bob), jobs) == {"mine", "my list", "of none"}
    for name, number in jobs.items():
        for path in (f"{JOBS}{number}/", f"{JOBS}{number}/status/"):
            if name in ("other", "other list"):
                problem(api(bob).get(path), 404)
            else:
                assert answer(api(bob).get(path))["id"] == number


def test_pages_show_the_jobs_of_their_brands(page: Pages, bob: User, jobs: Any) -> None:
    """Who: the list, a job's page and its bar."""
    client = page(bob)
    shown = client.get("/jobs/").content.decode()
    assert {name for name, number in jobs.items() if number in shown} == {"mine", "my list", "of none"}
    for form in ("", "progress/", "file/"):
        assert client.get(f"/jobs/{jobs['other']}/{form}").status_code == 404
    assert client.get(f"/jobs/{jobs['mine']}/progress/").status_code == 200


def test_home_counts_the_jobs_of_their_brands(
    page: Pages, acme: Tenant, alice: User, bob: User, jobs: Any
) -> None:
    """Who, W1: red lights as many as their list shows, and no job that cannot be opened."""
    with tenant_scope(acme.schema_name):
        Job.objects.filter(pk__in=[jobs["other"], jobs["other list"]]).update(
            state="failed", finished_at=timezone.now()
        )
    shown = page(bob).get("/").content.decode()
    assert {name for name, number in jobs.items() if number in shown} == {"mine", "my list", "of none"}
    assert "failed since yesterday" not in shown
    assert "2 jobs failed since yesterday" in page(alice).get("/").content.decode()


def test_who_is_bound_to_none_sees_all(api: Api, acme: Tenant, bob: User, jobs: Any) -> None:
    """Who: none named is all of the tenant."""
    with tenant_scope(acme.schema_name):
        bind_viewer(member=Member.objects.get(pk=bob.pk), fichas=[], by=None)
    assert listed(api(bob), jobs) == set(jobs)
