"""Tasks on the staff's pages: by week, moved by buttons, annotated (N18)."""

from collections.abc import Callable

import pytest
from django.test import Client

from insights.models import FichaCliente, Task, TaskNote
from insights.rules import TaskState
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.reading import text_of

Pages = Callable[[User], Client]
TASKS = "/admin/insights/task"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def task(acme: Tenant, client: Client) -> Task:
    with tenant_scope(acme.schema_name):
        ficha = FichaCliente.objects.create(brand_name="Café Sur")
        for title, week in (("Responder antes", 1), ("Mostrar el local", 4)):
            steps = ["Nombrar a alguien"]
            Task.objects.create(ficha=ficha, title=title, title_key=title, week=week, actions=steps)
        return Task.objects.get(week=1)


def test_tasks_are_listed_by_week(client: Client, task: Task) -> None:
    """N18: four weeks, narrowed by week and by state."""
    assert "Mostrar el local" in text_of(client, f"{TASKS}/")
    first = text_of(client, f"{TASKS}/?week=1&state=PENDIENTE")
    assert "Responder antes" in first
    assert "Mostrar el local" not in first


@pytest.mark.parametrize(
    ("name", "state"),
    [("begin", TaskState.IN_PROGRESS), ("done", TaskState.DONE), ("reviewed", TaskState.REVIEWED)],
)
def test_a_button_moves_a_task_and_hides(
    client: Client, task: Task, acme: Tenant, alice: User, name: str, state: TaskState
) -> None:
    """N18: PENDIENTE, EN_CURSO, HECHO, REVISADO; where it stands already, there is no button."""
    page = f"{TASKS}/{task.pk}/change/"
    assert "press/pending/" not in text_of(client, page)
    assert client.post(f"{TASKS}/{task.pk}/press/{name}/").status_code == 302
    with tenant_scope(acme.schema_name):
        task.refresh_from_db()
    assert (task.state, task.changed_by) == (state, alice.pk)
    shown = text_of(client, page)
    assert "press/pending/" in shown
    assert f"press/{name}/" not in shown
    assert "Nombrar a alguien" in shown


def test_a_note_is_kept_with_who_wrote_it(client: Client, task: Task, acme: Tenant, alice: User) -> None:
    """N18, N10: an annotated task stays; what people write is only ever words."""
    assert client.post(f"{TASKS}/{task.pk}/note/", {"text": "<b>llamar</b>"}).status_code == 302
    assert client.post(f"{TASKS}/{task.pk}/note/", {"text": " "}).status_code == 302
    shown = text_of(client, f"{TASKS}/{task.pk}/change/")
    assert "&lt;b&gt;llamar&lt;/b&gt;" in shown
    with tenant_scope(acme.schema_name):
        assert TaskNote.objects.get().created_by == alice.pk
    assert client.post(f"{TASKS}/9{task.pk}/note/", {"text": "x"}).status_code == 404


def test_withdrawn_tasks_are_shown_when_asked_for(client: Client, task: Task, acme: Tenant) -> None:
    """N18: what is no longer recommended is out of the way, and found."""
    with tenant_scope(acme.schema_name):
        Task.objects.filter(pk=task.pk).update(withdrawn_at=task.created_at)
    assert "Responder antes" not in text_of(client, f"{TASKS}/")
    assert "Responder antes" in text_of(client, f"{TASKS}/?withdrawn=1")


def test_viewers_neither_move_nor_annotate(page: Pages, bob: User, task: Task, acme: Tenant) -> None:
    """Who: viewers only read."""
    assert page(bob).post(f"{TASKS}/{task.pk}/press/done/").status_code == 403
    assert page(bob).post(f"{TASKS}/{task.pk}/note/", {"text": "x"}).status_code == 403
    with tenant_scope(acme.schema_name):
        task.refresh_from_db()
        assert not TaskNote.objects.exists()
    assert task.state == TaskState.PENDING
