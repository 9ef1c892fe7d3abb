"""The jobs pages: everybody of the tenant looks, who may edit cancels (W2, W6, S2)."""

from uuid import uuid4

import pytest

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.rules import JobKind
from tenants.scope import tenant_scope


@pytest.fixture
def job(acme, alice) -> Job:
    """A waiting job of Acme that Alice asked for."""
    with tenant_scope(acme.schema_name):
        return actions.enqueue(kind="test.kind", subject="a", by=alice.id)


def test_it_lists_jobs_for_viewers(bob, job, page):
    """State, progress, who asked, when; a link to each."""
    said = page(bob).get("/jobs/").content.decode()
    assert all(word in said for word in (f"/jobs/{job.id}/", "Waiting", "Alice", "just now"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("state=waiting", True),
        ("state=failed", False),
        ("kind=jobs.mirror_schedules", False),
        ("state=nonsense", True),
        ("state=%00", True),
        ("before=nonsense", True),
        ("before=%00", True),
    ],
)
def test_it_narrows_by_what_the_address_says(bob, job, page, query, shown):
    """Filters are GET parameters; nonsense narrows nothing and breaks nothing (W6, S13)."""
    answer = page(bob).get(f"/jobs/?{query}")
    assert answer.status_code == 200
    assert (f"/jobs/{job.id}/" in answer.content.decode()) is shown


def test_it_walks_pages_without_losing_a_job(bob, acme, page):
    """Sixty jobs over three pages, each once (W10)."""
    with tenant_scope(acme.schema_name):
        made = {str(actions.enqueue(kind="test.kind", subject=str(n)).id) for n in range(60)}
    client, address, seen = page(bob), "/jobs/?state=waiting", []
    while address:
        answer = client.get(address)
        seen += [str(row["job"].id) for row in answer.context["rows"]]
        after = answer.context["pages"]["next_url"]
        address = f"/jobs/{after}" if after else ""
    assert len(seen) == 60
    assert set(seen) == made


def test_it_shows_a_live_bar_that_asks_again(bob, job, page):
    """The fragment is the bar alone, and asks itself again."""
    client = page(bob)
    whole, bar = client.get(f"/jobs/{job.id}/"), client.get(f"/jobs/{job.id}/progress/")
    assert f'hx-get="/jobs/{job.id}/progress/"' in whole.content.decode()
    assert bar.content.decode().strip().startswith("<section")
    assert len(bar.content) < 2048


def test_it_stops_asking_at_the_end(bob, acme, job, page):
    """An ended job's bar carries no trigger (W2)."""
    with tenant_scope(acme.schema_name):
        actions.cancel(job_id=job.id)
    said = page(bob).get(f"/jobs/{job.id}/progress/").content.decode()
    assert "hx-get" not in said
    assert "Cancelled. What was done until then is kept." in said


def test_it_lets_an_administrator_cancel(alice, acme, job, page):
    """In their name, back to the job's page; a second press says that it has ended."""
    client = page(alice)
    assert f'action="/jobs/{job.id}/cancel/"' in client.get(f"/jobs/{job.id}/").content.decode()
    assert client.post(f"/jobs/{job.id}/cancel/")["Location"] == f"/jobs/{job.id}/"
    again = client.post(f"/jobs/{job.id}/cancel/", follow=True)
    assert "The job has already ended." in again.content.decode()
    with tenant_scope(acme.schema_name):
        assert Job.objects.get(pk=job.id).cancel_requested_by == alice.id


def test_it_promises_nothing_of_a_file_half_written(alice, acme, page):
    """W2: cancel says what is kept, before and after."""
    with tenant_scope(acme.schema_name):
        job = actions.enqueue(kind=JobKind.EXPORT, params={})
    told = page(alice).post(f"/jobs/{job.id}/cancel/", follow=True).content.decode()
    assert "Cancelling. Nothing is kept" in told
    assert "Cancelled. Nothing is kept" in told


def test_it_offers_and_allows_no_cancelling_to_viewers(bob, acme, job, page):
    """Neither in the page nor by its address (S2)."""
    client = page(bob)
    assert "/cancel/" not in client.get(f"/jobs/{job.id}/").content.decode()
    assert client.post(f"/jobs/{job.id}/cancel/").status_code == 403
    with tenant_scope(acme.schema_name):
        assert Job.objects.get(pk=job.id).state == "waiting"


@pytest.mark.parametrize("path", ["", "progress/", "cancel/"])
def test_it_finds_nothing_of_another_tenant(carol, job, page, path):
    """Somebody else's job is 404, like one that never was."""
    client = page(carol)
    ask = client.post if path == "cancel/" else client.get
    assert ask(f"/jobs/{job.id}/{path}").status_code == 404
    assert ask(f"/jobs/{uuid4()}/{path}").status_code == 404


def test_it_cancels_by_post_only(alice, job, page):
    """A link cannot end work."""
    assert page(alice).get(f"/jobs/{job.id}/cancel/").status_code == 405
