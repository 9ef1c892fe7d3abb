"""A Sentry is told where defects rose and whose ids they bear; never whose name, number or words (S19)."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import sentry_sdk
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from structlog.contextvars import clear_contextvars

from config import environment
from config.checks import PLAIN_REPORTS
from config.error_reports import OURS, report_errors
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner import Run, handles
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.rules import TenantStatus
from tenants.scope import tenant_scope
from tests.sentry_server import KEY, Sentry, a_sentry
from tests.tenants.test_outage import away
from tests.workers import ROOT, Workers

NAME, EMAIL, PHONE = "Zoila Traza", "zoila@marked.example", "+56987600123"
MARKS = ("zoila", "traza", "987600123", "marked.example")
SAID = f"{NAME} {EMAIL} {PHONE}"


@handles("tests.defect", label="Defect")
def defect(run: Run) -> dict[str, object]:
    """Fail with somebody's words."""
    fail(phone=run.params["phone"])
    return {}


def fail(**phones: str) -> None:
    """Fail with a number in a local variable, in the error, and in the error before it."""
    called = [*phones.values(), PHONE]
    try:
        raise LookupError(f"{NAME} at {called}")
    except LookupError as error:
        raise RuntimeError(SAID) from error


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    # The request of a test before this one.
    clear_contextvars()
    with a_sentry() as server, reporting(server.dsn):
        yield server


@contextmanager
def reporting(dsn: str) -> Iterator[None]:
    """Report from this process for a while, as every process with a DSN does."""
    hook, handler = sys.excepthook, report_errors(dsn=dsn, environment="tests")
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        sys.excepthook = hook
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)


def told(sentry: Sentry) -> dict[str, Any]:
    """Return the one event that came; nothing that was sent says who."""
    sentry_sdk.flush(timeout=10)
    sent = "\n".join(sentry.envelopes).lower()
    assert [mark for mark in MARKS if mark in sent] == []
    (event,) = sentry.events
    return event


def errors(event: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (type, file, function) of each error, where it rose; the first cause first."""
    rose = [(one["type"], one["stacktrace"]["frames"][-1]) for one in event["exception"]["values"]]
    return [(kind, frame["filename"], frame["function"]) for kind, frame in rose]


ROSE = [(kind, "tests/config/test_error_reports.py", "fail") for kind in ("LookupError", "RuntimeError")]


def test_a_page_that_fails_tells_its_route_and_ids(
    acme: Tenant,
    alice: User,
    page: Callable[[User], Client],
    sentry: Sentry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S19: no address, header, cookie, form or person; the request's id stands on the page and in the log."""
    monkeypatch.setattr("tenants.jobs.views.queries.jobs_page", fail)
    client = page(alice)
    answer = client.get("/jobs/", {"kind": NAME}, headers={"User-Agent": SAID})
    assert answer.status_code == 500
    event = told(sentry)
    assert errors(event) == ROSE
    assert event["tags"] == {"request": answer["X-Request-ID"], "tenant": acme.schema_name}
    assert {name: event[name] for name in ("level", "logger", "environment", "transaction")} == {
        "level": "error",
        "logger": "django.request",
        "environment": "tests",
        "transaction": "jobs/",
    }
    assert set(event) == {
        *("event_id", "timestamp", "platform", "level", "logger", "environment", "sdk", "transaction"),
        *("tags", "exception"),
    }
    assert str(alice.pk) not in sentry.envelopes[0]
    assert client.cookies["sessionid"].value not in sentry.envelopes[0]


def test_a_job_that_fails_tells_its_ids(acme: Tenant, sentry: Sentry) -> None:
    """S19, J3: which job of which kind, in our sentence without what was put in; not its parameters."""
    with tenant_scope(acme.schema_name):
        job = enqueue(kind="tests.defect", subject=uuid4().hex, params={"phone": PHONE})
    work_on(DueTicket(job.id, acme.schema_name))
    event = told(sentry)
    assert errors(event) == ROSE
    assert event["tags"] == {"job": str(job.pk), "kind": "tests.defect", "tenant": acme.schema_name}
    assert (event["logger"], event["logentry"]) == (
        "tenants.jobs.runner.work",
        {"message": "attempt %s failed"},
    )
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert {name for frame in frames for name in frame} <= {
        *("filename", "function", "module", "lineno", "in_app")
    }
    assert {frame["module"].split(".")[0] for frame in frames if frame["in_app"]} & OURS == {"tenants"}
    assert not any(frame["filename"].startswith("/") for frame in frames), "no folder of somebody's"


def test_as_the_package_comes_it_would_tell_them_all() -> None:
    """Positive control: the same defect, told without what we take out."""
    with a_sentry() as server:
        sentry_sdk.init(dsn=server.dsn, default_integrations=False)
        try:
            fail(phone=PHONE)
        except RuntimeError:
            sentry_sdk.capture_exception()
        sentry_sdk.flush(timeout=10)
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)
    sent = "".join(server.envelopes).lower()
    assert [mark for mark in MARKS if mark not in sent] == []
    assert '"vars"' in sent
    assert '"server_name"' in sent


@pytest.mark.parametrize(
    ("logger", "said"),
    [("tenants.actions.mailing", {"message": "%s of %s"}), ("some.library", None), ("tenantsx", None)],
)
def test_an_error_without_an_exception_tells_our_sentence_alone(
    sentry: Sentry, logger: str, said: dict[str, str] | None
) -> None:
    """S19: what others write may hold anything, and so may what is put into ours."""
    logging.getLogger(logger).error("%s of %s", NAME, PHONE, extra={"email": EMAIL})
    event = told(sentry)
    assert (event["logger"], event.get("logentry"), "extra" in event) == (logger, said, False)


def test_answers_are_not_told(client: Client, db: None, sentry: Sentry) -> None:
    """A wrong host, an address that is not there and a warning are no defects."""
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/nowhere/").status_code == 404
    logging.getLogger("tenants").warning("on the way")
    sentry_sdk.flush(timeout=10)
    assert sentry.envelopes == []


def test_a_planned_pause_is_not_told(
    acme: Tenant, alice: User, page: Callable[[User], Client], sentry: Sentry
) -> None:
    """S12: an organisation out of service, a red probe, no database: each would come with every request."""
    client = page(alice)
    with away():
        assert client.get("/jobs/").status_code == 503
    Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.REMOVING)
    assert client.get("/jobs/").status_code == 503
    assert client.get("/health/jobs").status_code == 503, "no beat was ever here"
    sentry_sdk.flush(timeout=10)
    assert sentry.envelopes == []


@pytest.fixture
def silent() -> Iterator[str]:
    """A Sentry that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://{KEY}@127.0.0.1:{listening.getsockname()[1]}/7"


def test_a_dead_sentry_delays_and_breaks_no_answer(
    acme: Tenant,
    bob: User,
    page: Callable[[User], Client],
    silent: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S12: more defects than its queue takes, each answered at once."""
    monkeypatch.setattr("tenants.jobs.views.queries.jobs_page", fail)
    client = page(bob)
    with reporting(silent):
        for _time in range(150):
            logging.getLogger("tenants").error("again")
        began = time.monotonic()
        assert client.get("/jobs/").status_code == 500
        assert time.monotonic() - began < 5, "the package would wait half a minute for it"


PROCESS = """
import sys, django
django.setup()
print('sentry_sdk' in sys.modules, flush=True)
def lose(phone):
    raise ValueError(f"nobody at {phone}")
lose(sys.argv[1])
"""


def process(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a process that starts as commands, web, worker and beat do, and ends by a defect."""
    known = {"DJANGO_SETTINGS_MODULE": "config.settings", "MINGA_CHECKING": "1", **variables}
    command = [sys.executable, "-c", PROCESS, PHONE]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ | known, capture_output=True, text=True, timeout=60
    )


def test_a_command_that_ends_by_a_defect_has_told_it() -> None:
    """S19: begun with Django itself, in every process; the last report is waited for, without a word."""
    with a_sentry() as sentry:
        ended = process(SENTRY_DSN=sentry.dsn)
    assert (ended.returncode, ended.stdout) == (1, "True\n")
    assert "Sentry" not in ended.stderr
    assert [mark for mark in MARKS if mark in "".join(sentry.envelopes)] == []
    (event,) = sentry.events
    assert (errors(event), event["environment"]) == ([("ValueError", "<string>", "lose")], "production")


def test_without_a_dsn_the_package_is_not_even_loaded() -> None:
    """F1: off, and no time lost at the start."""
    ended = process(SENTRY_DSN="")
    assert (ended.returncode, ended.stdout) == (1, "False\n")


@pytest.mark.real_roles
@pytest.mark.services
def test_a_real_worker_tells_of_a_job(acme: Tenant, workers: Workers) -> None:
    """S19: from the child of a worker, which was forked after the beginning."""
    with a_sentry() as sentry:
        workers.start(SENTRY_DSN=sentry.dsn)
        with tenant_scope(acme.schema_name):
            job = enqueue(kind="tests.nobody_knows", subject=uuid4().hex, params={"phone": PHONE})
        workers.until(lambda: sentry.envelopes)
    event = sentry.events[0]
    assert (errors(event)[-1][0], event["tags"]["job"]) == ("UnknownKind", str(job.pk))
    with tenant_scope(acme.schema_name):
        assert Job.objects.get(pk=job.pk).is_live


@pytest.mark.parametrize(
    "dsn",
    [
        "sentry.invalid",
        "https://sentry.example/7",
        f"https://{KEY}@sentry.example/",
        "ftp://a@b/7",
        "https://a@b/x",
    ],
)
def test_a_malformed_dsn_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    """F8, S19: by every command, `check` among them; it holds a key."""
    monkeypatch.setenv("SENTRY_DSN", dsn)
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN must look like") as refused:
        environment.sentry("SENTRY_DSN")
    assert dsn not in str(refused.value)


@pytest.mark.parametrize(
    "dsn", ["", f"https://{KEY}@o1.ingest.sentry.example/7", f"https://{KEY}:old@sentry.example:8443/below/7"]
)
def test_the_package_takes_what_we_take(monkeypatch: pytest.MonkeyPatch, dsn: str) -> None:
    """F8: positive control."""
    monkeypatch.setenv("SENTRY_DSN", f" {dsn} ")
    assert environment.sentry("SENTRY_DSN") == dsn
    if dsn:
        sentry_sdk.utils.Dsn(dsn)


@pytest.mark.parametrize(("scheme", "warned"), [("http", True), ("https", False)])
def test_it_warns_of_reports_that_can_be_read_on_their_way(settings: Any, scheme: str, warned: bool) -> None:
    """F8: `check --deploy`."""
    settings.SENTRY_DSN = f"{scheme}://{KEY}@sentry.example/7"
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    assert (PLAIN_REPORTS in [one.msg for one in found]) is warned
