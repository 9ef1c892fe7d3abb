"""Brands that nobody checks are told once; a day's runs are counted; old rows' reports go (N15, N17)."""

import logging
import smtplib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from insights.actions import create_ficha, forgetting
from insights.labelling import Stop
from insights.models import FichaCliente, RowReport, Run
from insights.queries.health import active_viewers, days_of, health
from insights.rules import JobKind, RunState
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Membership, User
from tenants.rules import Role
from tenants.scope import current_schema, public_scope, tenant_scope
from tests.insights.analysing import Scripted, analysed
from tests.insights.reading import a_comment, a_ficha, a_post

NOTHING: dict[str, int] = {str(state): 0 for state in RunState}


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.LANGUAGE_CODE = "en"


def worked(kind: JobKind) -> dict[str, Any]:
    """Run a job to its end and return what came of it."""
    job = enqueue(kind=kind)
    assert work_on(DueTicket(job.pk, current_schema() or ""))
    done = Job.objects.get(pk=job.pk)
    assert done.state == "completed", done.error
    return dict(done.result or {})


def a_stale(name: str, *, hours: float = 26, **values: Any) -> FichaCliente:
    checked = datetime.now(UTC) - timedelta(hours=hours)
    return FichaCliente.objects.create(brand_name=name, last_checked_at=checked, **values)


def a_run(ficha: FichaCliente, state: RunState, **values: Any) -> Run:
    ended = None if state in (RunState.QUEUED, RunState.RUNNING) else datetime.now(UTC)
    code = "x" if state == RunState.FAILED else ""
    at = values.pop("created_at", None)
    run = Run.objects.create(ficha=ficha, state=state, finished_at=ended, error_code=code, **values)
    if at:
        Run.objects.filter(pk=run.pk).update(created_at=at)
    return run


def test_it_tells_administrators_once_while_it_lasts(alice, bob, in_acme):
    """N17: one message to the tenant's admins, not to viewers; told again only after a check in between."""
    stale = a_stale("Café Sur", timezone="America/Lima")
    assert worked(JobKind.WATCH) == {"stale": 1, "told": 1, **NOTHING}
    (sent,) = mail.outbox
    assert (sent.recipients(), sent.to) == ([alice.email], [])
    assert sent.subject == "1 brand has not been checked for 25 hours"
    assert "Café Sur" in str(sent.body)
    assert "America/Lima" in str(sent.body)
    assert worked(JobKind.WATCH)["told"] == 0
    assert len(mail.outbox) == 1

    a_stale("Otra", hours=30)
    assert worked(JobKind.WATCH) == {"stale": 2, "told": 1, **NOTHING}
    assert "Café Sur" not in str(mail.outbox[1].body)

    # A check ends the incident; what stops again is another one.
    past = datetime.now(UTC) - timedelta(hours=25, minutes=1)
    FichaCliente.objects.filter(pk=stale.pk).update(last_checked_at=past, stale_told_at=None)
    assert worked(JobKind.WATCH)["told"] == 1


def test_it_is_told_in_the_readers_language(alice, in_acme):
    """W7: whatever the installation speaks."""
    with public_scope():
        User.objects.filter(pk=alice.pk).update(language="es")
    a_stale("Café Sur")
    assert worked(JobKind.WATCH)["told"] == 1
    assert mail.outbox[0].subject == "1 marca lleva 25 horas sin revisarse"


@pytest.mark.parametrize(
    ("language", "written"), [("es", "20 nov 2025, 14:05"), ("en", "Nov 20, 2025, 2:05")]
)
def test_the_last_check_is_written_as_its_reader_writes_moments(language, written, alice, in_acme):
    """W5, W7: the brand's own clock, the reader's hand."""
    with public_scope():
        User.objects.filter(pk=alice.pk).update(language=language)
    brand = a_stale("Café Sur", timezone="America/Lima")
    at = datetime(2025, 11, 20, 19, 5, tzinfo=UTC)
    FichaCliente.objects.filter(pk=brand.pk).update(last_checked_at=at)
    assert worked(JobKind.WATCH)["told"] == 1
    assert written in str(mail.outbox[0].body)


def test_a_check_ends_the_incident(in_acme, settings):
    """N17: what was told of is told of again when it stops again."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment()])
    FichaCliente.objects.filter(pk=ficha.pk).update(stale_told_at=datetime.now(UTC))
    analysed(ficha)
    ficha.refresh_from_db()
    assert ficha.stale_told_at is None


def test_it_leaves_fresh_and_disabled_brands_alone(in_acme):
    """N17: 25 hours, and only of brands on their schedule; one never checked counts from its making."""
    a_stale("fresca", hours=24)
    a_stale("apagada", is_enabled=False)
    new = FichaCliente.objects.create(brand_name="nueva")
    assert worked(JobKind.WATCH) == {"stale": 0, "told": 0, **NOTHING}
    assert mail.outbox == []
    FichaCliente.objects.filter(pk=new.pk).update(created_at=datetime.now(UTC) - timedelta(hours=26))
    assert worked(JobKind.WATCH)["told"] == 1
    assert "never checked" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    "error", [smtplib.SMTPRecipientsRefused({"alice@acme.example": (550, b"no")}), ConnectionRefusedError()]
)
def test_what_was_not_sent_is_sent_later(in_acme, monkeypatch, caplog, error):
    """N17, S19: a mail server that fails ends nothing and keeps no incident secret; no address is logged."""
    a_stale("Café Sur")

    def refuse(_message: EmailMessage) -> int:
        raise error

    with monkeypatch.context() as patched, caplog.at_level(logging.INFO):
        patched.setattr(EmailMessage, "send", refuse)
        assert worked(JobKind.WATCH)["told"] == 0
    assert type(error).__name__ in caplog.text
    assert "@" not in caplog.text
    assert worked(JobKind.WATCH)["told"] == 1


def test_without_a_mail_server_the_light_stays(in_acme, settings):
    """N17: nothing is sent, nothing counts as told."""
    settings.EMAIL_HOST = ""
    a_stale("Café Sur")
    assert worked(JobKind.WATCH) == {"stale": 1, "told": 0, **NOTHING}
    assert mail.outbox == []
    assert FichaCliente.objects.get().stale_told_at is None


def test_without_administrators_nobody_is_told(acme, alice, caplog):
    """N17: support and viewers are not written to; the log says why, and the incident stays untold."""
    with public_scope():
        Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    with tenant_scope(acme.schema_name), caplog.at_level(logging.WARNING):
        a_stale("Café Sur")
        assert worked(JobKind.WATCH)["told"] == 0
        assert FichaCliente.objects.get().stale_told_at is None
    assert mail.outbox == []
    assert "nobody to write to" in caplog.text


def test_brands_bring_their_watch(in_acme):
    """N17, J9: hourly and nightly, once, whatever an administrator changed; and they are mirrored to beat."""
    create_ficha(by=None, brand_name="Una")
    Schedule.objects.filter(kind=JobKind.WATCH).update(crontab="5 * * * *")
    create_ficha(by=None, brand_name="Otra")
    kinds = (JobKind.WATCH, JobKind.FORGET)
    found = dict(Schedule.objects.filter(kind__in=kinds).values_list("kind", "crontab"))
    assert found == {JobKind.WATCH: "5 * * * *", JobKind.FORGET: "37 4 * * *"}


def test_the_daily_summary_counts_each_state(in_acme):
    """N15: of the last 24 hours, of all brands; a failure of one is a count beside the others."""
    now = datetime.now(UTC)
    for state in RunState:
        a_run(FichaCliente.objects.create(brand_name=state), state)
    old = FichaCliente.objects.create(brand_name="vieja")
    a_run(old, RunState.FAILED, created_at=now - timedelta(hours=25))
    assert worked(JobKind.WATCH) == {"stale": 0, "told": 0, **dict.fromkeys(NOTHING, 1)}


def test_it_counts_days_on_the_tenants_clock(in_acme):
    """N15: a run at 04:59 UTC was yesterday in Lima."""
    now = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    ficha = FichaCliente.objects.create(brand_name="Una")
    for hour, state in ((4, RunState.FAILED), (5, RunState.SKIPPED)):
        a_run(ficha, state, created_at=datetime(2026, 3, 10, hour, 59, tzinfo=UTC))
    today, yesterday, before = days_of(now=now, zone="America/Lima", days=3)
    assert today == (date(2026, 3, 10), {**NOTHING, "skipped": 1})
    assert yesterday == (date(2026, 3, 9), {**NOTHING, "failed": 1})
    assert before == (date(2026, 3, 8), NOTHING)


@pytest.mark.parametrize(
    ("calls", "failed", "minutes", "expected"),
    [
        (0, 0, 1, (None, False, False)),
        (100, 4, 14, (0.04, False, False)),
        (100, 5, 15, (0.05, True, True)),
    ],
)
def test_it_tells_errors_and_slowness(in_acme, calls, failed, minutes, expected):
    """N17: under 5 % of calls and under 15 minutes are well; nothing asked is no rate."""
    now = datetime.now(UTC)
    begun = now - timedelta(minutes=minutes)
    ficha = FichaCliente.objects.create(brand_name="Una")
    run = a_run(ficha, RunState.COMPLETED, calls=calls, calls_failed=failed, posts_new=3, started_at=begun)
    Run.objects.filter(pk=run.pk).update(finished_at=now)
    # Skips are quick and ask nobody: they would flatter both figures.
    a_run(ficha, RunState.SKIPPED, started_at=now)
    found = health(since=now - timedelta(days=1), now=now + timedelta(minutes=1))
    assert (found.call_error_rate, found.errs_too_often, found.is_slow) == expected
    assert (found.posts_analysed, found.mean_run) == (3, timedelta(minutes=minutes))


def test_it_counts_viewers_who_came(acme, alice, bob):
    """N17: active viewers are those who logged in; administrators are none."""
    now = datetime.now(UTC)
    with public_scope():
        for person, days in ((alice, 0), (bob, 8)):
            person.last_login = now - timedelta(days=days)
            person.save(update_fields=["last_login"])
        week = now - timedelta(days=7)
        assert active_viewers(tenant=acme.pk, since=week) == 0
        bob.last_login = now
        bob.save(update_fields=["last_login"])
        assert active_viewers(tenant=acme.pk, since=week) == 1


def test_it_logs_a_run_without_saying_who_said_what(in_acme, settings, caplog):
    """N17, S19: start, rows fetched, module seconds, insight id, skip; no text, author or brand's name."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("buenísimo de verdad", ownerUsername="persona_uno")])
    with caplog.at_level(logging.INFO):
        run = analysed(ficha)
        analysed(ficha)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("insights")]
    told = "\n".join(lines)
    begun = f"insights: run {run.pk} of brand {ficha.pk}"
    for words in (
        f"{begun} started",
        f"insights: run {run.pk} fetched 2 rows",
        "insights: module Q1 in 0.",
        f"{begun} saved insight {run.insight.pk}",
        "skipped, nothing new",
    ):
        assert words in told
    assert not [word for word in ("buen", "persona_uno", "Café", "instagram.com") if word in told]


def test_old_rows_reports_are_forgotten(in_acme, monkeypatch):
    """N5, S19, J6: after 90 days, in chunks; not while a newer run of the same source points to them."""
    monkeypatch.setattr(forgetting, "ROWS_A_CHUNK", 2)
    now = datetime.now(UTC)
    ficha = FichaCliente.objects.create(brand_name="Una")
    old, first, new = (
        a_run(ficha, RunState.COMPLETED, created_at=now - timedelta(days=days), rows_rejected=5)
        for days in (91, 92, 89)
    )
    a_run(ficha, RunState.SKIPPED, same_as=first, created_at=now - timedelta(days=1))
    for run in (old, first, new):
        for row in range(5):
            RowReport.objects.create(run=run, tab="posts", row=row, code="invalid_platform")
    assert worked(JobKind.FORGET) == {"deleted": 5}
    assert set(RowReport.objects.values_list("run", flat=True)) == {first.pk, new.pk}
    old.refresh_from_db()
    assert old.rows_rejected == 5
    assert worked(JobKind.FORGET) == {"deleted": 0}


def test_it_logs_what_a_model_refused(in_acme, monkeypatch, caplog):
    """N17, N12, S19: a failure of the model is a line with the run and the reason, without the texts."""
    scripted = Scripted(stop=Stop.QUOTA)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: scripted)
    ficha = a_ficha([a_post()], [a_comment("texto de una persona")])
    with caplog.at_level(logging.INFO, logger="insights"):
        run = analysed(ficha)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("insights")]
    assert any(f"labelling of run {run.pk} stopped: quota_exhausted" in line for line in told)
    assert any(line.endswith("failed: quota_exhausted") for line in told)
    assert not [line for line in told if "persona" in line]
