"""Brands and tasks by the API: made, changed, tried out, analysed, moved (N1, N15, N16, N18)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from insights.models import FichaCliente, Run, Task
from insights.rules import Trait
from tenants.jobs.models import Schedule
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.insights.brands import a_brand
from tests.insights.reading import a_comment, a_post, a_workbook, tabs
from tests.personas.writing import ODD, UNFIT, answer, problem

FICHAS, TASKS = "/api/v1/fichas_cliente", "/api/v1/tasks"
WISHED = {
    "brand_name": "Café Sur",
    "timezone": "America/Santiago",
    "schedule": "30 5 * * *",
    "content_pillars": ["Origen"],
    "target_profile": {"Sinceridad": 80, "Rudeza": None},
    "platforms": ["instagram"],
    "budget_usd": "12.50",
    "budget_tokens": 1000,
    "minimum_sample": 5,
    "enabled": True,
}
Api = Callable[[User], ApiClient]


@pytest.fixture
def ficha(api: Api, alice: User) -> Any:
    return answer(api(alice).post(FICHAS, WISHED), 201)


def sent(client: ApiClient, path: str, content: bytes) -> Any:
    return client.client.post(path, {"file": SimpleUploadedFile("libro.xlsx", content)})


def test_it_makes_a_brand_and_puts_it_on_its_schedule(
    api: Api, alice: User, bob: User, acme: Tenant, ficha: Any
) -> None:
    """N16, W15: ids are text, money is decimal text; the next analysis is known at once."""
    profile = dict.fromkeys(map(str, Trait)) | {"Sinceridad": 80.0}
    assert {name: ficha[name] for name in WISHED} == WISHED | {"target_profile": profile}
    assert (ficha["last_analysis_timestamp"], ficha["has_workbook"]) == (None, False)
    assert datetime.fromisoformat(ficha["next_analysis_at"]) > timezone.now()
    assert answer(api(bob).get(f"{FICHAS}/{ficha['id']}/"))["id"] == ficha["id"]
    assert [row["id"] for row in answer(api(bob).get(FICHAS, {"brand_name": "CAFÉ"}))["results"]] == [
        ficha["id"]
    ]
    with tenant_scope(acme.schema_name):
        assert Schedule.objects.get(subject=ficha["id"]).timezone == "America/Santiago"
        assert AuditEntry.objects.filter(verb="created", object_id=ficha["id"]).exists()


def test_it_changes_what_is_named_and_nothing_else(api: Api, alice: User, acme: Tenant, ficha: Any) -> None:
    """API: fichas_cliente; a disabled brand has no next analysis."""
    changed = answer(
        api(alice).send("patch", f"{FICHAS}/{ficha['id']}", {"enabled": False, "tone_of_voice": "Cercano"})
    )
    assert changed == ficha | {"enabled": False, "tone_of_voice": "Cercano", "next_analysis_at": None}
    with tenant_scope(acme.schema_name):
        assert not Schedule.objects.get(subject=ficha["id"]).is_active


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"brand_name": ""}, "blank"),
    ({"brand": "x"}, "unknown_field"),
    ({"target_profile": {"Sinceridad": 101}}, "max_value"),
    ({"target_profile": {"Sinceridad": "80"}}, "invalid"),
    ({"target_profile": {"Alegria": 1}}, "unknown_field"),
    ({"platforms": ["x"]}, "invalid_choice"),
    ({"budget_usd": "-1"}, "min_value"),
    ({"minimum_sample": 0}, "min_value"),
    ({"minimum_sample": True}, "invalid"),
    ({"budget_tokens": 1.5}, "invalid"),
]


def test_it_refuses_what_makes_no_sense(api: Api, alice: User, ficha: Any) -> None:
    """W11: 422 with the field's own code."""
    for body, code in SENSELESS:
        told = problem(api(alice).send("patch", f"{FICHAS}/{ficha['id']}", body), 422)
        assert code in [fault["code"] for fault in told["errors"]], body


def test_it_refuses_a_schedule_that_cannot_be_read(api: Api, alice: User, ficha: Any) -> None:
    """N16: where it is written, not at night."""
    unread = [{"schedule": words} for words in ("diario", "0 -1 * * *", "0 22-6 * * *", "0 3 * * monday")]
    for body in (*unread, {"timezone": "Lima"}, {"timezone": "../etc/passwd"}):
        problem(api(alice).send("patch", f"{FICHAS}/{ficha['id']}", body), 422, "schedule_invalid")


def test_no_value_breaks_it(api: Api, alice: User, ficha: Any) -> None:
    """S13: no 500 from any input, in any field."""
    client, path = api(alice), f"{FICHAS}/{ficha['id']}"
    for name in ("brand_name", "schedule", "timezone", "target_profile", "budget_usd", "competitors"):
        bodies: list[Any] = [{name: value} for value in ODD.values()]
        bodies += [b'{"%s": %s}' % (name.encode(), raw) for raw in UNFIT.values()]
        for body in bodies:
            assert client.send("patch", path, body).status_code < 500, str(body)[:200]


def test_a_workbook_is_tried_out_and_analysed_once_at_a_time(
    api: Api, alice: User, acme: Tenant, ficha: Any
) -> None:
    """N1, N15, W13: 202 with the job's Location, then 409 already_running."""
    client, path = api(alice), f"{FICHAS}/{ficha['id']}"
    problem(client.post(f"{path}/test-connection"), 422, "source_missing")
    problem(sent(client, f"{path}/workbook", b"no workbook"), 422, "workbook_unreadable")
    book = a_workbook(tabs([a_post()], [a_comment(), a_comment("qué rabia")]))
    assert answer(sent(client, f"{path}/workbook", book))["has_workbook"] is True
    found = answer(client.post(f"{path}/test-connection"))
    assert (found["posts"], found["comments"], found["month_first"]) == (1, 2, False)
    started = client.post(f"{path}/analyze", {"force": True})
    job = answer(started, 202)
    assert answer(client.get(started["Location"]))["id"] == job["id"]
    with tenant_scope(acme.schema_name):
        assert Run.objects.get(pk=job["run"]).is_forced
    problem(client.post(f"{path}/analyze"), 409, "already_running")
    assert answer(client.get("/api/v1/runs", {"state": "queued"}))["results"][0]["id"] == job["run"]


def test_a_brand_without_a_history_can_be_deleted(
    api: Api, alice: User, bob: User, acme: Tenant, ficha: Any
) -> None:
    """API, N6: what people said is never deleted; such a brand is disabled instead."""
    with tenant_scope(acme.schema_name):
        brand = a_brand(now=timezone.now(), weeks=1)
    problem(api(bob).send("delete", f"{FICHAS}/{ficha['id']}"), 403)
    problem(api(alice).send("delete", f"{FICHAS}/{brand.pk}"), 409, "ficha_has_history")
    assert api(alice).send("delete", f"{FICHAS}/{ficha['id']}").status_code == 204
    problem(api(alice).get(f"{FICHAS}/{ficha['id']}"), 404)
    with tenant_scope(acme.schema_name):
        assert not Schedule.objects.filter(subject=ficha["id"]).exists()


def test_it_says_when_a_brand_was_analysed_last(api: Api, bob: User, acme: Tenant) -> None:
    """API: last_analysis_timestamp."""
    with tenant_scope(acme.schema_name):
        brand = a_brand(now=timezone.now(), weeks=1)
    told = answer(api(bob).get(f"{FICHAS}/{brand.pk}/last_analysis_timestamp"))
    assert told["ficha_cliente_id"] == str(brand.pk)
    assert told["last_analysis_timestamp"][:10] == f"{brand.last_analysis_timestamp:%Y-%m-%d}"


def test_a_viewer_changes_nothing(api: Api, bob: User, ficha: Any) -> None:
    """Who: 403 whatever the id."""
    problem(api(bob).post(FICHAS, WISHED), 403, "forbidden")
    for number in (ficha["id"], "999", "x"):
        problem(api(bob).send("patch", f"{FICHAS}/{number}"), 403, "forbidden")
        for door in ("analyze", "test-connection", "workbook"):
            problem(api(bob).post(f"{FICHAS}/{number}/{door}"), 403, "forbidden")


@pytest.fixture
def task(acme: Tenant) -> Task:
    with tenant_scope(acme.schema_name):
        ficha = FichaCliente.objects.create(brand_name="Café Sur")
        return Task.objects.create(ficha=ficha, title="Responder antes", title_key="responder antes", week=1)


def test_tasks_are_moved_and_annotated(api: Api, alice: User, bob: User, task: Task) -> None:
    """N18: state and notes; everybody reads them."""
    client, path = api(alice), f"{TASKS}/{task.pk}"
    assert answer(client.send("patch", path, {"state": "EN_CURSO"}))["state"] == "EN_CURSO"
    note = answer(client.post(f"{path}/notes", {"text": "Hablado con Ana"}), 201)
    assert (note["text"], note["created_by"]) == ("Hablado con Ana", str(alice.pk))
    [shown] = answer(api(bob).get(TASKS, {"state": "EN_CURSO", "week": "1"}))["results"]
    assert [one["text"] for one in shown["notes"]] == ["Hablado con Ana"]
    problem(client.send("patch", path, {"state": "x"}), 422)
    problem(client.post(f"{path}/notes", {"text": " "}), 422)
    problem(api(bob).send("patch", path, {"state": "HECHO"}), 403)


def test_withdrawn_tasks_are_shown_when_asked_for(api: Api, bob: User, acme: Tenant, task: Task) -> None:
    """N18: what nobody recommends any more is not in the way."""
    with tenant_scope(acme.schema_name):
        Task.objects.filter(pk=task.pk).update(withdrawn_at=timezone.now())
    assert answer(api(bob).get(TASKS))["results"] == []
    [shown] = answer(api(bob).get(TASKS, {"withdrawn": "true"}))["results"]
    assert shown["id"] == str(task.pk)
