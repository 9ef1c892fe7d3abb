"""The figures of classification: what they count, how they are kept, who reads them (Metrics)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from personas import actions
from personas.models import Contact, ContactPersona, Keyword, MetricsRecord, Persona
from personas.rules import Effect, JobKind, Match, ReclassificationType
from tenants.jobs import actions as jobs
from tenants.jobs.models import Schedule
from tenants.models import Tenant, User, new_id
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import import_rows, work

Api = Callable[[User], ApiClient]
BASE = "/api/v1/persona-classifier"
TITLES = ("Gerente de Marketing", "Gerente de Marketing", "Buzo", "")


def bring(acme: Tenant, *titles: str, profile: str = "ana") -> None:
    """Import one contact for each title."""
    rows = (f"P{at},Q,,{profile}{at}@x.example,Acme,{title}," for at, title in enumerate(titles))
    import_rows(acme, *rows, profile=profile)


@pytest.fixture
def people(in_acme: Tenant) -> Tenant:
    """Four contacts: two marketers, a diver, one without a title."""
    bring(in_acme, *TITLES)
    return in_acme


@pytest.fixture
def no_rules(acme: Tenant) -> Tenant:
    """A tenant in which nothing can be classified."""
    with tenant_scope(acme.schema_name):
        Keyword.objects.all().delete()
        Persona.objects.all().delete()
        actions.invalidate_classifier_cache()
    return acme


@pytest.fixture
def one_persona(in_acme: Tenant) -> Persona:
    """The default persona alone, without keywords."""
    Keyword.objects.all().delete()
    Persona.objects.filter(is_default=False).delete()
    actions.invalidate_classifier_cache()
    return Persona.objects.get()


def answer(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def compute(now: datetime | None = None) -> dict[str, Any]:
    figures: dict[str, Any] = actions.compute_metrics(now=now or timezone.now()).figures
    return figures


def test_it_counts_contacts_and_keywords(people: Tenant) -> None:
    """Metrics: the whole record."""
    held = Contact.objects.get(job_title="Buzo")
    actions.lock_contact(contact_id=held.pk, by=new_id())
    figures = compute()
    assert figures["contacts"] == {
        "total": 4,
        "by_persona": {
            "dc_generales": 0,
            "dc_marketing": 2,
            "dc_comerciales": 0,
            "dc_medicas": 0,
            "mateo": 2,
        },
        "locked": 1,
        "manually_assigned": 0,
        "with_job_title": 3,
        "with_normalized_job_title": 4,
        "default_persona": 2,
    }
    assert figures["keywords"] == {
        "total": Keyword.objects.count(),
        "by_persona": {one.code: one.keywords.count() for one in Persona.objects.all()},
    }
    assert figures["coverage"] == {"normalization": 100.0, "classification": 50.0, "job_title": 75.0}
    assert figures["trends"] == {}


def test_a_contact_without_persona_counts_with_the_default_one(people: Tenant) -> None:
    """Metrics: "default_persona (or none)"; parts still make the whole."""
    ContactPersona.objects.filter(persona__code="dc_marketing")[0].delete()
    figures = compute()
    assert figures["contacts"]["default_persona"] == 3
    assert figures["contacts"]["by_persona"]["mateo"] == 2
    assert figures["coverage"]["classification"] == 25.0


def test_it_counts_keywords_by_what_they_match_not_by_what_they_win(people: Tenant) -> None:
    """Metrics, P2: over all keywords, those that lose and excludes too."""
    sales = Persona.objects.get(code="dc_comerciales")
    loses = actions.save_keyword(persona=sales, text="de marketing", match=Match.PHRASE).keyword
    out = actions.save_keyword(persona=sales, text="buzo", match=Match.EXACT, effect=Effect.EXCLUDE).keyword
    figures = compute()
    top = {one["keyword"]: one for one in figures["top_keywords"]}
    assert top[loses.text] == {
        "keyword": "de marketing",
        "buyer_persona_id": "dc_comerciales",
        "match": "phrase",
        "effect": "include",
        "contacts": 2,
    }
    assert (top[out.text]["effect"], top[out.text]["contacts"]) == ("exclude", 1)
    counts = [one["contacts"] for one in figures["top_keywords"]]
    assert counts == sorted(counts, reverse=True)
    assert len(figures["unused_keywords"]) == 20
    assert {one["contacts"] for one in figures["unused_keywords"]} == {0}


def test_trends_are_what_changed_since_the_record_before(people: Tenant) -> None:
    """Metrics: contacts, the classified among them, keywords, hours."""
    now = timezone.now()
    compute(now - timedelta(hours=6))
    bring(people, "Gerente de Marketing", "Buzo", profile="eva")
    persona = Persona.objects.get(code="dc_medicas")
    actions.save_keyword(persona=persona, text="zootecnista")
    assert compute(now)["trends"] == {
        "contact_growth": 2,
        "contact_growth_percent": 50.0,
        "classification_improvement": 1,
        "keyword_growth": 1,
        "hours_since_last": 6.0,
    }


def test_parts_of_nothing_are_nothing(in_acme: Tenant) -> None:
    """Metrics: percent of none is 0, growth of none too."""
    now = timezone.now()
    figures = compute(now - timedelta(hours=1))
    assert figures["coverage"] == {"normalization": 0.0, "classification": 0.0, "job_title": 0.0}
    assert figures["top_keywords"] == []
    bring(in_acme, "Buzo")
    assert compute(now)["trends"]["contact_growth_percent"] == 0.0


def test_one_persona_alone_is_enough(one_persona: Persona) -> None:
    """Metrics: no keyword to count, everybody default."""
    figures = compute()
    assert figures["contacts"]["by_persona"] == {"mateo": 0}
    assert figures["keywords"] == {"total": 0, "by_persona": {"mateo": 0}}
    assert (figures["top_keywords"], figures["unused_keywords"]) == ([], [])


def test_records_are_kept_90_days(in_acme: Tenant) -> None:
    """Metrics."""
    now = timezone.now()
    for days in (91, 89, 1):
        MetricsRecord.objects.create(computed_at=now - timedelta(days=days), figures=compute(now))
    MetricsRecord.objects.filter(computed_at=now).delete()
    compute(now)
    kept = MetricsRecord.objects.values_list("computed_at", flat=True)
    assert sorted((now - at).days for at in kept) == [0, 1, 89]


def test_the_cost_does_not_grow_with_the_contacts(people: Tenant, django_assert_num_queries) -> None:
    """Metrics: a fixed number of queries, titles streamed."""
    compute()
    with django_assert_num_queries(9):
        compute()


def test_every_tenant_has_the_schedule(acme: Tenant, birch: Tenant) -> None:
    """Metrics, J9: every six hours, and the recount at night."""
    for tenant in (acme, birch):
        with tenant_scope(tenant.schema_name):
            crontabs = dict(Schedule.objects.values_list("kind", "crontab"))
            assert crontabs[JobKind.COMPUTE_METRICS] == "10 */6 * * *"
            assert {JobKind.RECOUNT, JobKind.FORGET_PREVIEWS} <= crontabs.keys()
            actions.schedule_upkeep()
            assert Schedule.objects.count() == len(crontabs)


def test_the_job_keeps_a_record(people: Tenant) -> None:
    """Metrics: the periodic task."""
    job = work(people, jobs.enqueue(kind=JobKind.COMPUTE_METRICS))
    assert (job.state, job.result) == ("completed", {"coverage": compute()["coverage"]})
    assert MetricsRecord.objects.count() == 2


def test_the_job_says_so_without_rules(no_rules: Tenant) -> None:
    """Metrics: a refusal is an answer, not a crash."""
    with tenant_scope(no_rules.schema_name):
        job = work(no_rules, jobs.enqueue(kind=JobKind.COMPUTE_METRICS))
    assert (job.state, job.attempt) == ("failed", 1)
    assert job.error == str(actions.NoRules())


def test_programs_read_the_latest_and_ask_for_a_new_one(
    api: Api, alice: User, bob: User, acme: Tenant
) -> None:
    """Metrics: null before the first; compute stores and returns; a viewer reads."""
    assert answer(api(bob).get(f"{BASE}/metrics/latest/")) == {"success": True, "metrics": None}
    assert answer(api(bob).post(f"{BASE}/metrics/compute/"), 403)
    made = answer(api(alice).post(f"{BASE}/metrics/compute/"))
    assert set(made["metrics"]) == {
        "computed_at",
        "contacts",
        "keywords",
        "top_keywords",
        "unused_keywords",
        "coverage",
        "trends",
    }
    assert made["metrics"]["trends"] == {}
    assert answer(api(bob).get(f"{BASE}/metrics/latest/")) == made


def test_without_rules_a_program_is_told(api: Api, alice: User, no_rules: Tenant) -> None:
    """Metrics: 409 and the words; statistics still count."""
    problem = answer(api(alice).post(f"{BASE}/metrics/compute/"), 409)
    assert problem["type"] == "urn:minga:problem:persona_rules_missing"
    stats = answer(api(alice).get(f"{BASE}/stats/"))
    assert stats["contacts"]["by_persona"] == {}
    assert stats["contacts"]["normalization_coverage"] == 0.0


def test_history_has_the_latest_of_each_day(api: Api, bob: User, acme: Tenant) -> None:
    """Metrics: one record a day, as many days back as asked, today included."""
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    with tenant_scope(acme.schema_name):
        for days, hours in ((40, 0), (29, 0), (1, -6), (1, 0), (0, -9)):
            compute(noon - timedelta(days=days) + timedelta(hours=hours))
    expected = {30: [29, 1, 0], 1: [0], 2: [1, 0], 90: [40, 29, 1, 0]}
    for days, ages in expected.items():
        found = answer(api(bob).get(f"{BASE}/metrics/history/", {"days": days}))
        moments = [datetime.fromisoformat(one["computed_at"]) for one in found["history"]]
        assert [(noon.date() - at.date()).days for at in moments] == ages
        assert found["count"] == len(ages)
    usual = answer(api(bob).get(f"{BASE}/metrics/history/"))
    assert usual["count"] == 3
    yesterday = datetime.fromisoformat(usual["history"][1]["computed_at"])
    assert yesterday.hour == 12


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"days": "0"}, 422),
        ({"days": "91"}, 422),
        ({"days": "x"}, 422),
        ({"days": "9" * 400}, 422),
        ({"days": ""}, 422),
        ({"day": "3"}, 400),
        ({"days": ["1", "2"]}, 400),
    ],
)
def test_history_refuses_senseless_days(api: Api, bob: User, query: dict[str, Any], status: int) -> None:
    """Metrics, W10: values of wrong kind or range are 422, unknown names 400."""
    answer(api(bob).get(f"{BASE}/metrics/history/", query), status)


def test_stats_tell_the_same_figures(api: Api, alice: User, bob: User, acme: Tenant) -> None:
    """Metrics: contacts and keywords as in the record, coverage with one decimal, five jobs."""
    with tenant_scope(acme.schema_name):
        bring(acme, *TITLES)
        Contact.objects.filter(job_title="").update(title=None)
        figures = compute()
        for _each in range(5):
            work(acme, actions.reclassify(type=ReclassificationType.ALL, params={}, by=alice.pk))
        made = actions.reclassify(type=ReclassificationType.ALL, params={}, by=alice.pk)
    stats = answer(api(bob).get(f"{BASE}/stats/"))
    recent = stats.pop("recent_jobs")
    assert stats == {
        "success": True,
        "contacts": figures["contacts"] | {"normalization_coverage": 75.0},
        "keywords": figures["keywords"],
    }
    assert len(recent) == 5
    assert recent[0]["job_id"] == str(made.pk)
    assert (recent[0]["job_type"], recent[0]["status"], recent[0]["dry_run"]) == ("all", "pending", True)


def test_records_of_another_tenant_are_not_there(api: Api, alice: User, carol: User) -> None:
    """S1"""
    answer(api(alice).post(f"{BASE}/metrics/compute/"))
    assert answer(api(carol).get(f"{BASE}/metrics/latest/"))["metrics"] is None
