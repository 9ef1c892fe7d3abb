"""Reclassification by programs: estimate, preview, apply as previewed, undo (R1-R9, W9, W13)."""

from collections.abc import Callable
from typing import Any

import pytest

from personas.api import aliases, urls
from personas.models import Contact, ContactPersona
from personas.rules import AFFECTED_KEYWORDS
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import import_rows, work
from tests.personas.writing import CLASSIFIER, STARTS, V1, answer, problem, start

Api = Callable[[User], ApiClient]
JOBS, ESTIMATE = f"{CLASSIFIER}/jobs/", f"{CLASSIFIER}/reclassify/estimate/"
NOBODY = "00000000-0000-7000-8000-000000000000"
TITLES = ("Zootecnista", "zootecnista mayor", "Gerente General", "", "😀")


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


@pytest.fixture
def keyword(client: ApiClient, acme: Tenant) -> str:
    """Five contacts, and a keyword that two of them wait for."""
    rows = (f"N{at},X,https://linkedin.com/in/n{at},,Acme,{title}," for at, title in enumerate(TITLES))
    with tenant_scope(acme.schema_name):
        import_rows(acme, *rows)
    wanted = {"buyer_persona_id": "dc_medicas", "text": "Zootecnista", "match": "phrase"}
    return str(answer(client.post(f"{V1}/keywords/", wanted), 201)["id"])


def ended(client: ApiClient, acme: Tenant, accepted: Any) -> dict[str, Any]:
    """Let a worker do an accepted job; return it as a program reads it."""
    job_id = answer(accepted, 202)["job"]["job_id"]
    with tenant_scope(acme.schema_name):
        work(acme, Job.objects.get(pk=job_id))
    shown = client.get(f"{JOBS}{job_id}/")
    # W13: whoever goes on asking is told that nothing changed.
    assert client.get(f"{JOBS}{job_id}/", If_None_Match=shown["ETag"]).status_code == 304
    found: dict[str, Any] = answer(shown)["job"]
    return found


def personas_of(acme: Tenant) -> list[str]:
    with tenant_scope(acme.schema_name):
        found = ContactPersona.objects.order_by("contact__first_name")
        return list(found.values_list("persona__code", flat=True))


BEFORE = ["mateo", "mateo", "dc_generales", "mateo", "mateo"]
AFTER = ["dc_medicas", "dc_medicas", "dc_generales", "mateo", "mateo"]


@pytest.mark.parametrize("prefix", [CLASSIFIER, "/api/persona-classifier"])
@pytest.mark.parametrize("path", STARTS)
def test_a_program_goes_from_estimate_to_undo(
    client: ApiClient, acme: Tenant, keyword: str, path: str, prefix: str
) -> None:
    """W4: estimate, dry run, apply as previewed, undo; all four types, under both names."""
    params = STARTS[path] | ({"keyword_id": keyword} if path == "by-keyword" else {})
    slash = "/" if prefix == CLASSIFIER else ""
    asked = {"job_type": path.replace("-", "_")} | params
    estimated = answer(client.post(f"{prefix}/reclassify/estimate{slash}", asked))
    assert (estimated["success"], estimated["would_change"]) == (True, 2)
    preview = ended(client, acme, start(client, path, prefix, **params))
    assert (preview["dry_run"], preview["status"], preview["can_apply"]) == (True, "completed", True)
    assert preview["progress"]["updated"] == 2
    assert preview["progress"]["total_contacts"] == estimated["estimated_contacts"]
    assert preview["result"]["transitions"] == estimated["transitions"]
    assert personas_of(acme) == BEFORE
    real = {"dry_run": False, "preview_job_id": preview["job_id"]} | params
    applied = ended(client, acme, start(client, path, prefix, **real))
    assert (applied["dry_run"], applied["preview_job_id"]) == (False, preview["job_id"])
    assert applied["result"]["sample_changes"] == preview["result"]["sample_changes"]
    assert personas_of(acme) == AFTER
    undone = ended(client, acme, client.post(f"{prefix}/jobs/{applied['job_id']}/undo{slash}"))
    assert (undone["job_type"], undone["undoes_job_id"]) == ("undo", applied["job_id"])
    assert personas_of(acme) == BEFORE
    problem(client.post(f"{prefix}/jobs/{applied['job_id']}/undo{slash}"), 409, "not_undoable")


def test_every_door_to_a_job_says_where_it_is_taken_back(
    client: ApiClient, acme: Tenant, keyword: str
) -> None:
    """W2, R7: the shape of all jobs tells it of one that wrote, until its undo has begun."""
    preview = ended(client, acme, start(client, "by-keyword", keyword_id=keyword))
    real = {"dry_run": False, "preview_job_id": preview["job_id"], "keyword_id": keyword}
    applied = ended(client, acme, start(client, "by-keyword", **real))

    def told(door: str) -> tuple[bool, str | None]:
        found = answer(client.get(f"/api/v1/jobs/{door}"))
        job = next(one for one in found["results"] if one["id"] == applied["job_id"]) if door == "" else found
        return job["can_undo"], job["links"].get("undo")

    one = f"{applied['job_id']}/"
    here = f"{JOBS}{applied['job_id']}/undo/"
    for door in ("", one, f"{one}status/"):
        assert told(door) == (True, here)
    looked = client.get(f"/api/v1/jobs/{one}status/")
    assert not answer(client.get(f"/api/v1/jobs/{preview['job_id']}/"))["can_undo"]
    ended(client, acme, client.post(here))
    for door in ("", one, f"{one}status/"):
        assert told(door) == (False, None)
    again = client.get(f"/api/v1/jobs/{one}status/", HTTP_IF_NONE_MATCH=looked["ETag"])
    assert again.status_code == 200


# A job that nobody has begun.
WAITING: dict[str, Any] = {
    "job_type": "by_keyword",
    "dry_run": True,
    "status": "pending",
    "started_at": None,
    "completed_at": None,
    "progress": {
        "total_contacts": 0,
        "processed": 0,
        "updated": 0,
        "skipped_locked": 0,
        "skipped_same": 0,
        "errors": 0,
        "percent": 0.0,
    },
    "result": None,
    "error": None,
    "attempt": 0,
    "worker_id": None,
    "heartbeat_at": None,
    "revision": 0,
    "preview_job_id": None,
    "undoes_job_id": None,
    "undone_by_job_id": None,
    "can_cancel": True,
    "can_apply": False,
    "can_undo": False,
}


def test_an_accepted_job_reads_as_the_first_clients_read_it(
    client: ApiClient, acme: Tenant, alice: User, keyword: str
) -> None:
    """R3, R4, R7, W13: 202 with Location; counters from 0, result null until the end."""
    accepted = start(client, "by-keyword", keyword_id=keyword)
    said = dict(answer(accepted, 202))
    job = dict(said.pop("job"))
    assert said.pop("message")
    assert said == {"success": True}
    here = accepted["Location"]
    assert here == f"{JOBS}{job['job_id']}/"
    assert job.pop("created_at")
    named = {"params": {"keyword_id": keyword}, "created_by": alice.email}
    assert job == WAITING | named | {"job_id": job["job_id"]}


def test_an_ended_job_says_what_it_did(client: ApiClient, acme: Tenant, keyword: str) -> None:
    """R3, R4: counters that add up, samples and transitions."""
    done = ended(client, acme, start(client, "by-keyword", keyword_id=keyword))
    assert done["progress"] == {
        "total_contacts": 2,
        "processed": 2,
        "updated": 2,
        "skipped_locked": 0,
        "skipped_same": 0,
        "errors": 0,
        "percent": 100.0,
    }
    assert (done["attempt"], done["error"]) == (1, None)
    assert done["started_at"]
    assert done["completed_at"]
    with tenant_scope(acme.schema_name):
        first, second = Contact.objects.filter(job_title__icontains="zoo").order_by("pk")
    assert done["result"].pop("message")
    assert done["result"] == {
        "total_changes": 2,
        "sample_changes": [
            {
                "contact_id": str(contact.pk),
                "job_title": contact.job_title,
                "old_persona": "mateo",
                "new_persona": "dc_medicas",
            }
            for contact in (first, second)
        ],
        "persona_breakdown": {"dc_medicas": 2},
        "transitions": [{"old_persona": "mateo", "new_persona": "dc_medicas", "contacts": 2}],
    }


def test_rules_that_changed_since_the_preview_refuse_it(
    client: ApiClient, acme: Tenant, keyword: str
) -> None:
    """R2: 409; so does a preview of other contacts, and one that has not ended."""
    preview = ended(client, acme, start(client))
    other = {"buyer_persona_id": "mateo", "dry_run": False, "preview_job_id": preview["job_id"]}
    problem(start(client, "by-persona", **other), 409, "preview_unusable")
    waiting = answer(start(client), 202)["job"]["job_id"]
    problem(start(client, dry_run=False, preview_job_id=waiting), 409, "preview_unusable")
    problem(start(client, dry_run=True, preview_job_id=preview["job_id"]), 409, "preview_unusable")
    answer(client.send("patch", f"{V1}/keywords/{keyword}/", {"text": "Zootecnia"}))
    problem(start(client, dry_run=False, preview_job_id=preview["job_id"]), 409, "rules_changed")
    assert personas_of(acme) == BEFORE


def test_what_a_write_says_is_affected_is_what_the_job_takes(
    client: ApiClient, acme: Tenant, keyword: str
) -> None:
    """P9: a deleted keyword's contacts lose what it won."""
    ended(client, acme, start(client, dry_run=False))
    assert personas_of(acme) == AFTER
    gone = answer(client.send("delete", f"{V1}/keywords/{keyword}/"))
    done = ended(client, acme, start(client, "affected", dry_run=False, keywords=gone["affected"]))
    assert done["progress"]["updated"] == 2
    assert personas_of(acme) == BEFORE


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"job_type": "affected", "keywords": "zootecnista, ,gerente"}, None),
        ({"job_type": "affected"}, {"keywords": ["Zootecnista", " ", "gerente"]}),
        ({}, {"job_type": "affected", "keywords": ["zootecnista", "", "gerente"], "keyword_id": None}),
    ],
)
def test_an_estimate_is_asked_in_query_or_body(
    client: ApiClient, acme: Tenant, keyword: str, query: dict[str, str], body: Any
) -> None:
    """R9: nothing is written; the whole answer."""
    path = ESTIMATE + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
    raw = client.client.generic("POST", path) if body is None else client.post(path, body)
    said = answer(raw)
    with tenant_scope(acme.schema_name):
        people = Contact.objects.filter(job_title__icontains="zoo").order_by("pk")
        samples = [
            {
                "contact_id": str(contact.pk),
                "job_title": contact.job_title,
                "old_persona": "mateo",
                "new_persona": "dc_medicas",
            }
            for contact in people
        ]
        assert not Job.objects.filter(kind="personas.reclassify").exists()
    assert said == {
        "success": True,
        "job_type": "affected",
        "estimated_contacts": 3,
        "would_change": 2,
        "transitions": [{"old_persona": "mateo", "new_persona": "dc_medicas", "contacts": 2}],
        "sample_contacts": samples,
    }


def test_a_viewer_estimates_and_reads_and_changes_nothing(
    api: Api, client: ApiClient, bob: User, acme: Tenant, keyword: str
) -> None:
    """Reads, and `estimate`, need the viewer role; starting, cancelling and undoing the admin's."""
    job = answer(start(client), 202)["job"]["job_id"]
    viewer = api(bob)
    assert answer(viewer.post(ESTIMATE, {"job_type": "all"}))["would_change"] == 2
    assert answer(viewer.get(f"{JOBS}{job}/"))["job"]["status"] == "pending"
    assert answer(viewer.get(JOBS))["count"] == 1
    for path in STARTS:
        problem(start(viewer, path), 403, "forbidden")
    for verb in ("cancel", "undo"):
        problem(viewer.post(f"{JOBS}{job}/{verb}/"), 403, "forbidden")


def test_jobs_are_listed_newest_first(client: ApiClient, acme: Tenant, keyword: str) -> None:
    """`status`, `limit` 1-200 (50), `skip`; `count` is how many are shown."""
    ids = [answer(start(client), 202)["job"]["job_id"] for _n in range(3)]
    answer(client.post(f"{JOBS}{ids[0]}/cancel/"))

    def listed(**query: Any) -> list[str]:
        page = answer(client.get(JOBS, query))
        assert (page["success"], page["count"]) == (True, len(page["jobs"]))
        return [job["job_id"] for job in page["jobs"]]

    assert listed() == ids[::-1]
    assert listed(status="cancelled") == [ids[0]]
    assert listed(status="pending", limit=1) == [ids[2]]
    assert listed(limit=1, skip=1) == [ids[1]]
    assert listed(skip=3) == []
    assert listed(status="failed") == []


def test_what_waits_is_cancelled_once(client: ApiClient, acme: Tenant, keyword: str) -> None:
    """R6: 200 at once; a finished job's cancel → 409."""
    job = answer(start(client), 202)["job"]["job_id"]
    said = answer(client.post(f"{JOBS}{job}/cancel/"))
    assert (said["success"], said["job"]["status"]) == (True, "cancelled")
    problem(client.post(f"{JOBS}{job}/cancel/"), 409, "job_ended")
    done = ended(client, acme, start(client))
    problem(client.post(f"{JOBS}{done['job_id']}/cancel/"), 409, "job_ended")
    problem(client.post(f"{JOBS}{done['job_id']}/undo/"), 409, "not_undoable")


def test_jobs_that_are_not_there(
    api: Api, carol: User, client: ApiClient, acme: Tenant, keyword: str
) -> None:
    """404: of nobody, of another kind, of another tenant, or no id at all."""
    with tenant_scope(acme.schema_name):
        imported = str(Job.objects.get(kind="personas.import_linkedin").pk)
    job = answer(start(client), 202)["job"]["job_id"]
    for asker, found in ((client, NOBODY), (client, imported), (client, "x"), (api(carol), job)):
        problem(asker.get(f"{JOBS}{found}/"), 404)
        problem(asker.post(f"{JOBS}{found}/cancel/"), 404)
        problem(asker.post(f"{JOBS}{found}/undo/"), 404)
    problem(start(client, dry_run=False, preview_job_id=NOBODY), 404, "reclassification_unknown")
    problem(start(client, dry_run=False, preview_job_id="nonsense"), 404, "reclassification_unknown")
    problem(start(api(carol), "by-keyword", keyword_id=keyword), 404, "keyword_unknown")


def test_a_repeated_key_starts_one_job(client: ApiClient, acme: Tenant, keyword: str) -> None:
    """W12: a program that asks again after a lost answer does not run twice."""
    first = answer(client.post(f"{CLASSIFIER}/reclassify/all/", {}, Idempotency_Key="k"), 202)
    again = client.post(f"{CLASSIFIER}/reclassify/all/", {}, Idempotency_Key="k")
    assert answer(again, 202)["job"]["job_id"] == first["job"]["job_id"]
    assert again["Location"]
    with tenant_scope(acme.schema_name):
        assert Job.objects.filter(kind="personas.reclassify").count() == 1


def test_as_many_texts_as_allowed_are_estimated(client: ApiClient, keyword: str) -> None:
    """P9: what a bulk write says is affected is taken as it is."""
    texts = [f"especialista {n} en zootecnia" for n in range(AFFECTED_KEYWORDS - 1)] + ["zootecnista"]
    said = answer(client.post(ESTIMATE, {"job_type": "affected", "keywords": texts}))
    assert said["would_change"] == 2


def test_every_door_of_the_classifier_has_its_first_name_too() -> None:
    """W9: what stands below /api/v1/persona-classifier/ answers below /api/persona-classifier/ as well."""
    ours, theirs = doors(urls.urlpatterns), doors(aliases.urlpatterns)
    assert len(ours) > 15
    assert ours == theirs


def doors(routes: list[Any]) -> dict[str, set[str]]:
    """Return the methods of each address of the classifier; a view that answered GET knows HEAD too."""
    ours = [route for route in routes if "persona-classifier/" in str(route.pattern)]
    return {
        str(route.pattern).strip("^$").removesuffix("?").removesuffix("/"): set(route.callback.actions)
        - {"head"}
        for route in ours
    }
