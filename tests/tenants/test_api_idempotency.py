"""A write with an Idempotency-Key happens once, and its first answer is the answer (W12)."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import RequestFactory

from tenants import actions
from tenants.api.idempotency import _fingerprint
from tenants.records.models import AuditEntry, IdempotencyKey
from tenants.rules import Role
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.doors import ApiClient, api_client
from tests.tenants import probe
from tests.tenants.probe import NOTES, NOTES_KINDS

pytestmark = pytest.mark.urls("tests.tenants.probe")

NOTE = {"verb": "made", "object_type": "a", "object_id": "1", "change": {}}


@pytest.fixture
def stored(acme):
    """Count the rows of a model in Acme."""

    def count(model=AuditEntry):
        with tenant_scope(acme.schema_name):
            rows = model.objects.filter(object_type__in=NOTES_KINDS) if model is AuditEntry else model.objects
            return rows.count()

    return count


def code_of(response):
    return json.loads(response.content).get("type", "").removeprefix("urn:minga:problem:")


def test_it_replays_the_first_answer(api, alice, stored):
    """W12: same status, same body, one row, and a header that says so."""
    first, again = (api(alice).post(NOTES, NOTE, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert (again.status_code, again["Content-Type"]) == (201, "application/json")
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert stored() == 1


def test_it_writes_each_time_without_a_key(api, alice, stored):
    """Positive control: the key is what makes the difference."""
    assert [api(alice).post(NOTES, NOTE).status_code for _ in range(2)] == [201, 201]
    assert (stored(), stored(IdempotencyKey)) == (2, 0)


def test_it_refuses_another_body(api, alice, stored):
    """W12: 422, and the first answer stays."""
    first = api(alice).post(NOTES, NOTE, Idempotency_Key="k")
    other = api(alice).post(NOTES, NOTE | {"verb": "other"}, Idempotency_Key="k")
    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")
    assert api(alice).post(f"{NOTES}?x=1", NOTE, Idempotency_Key="k").status_code == 422
    assert api(alice).post(NOTES, NOTE, Idempotency_Key="k").content == first.content
    assert stored() == 1


def test_it_keeps_principals_methods_and_paths_apart(api, alice, sam, acme, stored):
    """W12: a key belongs to who sent it, and to where."""
    _key, secret = actions.make_api_key(tenant=acme, name="loader", role=Role.ADMIN)
    clients = [api(alice), api(sam), ApiClient(secret)]
    assert [client.post(NOTES, NOTE, Idempotency_Key="k").status_code for client in clients] == [201] * 3
    assert stored() == 3
    assert clients[0].post(f"{NOTES}refuse/", NOTE, Idempotency_Key="k").status_code == 409
    assert code_of(clients[0].send("put", NOTES, NOTE, Idempotency_Key="k")) == "method_not_allowed"


def test_it_keeps_tenants_apart(api, alice, carol, birch, stored):
    """W12: the table is the tenant's own."""
    assert [api(user).post(NOTES, NOTE, Idempotency_Key="k").status_code for user in (alice, carol)] == [
        201,
        201,
    ]
    with tenant_scope(birch.schema_name):
        assert AuditEntry.objects.filter(object_type="a").count() == 1
    assert stored() == 1


def test_it_replays_a_refusal_and_undoes_what_it_wrote(api, alice, stored):
    """W12: an answer from 400 up is an answer too, and leaves nothing behind."""
    first, again = (api(alice).post(f"{NOTES}refuse/", {}, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (409, 409, "true")
    assert stored() == 0
    broken = [api(alice).post(f"{NOTES}violate/", {}, Idempotency_Key="broken") for _ in range(2)]
    assert [answer.status_code for answer in broken] == [400, 400]
    assert (broken[1]["Idempotency-Replayed"], stored()) == ("true", 0)
    bad = [api(alice).post(NOTES, b"{", Idempotency_Key="bad") for _ in range(2)]
    assert [answer.status_code for answer in bad] == [400, 400]
    assert bad[1]["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("how", "status"), [("away", 503), ("defect", 500)])
def test_it_does_not_keep_a_failure(api, alice, stored, how, status):
    """W12: from 500 up nothing is kept and nothing was done: the next try is a first one."""
    for _ in range(2):
        response = api(alice).post(f"{NOTES}crash/", {"how": how}, Idempotency_Key="k")
        assert response.status_code == status
        assert "Idempotency-Replayed" not in response
    assert (stored(), stored(IdempotencyKey)) == (0, 0)


def test_it_forgets_after_a_day(api, alice, acme, stored):
    """W12: 24 hours; old answers go with the next new one."""
    api(alice).post(NOTES, NOTE, Idempotency_Key="old")
    api(alice).post(NOTES, NOTE, Idempotency_Key="k")
    with tenant_scope(acme.schema_name):
        IdempotencyKey.objects.update(created_at=Now() - timedelta(hours=24, seconds=1))
    response = api(alice).post(NOTES, NOTE | {"verb": "new"}, Idempotency_Key="k")
    assert (response.status_code, response.json()["verb"]) == (201, "new")
    assert stored(IdempotencyKey) == 1


@pytest.mark.parametrize("key", ["", "a" * 201, "ñ", "a\tb", "\x7f"])
def test_it_refuses_a_key_that_is_none(api, alice, stored, key):
    """W12: 1 to 200 printable ASCII characters; nothing is written."""
    response = api(alice).post(NOTES, NOTE, Idempotency_Key=key)
    assert (response.status_code, code_of(response)) == (400, "idempotency_key_invalid")
    assert stored() == 0


def test_it_minds_the_role_before_the_key(api, alice, bob, acme, stored):
    """A viewer's key keeps nothing, and a demoted admin gets no answer replayed."""
    assert api(bob).post(NOTES, NOTE, Idempotency_Key="k").status_code == 403
    assert stored(IdempotencyKey) == 0
    assert api(alice).post(NOTES, NOTE, Idempotency_Key="k").status_code == 201
    actions.give_role(user=alice, tenant=acme, role=Role.VIEWER)
    assert api(alice).post(NOTES, NOTE, Idempotency_Key="k").status_code == 403


def test_it_does_nothing_on_reads(api, alice, stored):
    """Reads repeat by nature."""
    assert api(alice).get(NOTES, Idempotency_Key="k").status_code == 200
    assert stored(IdempotencyKey) == 0


def test_it_knows_a_form_by_its_fields():
    """W12: each try of a form has its own boundary; the same file is the same body, another one is not."""

    def sent(content: bytes):
        file = SimpleUploadedFile("contacts.csv", content, "text/csv")
        request = RequestFactory().post("/", {"name": "a", "file": file})
        found = _fingerprint(request)
        [read] = [file.read() for _name, files in request.FILES.lists() for file in files]
        assert read == content
        return found

    assert sent(b"a,b") == sent(b"a,b")
    assert sent(b"a,b") != sent(b"a,c")


@pytest.mark.real_roles
def test_it_refuses_a_running_twin(alice, stored):
    """W12: 409 while the first runs, the first's answer once it has ended."""
    probe.ENTERED.clear()
    probe.RELEASED.clear()
    wait = NOTE | {"verb": "wait"}

    def send(number: int):
        if number == 0:
            return api_client(alice).post(NOTES, wait, Idempotency_Key="k")
        assert probe.ENTERED.wait(timeout=30)
        try:
            return api_client(alice).post(NOTES, wait, Idempotency_Key="k")
        finally:
            probe.RELEASED.set()

    first, twin = at_once(2, send)
    assert (first.status_code, twin.status_code, code_of(twin)) == (201, 409, "idempotency_key_in_use")
    assert twin["Retry-After"] == "1"
    assert api_client(alice).post(NOTES, wait, Idempotency_Key="k").content == first.content
    assert stored() == 1


@pytest.mark.real_roles
def test_it_writes_once_for_many_twins(alice, stored):
    """W12: eight at the same moment leave one row; each answer is the first's, or 409."""
    answers = at_once(8, lambda _n: api_client(alice).post(NOTES, NOTE, Idempotency_Key="k"))
    assert stored() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


@pytest.mark.real_roles
def test_it_writes_eight_times_without_a_key(alice, stored):
    """Positive control: the same eight without a key leave eight rows."""
    assert {answer.status_code for answer in at_once(8, lambda _n: api_client(alice).post(NOTES, NOTE))} == {
        201
    }
    assert stored() == 8
