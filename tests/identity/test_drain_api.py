"""The backlog's jobs and the guardrails for programs (I11-I13, I19)."""

import pytest

from identity.models import Link
from identity.rules import JobKind
from tenants.actions.keys import make_api_key
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.records.actions.webhooks import add_endpoint
from tenants.records.models import AuditEntry, WebhookDelivery
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.test_guardrails import sound

JOBS = "/api/v1/identity/jobs"


@pytest.mark.parametrize(
    ("door", "kind"),
    [("seed", JobKind.SEED), ("recover", JobKind.RECOVER), ("reconcile", JobKind.RECONCILE)],
)
def test_a_job_is_accepted_once(acme: Tenant, alice: User, api, door: str, kind: JobKind) -> None:
    """J5, W13: the second start is shown the first, and nothing is enqueued."""
    first = api(alice).post(f"{JOBS}/{door}/", {})
    second = api(alice).post(f"{JOBS}/{door}/", {})
    assert (first.status_code, first.json()["status"], first.json()["kind"]) == (202, "accepted", kind)
    assert (second.status_code, second.json()["status"]) == (202, "already_running")
    assert second.json()["id"] == first.json()["id"]
    assert first.headers["Location"] == first.json()["links"]["self"]
    with tenant_scope(acme.schema_name):
        assert Job.objects.filter(kind=kind).count() == 1
        entry = AuditEntry.objects.get(verb="start")
        assert (entry.actor, entry.change["kind"]) == (alice.pk, kind)


def test_a_programs_start_bears_its_key_and_its_end_is_news(acme: Tenant, any_db: None) -> None:
    """W14, W16: nameless, it would stand as a job's own act, and its end as periodic work, told to nobody."""
    key, secret = make_api_key(tenant=acme, name="CRM", role=Role.ADMIN)
    with tenant_scope(acme.schema_name):
        add_endpoint(url="https://crm.example/hooks", events=["job.finished"], by=None)
    assert ApiClient(secret).post(f"{JOBS}/seed/", {}).status_code == 202
    with tenant_scope(acme.schema_name):
        assert AuditEntry.objects.get(verb="start").actor == key.pk
        work_on(DueTicket(Job.objects.get(kind=JobKind.SEED).pk, acme.schema_name))
        assert [one.type for one in WebhookDelivery.objects.all()] == ["job.finished"]


def test_options_reach_the_job(acme: Tenant, alice: User, api) -> None:
    """I12, I13"""
    api(alice).post(f"{JOBS}/recover/", {"limit": 5})
    api(alice).post(f"{JOBS}/reconcile/", {"process_recent": False, "limbo_stages": ["NO_DRIVER"]})
    with tenant_scope(acme.schema_name):
        params = dict(Job.objects.filter(kind__startswith="identity.").values_list("kind", "params"))
        assert params == {
            "identity.recover": {"limit": 5},
            "identity.reconcile": {
                "process_recent": False,
                "recent_days": 30,
                "process_limbo": True,
                "limbo_stages": ["NO_DRIVER"],
                "limit": 2000,
            },
        }
        for job in Job.objects.filter(kind__startswith="identity."):
            work_on(DueTicket(job.id, acme.schema_name))
        assert set(Job.objects.values_list("state", flat=True)) == {"completed"}


def test_an_unknown_stage_lists_those_there_are(acme: Tenant, alice: User, api) -> None:
    """I13"""
    answer = api(alice).post(f"{JOBS}/reconcile/", {"limbo_stages": ["LOST"]})
    assert answer.status_code == 400
    assert "LOST" in answer.json()["detail"]
    assert "TRIPS_NO_CLAIM" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("recover", {"limit": 0}),
        ("recover", {"limit": "many"}),
        ("reconcile", {"recent_days": 10**9}),
        ("reconcile", {"limbo_stages": "NO_DRIVER"}),
        ("reconcile", {"limbo_stages": ["\x00"]}),
        ("recover", []),
        ("seed", {"limit": 5}),
        ("recover", {"limt": 5}),
        ("reconcile", {"recent_day": 1}),
        ("reconcile", {"process_recent": "yes"}),
    ],
)
def test_what_makes_no_sense_is_refused(acme: Tenant, alice: User, api, door: str, body: object) -> None:
    """A misspelt option must not pass for "all that are due"."""
    assert api(alice).post(f"{JOBS}/{door}/", body).status_code in (400, 422)


def test_a_viewer_starts_nothing(acme: Tenant, bob: User, api) -> None:
    for door in ("seed", "recover", "reconcile"):
        assert api(bob).post(f"{JOBS}/{door}/", {}).status_code == 403


def test_guardrails_are_told_to_viewers_too(acme: Tenant, bob: User, api) -> None:
    """I19: whole tables, read-only."""
    with tenant_scope(acme.schema_name):
        sound("L1")
    answer = api(bob).get("/api/v1/identity/guardrails/").json()
    assert (answer["passed"], [each["status"] for each in answer["guardrails"]]) == (True, ["pass"] * 4)
    with tenant_scope(acme.schema_name):
        linked(a_lead("L2"), a_person())
        Link.objects.filter(source_pk="L2").update(source_pk="L02")
    answer = api(bob).get("/api/v1/identity/guardrails/").json()
    found = {each["guardrail"]: each for each in answer["guardrails"]}
    assert (answer["passed"], found["kpi_red_drain"]["status"]) == (False, "pass")
    assert found["source_pk_consistency"]["offenders"][0]["lead_source_pk"] == "L02"


def test_another_tenants_guardrails_are_its_own(acme: Tenant, carol: User, api) -> None:
    """S1"""
    with tenant_scope(acme.schema_name):
        sound("L1")
        Link.objects.all().delete()
    answer = api(carol).get("/api/v1/identity/guardrails/").json()
    assert {each["status"] for each in answer["guardrails"]} == {"vacuous"}


def test_the_job_keeps_what_the_guardrails_found(in_acme: Tenant) -> None:
    """I19: by beat; each under its name, for the alerts."""
    from tenants.jobs.runner.here import run_here

    sound("L1")
    Link.objects.all().delete()
    result = run_here(kind=JobKind.VERIFY).job.result or {}
    assert (result["failed"], result["kpi_red_drain"]["offenders_count"]) == (3, 1)
    assert result["source_pk_consistency"]["status"] == "vacuous"
