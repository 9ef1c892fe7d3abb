"""Watchers are told the truth: alive, ready, at work (S12)."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from structlog.contextvars import get_contextvars

from tenants.jobs.pulse import SWEEPER
from tenants.jobs.schedules import install_rows
from tenants.models import Tenant, Ticket, new_id
from tenants.rules import TenantStatus
from tests.tenants.test_outage import away

ELSEWHERE = Client(headers={"Host": "10.2.3.4"})


def told(path: str, status: int = 200) -> dict[str, Any]:
    answer = ELSEWHERE.get(f"/health/{path}")
    assert answer.status_code == status, answer.content
    assert (answer["Cache-Control"], "Retry-After" in answer) == ("no-store", status == 503)
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def beating(db: None) -> None:
    """The beat ran a minute ago."""
    install_rows()
    PeriodicTask.objects.filter(name=SWEEPER).update(last_run_at=timezone.now() - timedelta(minutes=1))


def due(tenant: Tenant, *, minutes: int) -> None:
    Ticket.objects.create(
        job=new_id(),
        schema_name=tenant.schema_name,
        due_at=timezone.now() - timedelta(minutes=minutes),
        state="waiting",
    )


def test_it_is_ready_by_whatever_address(db: None) -> None:
    """S12: a balancer asks by number and over http, without a log-in."""
    assert told("live") == {"status": "ok"}
    assert told("ready") == {"status": "ok", "database": "ok", "broker": "ok", "cache": "ok"}


def test_without_a_database_it_lives_and_is_not_ready(db: None) -> None:
    """S12: readiness red, liveness green; and well again at once."""
    with away():
        assert told("live") == {"status": "ok"}
        assert told("ready", 503)["database"] == "unavailable"
        assert told("jobs", 503) == {"status": "unavailable", "database": "unavailable"}
    assert told("ready")["status"] == "ok"


def test_without_a_broker_it_stays_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """S10, S12: what is due is in the database; that the broker is away is said."""
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert told("ready") == {"status": "ok", "database": "ok", "broker": "unavailable", "cache": "ok"}


def test_work_that_waits_for_a_worker_is_seen(beating: None, acme: Tenant) -> None:
    """S12: two minutes are too long, as the sweeper sends again every ten seconds."""
    assert told("jobs")["oldest_due_s"] is None
    due(acme, minutes=1)
    assert 60 <= told("jobs")["oldest_due_s"] < 120
    due(acme, minutes=3)
    assert told("jobs", 503)["oldest_due_s"] >= 180


@pytest.mark.parametrize("status", [TenantStatus.REMOVING, TenantStatus.CREATING])
def test_work_of_an_organisation_out_of_service_misses_no_worker(
    beating: None, acme: Tenant, birch: Tenant, status: TenantStatus
) -> None:
    """J8, S12: it is handed to nobody while the organisation is removed or restored; others' is."""
    Tenant.objects.filter(pk=acme.pk).update(status=status)
    due(acme, minutes=9)
    assert told("jobs")["oldest_due_s"] is None
    due(birch, minutes=1)
    assert 60 <= told("jobs")["oldest_due_s"] < 120


def test_a_beat_that_stands_still_is_seen(beating: None) -> None:
    """S12: nothing periodic happens without it."""
    assert told("jobs")["beat_s"] >= 60
    PeriodicTask.objects.update(last_run_at=F("last_run_at") - timedelta(minutes=10))
    assert told("jobs", 503)["beat_s"] >= 660
    PeriodicTask.objects.update(last_run_at=None)
    assert told("jobs", 503)["beat_s"] is None


@pytest.mark.parametrize("path", ["live", "ready", "jobs"])
def test_it_is_only_asked(db: None, path: str) -> None:
    """S13: other methods are refused, other paths are pages that do not exist."""
    assert ELSEWHERE.post(f"/health/{path}").status_code == 405
    assert ELSEWHERE.head(f"/health/{path}").content == b""
    assert Client().get(f"/health/{path}/x").status_code == 404


class Lines(logging.Handler):
    """Keeps which ids a line would bear."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.ids.append(get_contextvars())


@pytest.fixture
def lines() -> Iterator[Lines]:
    kept = Lines()
    logging.getLogger("django.request").addHandler(kept)
    yield kept
    logging.getLogger("django.request").removeHandler(kept)


def test_no_line_bears_an_id_of_the_request_before(db: None, lines: Lines) -> None:
    """S12, S13: on one thread; Django writes it behind the last middleware, with its own ids."""
    refused = Client().get("/api/v1/jobs/")
    with away():
        answers = [ELSEWHERE.get(f"/health/{path}") for path in ("ready", "jobs")]
    ids = [answer["X-Request-Id"] for answer in (refused, *answers)]
    assert len(set(ids)) == 3
    codes = [{"code": "not_signed_in"}, {}, {}]
    assert lines.ids == [{"request": id} | code for id, code in zip(ids, codes, strict=True)]
    assert get_contextvars() == {}, "nor what the thread does next"
