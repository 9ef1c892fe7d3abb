"""Every door of insights against strangers, viewers, foreign ids and senseless input (API, S6, S13, W9)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from insights.models import FichaCliente, Insight, Task
from tenants import actions, throttling
from tenants.models import Tenant, User
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.insights.brands import a_brand
from tests.personas.writing import ODD, UNFIT, answer, problem

V1 = "/api/v1"
Api = Callable[[User], ApiClient]
# Every door: method, address; {x} is filled with the id of a thing, or with what is none.
READS = (
    "fichas_cliente", "fichas_cliente/{ficha}", "fichas_cliente/{ficha}/last_analysis_timestamp",
    "insights", "insights/{insight}", "insights/live?ficha_cliente_id={ficha}",
    "runs", "runs/{run}", "runs/{run}/rows", "posts", "posts/{post}", "comments", "comments/{comment}",
    "tasks", "tasks/{task}",
)  # fmt: skip
WRITES = (
    ("post", "fichas_cliente"),
    ("patch", "fichas_cliente/{ficha}"),
    ("delete", "fichas_cliente/{ficha}"),
    ("post", "fichas_cliente/{ficha}/analyze"),
    ("post", "fichas_cliente/{ficha}/test-connection"),
    ("post", "fichas_cliente/{ficha}/workbook"),
    ("post", "insights"),
    ("patch", "tasks/{task}"),
    ("post", "tasks/{task}/notes"),
)
# Lists and what each can be narrowed to, beside what all can be.
NARROWED = {
    "fichas_cliente": ("brand_name", "enabled"),
    "insights": ("ficha_cliente_id", "start_date", "end_date"),
    "insights/live": ("ficha_cliente_id", "start_date", "end_date", "platform", "run"),
    "runs": ("ficha_cliente_id", "start_date", "state", "trigger"),
    "posts": ("ficha_cliente_id", "end_date", "platform", "run", "missing"),
    "comments": ("post", "author", "labelled", "sentiment", "frame", "emotion", "topic", "run"),
    "tasks": ("ficha_cliente_id", "state", "week", "withdrawn"),
}
OF_ALL = ("cursor", "limit", "count", "nobody_knows_this")
NO_ID = ("0", "-1", "007", "1e3", "abc", "9" * 30, "%00", "..%2F..", "١٢", "' OR 1=1--", "x" * 3000)
SENSELESS = (
    "", " ", "0", "-1", "9" * 40, "NaN", "null", "true", "\x00", "\ud800".encode("utf-8", "surrogatepass"),
    "2025-02-30", "0001-01-01", "9999-12-31T23:59:59+14:00", "%s%n{0}", "'; DROP TABLE insights_run; --",
    "á" * 5_000, "[", "a,b",
)  # fmt: skip
BODIES = (
    b"", b"null", b"[]", b'"x"', b"7", b"{", b"{}}", b"\xff\xfe", b'{"a":1,"a":2}',
    b"[" * 5_000 + b"]" * 5_000, b'{"ficha_cliente_id": NaN}', b'{"force": "yes"}', b'{"state": null}',
    b'{"__proto__": {"x": 1}}', *(b'{"text": %s, "state": %s}' % (raw, raw) for raw in UNFIT.values()),
)  # fmt: skip


@pytest.fixture
def ids(acme: Tenant) -> dict[str, int]:
    """One of everything of Acme."""
    with tenant_scope(acme.schema_name):
        brand = a_brand(now=timezone.now(), weeks=1)
        return {
            "ficha": brand.pk,
            "run": brand.runs.get().pk,
            "post": brand.posts.get().pk,
            "comment": brand.comments.order_by("pk")[0].pk,
            "insight": Insight.objects.create(ficha=brand, analysis_timestamp=timezone.now()).pk,
            "task": Task.objects.create(ficha=brand, title="A", title_key="a", week=1).pk,
        }


def ask(client: ApiClient, method: str, path: str, body: Any = None) -> Any:
    """Send a request; there are more of them here than one may send a minute."""
    throttling._limiter().storage.reset()
    return client.get(f"{V1}/{path}") if method == "get" else client.send(method, f"{V1}/{path}", body)


def test_users_are_for_administrators(
    api: Api, alice: User, bob: User, carol: User, ids: dict[str, int]
) -> None:
    """API, Who: people with role and brands; a viewer is bound to some, or sees all; nobody of elsewhere."""
    users, client = f"{V1}/users", api(alice)
    told = {one["name"]: one for one in answer(client.get(users))["results"]}
    assert (told["Bob"]["role"], told["Bob"]["ficha_cliente_ids"]) == ("viewer", [])
    assert "Carol" not in told
    ficha = str(ids["ficha"])
    bound = answer(client.send("patch", f"{users}/{bob.pk}", {"ficha_cliente_ids": [ficha]}))
    assert bound["ficha_cliente_ids"] == [ficha]
    assert answer(client.get(f"{users}/{bob.pk}")) == bound
    assert answer(api(bob).get(f"{users}/me"))["role"] == "viewer"
    for path, body, status in (
        (alice.pk, {"ficha_cliente_ids": [ficha]}, 422),
        (carol.pk, {"ficha_cliente_ids": [ficha]}, 404),
        ("abc", {"ficha_cliente_ids": []}, 404),
        (bob.pk, {"ficha_cliente_ids": ["1"]}, 404),
        (bob.pk, {"ficha_cliente_ids": [str(bob.pk)]}, 422),
        (bob.pk, {"ficha_cliente_ids": ficha}, 422),
        (bob.pk, {}, 422),
    ):
        problem(client.send("patch", f"{users}/{path}", body), status)
    freed = client.send("patch", f"{users}/{bob.pk}", {"ficha_cliente_ids": []})
    assert answer(freed)["ficha_cliente_ids"] == []
    for path in (users, f"{users}/{bob.pk}", f"{users}/abc"):
        problem(api(bob).get(path), 403)
        problem(ApiClient().get(path), 401)
    problem(api(bob).send("patch", f"{users}/{bob.pk}", {"ficha_cliente_ids": []}), 403)


def doors() -> Iterator[tuple[str, str]]:
    yield from (("get", path) for path in READS)
    yield from WRITES


def test_without_a_token_every_door_is_401(ids: dict[str, int]) -> None:
    """API: no token, or one that is none, is 401, also where nothing is."""
    for client in (ApiClient(), ApiClient("no.such.token"), ApiClient("mk_" + "x" * 40)):
        for method, path in doors():
            problem(ask(client, method, path.format(**ids)), 401)
            problem(ask(client, method, path.format(**dict.fromkeys(ids, 1))), 401)


def test_a_viewers_write_is_403_whatever_the_id(
    api: Api, bob: User, acme: Tenant, ids: dict[str, int]
) -> None:
    """API, S2: own, foreign, unknown or no id; nothing has changed."""
    client = api(bob)
    for method, path in WRITES:
        wrong = [dict.fromkeys(ids, one) for one in ("1", "abc", "9" * 30, "-1")]
        for filled in [dict[str, Any](ids), *wrong]:
            problem(ask(client, method, path.format(**filled), {"state": "HECHO", "text": "x"}), 403)
    with tenant_scope(acme.schema_name):
        assert FichaCliente.objects.count() == Insight.objects.count() == 1
        assert Task.objects.get().state == "PENDIENTE"


def test_anothers_and_unknown_ids_are_404(
    api: Api, alice: User, carol: User, birch: Tenant, ids: dict[str, int]
) -> None:
    """API, S1: an administrator of another tenant, and an id that nobody has, get one answer."""
    key, secret = actions.make_api_key(tenant=birch, name="stranger", role=Role.ADMIN)
    assert key.role == Role.ADMIN
    asked: list[tuple[ApiClient, dict[str, Any]]] = [(api(carol), ids), (ApiClient(secret), ids)]
    asked += [(api(alice), dict.fromkeys(ids, wrong)) for wrong in ("1", *NO_ID)]
    for client, filled in asked:
        for method, path in doors():
            if "{" in path:
                found = ask(client, method, path.format(**filled), _sound(path))
                # A NUL is no text at all: in a query that is 400.
                missing = (400, 404) if "?" in path else (404,)
                assert found.status_code in missing, (method, path, filled, found.content[:300])
        named = {"ficha_cliente_id": str(filled["ficha"])}
        for name in ("insights", "runs", "posts", "comments", "tasks"):
            status = client.get(f"{V1}/{name}", named).status_code
            assert status == 404, (name, named)


def _sound(path: str) -> Any:
    return {"state": "HECHO"} if path == "tasks/{task}" else {"text": "x"} if "notes" in path else {}


@pytest.mark.parametrize("name", NARROWED)
def test_senseless_queries_are_refused_by_name(api: Api, alice: User, ids: dict[str, int], name: str) -> None:
    """S13, W9: whatever stands in a query, the answer is an answer; an unknown name is 400."""
    client, known = api(alice), {"ficha_cliente_id": str(ids["ficha"])} if name == "insights/live" else {}
    for parameter in (*NARROWED[name], *OF_ALL):
        for value in SENSELESS:
            throttling._limiter().storage.reset()
            found = client.get(f"{V1}/{name}", known | {parameter: value})
            assert found.status_code in (200, 400, 404, 422), (parameter, value, found.content[:300])
    problem(client.get(f"{V1}/{name}", known | {"nobody_knows_this": "1"}), 400)
    problem(client.get(f"{V1}/{name}", known | {NARROWED[name][0]: ["1", "2"]}), 400)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_senseless_bodies_are_refused(
    api: Api, alice: User, acme: Tenant, ids: dict[str, int], method: str, path: str
) -> None:
    """S13: malformed, deep, doubled, unfit, of another kind: 4xx, never 5xx, and nothing is written."""
    _key, secret = actions.make_api_key(tenant=acme, name="program", role=Role.ADMIN)
    client, address = ApiClient(secret), path.format(**ids)
    for body in BODIES:
        found = ask(client, method, address, body)
        assert found.status_code < 500, (path, body[:80], found.content[:300])
    for value in ODD.values():
        fields = (
            "ficha_cliente_id",
            "analysis_timestamp",
            "q1_result",
            "q9_result",
            "state",
            "text",
            "force",
        )
        for one in fields:
            assert ask(client, method, address, {one: value}).status_code < 500, (path, one, str(value)[:80])
    other = client.client.generic(method.upper(), f"{V1}/{address}", b"a=1", content_type="text/plain")
    assert other.status_code in (204, 400, 409, 415, 422)
    with tenant_scope(acme.schema_name):
        assert Insight.objects.count() == 1
