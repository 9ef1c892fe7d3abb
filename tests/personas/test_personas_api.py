"""The API of personas (P5, L1-L3, W9-W15)."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from personas.models import Contact, LinkedInImport
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import ANA, file_of, import_rows, work

Api = Callable[[User], ApiClient]
V1, CLASSIFIER = "/api/v1", "/api/v1/persona-classifier"


@pytest.fixture
def ana(acme: Tenant) -> str:
    """The id of Ana, imported into Acme."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA)
        return str(Contact.objects.get().pk)


def upload(
    client: ApiClient, content: bytes, name: str = "Connections.csv", profile: str = "ana"
) -> HttpResponse:
    """Upload as a program does: multipart."""
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.client.post(f"{V1}/linkedin-imports/", {"file": file, "profile": profile})  # type: ignore[return-value]


def answer(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_it_lists_contacts_with_their_personas(api: Api, bob: User, ana: str) -> None:
    """The whole shape; ids are text (W15)."""
    page = answer(api(bob).get(f"{V1}/contacts/", {"count": "exact"}))
    (contact,) = page.pop("results")
    assert page == {"next_cursor": None, "count": 1}
    assert contact.pop("created_at")
    assert contact.pop("updated_at")
    assert contact == {
        "id": ana,
        "first_name": "Ana",
        "last_name": "Pérez",
        "emails": [{"address": "ana@acme.example", "is_primary": True}],
        "companies": [{"name": "Acme", "is_primary": True}],
        "job_title": "Gerente de Marketing",
        "job_title_normalized": "gerente de marketing",
        "buyer_persona": "dc_marketing",
        "buyer_persona_keyword": contact["buyer_persona_keyword"],
        "buyer_persona_locked": False,
        "buyer_persona_assigned_manually": False,
        "buyer_persona_locked_at": None,
        "buyer_persona_locked_by": None,
        "reclassified_at": None,
        "reclassified_by_job": None,
        "linkedin_url": "https://linkedin.com/in/ana-perez",
        "phone": "",
        "first_connected_on_linkedin": "2024-01-05",
        "source": "linkedin_connections_ana",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"persona": "dc_marketing"}, 1),
        ({"persona": "mateo"}, 0),
        ({"text": "perez"}, 1),
        ({"company": "acme"}, 1),
        ({"title": "gerente de marketing"}, 1),
        ({"held": "true"}, 0),
        ({"source": "linkedin_connections_ana", "held": "false"}, 1),
    ],
)
def test_it_filters_contacts(api: Api, bob: User, ana: str, query: dict[str, str], found: int) -> None:
    """W6, W10"""
    assert len(answer(api(bob).get(f"{V1}/contacts/", query))["results"]) == found


def test_an_unknown_filter_is_refused(api: Api, bob: User) -> None:
    """W10"""
    answer(api(bob).get(f"{V1}/contacts/", {"perzona": "x"}), 400)


@pytest.mark.parametrize("path", ["contacts/{id}/", "persona-classifier/contacts/{id}/classification/"])
def test_another_tenant_gets_404_for_the_same_id(
    api: Api, carol: User, bob: User, birch: Tenant, ana: str, path: str
) -> None:
    """S1, "Done when": Carol has contacts of her own, and none of them answers to Ana's id."""
    with tenant_scope(birch.schema_name):
        import_rows(birch, ANA)
    address = f"{V1}/{path.format(id=ana)}"
    answer(api(bob).get(address))
    answer(api(carol).get(address), 404)


def test_it_lists_personas_by_priority_and_their_keywords(api: Api, bob: User) -> None:
    personas = answer(api(bob).get(f"{V1}/personas/"))["results"]
    assert [persona["code"] for persona in personas] == [
        "dc_generales",
        "dc_marketing",
        "dc_comerciales",
        "dc_medicas",
        "mateo",
    ]
    assert personas[-1]["is_default"]
    assert not personas[-1]["keywords_count"]
    assert answer(api(bob).get(f"{V1}/personas/mateo/")) == personas[-1]
    page = answer(api(bob).get(f"{V1}/keywords/", {"persona": "dc_medicas", "count": "exact", "limit": 5}))
    assert page["count"] == personas[3]["keywords_count"]
    assert {keyword["buyer_persona_id"] for keyword in page["results"]} == {"dc_medicas"}


@pytest.mark.parametrize("prefix", [CLASSIFIER, "/api/persona-classifier"])
def test_it_classifies_a_title(api: Api, bob: User, prefix: str) -> None:
    """P5: the whole answer, under both names (W9)."""
    slash = "/" if prefix == CLASSIFIER else ""
    found = answer(api(bob).post(f"{prefix}/classify{slash}", {"job_title": " GERENTE de  Marketing "}))
    shape = found["classification"]
    assert found["success"] is True
    assert shape.pop("explanation")
    assert shape.pop("ruleset_revision") >= 1
    assert shape.pop("matched_keywords")[0] == shape["all_matches"][0]["keyword"]
    assert all(
        set(hit) == {"keyword", "match", "buyer_persona_id", "buyer_persona_name", "priority"}
        for hit in shape.pop("all_matches")
    )
    assert shape == {
        "buyer_persona_id": "dc_marketing",
        "buyer_persona_name": shape["buyer_persona_name"],
        "priority_used": 2,
        "normalized_job_title": "gerente de marketing",
        "original_job_title": " GERENTE de  Marketing ",
        "is_default": False,
    }


def test_it_classifies_many_titles(api: Api, bob: User) -> None:
    """ "" is a title; up to 10,000."""
    found = answer(api(bob).post(f"{CLASSIFIER}/classify/", {"job_titles": ["", "Gerente General"]}))
    assert [one["buyer_persona_id"] for one in found["classifications"]] == ["mateo", "dc_generales"]
    assert found["classifications"][0]["priority_used"] == 999
    answer(api(bob).post(f"{CLASSIFIER}/classify/", {"job_titles": ["x"] * 10_001}), 422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"job_title": None},
        {"job_title": 5},
        {"job_titles": []},
        {"job_titles": "x"},
        {"job_title": "x", "job_titles": ["y"]},
        {"title": "x"},
        {"job_title": "a\0b"},
    ],
)
@pytest.mark.parametrize("door", ["classify", "diagnose", "normalize"])
def test_it_refuses_what_is_no_title(api: Api, bob: User, body: Any, door: str) -> None:
    """422 (400 for what no text may hold); never 500 (S13)."""
    status = api(bob).post(f"{CLASSIFIER}/{door}/", body).status_code
    assert status in {400, 422}


def test_it_normalizes_and_diagnoses(api: Api, bob: User) -> None:
    client = api(bob)
    assert answer(client.post(f"{CLASSIFIER}/normalize/", {"job_title": "C.E.O."})) == {
        "success": True,
        "original": "C.E.O.",
        "normalized": "c e o",
    }
    diagnosis = answer(client.post(f"{CLASSIFIER}/diagnose/", {"job_title": "Gerente General"}))["diagnosis"]
    assert set(diagnosis) == {"input", "result", "matching", "cache_status"}
    assert diagnosis["result"]["buyer_persona_id"] == "dc_generales"
    assert diagnosis["matching"]["total_matches"] == len(diagnosis["matching"]["all_matches"])


def test_it_compares_a_contact_with_the_rules(api: Api, bob: User, ana: str) -> None:
    found = answer(api(bob).get(f"{CLASSIFIER}/contacts/{ana}/classification/"))
    assert (found["contact"], found["would_change"]) == (ana, False)
    assert found["current_classification"] == {
        "buyer_persona": "dc_marketing",
        "locked": False,
        "manually_assigned": False,
    }


def test_a_program_imports_a_file(api: Api, alice: User, acme: Tenant) -> None:
    """L1, L2, L7: upload, preview, mapping, start, result."""
    client = api(alice)
    made = answer(upload(client, file_of(ANA, ",,,x@x.example,,,")), 201)
    here = f"{V1}/linkedin-imports/{made['id']}"
    assert (made["state"], made["total_rows"], made["mapping"]["job_title"]) == ("uploaded", 2, "Position")
    assert answer(upload(client, file_of(ANA, ",,,x@x.example,,,")), 201)["id"] == made["id"]
    rows = answer(client.get(f"{here}/preview/"))["rows"]
    assert [row["rejected"] for row in rows] == [None, "invalid_missing_identifiers"]
    answer(client.send("put", f"{here}/mapping/", {"company": "Company"}), 400)
    answer(client.send("put", f"{here}/mapping/", made["mapping"]))
    started = client.post(f"{here}/start/")
    job = answer(started, 202)
    assert started["Location"].endswith(f"/jobs/{job['id']}/")
    answer(client.post(f"{here}/start/"), 409)
    with tenant_scope(acme.schema_name):
        work(acme, Job.objects.get(pk=job["id"]))
    ended = answer(client.get(f"{here}/"))
    assert (ended["state"], ended["result"]["created"], ended["result"]["invalid"]) == ("completed", 1, 1)
    page = answer(client.get(f"{here}/rejected-rows/"))
    assert [(row["line"], row["reason"]) for row in page["results"]] == [(3, "invalid_missing_identifiers")]
    answer(client.post(f"{here}/cancel/"), 409)


@pytest.mark.parametrize(
    ("content", "name", "profile", "status"),
    [
        (b"x", "a.pdf", "ana", 400),
        (b"", "a.csv", "ana", 400),
        (file_of(ANA), "a.csv", "", 422),
        (file_of(ANA), "a.csv", "<b>", 400),
        (file_of(ANA), "a.csv", "x" * 99, 422),
    ],
)
def test_it_refuses_bad_uploads(
    api: Api, alice: User, content: bytes, name: str, profile: str, status: int
) -> None:
    """L1, S13, S14"""
    assert answer(upload(api(alice), content, name, profile), status)["status"] == status


@pytest.mark.parametrize("part", ["file", "profile"])
def test_a_part_given_twice_is_refused(api: Api, alice: User, acme: Tenant, part: str) -> None:
    """S13: none of the two is the one that was meant."""
    files = [SimpleUploadedFile(f"{name}.csv", file_of(ANA), content_type="text/csv") for name in "ab"]
    parts = {"file": files[:1], "profile": ["ana"]}
    parts[part] = files if part == "file" else ["ana", "eva"]
    said = answer(api(alice).client.post(f"{V1}/linkedin-imports/", parts), 422)
    assert [(one["code"], one["pointer"]) for one in said["errors"]] == [("repeated", f"#/{part}")]
    with tenant_scope(acme.schema_name):
        assert not LinkedInImport.objects.exists()


@pytest.mark.parametrize("spelling", ["First Name", "first_name"])
def test_a_heading_for_two_columns_is_refused(api: Api, alice: User, spelling: str) -> None:
    """L2: however it is spelt."""
    client = api(alice)
    made = answer(upload(client, file_of(ANA)), 201)
    doubled = {"first_name": "First Name", "company": spelling}
    said = answer(client.send("put", f"{V1}/linkedin-imports/{made['id']}/mapping/", doubled), 422)
    assert [(one["code"], one["pointer"]) for one in said["errors"]] == [("repeated", "#/company")]


def test_an_upload_as_json_is_refused(api: Api, alice: User) -> None:
    """W9: the upload takes a form, everything else JSON."""
    answer(api(alice).post(f"{V1}/linkedin-imports/", {"file": "x"}), 415)


def test_a_viewer_imports_nothing(api: Api, bob: User) -> None:
    """Writes need the tenant-admin role."""
    answer(upload(api(bob), file_of(ANA)), 403)


def test_an_import_of_another_tenant_is_not_there(api: Api, alice: User, carol: User) -> None:
    """S1"""
    made = answer(upload(api(alice), file_of(ANA)), 201)
    here = f"{V1}/linkedin-imports/{made['id']}"
    answer(api(carol).get(f"{here}/"), 404)
    for door in ("start", "cancel"):
        answer(api(carol).post(f"{here}/{door}/"), 404)
    for door in ("preview", "rejected-rows"):
        answer(api(carol).get(f"{here}/{door}/"), 404)
    answer(api(carol).send("put", f"{here}/mapping/", {}), 404)


def test_lists_cost_the_same_however_long(
    api: Api, bob: User, acme: Tenant, django_assert_max_num_queries
) -> None:
    """Fixed query counts."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, *(f"N{number},X,https://linkedin.com/in/n{number},,Acme,," for number in range(60)))
    with django_assert_max_num_queries(8):
        assert len(answer(api(bob).get(f"{V1}/contacts/"))["results"]) == 50


def test_a_cursor_of_another_kind_of_id_is_refused(api: Api, alice: User) -> None:
    """W10, S13: contacts are numbered, a cursor may name a UUID."""
    forged = base64.urlsafe_b64encode(b"-id:0192d1a0-0000-7000-8000-00000000abcd").decode().rstrip("=")
    said = answer(api(alice).get(f"{V1}/contacts/", {"cursor": forged}), 400)
    assert [(one["code"], one["pointer"]) for one in said["errors"]] == [("invalid", "cursor")]
