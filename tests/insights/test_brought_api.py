"""Insights that another system brings: checked module by module, only added (API, N15, N21)."""

from copy import deepcopy
from typing import Any

import pytest
from django.utils import timezone

from insights.actions import move_task
from insights.models import Comment, FichaCliente, Task
from insights.modules import Module
from insights.queries.looks import view_of
from insights.queries.results import results_of
from insights.rules import Engine, TaskState
from tenants import actions
from tenants.models import Tenant, User
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.doors import ApiClient, api_client
from tests.insights.brands import a_brand
from tests.personas.writing import answer, problem

HERE = "/api/v1/insights"


@pytest.fixture
def program(acme: Tenant) -> ApiClient:
    _key, secret = actions.make_api_key(tenant=acme, name="orchestrator", role=Role.ADMIN)
    return ApiClient(secret)


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now(), weeks=2)


@pytest.fixture
def found(acme: Tenant, brand: FichaCliente) -> dict[str, Any]:
    """What an honest orchestrator would send."""
    with tenant_scope(acme.schema_name):
        results = results_of(view_of(ficha=brand, engine=Engine.OFFLINE, version="x"), ficha=brand)
    ten = {f"{module.key}_result": results[module].to_json() for module in tuple(Module)[:10]}
    now = timezone.now().isoformat()
    return {"ficha_cliente_id": str(brand.pk), "analysis_timestamp": now, "total_posts_analyzed": 2, **ten}


def test_it_appends_what_was_found(
    program: ApiClient, bob: User, brand: FichaCliente, found: dict[str, Any]
) -> None:
    """API: 201, and what was sent is what is read; the brand's last analysis moves."""
    told = answer(program.post(HERE, found), 201)
    assert {name: told[name] for name in found if name != "analysis_timestamp"} == {
        name: value for name, value in found.items() if name != "analysis_timestamp"
    }
    assert told["analysis_status"] == "completed"
    client = api_client(bob)
    assert answer(client.get(f"{HERE}/{told['id']}")) == told
    last = answer(client.get(f"/api/v1/fichas_cliente/{brand.pk}/last_analysis_timestamp"))
    assert last["last_analysis_timestamp"] == told["analysis_timestamp"]


def test_an_older_one_moves_nothing(program: ApiClient, brand: FichaCliente, found: dict[str, Any]) -> None:
    """Words: last_analysis_timestamp is the newest insight's. One module of ten is partial."""
    body = {name: found[name] for name in ("ficha_cliente_id", "q1_result")}
    told = answer(program.post(HERE, body | {"analysis_timestamp": "2025-01-15T06:00:00"}), 201)
    assert told["analysis_timestamp"] == "2025-01-15T11:00:00Z"  # Lima's six o'clock
    assert (told["analysis_status"], told["q2_result"]) == ("partial", None)
    last = answer(program.get(f"/api/v1/fichas_cliente/{brand.pk}"))["last_analysis_timestamp"]
    assert last > told["analysis_timestamp"]


def test_words_that_nobody_said_are_left_out(
    program: ApiClient, acme: Tenant, brand: FichaCliente, found: dict[str, Any]
) -> None:
    """N21: an invented quote and an invented voice go; both modules say so."""
    q5, q7 = deepcopy(found["q5_result"]), deepcopy(found["q7_result"])
    voices = len(q5["results"]["voces"])
    q5["results"]["voces"][0]["username"] = "nadie_existe"
    with tenant_scope(acme.schema_name):
        comment = Comment.objects.filter(ficha=brand)[0]
    q7["results"]["ejemplo_mixto"] = {"comment_id": comment.pk, "texto": "nunca dicho"}
    told = answer(program.post(HERE, found | {"q5_result": q5, "q7_result": q7}), 201)
    assert len(told["q5_result"]["results"]["voces"]) == voices - 1
    assert told["q7_result"]["results"]["ejemplo_mixto"] is None
    assert "quote_not_in_source" in told["q7_result"]["warnings"]


def test_it_refuses_what_is_no_result(program: ApiClient, found: dict[str, Any]) -> None:
    """API: each module is validated; the fault says which one."""
    broken = deepcopy(found["q3_result"])
    broken["n"] = "16"
    senseless: list[Any] = [broken, found["q1_result"], {}, [], "x", 7, {"results": None}]
    for value in senseless:
        told = problem(program.post(HERE, found | {"q3_result": value}), 422)
        assert told["errors"][0]["pointer"] == "#/q3_result"
    for change in (
        {"analysis_timestamp": "2199-01-01T00:00:00Z"},
        {"analysis_timestamp": "2025-01-01"},
        {"total_posts_analyzed": -1},
        {"q11_result": None},
    ):
        problem(program.post(HERE, found | change), 422)
    nothing = {name: found[name] for name in ("ficha_cliente_id", "analysis_timestamp")}
    problem(program.post(HERE, nothing), 422)


def test_an_id_of_no_comment_breaks_nothing(program: ApiClient, found: dict[str, Any]) -> None:
    """S13: however large it is."""
    q7 = deepcopy(found["q7_result"])
    q7["results"]["ejemplo_mixto"] = {"comment_id": 10**17, "texto": "x"}
    answer(program.post(HERE, found | {"q7_result": q7}), 201)


def test_only_programs_bring_insights_and_only_of_brands_that_are_there(
    program: ApiClient, acme: Tenant, alice: User, bob: User, found: dict[str, Any]
) -> None:
    """API: service role only; a key for reading is refused too."""
    problem(program.post(HERE, found | {"ficha_cliente_id": "999"}), 404, "ficha_unknown")
    _key, secret = actions.make_api_key(tenant=acme, name="reader", role=Role.VIEWER)
    for client in (ApiClient(secret), api_client(alice), api_client(bob)):
        problem(client.post(HERE, found), 403, "forbidden")


def test_its_recommendations_become_tasks(
    program: ApiClient, acme: Tenant, brand: FichaCliente, found: dict[str, Any]
) -> None:
    """N18: added once, withdrawn when untouched; what is begun stays. An older insight moves nothing."""
    advised = found["q9_result"]["results"]["recomendaciones"]
    assert advised
    answer(program.post(HERE, found), 201)
    answer(program.post(HERE, found | {"analysis_timestamp": timezone.now().isoformat()}), 201)
    with tenant_scope(acme.schema_name):
        assert Task.objects.count() == len(advised)
        begun = Task.objects.order_by("pk")[0]
        move_task(task=begun, state=TaskState.IN_PROGRESS, by=None)
    other = deepcopy(found["q9_result"])
    other["results"]["recomendaciones"] = [advised[0] | {"recomendacion": "Abrir los domingos"}]
    past = {"analysis_timestamp": "2025-01-15T06:00:00", "q9_result": other}
    answer(program.post(HERE, found | past), 201)
    without = {name: value for name, value in found.items() if name != "q9_result"}
    answer(program.post(HERE, without | {"analysis_timestamp": timezone.now().isoformat()}), 201)
    with tenant_scope(acme.schema_name):
        assert Task.objects.filter(withdrawn_at=None).count() == len(advised)
    answer(program.post(HERE, found | past | {"analysis_timestamp": timezone.now().isoformat()}), 201)
    with tenant_scope(acme.schema_name):
        standing = set(Task.objects.filter(withdrawn_at=None).values_list("title", flat=True))
        assert standing == {begun.title, "Abrir los domingos"}
