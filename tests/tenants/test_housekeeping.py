"""What has expired is forgotten every night, in the shared schema and in every tenant's (S7, S19, W12)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tenants.actions import forgetting
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_once
from tenants.models import (
    LogIn,
    Membership,
    RefreshFamily,
    RefreshToken,
    Session,
    Tenant,
    Ticket,
    User,
    new_id,
)
from tenants.records.actions import keep_file
from tenants.records.models import IdempotencyKey, StoredFile
from tenants.rules import JobKind, Proof
from tenants.scope import owner_scope, public_scope, tenant_scope


def ago(**length: float) -> datetime:
    return timezone.now() - timedelta(**length)


def forget() -> Job:
    """Run the nightly job once, as a worker would."""
    with public_scope():
        job = enqueue(kind=JobKind.FORGET_EXPIRED)
    while work_once(platform=True):
        pass
    with public_scope():
        job.refresh_from_db()
    return job


def counted(job: Job) -> dict[str, Any]:
    assert job.state == State.COMPLETED, job.error
    return dict(job.result or {})


def test_it_forgets_expired_tokens_and_their_empty_families(acme: Tenant) -> None:
    """S7: what still guards against reuse stays."""
    member = Membership.objects.filter(tenant=acme)[0]
    old, living, fresh = (RefreshFamily.objects.create(membership=member) for _ in range(3))
    RefreshFamily.objects.exclude(pk=fresh.pk).update(created_at=ago(days=20))
    RefreshToken.objects.create(family=old, expires_at=ago(minutes=1))
    RefreshToken.objects.create(family=living, expires_at=ago(minutes=1))
    spent = RefreshToken.objects.create(family=living, expires_at=ago(days=-1), used_at=ago(minutes=5))
    result = counted(forget())
    assert (result["refresh_tokens"], result["refresh_families"]) == (2, 1)
    assert list(RefreshToken.objects.all()) == [spent]
    assert set(RefreshFamily.objects.all()) == {living, fresh}


def test_it_forgets_expired_sessions_and_old_sign_ins(bob: User) -> None:
    """S8, S19: 90 days."""
    Session.objects.create(session_key="old", expire_date=ago(minutes=1), seen_at=ago(hours=1))
    Session.objects.create(session_key="new", expire_date=ago(days=-1), seen_at=ago(hours=1))
    for model in (AccessFailureLog, AccessLog, AccessAttempt):
        more = {"get_data": "", "post_data": "", "failures_since_start": 1} if model is AccessAttempt else {}
        old, new = (model.objects.create(username=name, path_info="/", **more) for name in ("old", "new"))
        model.objects.filter(pk=old.pk).update(attempt_time=ago(days=91))
        model.objects.filter(pk=new.pk).update(attempt_time=ago(days=89))
    for days in (91, 89):
        row = LogIn.objects.create(user=bob, proof=Proof.PASSWORD, is_program=False, agent=str(days))
        LogIn.objects.filter(pk=row.pk).update(at=ago(days=days))
    result = counted(forget())
    names = ("sessions", "sign_ins", "sign_ins_before", "sign_in_failures", "sign_in_attempts")
    assert [result[name] for name in names] == [1, 1, 1, 1, 1]
    assert [s.pk for s in Session.objects.all()] == ["new"]
    assert [one.agent for one in LogIn.objects.all()] == ["89"]


def make_ended(kind: str, finished_at: datetime) -> Job:
    job = Job.objects.create(kind=kind, state=State.COMPLETED, finished_at=finished_at)
    Ticket.objects.create(job=job.id, schema_name="public", due_at=finished_at, state=State.COMPLETED)
    return job


def test_it_forgets_old_ended_work_but_the_last_of_each_kind(db: None) -> None:
    """J9: the last one says when the work was last done."""
    make_ended("tests.a", ago(days=40))
    last_of_a, last_of_b = make_ended("tests.a", ago(days=31)), make_ended("tests.b", ago(days=50))
    make_ended("tests.c", ago(days=31))
    young = [make_ended("tests.c", ago(days=29)), make_ended("tests.c", ago(days=28))]
    waiting = Ticket.objects.create(
        job=new_id(), schema_name="t_gone", due_at=ago(days=40), state=State.RUNNING
    )
    result = counted(forget())
    assert (result["jobs"], result["tickets"]) == (2, 4)
    left = set(Job.objects.filter(kind__startswith="tests."))
    assert left == {last_of_a, last_of_b, *young}
    assert Ticket.objects.filter(pk=waiting.pk).exists()


def keep_key(key: str, created_at: datetime) -> None:
    kept = IdempotencyKey.objects.create(
        principal="jwt:x", method="POST", path="/", key=key, fingerprint="", status=201
    )
    IdempotencyKey.objects.filter(pk=kept.pk).update(created_at=created_at)


@pytest.fixture
def filled(acme: Tenant, birch: Tenant) -> tuple[Tenant, Tenant]:
    """Give both tenants an old and a new row of each kind."""
    for tenant in (acme, birch):
        with tenant_scope(tenant.schema_name):
            keep_key("old", ago(hours=25))
            keep_key("new", ago(hours=23))
            for name, expires_at in (("old", ago(minutes=1)), ("new", ago(days=-1)), ("endless", None)):
                keep_file(name=name, content=b"x", content_type="text/plain", expires_at=expires_at)
    return acme, birch


def left_in(tenant: Tenant) -> tuple[list[str], list[str]]:
    with tenant_scope(tenant.schema_name):
        keys = IdempotencyKey.objects.order_by("key").values_list("key", flat=True)
        return list(keys), list(StoredFile.objects.order_by("name").values_list("name", flat=True))


def test_it_forgets_answers_and_files_in_every_tenant(filled: tuple[Tenant, Tenant]) -> None:
    """W12: 24 hours; S19"""
    result = counted(forget())
    assert (result["idempotency_keys"], result["files"]) == (2, 2)
    assert [left_in(tenant) for tenant in filled] == [(["new"], ["endless", "new"])] * 2
    assert "files" not in counted(forget()), "repeating finds nothing"


def test_it_works_batch_by_batch(filled: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    """W13: no transaction grows with what piled up."""
    monkeypatch.setattr(forgetting, "_forget", small_batches(forgetting._forget))
    with tenant_scope(filled[0].schema_name):
        for number in range(5):
            keep_key(str(number), ago(hours=30))
    job = forget()
    assert counted(job)["idempotency_keys"] == 7
    assert job.done == job.total == 3


def small_batches(forget_batch: Callable[..., int]) -> Callable[..., int]:
    return lambda expired, *_batch: forget_batch(expired, 2)


def test_one_broken_tenant_does_not_stop_the_others(filled: tuple[Tenant, Tenant]) -> None:
    acme, birch = filled
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{acme.schema_name}".records_storedfile RENAME TO elsewhere')
    result = counted(forget())
    assert (result["tenants_failed"], result["files"]) == (1, 1)
    assert left_in(birch) == (["new"], ["endless", "new"])


@pytest.mark.real_roles
def test_it_goes_by_each_tenants_own_login(filled: tuple[Tenant, Tenant]) -> None:
    """S1, S2: with real log-ins, between the job's own transactions."""
    assert counted(forget())["files"] == 2


def test_it_is_asked_for_once_a_day(db: None) -> None:
    """J9"""
    row = PeriodicTask.objects.get(name="tenants_forget_expired")
    assert (json.loads(row.args), row.interval.every) == ([JobKind.FORGET_EXPIRED], 24 * 3600)
