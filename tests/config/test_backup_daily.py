"""Daily by a job, watched by its age: whoever sets it up hears when it does not come (S18)."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.backup import manifest
from config.tasks import back_up_when_due
from tenants.jobs.models import Job
from tenants.jobs.pulse import pulse
from tenants.jobs.runner.work import work_once
from tenants.models import User
from tenants.rules import JobKind
from tenants.scope import owner_scope, public_scope
from tests.tenants.test_health import told
from tests.tenants.test_metrics import READER, TOKEN

pytestmark = pytest.mark.real_roles


def test_the_daily_backup_is_made_once_and_watched(
    sam: User, page: Callable[[User], Client], tmp_path: Path, settings: Settings
) -> None:
    """S18: made when due, alarming when older than 25 hours, old ones thrown away."""
    assert not back_up_when_due(), "nobody said where to"
    settings.BACKUP_DIR, settings.METRICS_TOKEN = tmp_path, TOKEN
    old, young, strange = (tmp_path / name for name in OLD_NAMES)
    for folder in (old, young, strange):
        folder.mkdir()
    left = tmp_path / ".minga-x.partial"
    left.mkdir()
    os.utime(left, (time.time() - 90_000,) * 2)

    assert told("jobs", 503)["backup_s"] is None
    assert "minga_backup_age_seconds" not in READER.get("/metrics").text
    assert back_up_when_due()
    assert not back_up_when_due(), "one live job is enough (J5)"
    assert work_once(platform=True)
    with public_scope():
        job = Job.objects.get(kind=JobKind.BACK_UP)
    assert (job.state, job.done, job.total, job.error) == ("completed", 100, 100, "")
    result = job.result or {}
    made = tmp_path / result["name"]
    assert manifest.read(made, key="").rows == result["rows"] > 10
    assert {folder.name for folder in tmp_path.iterdir()} == {made.name, young.name, strange.name}
    assert not back_up_when_due(), "today's was made"

    assert "minga_backup_age_seconds" in READER.get("/metrics").text
    with public_scope():
        assert not pulse(now=timezone.now()).backup_is_old
    assert light(sam, page) == ""
    with owner_scope():
        Job.objects.update(started_at=F("started_at") - timedelta(hours=26))
    assert told("jobs", 503)["backup_s"] >= 90_000
    assert "26" in light(sam, page)
    assert back_up_when_due()


OLD_NAMES = (
    "minga-20200101T030000Z",
    f"minga-{timezone.now() - timedelta(days=2):%Y%m%dT%H%M%SZ}",
    "minga-acme-20200101T030000Z",
)


def light(sam: User, page: Callable[[User], Client]) -> str:
    """Return what the platform's first page says about backups."""
    client = page(sam)
    client.cookies["django_language"] = "en"
    answer = client.get("/platform/")
    assert answer.status_code == 200, answer.headers
    said = answer.text
    return next((line for line in said.splitlines() if "newest backup" in line), "")
