"""A person is found by exact keys, handed out, erased everywhere, and found no more (S19)."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.db import connection, transaction
from django.test import Client

from campaigns.dispatch.events import apply_event
from campaigns.models import CallAttempt, CallRecord, Entry, LedgerRow, Provider, ProviderEvent, Suppression
from identity.models import Case, Claim, Link, Person, TripDay
from identity.queries.guardrails import verify_all
from insights.models import Comment, Insight
from tenants.actions.keys import make_api_key
from tenants.actions.privacy import export_person
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import LeaseLost
from tenants.jobs.runner import Run
from tenants.jobs.runner.lease import claim
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.records.erasure import Order, all_traces, findings, keys_of, mask_terms, masked, masked_in_sql
from tenants.records.models import AuditEntry, PersonRequest, StoredFile
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.doors import ApiClient, api_client
from tests.tenants.traced import (
    DOCUMENT,
    EMAIL,
    HANDLE,
    MARKS,
    NAME,
    NOW,
    PHONE,
    RUT,
    tables_naming,
    trace_everywhere,
)

Api = Callable[[User], ApiClient]
PERSON = f"D:CL:{RUT}"
KEYS = {"document": DOCUMENT, "phone": "9 8760 0123", "email": EMAIL.upper(), "handle": HANDLE}


@pytest.fixture
def zoila(acme: Tenant, alice: User) -> Tenant:
    with tenant_scope(acme.schema_name):
        trace_everywhere(alice)
    return acme


def work(tenant: Tenant, job: str) -> Job:
    work_on(DueTicket(UUID(job), tenant.schema_name))
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job)


def erase(tenant: Tenant, client: ApiClient, **said: Any) -> Job:
    answer = client.post("/api/v1/privacy/erasures", KEYS | {"confirm": EMAIL} | said)
    assert answer.status_code == 202, answer.content
    return work(tenant, json.loads(answer.content)["id"])


def numbers() -> dict[str, Any]:
    """What must stay: money, calls, trips, claims, guardrails."""
    return {
        "ledger": list(LedgerRow.objects.order_by("id").values_list("amount", flat=True)),
        "calls": sorted(CallAttempt.objects.values_list("outcome", "charge")),
        "claims": list(Claim.objects.values_list("person", "amount")),
        "trips": sum(TripDay.objects.values_list("trips", flat=True)),
        "links": Link.objects.count(),
        "guardrails": [(one.guardrail, one.checked, one.offending) for one in verify_all()],
        "comments": Comment.objects.count(),
    }


def test_it_leaves_no_trace_in_any_table_and_every_number(zoila: Tenant, alice: User, api: Api) -> None:
    """S19: all columns of all tables are searched; before, the same search finds her in every app."""
    with tenant_scope(zoila.schema_name):
        before, kept = tables_naming(zoila.schema_name, *MARKS), numbers()
    assert len(before) >= 25, before
    assert {name.split("_")[0] for name in before} == {
        *("personas", "campaigns", "identity", "insights", "jobs", "records")
    }
    job = erase(zoila, api(alice))
    assert job.state == "completed", job.error
    with tenant_scope(zoila.schema_name):
        assert tables_naming(zoila.schema_name, *MARKS) == {}
        assert numbers() == kept
        result = Insight.objects.get()
        assert (result.q6_result or {})["otras"] == "nada"
        assert (result.q10_result or {})["found"] == "La voz que llega a más publicaciones es —."
        request = PersonRequest.objects.get()
        assert (request.left, request.keys, bool(request.ended_at)) == (0, {}, True)
        entry = AuditEntry.objects.get(verb="erase")
        assert entry.change["rows"]["campaigns.Entry"] == 2
        assert not StoredFile.objects.exists()


def test_a_program_takes_its_file_away_and_stands_in_the_audit_log(zoila: Tenant, alice: User) -> None:
    """W14, S19: a key is who asked, so the file is its own and nobody else's, and both acts bear its id."""
    key, secret = make_api_key(tenant=zoila, name="CRM", role=Role.ADMIN)
    program = ApiClient(secret)
    job = json.loads(program.post("/api/v1/privacy/exports", KEYS).content)["id"]
    assert work(zoila, job).state == "completed"
    file = f"/api/v1/privacy/exports/{job}/file"
    assert program.get(file)["Content-Type"] == "application/zip"
    assert api_client(alice).get(file).status_code == 404
    erase(zoila, program)
    with tenant_scope(zoila.schema_name):
        acts = AuditEntry.objects.filter(object_type="records.personrequest")
        assert set(acts.values_list("verb", "actor")) == {
            (verb, key.pk) for verb in ("ask_export", "ask_erasure", "erase")
        }


def test_again_finds_nothing_and_the_page_says_it_was_done(
    zoila: Tenant, alice: User, api: Api, page: Callable[[User], Client]
) -> None:
    """S19: idempotent; who has the keys can tell that she was erased, nobody else."""
    erase(zoila, api(alice))
    again = erase(zoila, api(alice))
    assert (again.state, again.result) == ("completed", {"rows": {}, "left": 0})
    shown = page(alice).post("/admin/records/privacy/", {"do": "find", "email": EMAIL})
    assert b"Nothing is known by these keys" in shown.content
    assert b"Erased before" in shown.content
    other = page(alice).post("/admin/records/privacy/", {"do": "find", "email": "other@marked.example"})
    assert b"Erased before" not in other.content


def test_a_wish_not_to_be_called_outlives_her(zoila: Tenant, alice: User, api: Api) -> None:
    """S19, C15: plain no more, and still in force for her number and, as asked, for her document."""
    erase(zoila, api(alice), never_call=True)
    with tenant_scope(zoila.schema_name):
        values = set(Suppression.objects.in_force().values_list("value", flat=True))
        assert {masked(PHONE), masked(PERSON)} <= values
        assert not [value for value in values if not value.startswith("H:")]
        again = findings(keys_of(country="CL", phone=PHONE))["campaigns"]
        assert [(one.model, one.fate) for one in again.traces] == [("campaigns.Suppression", "stays")]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {masked_in_sql('v')} FROM (VALUES (%(v)s::text)) t(v)", mask_terms() | {"v": PHONE}
            )
            assert cursor.fetchone() == (masked(PHONE),), "the database masks as we do"
    listed = api(alice).get("/api/v1/suppressions", {"number": PHONE})
    assert [row["number"] for row in json.loads(listed.content)["results"]] == [None]


def test_what_a_provider_tells_later_is_not_kept(zoila: Tenant, alice: User, api: Api) -> None:
    """S17, S19: a late analysis finds a call without a person."""
    erase(zoila, api(alice))
    with tenant_scope(zoila.schema_name):
        call = CallAttempt.objects.exclude(call_id="").get()
        said = {
            "call_id": "call-1",
            "call_status": "ended",
            "transcript": NAME,
            "metadata": {"attempt_id": str(call.pk)},
        }
        event = ProviderEvent.objects.create(
            provider=Provider.objects.get(pk=call.provider_id), call_id="call-1", event="late", body=said
        )
        apply_event(event, now=NOW)
        assert not CallRecord.objects.exists()
        assert tables_naming(zoila.schema_name, *MARKS) == {}


def test_it_waits_for_a_call_under_way(zoila: Tenant, alice: User, api: Api) -> None:
    """C17: what comes of it is written down first; nothing is erased by halves, the keys go all the same."""
    with tenant_scope(zoila.schema_name):
        Entry.objects.filter(name=NAME, state="queued").update(state="in_call")
        before = tables_naming(zoila.schema_name, *MARKS)
    job = erase(zoila, api(alice))
    assert job.state == "failed"
    with tenant_scope(zoila.schema_name):
        assert tables_naming(zoila.schema_name, *MARKS) == before
        assert PersonRequest.objects.get().keys == {}


def test_it_hands_out_all_that_is_known(zoila: Tenant, alice: User, api: Api) -> None:
    """S19, W2: one archive, by a job; only who asked may fetch it."""
    answer = api(alice).post("/api/v1/privacy/exports", KEYS)
    job = work(zoila, json.loads(answer.content)["id"])
    assert job.state == "completed", job.error
    file = api(alice).get(f"/api/v1/privacy/exports/{job.pk}/file")
    with ZipFile(BytesIO(file.content)) as archive:
        told = json.loads(archive.read("person.json"))
        assert archive.read("person.xlsx")[:2] == b"PK"
    assert told["found"]["campaigns.CallRecord"][0]["transcript"] == f"Hola {NAME}"
    assert {label.split(".")[0] for label in told["found"]} == {
        *("personas", "campaigns", "identity", "insights", "jobs")
    }
    with tenant_scope(zoila.schema_name):
        assert PersonRequest.objects.get().keys == {}


def test_a_file_read_before_an_erasure_is_not_kept_after_it(zoila: Tenant, alice: User, api: Api) -> None:
    """S19, J3: it is written anew, of what is left, and costs no attempt."""
    asked = json.loads(api(alice).post("/api/v1/privacy/exports", KEYS).content)["id"]
    with tenant_scope(zoila.schema_name):
        lease = claim(UUID(asked))
        assert lease
        run = Run(Job.objects.get(pk=asked), lease)
    order = Order(keys_of(country="CL", **KEYS), None)

    def erase_meanwhile() -> None:
        if run.done == len(all_traces()):
            for traces in all_traces():
                with transaction.atomic():
                    traces.erased(order)

    run.on_chunk = erase_meanwhile
    with tenant_scope(zoila.schema_name), pytest.raises(LeaseLost):
        export_person(run)
    again = work(zoila, asked)
    assert (again.state, again.attempt) == ("completed", 1)
    with (
        tenant_scope(zoila.schema_name),
        ZipFile(BytesIO(bytes(StoredFile.objects.get().content))) as archive,
    ):
        assert NAME not in archive.read("person.json").decode()


def test_nobody_else_may_ask(zoila: Tenant, bob: User, sam: User, carol: User, api: Api) -> None:
    """S2, S6: neither viewers nor support; another tenant's administrator finds nothing of this one."""
    for user in (bob, sam):
        for door in ("exports", "erasures"):
            assert api(user).post(f"/api/v1/privacy/{door}", KEYS | {"confirm": EMAIL}).status_code == 403
    assert api(carol).post("/api/v1/privacy/erasures", KEYS | {"confirm": EMAIL}).status_code == 202
    with tenant_scope(zoila.schema_name):
        assert Person.objects.filter(name=NAME).exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [({"confirm": "x"}, "erasure_not_confirmed"), (dict.fromkeys(KEYS, ""), "person_not_named")],
)
def test_it_refuses_what_names_nobody_or_is_not_confirmed(
    zoila: Tenant, alice: User, api: Api, said: dict[str, str], code: str
) -> None:
    """W4: a slip of the pen erases nobody."""
    answer = api(alice).post("/api/v1/privacy/erasures", KEYS | {"confirm": EMAIL} | said)
    assert (answer.status_code, json.loads(answer.content)["type"].rsplit(":", 1)[1]) == (422, code)


def test_the_page_previews_adds_keys_and_asks(
    zoila: Tenant, alice: User, page: Callable[[User], Client]
) -> None:
    """W4: by the document alone; other keys of the same rows are offered, not followed by themselves."""
    client, where = page(alice), "/admin/records/privacy/"
    nobody = client.post(where, {"do": "find"}).content.decode()
    assert "Say at least one of document" in nobody
    assert "Nothing is known by these keys" not in nobody, "nothing was looked for"
    shown = client.post(where, {"do": "find", "document": RUT}).content.decode()
    assert f"phone:{PHONE}" in shown
    assert f"email:{EMAIL}" in shown
    assert "handle:" not in shown
    more = client.post(where, {"do": "find", "document": RUT, "also": [f"email:{EMAIL}"]}).content.decode()
    assert f'name="email" value="{EMAIL}"' in more
    refused = client.post(where, {"do": "erase", "document": RUT, "typed": "no"})
    assert b"Nothing was erased" in refused.content
    asked = client.post(where, {"do": "erase", "document": RUT, "typed": DOCUMENT})
    assert asked.status_code == 302, "however it is written"
    with tenant_scope(zoila.schema_name):
        assert Case.objects.filter(note__contains=NAME).exists(), "the job is still to come"
