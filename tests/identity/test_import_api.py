"""Leads and files of the fleet by the API: one by JSON, many by file, refused rows as JSON and CSV."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from identity.models import BacklogEvent, FleetImport, Lead, TripDay
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_person, linked
from tests.identity.importing import file_of, taken, work

Api = Callable[[User], ApiClient]
V1 = "/api/v1"
LEADS = f"{V1}/cabinet-leads/"
IMPORTS = f"{V1}/identity/imports/"
ANA = "L1,05/03/2026 23:30,lima,Ana,Ruiz,999888777,12345678,Lima"


def answer(response: HttpResponse, status: int = 200) -> Any:
    assert response.status_code == status, (response.status_code, response.content[:600])
    return response.json()  # type: ignore[attr-defined]


def upload(client: ApiClient, content: bytes, name: str = "leads.csv", **parts: str) -> HttpResponse:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.client.post(f"{LEADS}upload/", {"file": file, **parts})  # type: ignore[return-value]


class TestOneLead:
    def test_it_comes_in_by_json_and_again_as_the_same(self, api: Api, alice: User, acme: Tenant) -> None:
        """I1, I15: read like a row of a file; 201, then 200."""
        client = api(alice)
        body = {
            "external_id": "L1",
            "lead_created_at": "2026-03-05T23:30:00-03:00",
            "first_name": "Ana",
            "last_name": "Ruiz",
            "phone": "9 9988 8777",
            "park": "lima",
        }
        made = answer(client.post(LEADS, body), 201)
        assert made | {"received_at": "", "changed_at": "", "id": ""} == {
            "id": "",
            "source_pk": "L1",
            "external_id": "L1",
            "lead_created_at": "2026-03-06T02:30:00Z",
            "lead_date": "2026-03-05",
            "park": "lima",
            "first_name": "Ana",
            "middle_name": "",
            "last_name": "Ruiz",
            "phone": "9 9988 8777",
            "document": "",
            "licence": "",
            "email": "",
            "plate": "",
            "car_brand": "",
            "car_model": "",
            "car_colour": "",
            "city": "",
            "status": "",
            "person": None,
            "received_at": "",
            "changed_at": "",
        }
        assert answer(client.post(LEADS, body))["changed_at"] == made["changed_at"]
        changed = answer(client.post(LEADS, body | {"city": "Ica"}))
        assert (changed["id"], changed["city"]) == (made["id"], "Ica")
        assert answer(client.get(f"{LEADS}{made['id']}/"))["city"] == "Ica"
        with tenant_scope(acme.schema_name):
            assert BacklogEvent.objects.get().source_pk == "L1"
            verbs = (
                AuditEntry.objects.filter(object_type="lead").order_by("id").values_list("verb", flat=True)
            )
            assert list(verbs) == ["created", "changed"]

    def test_without_an_external_id_it_has_its_row_for_a_key(self, api: Api, alice: User) -> None:
        client = api(alice)
        made = answer(client.post(LEADS, {"phone": "999888777"}), 201)
        assert made["source_pk"] == f"row:{made['id']}"
        assert answer(client.post(LEADS, {"phone": "999-888-777"}))["id"] == made["id"]

    @pytest.mark.parametrize(
        ("body", "status", "reason"),
        [
            ({}, 422, "nobody_named"),
            ({"external_id": "row:1"}, 422, "external_id_reserved"),
            ({"external_id": "L1", "lead_created_at": "soon"}, 422, "created_at_not_a_date"),
            ({"external_id": "L1", "lead_created_at": "2099-01-01"}, 422, "created_at_in_future"),
            ({"external_id": "L1", "email": "İ" * 254}, 422, "value_too_long"),
            ({"external_id": "x" * 121}, 422, None),
            ({"external_id": 7}, 422, None),
            ({"external_id": "L\0"}, 400, None),
            ({"external_id": "L1", "odd": "x"}, 422, None),
            ([], 422, None),
            (b"{", 400, None),
        ],
    )
    def test_what_cannot_be_taken_is_refused_in_words(
        self, api: Api, alice: User, acme: Tenant, body: Any, status: int, reason: str | None
    ) -> None:
        said = answer(api(alice).post(LEADS, body), status)
        assert said.get("reason") == reason
        assert said["detail"] or said["errors"]
        with tenant_scope(acme.schema_name):
            assert not Lead.objects.exists()

    def test_a_viewer_reads_and_writes_nothing(self, api: Api, bob: User) -> None:
        client = api(bob)
        answer(client.post(LEADS, {"external_id": "L1"}), 403)
        answer(upload(client, file_of("leads", ANA)), 403)
        assert answer(client.get(LEADS))["results"] == []


class TestList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["L3", "L2", "L1"]),
            ("external_id=L1", ["L1"]),
            ("source_pk=L2", ["L2"]),
            ("red=true", ["L3", "L2"]),
            ("red=false", ["L1"]),
            ("date_from=2026-03-06", ["L2"]),
            ("date_to=2026-03-05", ["L1"]),
            ("phone=%2B56 999 888 777", ["L1"]),
            ("document=12.345.678", ["L1"]),
            ("document=-", []),
            ("park=cusco", ["L2"]),
            ("limit=1", ["L3"]),
        ],
    )
    def test_it_is_filtered_by_identifiers_in_any_spelling(
        self, api: Api, bob: User, acme: Tenant, query: str, found: list[str]
    ) -> None:
        """I1: one normal form for both sides."""
        with tenant_scope(acme.schema_name):
            taken(acme, "leads", ANA, "L2,2026-03-06,cusco,Eva,Soto,999888666,,", "L3,,,Sol,Rey,,,")
            linked(Lead.objects.get(source_pk="L1"), a_person("Ana"))
        page = answer(api(bob).get(f"{LEADS}?{query}"))
        assert [one["source_pk"] for one in page["results"]] == found

    @pytest.mark.parametrize(
        "query", ["odd=1", "red=maybe", "date_from=soon", "cursor=x", "phone=%00", "kind=x"]
    )
    def test_what_makes_no_sense_is_refused(self, api: Api, bob: User, query: str) -> None:
        assert api(bob).get(f"{LEADS}?{query}").status_code == 400

    def test_pages_are_those_of_identity(self, api: Api, bob: User, acme: Tenant) -> None:
        """API: limit 1-1000, else 422; what there is in all is told."""
        with tenant_scope(acme.schema_name):
            taken(acme, "leads", *(f"L{number},,,,,,," for number in range(3)))
        page = answer(api(bob).get(f"{LEADS}?limit=2&offset=1"))
        assert [one["source_pk"] for one in page["results"]] == ["L1", "L0"]
        assert page["meta"] == {"limit": 2, "offset": 1, "returned": 2, "total": 3}
        for path in (LEADS, IMPORTS):
            answer(api(bob).get(f"{path}?limit=0"), 422)
            answer(api(bob).get(f"{path}?limit=1001"), 422)

    def test_another_tenants_lead_is_not_there(
        self, api: Api, alice: User, carol: User, acme: Tenant
    ) -> None:
        """S1"""
        made = answer(api(alice).post(LEADS, {"external_id": "L1"}), 201)
        answer(api(carol).get(f"{LEADS}{made['id']}/"), 404)
        assert answer(api(carol).get(LEADS))["results"] == []


class TestFiles:
    def test_a_program_imports_a_file_and_reads_what_was_not_taken(
        self, api: Api, alice: User, acme: Tenant
    ) -> None:
        client = api(alice)
        response = upload(client, file_of("leads", ANA, "=row,soon,,,,,,", "row:1,,,,,,,"))
        started = answer(response, 202)
        assert response["Location"].endswith(f"/jobs/{started['id']}/")
        here = f"{IMPORTS}{started['fleet_import']['id']}/"
        assert started["fleet_import"]["kind"] == "leads"
        assert started["fleet_import"]["mapping"]["phone"] == "park_phone"
        answer(upload(client, file_of("leads", ANA)), 409)
        with tenant_scope(acme.schema_name):
            work(acme, Job.objects.get(pk=started["id"]))
        ended = answer(client.get(here))
        assert (ended["state"], ended["result"]["created"], ended["result"]["refused"]) == ("completed", 1, 2)
        rows = answer(client.get(f"{here}refused-rows/"))["results"]
        assert [(row["line"], row["reason"]) for row in rows] == [
            (3, "created_at_not_a_date"),
            (4, "external_id_reserved"),
        ]
        report = client.get(f"{here}refused-rows/csv/")
        assert report["Content-Type"] == "text/csv; charset=utf-8"
        lines = report.content.decode("utf-8-sig").splitlines()
        assert lines[0].endswith("city,Row,Code,Reason")
        assert lines[1] == "'=row,soon,,,,,,,3,created_at_not_a_date,The date of creation is not a date."
        answer(client.post(f"{here}cancel/"), 409)
        answer(client.post(f"{here}start/"), 409)
        assert [one["id"] for one in answer(client.get(f"{IMPORTS}?kind=leads&state=completed"))["results"]]
        answer(client.get(f"{IMPORTS}?kind=odd"), 400)

    def test_another_kind_is_named(self, api: Api, alice: User, acme: Tenant) -> None:
        started = answer(upload(api(alice), file_of("trips", "d1,2026-03-05,3"), kind="trips"), 202)
        with tenant_scope(acme.schema_name):
            work(acme, Job.objects.get(pk=started["id"]))
            assert TripDay.objects.get().trips == 3

    def test_a_cancelled_import_is_started_again(self, api: Api, alice: User, acme: Tenant) -> None:
        client = api(alice)
        started = answer(upload(client, file_of("leads", ANA)), 202)
        here = f"{IMPORTS}{started['fleet_import']['id']}/"
        assert answer(client.post(f"{here}cancel/"))["state"] == "cancelled"
        again = answer(client.post(f"{here}start/"), 202)
        with tenant_scope(acme.schema_name):
            work(acme, Job.objects.get(pk=again["id"]))
        assert answer(client.get(here))["result"]["created"] == 1

    @pytest.mark.parametrize(
        ("content", "name", "parts", "status", "code"),
        [
            (b"", "a.csv", {}, 400, "file_unreadable"),
            (b"\0" * 400, "a.csv", {}, 400, "file_unreadable"),
            (b"PK\x03\x04junk", "a.xlsx", {}, 400, "file_unreadable"),
            (b"x", "a.pdf", {}, 400, "file_unreadable"),
            (b"city,park\nLima,x\n", "a.csv", {}, 400, "columns_missing"),
            (b"external_id\n", "a.csv", {}, 400, "file_unreadable"),
            (file_of("leads", ANA), "a.csv", {"kind": "trips"}, 400, "columns_missing"),
            (file_of("leads", ANA), "a.csv", {"kind": "odd"}, 422, None),
            (file_of("leads", ANA), "a.csv", {"more": "x"}, 422, None),
            (b"external_id\n" + b"x" * 20_000_001, "a.csv", {}, 413, "file_too_large"),
        ],
    )
    def test_a_file_that_cannot_be_read_leaves_nothing_behind(
        self, api: Api, alice: User, acme: Tenant, content: bytes, name: str, parts: dict[str, str],
        status: int, code: str | None,
    ) -> None:  # fmt: skip
        """S13, S14"""
        said = answer(upload(api(alice), content, name, **parts), status)
        assert code is None or said["type"].endswith(code)
        with tenant_scope(acme.schema_name):
            assert not FleetImport.objects.exists()
            assert not Job.objects.exists()

    def test_an_upload_as_json_is_refused(self, api: Api, alice: User) -> None:
        """W9"""
        answer(api(alice).post(f"{LEADS}upload/", {"file": "x"}), 415)

    def test_a_part_given_twice_is_refused(self, api: Api, alice: User) -> None:
        parts = {"kind": ["leads", "trips"], "file": [SimpleUploadedFile("a.csv", file_of("leads", ANA))]}
        response = api(alice).client.post(f"{LEADS}upload/", parts)
        said = answer(response, 422)  # type: ignore[arg-type]  # Django's test client has its own type
        assert [(one["code"], one["pointer"]) for one in said["errors"]] == [("repeated", "#/kind")]

    def test_an_import_of_another_tenant_is_not_there(self, api: Api, alice: User, carol: User) -> None:
        """S1"""
        started = answer(upload(api(alice), file_of("leads", ANA)), 202)
        here = f"{IMPORTS}{started['fleet_import']['id']}/"
        for path in (here, f"{here}refused-rows/", f"{here}refused-rows/csv/"):
            answer(api(carol).get(path), 404)
        for path in (f"{here}cancel/", f"{here}start/"):
            answer(api(carol).post(path), 404)
