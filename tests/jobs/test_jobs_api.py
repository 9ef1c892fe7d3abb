"""Jobs for programs: list, one, its progress, its end (W2, W10, W13)."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tenants.jobs import actions
from tenants.jobs.api.answers import accepted
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.scope import tenant_scope

JOBS = "/api/v1/jobs/"
W2 = {
    "state",
    "phase",
    "done",
    "total",
    "percent",
    "counters",
    "started_at",
    "heartbeat_at",
    "silent_s",
    "eta_s",
    "poll_after_s",
    "can_cancel",
    "can_undo",
    "links",
}


@pytest.fixture
def inside(acme):
    """Return Acme's scope, to be opened around each look at its rows."""
    return lambda: tenant_scope(acme.schema_name)


@pytest.fixture
def waiting(inside) -> Job:
    """A job that waits."""
    with inside():
        return actions.enqueue(kind="tests.count", subject="one", params={"secret": "text"})


@pytest.fixture
def running(inside, waiting) -> Job:
    """The same job, a third done for ten seconds, in its second phase."""
    with inside():
        now = timezone.now()
        Job.objects.filter(pk=waiting.pk).update(
            state=State.RUNNING,
            lease_token=uuid4(),
            lease_until=now + timedelta(minutes=5),
            attempt=1,
            started_at=now - timedelta(seconds=10),
            heartbeat_at=now,
            done=300,
            total=900,
            phase=2,
            phases=3,
            phase_label="Clasificar",
            counters={"created": 200, "updated": 50, "equal": 40, "held": 8, "failed": 2},
            version=7,
        )
        return Job.objects.get(pk=waiting.pk)


def at(job: Job, action: str = "") -> str:
    return f"{JOBS}{job.id}/{action}"


def ended(job: Job, state: str, **more) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, lease_token=None, lease_until=None, finished_at=timezone.now(), **more
    )


def test_it_shows_one_job_in_the_one_shape(api, bob, running):
    """W2, W15: all members, ids as text, moments with offset; parameters stay inside."""
    body = api(bob).get(at(running)).json()
    assert set(body) == W2 | {"id", "kind", "attempt", "created_at", "finished_at", "error", "result"}
    assert (body["id"], body["kind"], body["state"]) == (str(running.id), "tests.count", "running")
    assert body["phase"] == {"n": 2, "of": 3, "label": "Clasificar"}
    assert (body["done"], body["total"], body["percent"]) == (300, 900, 33.3)
    assert body["eta_s"][0] < 20 < body["eta_s"][1]
    assert (body["poll_after_s"], body["can_cancel"], body["silent_s"]) == (2, True, None)
    assert body["started_at"].endswith(("Z", "+00:00"))
    assert body["links"] == {
        "self": at(running),
        "status": at(running, "status/"),
        "cancel": at(running, "cancel/"),
    }
    assert "secret" not in json.dumps(body)


def test_it_lists_the_newest_first_and_filters(api, bob, inside, waiting):
    """W10: by kind and by state, cursor by cursor."""
    with inside():
        for number in range(3):
            actions.enqueue(kind="tests.sleep", subject=str(number))
        ended(Job.objects.get(subject="0"), State.COMPLETED)
        newest = [str(id) for id in Job.objects.order_by("-id").values_list("id", flat=True)]
    assert [row["id"] for row in api(bob).get(JOBS).json()["results"]] == newest
    assert len(api(bob).get(JOBS, {"kind": "tests.sleep"}).json()["results"]) == 3
    assert len(api(bob).get(JOBS, {"state": "waiting", "kind": "tests.sleep"}).json()["results"]) == 2
    first = api(bob).get(JOBS, {"limit": 2, "count": "exact"}).json()
    second = api(bob).get(JOBS, {"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [row["id"] for row in first["results"] + second["results"]] == newest
    assert (first["count"], second["next_cursor"]) == (4, None)


@pytest.mark.parametrize(
    "query", ["state=lost", "state=waiting&state=running", "page=-1", "limit=-1", "kind=%00"]
)
def test_it_refuses_filters(api, bob, query):
    """W10: unknown states, repeated and unknown parameters are 400."""
    response = api(bob).get(f"{JOBS}?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_it_answers_a_poll_small_and_with_two_queries(api, alice, inside, running, django_assert_num_queries):
    """W13: at most 1 KB and two queries, private, with a time to ask again."""
    with inside():
        Job.objects.update(result={"text": "a" * 5000}, error="b" * 2000)
    client = api(alice)
    with django_assert_num_queries(2):
        response = client.get(at(running, "status/"))
    assert len(response.content) <= 1024
    assert set(response.json()) >= W2
    assert response["Cache-Control"] == "private, no-cache"
    assert response.json()["poll_after_s"] == 2


def test_it_answers_nothing_while_nothing_changed(api, bob, inside, running):
    """W13: 304 has no body; a new version of the row, or silence, is news."""
    client = api(bob)
    etag = client.get(at(running, "status/"))["ETag"]
    unchanged = client.get(at(running, "status/"), If_None_Match=etag)
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    assert unchanged["Cache-Control"] == "private, no-cache"
    assert client.get(at(running, "status/"), If_None_Match='"other"').status_code == 200
    with inside():
        Job.objects.update(version=8)
    changed = client.get(at(running, "status/"), If_None_Match=etag)
    assert changed.status_code == 200
    with inside():
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=90))
    silent = client.get(at(running, "status/"), If_None_Match=changed["ETag"])
    assert (silent.status_code, silent.json()["silent_s"] >= 90) == (200, True)


def test_where_a_location_leads_answers_nothing_either_while_nothing_changed(api, bob, waiting):
    """W13: who follows the 202 polls the job itself."""
    client = api(bob)
    first = client.get(at(waiting))
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    unchanged = client.get(at(waiting), If_None_Match=first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_it_says_stop_at_the_end(api, bob, inside, running):
    """W2, W13: an ended job is polled no more."""
    with inside():
        ended(running, State.COMPLETED, done=900, result={"steps": 3})
    body = api(bob).get(at(running)).json()
    assert (body["percent"], body["poll_after_s"], body["can_cancel"]) == (100.0, None, False)
    assert (body["result"], body["finished_at"] is not None) == ({"steps": 3}, True)
    assert api(bob).get(at(running, "status/")).json()["poll_after_s"] is None


def test_it_cancels_a_waiting_job_at_once(api, alice, inside, waiting):
    """J7: who asked is kept."""
    response = api(alice).post(at(waiting, "cancel/"), {})
    assert (response.status_code, response.json()["state"]) == (200, "cancelled")
    with inside():
        assert Job.objects.get().cancel_requested_by == alice.id


def test_it_asks_a_running_job_to_end(api, alice, running):
    """J7: obeyed at the next chunk; asking is possible once."""
    body = api(alice).post(at(running, "cancel/")).json()
    assert (body["state"], body["can_cancel"]) == ("running", False)


def test_it_refuses_to_cancel_what_has_ended(api, alice, inside, running):
    """J7, W11: 409 with a stable code, 404 for what is not there."""
    with inside():
        ended(running, State.FAILED)
    response = api(alice).post(at(running, "cancel/"), {})
    assert (response.status_code, json.loads(response.content)["type"]) == (
        409,
        "urn:minga:problem:job_ended",
    )
    missing = api(alice).post(f"{JOBS}{UUID(int=0)}/cancel/", {})
    assert (missing.status_code, json.loads(missing.content)["type"]) == (
        404,
        "urn:minga:problem:job_unknown",
    )


def test_it_replays_a_cancel(api, alice, waiting):
    """W12: an honest retry gets the first answer, not "already ended"."""
    first, again = (api(alice).post(at(waiting, "cancel/"), {}, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (200, 200, again.content)
    assert again["Idempotency-Replayed"] == "true"


def test_it_lets_viewers_read_only(api, bob, inside, waiting):
    """S2: a viewer sees the bar and no end of it."""
    assert api(bob).get(at(waiting)).status_code == 200
    assert api(bob).post(at(waiting, "cancel/"), {}).status_code == 403
    with inside():
        assert Job.objects.get().state == State.WAITING


@pytest.mark.parametrize("action", ["", "status/", "cancel/"])
def test_it_shows_nobody_elses_jobs(api, carol, waiting, action):
    """Someone else's job is 404, by every door."""
    client = api(carol)
    response = (
        client.post(at(waiting, action), {}) if action == "cancel/" else client.get(at(waiting, action))
    )
    assert response.status_code == 404
    assert client.get(JOBS).json()["results"] == []


@pytest.mark.parametrize("written", ["{upper}", "{hex}", "1", "x", "%00", "{id}0"])
def test_it_knows_one_form_of_an_id(api, bob, waiting, written):
    """S13: whatever else is 404."""
    forms = {"id": waiting.id, "upper": str(waiting.id).upper(), "hex": waiting.id.hex}
    assert api(bob).get(f"{JOBS}{written.format(**forms)}/").status_code == 404


def test_it_answers_accepted_with_a_place_to_look(waiting):
    """W13: 202, Location, the one shape and what the door adds."""
    response = accepted(waiting, {"note": "x"})
    assert (response.status_code, response["Location"]) == (202, at(waiting))
    assert set(response.data) == W2 | {
        "id",
        "kind",
        "attempt",
        "created_at",
        "finished_at",
        "error",
        "result",
        "note",
    }
