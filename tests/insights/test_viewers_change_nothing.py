"""A viewer who writes to every address of the administration and of the API: refused, and nothing changes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from config.urls import urlpatterns
from insights.models import FichaViewer, Insight, Task
from tenants.jobs.models import Job, Schedule
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tenants.scope.routes import leaves
from tests.doors import ApiClient
from tests.insights.brands import a_brand

Objects = dict[str, int]
OURS = re.compile(
    r"^admin/insights/|^api/v1/\^(fichas_cliente|insights|runs|posts|comments|tasks)/|^insights/"
)
PRESSED = ("analyse", "analyse-anyway", "test", "pending", "begin", "done", "reviewed")
REFUSED = {403, 404, 405}
# What a viewer may ask for: the list as a file, which a job makes (S2's list of viewers' writes).
OWN_MATTERS = {"/insights/comments/file/"}


@pytest.fixture
def objects(acme: Tenant, alice: User) -> Objects:
    """Make one of each; {a part of the routes' patterns: id}."""
    with tenant_scope(acme.schema_name):
        ficha = a_brand(now=timezone.now(), weeks=1)
        task = Task.objects.create(ficha=ficha, title="Responder", title_key="responder", week=1)
        insight = Insight.objects.create(ficha=ficha, analysis_timestamp=timezone.now())
        viewer = FichaViewer.objects.create(ficha=ficha, member=alice.pk)
        ids = {"fichacliente": ficha.pk, "task": task.pk, "fichaviewer": viewer.pk}
        ids |= {"run": ficha.runs.get().pk, "comment": ficha.comments.earliest("pk").pk}
        return ids | {"insights": insight.pk, "post": ficha.posts.get().pk, "fichas_cliente": ficha.pk}


def addresses(objects: Objects) -> Iterator[str]:
    """Yield every address of insights, of rows that are there, with every button's name."""
    for path, _leaf in leaves(urlpatterns):
        if OURS.search(path):
            inside = path.removeprefix("admin/insights/").removeprefix("api/v1/^")
            key = next((str(one) for word, one in objects.items() if inside.startswith(word)), "1")
            filled = path.replace("^", "").replace("/?$", "/").replace("$", "")
            filled = filled.replace("<str:type>", "xlsx")
            filled = re.sub(r"<(?:path|int):\w+>|\(\?P<(?:pk|number)>[^)]*\)", key, filled)
            names = PRESSED if "<slug:name>" in filled else ("",)
            yield from (f"/{filled.replace('<slug:name>', name)}" for name in names)


def stored() -> dict[str, Any]:
    """Return all rows of insights, and what else an act would leave behind."""
    models: list[type[Model]] = [*apps.get_app_config("insights").get_models(), Job, Schedule, AuditEntry]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def test_every_write_of_a_viewer_is_refused(
    page: Callable[[User], Client],
    api: Callable[[User], ApiClient],
    bob: User,
    acme: Tenant,
    objects: Objects,
) -> None:
    """Screens, S2, W11: no control exists by address either, whatever its id, in admin, API and pages."""
    asked = [path for path in addresses(objects) if path not in OWN_MATTERS]
    assert len(asked) > 50, asked
    with tenant_scope(acme.schema_name):
        before = stored()
    answers = {}
    for path in asked:
        assert "(" not in path, path
        assert "<" not in path, path
        if path.startswith("/api/"):
            for method in ("post", "put", "patch", "delete"):
                said = {"state": "HECHO", "text": "x", "brand_name": "x", "force": True}
                answers[f"{method} {path}"] = api(bob).send(method, path, said).status_code
        else:
            answers[f"post {path}"] = page(bob).post(path, {"text": "x", "brand_name": "x"}).status_code
    assert {asked: status for asked, status in answers.items() if status not in REFUSED} == {}
    with tenant_scope(acme.schema_name):
        assert stored() == before
