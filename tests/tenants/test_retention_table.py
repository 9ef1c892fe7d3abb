"""Days are said in one table and obeyed every night (S19); the audit log is narrowed and taken away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from campaigns.models import CampaignSettings
from identity.models import FleetImport, RefusedRow
from tenants.actions.aging import forget_aged
from tenants.display import exports
from tenants.jobs.models import Job
from tenants.middleware.tenancy import answer
from tenants.models import Tenant, User
from tenants.records.actions import keep_file, note
from tenants.records.models import AuditEntry, Retention, StoredFile
from tenants.records.retention import aged_kinds
from tenants.scope import tenant_scope

WHERE = "/admin/records/retention/"


def days(**said: int) -> dict[str, str]:
    return {aged.kind: str(said.get(aged.kind, aged.days)) for aged in aged_kinds()}


def test_the_table_is_written_and_obeyed(
    acme: Tenant, birch: Tenant, alice: User, page: Callable[[User], Client]
) -> None:
    """S19: in one tenant; audited; the setting that campaigns have of their own is the same one."""
    client = page(alice)
    assert client.get(WHERE).status_code == 200
    assert client.post(WHERE, days(refused_rows=7, calls=30)).status_code == 302
    old = timezone.now() - timedelta(days=8)
    for tenant, left in ((acme, 0), (birch, 1)):
        with tenant_scope(tenant.schema_name):
            file = FleetImport.objects.create(
                kind="leads", filename="f.csv", state="completed", finished_at=old
            )
            RefusedRow.objects.create(of=file, line=2, reason="x", cells=["Ana"])
            RefusedRow.objects.update(created_at=old)
            gone = forget_aged()
            assert (gone["refused_rows"], RefusedRow.objects.count()) == (1 - left, left)
    with tenant_scope(acme.schema_name):
        assert CampaignSettings.objects.get().records_kept_days == 30
        assert list(Retention.objects.values_list("kind", "days")) == [("refused_rows", 7)]
        assert AuditEntry.objects.get(object_type="records.retention").change == {
            "refused_rows": 7,
            "calls": 30,
        }


def test_days_are_read_as_people_write_them(
    acme: Tenant, alice: User, page: Callable[[User], Client]
) -> None:
    """W7: 1.000 days are a thousand; a browser's own field of numbers would have sent one."""
    client = page(alice)
    assert 'type="number"' not in client.get(WHERE).content.decode()
    assert client.post(WHERE, days() | {"refused_rows": "1.000"}).status_code == 302
    with tenant_scope(acme.schema_name):
        assert Retention.objects.get().days == 1_000


def test_it_refuses_days_without_sense(
    acme: Tenant, alice: User, bob: User, page: Callable[[User], Client]
) -> None:
    """S19: the audit stays a year at least; what was typed stays on the page."""
    shown = page(alice).post(WHERE, days(audit=3)).content.decode()
    assert "A whole number from 365 to 3,650." in shown
    shown = page(alice).post(WHERE, days() | {"previews": "x"}).content.decode()
    assert "A whole number, please." in shown
    assert page(bob).get(WHERE).status_code == 403
    with tenant_scope(acme.schema_name):
        assert not Retention.objects.exists()


def test_old_texts_of_jobs_and_bytes_of_files_go(acme: Tenant) -> None:
    """S19: the rows stay, other rows name them."""
    old = timezone.now() - timedelta(days=200)
    with tenant_scope(acme.schema_name):
        ended = {"state": "failed", "params": {"q": "Ana"}, "error": "Ana"}
        before = Job.objects.create(kind="tests.a", finished_at=old, **ended)
        since = Job.objects.create(kind="tests.a", finished_at=timezone.now(), **ended)
        kept = keep_file(name="f.csv", content=b"Ana", content_type="text/csv")
        file = FleetImport.objects.create(
            kind="leads", filename="f", state="completed", finished_at=old, file=kept
        )
        gone = forget_aged()
        before.refresh_from_db()
        since.refresh_from_db()
        file.refresh_from_db()
        assert (gone["job_texts"], gone["fleet_files"]) == (1, 1)
        assert (before.params, before.error, since.error) == ({}, "", "Ana")
        assert file.file_id is None
        assert not StoredFile.objects.exists()
        assert not any(forget_aged().values()), "repeating finds nothing"


def test_the_audit_log_is_narrowed_and_taken_away(
    acme: Tenant, alice: User, page: Callable[[User], Client]
) -> None:
    """W6, W7: by who and what; names and words instead of ids and codes, in the reader's language."""
    with tenant_scope(acme.schema_name):
        note(verb="launch", of="campaign", id=1, by=alice.pk)
        note(verb="pause", of="campaign", id=2)
    client, where = page(alice), "/admin/records/auditentry/"
    assert (
        client.get(where, {"who": str(alice.pk), "at__gte": "2020-01-01 00:00:00+00:00"}).status_code == 200
    )
    mine = client.get(f"{where}csv/", {"who": str(alice.pk), "verb": "launch"}).content.decode("utf-8-sig")
    assert mine.splitlines()[1].split(",")[1:5] == ["Alice", "launch", "campaign", "1"]
    assert len(mine.splitlines()) == 2
    jobs = client.get(f"{where}csv/", {"who": "job"}).content.decode()
    assert "pause" in jobs
    assert "launch" not in jobs
    assert client.get(f"{where}xlsx/").content[:2] == b"PK"
    refused = client.get(f"{where}csv/", {"who": str(alice.pk)[:-1]})
    assert (refused.status_code, "filter “who”" in refused.content.decode()) == (400, True), "not everybody's"


def test_too_many_entries_for_a_workbook_lead_back_to_their_list(
    acme: Tenant, alice: User, page: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: narrowed as it was, with its CSV, which holds all."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    with tenant_scope(acme.schema_name):
        note(verb="launch", of="campaign", id=1, by=alice.pk)
        note(verb="launch", of="campaign", id=2, by=alice.pk)
    client, where = page(alice), "/admin/records/auditentry/"
    back = client.get(f"{where}xlsx/", {"verb": "launch"})["Location"]
    assert back == f"{where}?verb=launch"
    told = client.get(back).content.decode()
    assert "take it as CSV" in told
    assert f'href="{where}csv/?verb=launch"' in told
    assert client.get(f"{where}csv/", {"verb": "launch"}).content.decode().count("launch") == 2


def test_a_page_says_what_cannot_be_carried_out(rf: RequestFactory) -> None:
    """W3, W11: 422 in its own words; a role has nothing to do with it."""
    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    told: Any = answer(request, exports.TooManyRows())
    assert told.status_code == 422
    assert str(exports.TooManyRows.message) in told.content.decode()
