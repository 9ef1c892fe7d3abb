"""A database that does not answer is 503 with a wait, at whatever moment it goes away (S12)."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from tenants.models import SavedFilter, Session
from tenants.scope.pools import POOLS
from tests.cast import PASSWORD, PEOPLE
from tests.tenants.probe import NOTES

NOTE = {"verb": "made", "object_type": "a", "object_id": "1", "change": {}}


@contextmanager
def away(when=""):
    """Let every statement that contains `when` fail, as it does on a lost connection."""

    def lost(execute, sql, params, many, context):
        if when in sql:
            raise OperationalError("the connection is closed")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lost):
        yield


def is_503(answer, *, problem):
    kind = "application/problem+json" if problem else "text/html; charset=utf-8"
    return (answer.status_code, answer["Content-Type"], int(answer["Retry-After"]) > 0) == (503, kind, True)


@pytest.mark.parametrize("path", ["/", "/jobs/", "/choose/", "/login/", "/platform/"])
def test_it_answers_pages_with_503(alice, page, path):
    """S12: before the view, in it, and where the page around would ask the database again."""
    client = page(alice)
    with away():
        answer = client.get(path)
    assert is_503(answer, problem=False)
    assert "Not available for the moment" in answer.content.decode()


def test_it_answers_the_api_with_503(alice, api):
    """S12: a problem document, also while it is settled who asks."""
    client = api(alice)
    with away():
        assert is_503(client.get("/api/v1/jobs/"), problem=True)


def test_it_answers_a_tenants_host_with_503(alice, page):
    """S12: the very first query, which names the host's tenant."""
    client = page(alice)
    with away("tenants_domain"):
        assert is_503(client.get("/login/", headers={"Host": "acme.localhost"}), problem=False)


def test_it_answers_a_session_that_cannot_be_saved_with_503(db):
    """S12: sessions are saved after all of our own middleware has ended."""
    client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    with away('INSERT INTO "tenants_session"'):
        answer = client.post("/login/", {"email": PEOPLE["bob"], "password": PASSWORD})
    assert is_503(answer, problem=False)


def test_a_use_that_cannot_be_noted_replaces_no_answer(alice, page, caplog):
    """S6, S12: what was asked for is done; who is told to try again would do it twice."""
    client, row = page(alice), Session.objects.filter(user=alice)
    row.update(seen_at=timezone.now() - timedelta(minutes=11))
    with away('UPDATE "tenants_session"'):
        saved = client.post("/saved/", {"name": "mine", "address": "/jobs/"})
    assert saved.status_code == 302
    assert SavedFilter.objects.filter(membership__user=alice).count() == 1
    assert "when a session was last used was not written" in caplog.text
    assert client.get("/jobs/").status_code == 200
    assert timezone.now() - row.get().seen_at < timedelta(minutes=1), "the next request says it"


@pytest.mark.urls("tests.tenants.probe")
@pytest.mark.parametrize("when", ["pg_try_advisory_xact_lock", 'INSERT INTO "records_idempotencykey"'])
def test_it_answers_a_write_with_a_key_with_503(alice, api, when):
    """S12, W12: around the view, where the first answer is looked for and kept."""
    client = api(alice)
    with away(when):
        assert is_503(client.post(NOTES, NOTE, Idempotency_Key="k"), problem=True)
    assert client.post(NOTES, NOTE, Idempotency_Key="k").status_code == 201


def test_it_still_calls_defects_defects(alice, page):
    """Positive control: not every failure of a statement is an outage."""
    client = page(alice)

    def defect(execute, sql, params, many, context):
        raise ZeroDivisionError

    with connection.execute_wrapper(defect):
        assert client.get("/").status_code == 500


@pytest.mark.real_roles
def test_it_answers_an_unreachable_server_with_503(alice, page, monkeypatch):
    """S12: really unreachable; the pool's own timeout is an outage like any other."""
    browser = page(alice)
    assert browser.get("/").status_code == 200
    with monkeypatch.context() as wrong:
        _hang_up()
        wrong.setitem(connection.settings_dict, "PORT", "1")
        assert is_503(browser.get("/"), problem=False)
    _hang_up()
    assert browser.get("/").status_code == 200


def _hang_up():
    connections.close_all()
    POOLS.close()
