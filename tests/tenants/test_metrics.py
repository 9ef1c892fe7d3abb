"""Prometheus reads how jobs, queues and tenants are, and nobody's name (S19)."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tenants.models import Tenant
from tests.tenants.test_health import beating, due
from tests.tenants.test_outage import away

__all__ = ["beating"]
TOKEN = "a-synthetic-token-of-metrics"
READER = Client(headers={"Host": "10.2.3.4", "Authorization": f"Bearer {TOKEN}"})


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)


def read() -> dict[tuple[Any, ...], float]:
    answer = READER.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_it_counts_the_whole_installation(beating: None, acme: Tenant, birch: Tenant) -> None:
    """S12: all tenants' jobs together; what waits too long is seen."""
    before = read()
    assert before["minga_database_up",] == 1
    assert before["minga_tenants", "ready"] == 2
    assert 60 <= before["minga_beat_age_seconds",] < 120
    due(acme, minutes=90)
    due(birch, minutes=90)
    after = read()
    assert after["minga_jobs", "live"] == before["minga_jobs", "live"] + 2
    assert after["minga_jobs", "overdue"] == before["minga_jobs", "overdue"] + 2
    assert after["minga_jobs_oldest_due_seconds",] >= 5400
    assert {("minga_queue_messages", "default"), ("minga_queue_messages", "platform")} < after.keys()


def test_it_names_nobody(beating: None, acme: Tenant) -> None:
    """S19: neither tenants nor their schemas."""
    due(acme, minutes=1)
    text = READER.get("/metrics").content.decode().lower()
    assert "acme" not in text
    assert acme.schema_name not in text


def test_without_a_database_it_says_so(db: None) -> None:
    """S12: an answer, not a crash: the watcher must see the outage."""
    with away():
        found = read()
    assert found["minga_database_up",] == 0
    assert ("minga_jobs", "live") not in found


@pytest.mark.parametrize("words", ["", "Bearer", "Bearer x", f"bearer {TOKEN}x", TOKEN, "Bearer ñ"])
def test_strangers_are_refused(db: None, words: str) -> None:
    """S6: by one token that is compared in constant time."""
    answer = Client(headers={"Authorization": words.encode().decode("latin-1")}).get("/metrics")
    assert answer.status_code == 401
    assert answer.content == b""


def test_without_a_token_set_it_does_not_exist(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3: closed unless opened."""
    monkeypatch.setattr(settings, "METRICS_TOKEN", "")
    assert Client(headers={"Authorization": "Bearer "}).get("/metrics").status_code == 404
    assert READER.post("/metrics").status_code in {400, 404}
