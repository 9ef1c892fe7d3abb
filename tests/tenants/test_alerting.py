"""What goes wrong is an alert: told once to who wants to know, shown at home, over by itself (N17)."""

import json
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from campaigns.dispatch.alerts import raise_alert
from campaigns.rules import AlertKind
from insights.models import FichaCliente
from tenants.actions import deactivate_user
from tenants.actions.alerting import look
from tenants.display import watches
from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.display.watches import Watch
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import names_of
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_once
from tenants.models import Membership, Tenant, User
from tenants.records.actions import webhooks
from tenants.records.actions.alerts import Alarm
from tenants.records.models import Alert, WebhookDelivery, WebhookEndpoint
from tenants.records.queries import open_alerts
from tenants.rules import JobKind, Role
from tenants.scope import owner_scope, tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.identity.fleet import a_lead

NOW = timezone.now()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEXT, MUCH_LATER = NOW + 5 * MINUTE, NOW + 20 * MINUTE
Pages = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _mail_server(settings: Any, acme: Tenant, birch: Tenant) -> None:
    # Nothing runs here by a schedule: as old as the test's database, each would be silent.
    for tenant in (acme, birch):
        with tenant_scope(tenant.schema_name):
            Schedule.objects.all().delete()
    settings.EMAIL_HOST = "mail.example"
    settings.LANGUAGE_CODE = "en"


def ended(kind: str, state: State, at: datetime = NOW) -> None:
    Job.objects.create(kind=kind, state=state, started_at=at - MINUTE, finished_at=at)


def codes() -> list[tuple[str, str]]:
    return sorted((alert.code, alert.subject) for alert in open_alerts())


def opened(now: datetime = NOW) -> list[tuple[str, str]]:
    look(now=now)
    return codes()


def look_later(now: datetime) -> dict[str, int]:
    """Look once messages were delivered: no worker does it here, and each look wakes one anew."""
    Job.objects.filter(state=State.WAITING).delete()
    return look(now=now)


def told_outside() -> list[str]:
    return [json.loads(one.body)["type"] for one in WebhookDelivery.objects.order_by("id")]


def test_a_cause_is_told_once_and_ends_by_itself(alice: User, bob: User, in_acme: Tenant) -> None:
    """N17: one row, one e-mail to the administrators, one event at either end; what flickers is one alert."""
    webhooks.add_endpoint(url="https://h.example.com/", events=["alert.opened", "alert.closed"], by=None)
    ended("identity.recover", State.FAILED)
    assert look(now=NOW) == {"opened": 1, "closed": 0, "told": 1}
    assert codes() == [("jobs.failed", "identity.recover")]
    (sent,) = mail.outbox
    assert sent.recipients() == [alice.email]
    assert sent.subject == "Acme: 1 alert"
    assert "- The job Recover red leads failed. Its page says why." in sent.body
    assert look_later(NEXT) == {"opened": 0, "closed": 0, "told": 0}

    ended("identity.recover", State.COMPLETED, NEXT)
    assert look_later(NEXT + MINUTE)["closed"] == 0
    assert look_later(MUCH_LATER) == {"opened": 0, "closed": 1, "told": 0}
    assert codes() == []
    assert (len(mail.outbox), told_outside()) == (1, ["alert.opened", "alert.closed"])
    body = json.loads(WebhookDelivery.objects.order_by("id")[0].body)
    assert body["data"] == {"alert_id": str(Alert.objects.get().pk), "code": "jobs.failed"}

    ended("identity.recover", State.FAILED, MUCH_LATER)
    assert look_later(MUCH_LATER + MINUTE)["told"] == 1


@pytest.mark.parametrize("ended_at", [None, NOW - HOUR])
def test_who_may_not_enter_any_more_is_not_told(
    alice: User, bob: User, acme: Tenant, ended_at: datetime | None
) -> None:
    """S6, N17: locked out everywhere, or a membership that has ended; what they did keeps its name."""
    Membership.objects.filter(user=bob).update(role=Role.ADMIN, ends_at=ended_at)
    if ended_at is None:
        deactivate_user(user=bob)
    with tenant_scope(acme.schema_name):
        ended("identity.recover", State.FAILED)
        assert look(now=NOW)["told"] == 1
        assert names_of(ids=[bob.pk]) == {bob.pk: bob.name}
    assert [one.recipients() for one in mail.outbox] == [[alice.email]]


def test_everybody_reads_it_in_their_own_language(alice: User, bob: User, acme: Tenant) -> None:
    """W7: one message a language, unseen by each other; who never chose reads the installation's."""
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    User.objects.filter(pk=bob.pk).update(language="es")
    with tenant_scope(acme.schema_name):
        ended("identity.recover", State.FAILED)
        assert look(now=NOW)["told"] == 1
    sent = {one.subject: (one.recipients(), one.body) for one in mail.outbox}
    assert {subject: to for subject, (to, _body) in sent.items()} == {
        "Acme: 1 alert": [alice.email],
        "Acme: 1 alerta": [bob.email],
    }
    assert "failed" in sent["Acme: 1 alert"][1]
    assert "falló" in sent["Acme: 1 alerta"][1]


def test_one_dead_address_has_nobody_told_again(
    alice: User, bob: User, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N17: who reads another language is told once, whoever else cannot be reached."""
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    User.objects.filter(pk=bob.pk).update(language="es")
    reached: list[str] = []

    def send(message: mail.EmailMessage) -> None:
        if bob.email in message.bcc:
            raise smtplib.SMTPRecipientsRefused({bob.email: (550, b"no")})
        reached.extend(message.bcc)

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    with tenant_scope(acme.schema_name):
        ended("identity.recover", State.FAILED)
        assert (look(now=NOW)["told"], look(now=NEXT)["told"]) == (1, 0)
    assert reached == [alice.email]


def test_what_no_server_took_is_told_by_the_next_look(alice: User, in_acme: Tenant, settings: Any) -> None:
    """N17: an alert is told when it was, not when it should have been."""
    settings.EMAIL_HOST = ""
    ended("identity.recover", State.FAILED)
    assert look(now=NOW)["told"] == 0
    settings.EMAIL_HOST = "mail.example"
    assert look(now=NEXT)["told"] == 1


def test_administrators_say_whether_they_want_e_mails(
    alice: User, bob: User, page: Pages, acme: Tenant
) -> None:
    """N17: a person's own word, on the page of alerts; the page says what is wrong in their language."""
    client, listed = page(alice), "/admin/records/alert/"
    with tenant_scope(acme.schema_name):
        ended("identity.recover", State.FAILED)
        look(now=NOW)
    assert client.post(f"{listed}press/no-mail/").status_code == 302
    with tenant_scope(acme.schema_name):
        ended("identity.seed", State.FAILED)
        assert look(now=NOW)["told"] == 0
        alert = Alert.objects.get(subject="identity.seed")
    shown = client.get(listed).content.decode()
    assert "The job Recover red leads failed." in shown
    assert "Send me e-mails about alerts" in shown
    assert "Its page says why." in client.get(f"{listed}{alert.pk}/change/").content.decode()
    assert client.post(f"{listed}press/mail/").status_code == 302
    with tenant_scope(acme.schema_name):
        assert look(now=NEXT)["told"] == 1
    assert [one.recipients() for one in mail.outbox] == [[alice.email]] * 2
    assert page(bob).get(listed).status_code == 403


def test_work_that_falls_silent_is_seen_at_home(page: Pages, bob: User, acme: Tenant) -> None:
    """Two runs of a schedule left no trace; jobs wait for a worker. Positive control: none of it before."""
    with tenant_scope(acme.schema_name):
        Schedule.objects.create(kind="identity.seed", crontab="*/10 * * * *")
        assert opened() == []
        Schedule.objects.update(changed_at=NOW - HOUR)
        enqueue(kind="identity.recover")
        Job.objects.update(due_at=NOW - 10 * MINUTE)
        assert opened() == [("jobs.overdue", ""), ("jobs.silent", "identity.seed")]
    assert "The job Seed the recovery queue gives no sign of life." in page(bob).get("/").content.decode()
    with tenant_scope(acme.schema_name):
        ended("identity.seed", State.COMPLETED, NOW - 15 * MINUTE)
        look(now=MUCH_LATER - 30 * MINUTE)
        assert "jobs.silent" not in [code for code, _subject in opened(NOW + 15 * MINUTE)]


@pytest.mark.parametrize(("own", "tenants"), [("", "America/Lima"), ("America/Lima", "UTC")])
def test_work_of_office_hours_rests_at_night(acme: Tenant, own: str, tenants: str) -> None:
    """J9: by the clock that it runs by, its own or the organisation's; two missed runs are told."""
    Tenant.objects.filter(pk=acme.pk).update(timezone=tenants)
    evening = datetime(2026, 3, 4, 18, 1, tzinfo=ZoneInfo("America/Lima"))
    with tenant_scope(acme.schema_name):
        Schedule.objects.create(kind="identity.seed", crontab="0 9-18 * * *", timezone=own)
        Schedule.objects.update(changed_at=evening)
        assert ("jobs.silent", "identity.seed") not in opened(evening + 15 * HOUR + 58 * MINUTE)
        assert ("jobs.silent", "identity.seed") in opened(evening + 16 * HOUR)


def test_webhooks_that_fail_are_seen(in_acme: Tenant) -> None:
    """W16: failing for an hour is said, and so is that one was stopped; by a person is nobody's trouble."""
    endpoints = [
        webhooks.add_endpoint(url="https://h.example.com/", events=["job.finished"], by=None)[0].pk
        for _number in range(3)
    ]
    rows = WebhookEndpoint.objects
    rows.filter(pk=endpoints[0]).update(failures=9, failing_since=NOW - 2 * HOUR)
    rows.filter(pk=endpoints[1]).update(failures=9, failing_since=NOW - HOUR, stopped="failing")
    rows.filter(pk=endpoints[2]).update(failures=9, failing_since=NOW - 2 * HOUR, stopped="person")
    assert opened() == [
        ("webhooks.failing", str(endpoints[0])),
        ("webhooks.stopped", str(endpoints[1])),
    ]


def test_every_domain_is_heard(in_acme: Tenant) -> None:
    """Alerts of calls, leads without identity: each app's own figures, in its own words."""
    account = an_account(a_provider(), funds="1")
    campaign = a_campaign(account)
    raise_alert(AlertKind.BREAKER_OPEN, "1")
    raise_alert(AlertKind.COUNTERS_DIFFER, str(campaign.pk))
    a_lead("L1")
    stale = FichaCliente.objects.create(brand_name="Café Sur", last_checked_at=NOW - 26 * HOUR)
    assert opened() == [
        ("campaigns.breaker_open", "1"),
        ("campaigns.counters_differ", str(campaign.pk)),
        ("campaigns.low_balance", str(account.pk)),
        ("identity.identity_share_low", ""),
        ("insights.run_stale", str(stale.pk)),
    ]
    said = [watches.said(watches.alarm_of(alert), Formats()) for alert in open_alerts()]
    words = [one.text for one in said]
    assert f"/insights/?ficha={stale.pk}" in [one.href for one in said]
    assert "Too many faults: calls are stopped" in words
    assert "The balance of Cobros Sur is low." in words
    assert "Café Sur has not been checked for 25 hours." in words
    assert any("have an identity" in one for one in words)


def test_who_cannot_look_closes_nothing(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown is not well: a look that breaks leaves its alerts open, and the others are looked at."""
    found: list[Alarm] = [Alarm("broken.one"), Alarm("broken.one", "x" * 9)]

    def seen(_now: datetime) -> list[Alarm]:
        if not found:
            raise RuntimeError("the view is gone")
        return found

    planted = Watch(frozenset({"broken.one"}), seen, lambda alarm, _formats: Attention(alarm.subject))
    monkeypatch.setattr(watches, "_WATCHES", [planted, *watches.watches()])
    assert opened() == [("broken.one", ""), ("broken.one", "x" * 9)]
    found.clear()
    ended("identity.recover", State.FAILED)
    assert len(opened(MUCH_LATER)) == 3


def test_every_tenant_is_looked_at_but_not_right_after_a_pause(acme: Tenant, birch: Tenant) -> None:
    """What stood still while the installation was down catches up before it is called silent."""
    with tenant_scope(birch.schema_name):
        ended("identity.recover", State.FAILED)

    def looked() -> dict[str, Any]:
        with owner_scope():
            job = enqueue(kind=JobKind.LOOK_AFTER)
        assert work_once(platform=True)
        with owner_scope():
            return dict(Job.objects.get(pk=job.pk).result or {})

    assert looked() == {"waited": 1}
    result = looked()
    assert (result["opened"], result["closed"]) == (1, 0)
    with tenant_scope(birch.schema_name):
        assert codes() == [("jobs.failed", "identity.recover")]
