"""A backup that does not come reaches the platform's staff by e-mail, once, and is over by itself (S18)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from tenants.actions.overseeing import oversee
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_once
from tenants.models import PlatformAlert, User
from tenants.rules import JobKind
from tenants.scope import owner_scope, public_scope
from tests.reading import text_of

NOW = timezone.now()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
QUIET = {"platform_opened": 0, "platform_closed": 0, "staff_told": 0}
TOLD = QUIET | {"platform_opened": 1, "staff_told": 1}


@pytest.fixture(autouse=True)
def _backups(settings: Any, tmp_path: Path, any_db: None) -> None:
    settings.EMAIL_HOST, settings.LANGUAGE_CODE = "mail.example", "en"
    settings.BACKUP_DIR = tmp_path
    # The installation is as old as its first job.
    Job.objects.update(created_at=F("created_at") - timedelta(days=2))


def backed_up(at: datetime) -> None:
    Job.objects.create(kind=JobKind.BACK_UP, state=State.COMPLETED, started_at=at, finished_at=at + MINUTE)


def test_staff_is_told_once_and_it_is_over_by_itself(sam: User, page: Callable[[User], Client]) -> None:
    """S18: beyond 25 hours, no sooner; the next time it is a cause of its own."""
    backed_up(NOW - 24 * HOUR)
    assert oversee(now=NOW) == QUIET, "positive control: young enough"
    late = NOW + 2 * HOUR
    assert oversee(now=late) == TOLD
    (sent,) = mail.outbox
    assert (sent.recipients(), sent.subject) == ([sam.email], "Minga: 1 alert")
    assert "- The newest backup is 26 hours old" in sent.body
    assert oversee(now=late + 5 * MINUTE) == QUIET

    backed_up(late + 6 * MINUTE)
    assert oversee(now=late + 10 * MINUTE) == QUIET, "a quarter of an hour without it"
    assert oversee(now=late + 30 * MINUTE) == QUIET | {"platform_closed": 1}
    assert len(mail.outbox) == 1
    assert oversee(now=late + 27 * HOUR) == TOLD
    assert list(PlatformAlert.objects.order_by("id").values_list("code", flat=True)) == ["backup.old"] * 2
    listed = text_of(page(sam), "/platform/tenants/platformalert/")
    assert all(word in listed for word in ("The newest backup is 26 hours old", "Lasts", "Has ended"))


def test_staff_reads_it_in_their_own_language(sam: User) -> None:
    """W7: whatever the installation speaks."""
    User.objects.filter(pk=sam.pk).update(language="es")
    backed_up(NOW - 27 * HOUR)
    assert oversee(now=NOW) == TOLD
    assert mail.outbox[0].subject == "Minga: 1 alerta"


def test_none_yet_is_told_after_a_day_and_nothing_where_none_is_set_up(sam: User, settings: Any) -> None:
    """S18: a new installation's first backup is still to come; without a folder nobody is alarmed."""
    Job.objects.update(created_at=NOW)
    assert oversee(now=NOW + 24 * HOUR) == QUIET
    assert oversee(now=NOW + 26 * HOUR) == TOLD
    assert "there is none yet" in mail.outbox[0].body
    PlatformAlert.objects.all().delete()
    settings.BACKUP_DIR = None
    assert oversee(now=NOW + 26 * HOUR) == QUIET


def test_what_no_server_took_is_told_by_the_next_look_to_those_who_are_staff(
    sam: User, alice: User, settings: Any
) -> None:
    """S18: told when it was, not when it should have been; never to an organisation's people."""
    settings.EMAIL_HOST = ""
    assert oversee(now=NOW) == TOLD | {"staff_told": 0}
    settings.EMAIL_HOST = "mail.example"
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert oversee(now=NOW + MINUTE) == QUIET
    assert mail.outbox == []
    User.objects.filter(pk=sam.pk).update(is_active=True)
    assert oversee(now=NOW + MINUTE) == QUIET | {"staff_told": 1}
    assert mail.outbox[0].recipients() == [sam.email]


def test_the_five_minute_job_looks(sam: User) -> None:
    """S18: by the job that looks after organisations, before them."""
    with owner_scope():
        before = enqueue(kind=JobKind.LOOK_AFTER)
    assert work_once(platform=True), "the first one after a pause waits"
    assert mail.outbox == []
    with owner_scope():
        job = enqueue(kind=JobKind.LOOK_AFTER)
    assert work_once(platform=True)
    with public_scope():
        assert before.pk != job.pk
        result = Job.objects.get(pk=job.pk).result or {}
    assert result["platform_opened"] == result["staff_told"] == 1
    assert len(mail.outbox) == 1
