"""What the log says of people: their ids, and nothing else, whoever fails and however (S19)."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client

from config.logged import line
from personas.models import ContactEmail
from tenants.intake.scrubbing import scrubbed
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner import Run, handles
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient

NAME, EMAIL, PHONE, RUT = "Zoila Traza", "zoila@marked.example", "+56 9 8760 0123", "11.222.333-9"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2lsYSJ9.c2lnbmF0dXJl"
LINK = "Zt4kP9qLm2Xw8RbV7nYc3Hd6"
MARKS = ("zoila", "traza", "8760", "11.222.333", TOKEN.lower(), LINK.lower())
SAID = f"{NAME} {EMAIL} {PHONE} {RUT} Bearer {TOKEN}"


@handles("tests.say", label="say")
def say(run: Run) -> dict[str, object]:
    """Fail with somebody's words, and with the database's."""
    if run.params["how"] == "words":
        raise ValueError(SAID)
    with run.chunk():
        ContactEmail.objects.create(contact_id=run.params["contact"], address=EMAIL)
    return {}


@pytest.fixture
def logs() -> Iterator[Callable[[], tuple[str, str]]]:
    """Take every line as it would be written, and beside it as Python itself would write it."""
    ours, plain = logging.StreamHandler(io.StringIO()), logging.StreamHandler(io.StringIO())
    ours.setFormatter(line())
    plain.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    level, kept = root.level, list(root.handlers)
    root.handlers[:] = [plain, ours]
    root.setLevel(logging.INFO)
    try:
        yield lambda: (ours.stream.getvalue().lower(), plain.stream.getvalue().lower())
    finally:
        root.handlers[:] = kept
        root.setLevel(level)


def fail_a_job(acme: Tenant, **params: object) -> Job:
    with tenant_scope(acme.schema_name):
        job = enqueue(kind="tests.say", subject=uuid4().hex, params=params)
    work_on(DueTicket(job.id, acme.schema_name))
    with tenant_scope(acme.schema_name):
        return Job.objects.get(pk=job.pk)


def test_no_line_says_who(
    acme: Tenant,
    alice: User,
    page: Callable[[User], Client],
    api: Callable[[User], ApiClient],
    monkeypatch: pytest.MonkeyPatch,
    logs: Callable[[], tuple[str, str]],
) -> None:
    """S19: pages, API and jobs that fail with marked words; what Python would write holds them (control)."""
    program, client = api(alice), page(alice)
    body = {"first_name": "Zoila", "emails": [{"address": EMAIL}], "phone": PHONE.replace(" ", "")}
    made = program.post("/api/v1/contacts/", body)
    assert made.status_code == 201, made.content
    assert program.post("/api/v1/contacts/", body).status_code == 409
    fail_a_job(acme, how="words")
    job = fail_a_job(acme, how="database", contact=json.loads(made.content)["id"])
    assert "zoila" not in job.error, "nor does the row"
    client.get(f"/nowhere/{LINK}/", {"q": NAME, "mail": EMAIL})
    Client(raise_request_exception=False).post("/login/", {"email": EMAIL, "password": NAME})
    monkeypatch.setattr("tenants.jobs.views.queries.jobs_page", _raise)
    assert client.get("/jobs/", {"kind": NAME}).status_code == 500
    logging.getLogger("some.library").warning("asked /x?name=%s for %s", NAME.replace(" ", "+"), PHONE)
    try:
        _raise()
    except RuntimeError as error:
        logging.getLogger("celery.app.trace").exception("Task run raised unexpected: %r", error)
    ours, plain = logs()
    assert [mark for mark in MARKS if mark in ours] == []
    assert [mark for mark in MARKS if mark not in plain] == [], "the control says them all"
    for word in ("request=", f"tenant={acme.schema_name}", f"user={alice.pk}", f"job={job.pk}"):
        assert word in ours
    assert "contact_email" in ours or "personas_contactemail" in ours, "what went wrong is still told"


def _raise(**_asked: object) -> None:
    try:
        raise IntegrityError(
            f'duplicate key "x"\nDETAIL:  Key (email)=({EMAIL}) already exists. {SAID} {LINK}'
        )
    except IntegrityError as error:
        raise RuntimeError(SAID) from error


@pytest.mark.parametrize(
    "text",
    [
        "job 0199aaaa-1111-7111-8111-123456789012 took 3.25 s at 2026-11-21 10:20:30",
        'column "phone_key" of relation "identity_lead" does not exist',
        "Not Found: /api/v1/accounts/12345678901234567/",
        "Listening at: http://127.0.0.1:8000 (4711)",
    ],
)
def test_it_keeps_ids_moments_and_names_of_columns(text: str) -> None:
    """S19: a log that says nothing of anything would help nobody."""
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("DETAIL:  Key (email)=(a@b.cl) already exists.", "DETAIL:  Key (email)=([…]) already exists."),
        ("Failing row contains (1, Ana, null).", "Failing row contains ([…])"),
        ("postgres://me:secret@db/x", "postgres://[…]@db/x"),
        ("password=hunter2, token: abc", "password=[…], token: […]"),
        ("from 190.20.30.40 by 987600123", "from […] by […]"),
    ],
)
def test_it_takes_out_what_says_who(text: str, kept: str) -> None:
    """S19: each kind of word by itself."""
    assert scrubbed(text) == kept
