"""`manage.py demo` (F7): what it refuses, what it tells, how its round goes through the doors."""

import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from config import demonstration, first_round
from config.embedded import EmbeddedError
from config.first_files import write_files
from config.first_round import Door
from config.management.commands import demo
from config.narration import Narrator, Step
from config.supervisor import Supervisor, SupervisorError
from config.surroundings import DemoSecrets
from personas.samples import make_linkedin_export
from tenants.models import Tenant


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kept(tmp_path: Path) -> DemoSecrets:
    passwords = {person.email: f"password of {person.name}" for person in demonstration.PEOPLE}
    return DemoSecrets(tmp_path / "secrets.json", {}, passwords, {"acme": "key-a", "birch": "key-b"})


def test_a_second_demo_in_the_same_folder_is_refused(monkeypatch, tmp_path):
    """F7: it would stop or erase what the first one uses."""
    monkeypatch.setattr(demo, "STATE", tmp_path / "demo")
    with demo.alone(), pytest.raises(EmbeddedError, match="running already"), demo.alone():
        pass


def test_an_error_of_the_demo_itself_is_not_called_the_disks(monkeypatch, tmp_path):
    """Bad input: only what the lock meets is explained as a matter of the folder."""
    monkeypatch.setattr(demo, "STATE", tmp_path / "demo")
    with pytest.raises(FileNotFoundError), demo.alone():
        Path("/nowhere").read_text()


def test_a_reset_never_pretends_to_erase_a_given_database(monkeypatch):
    """F7: DATABASE_URL may name something that matters."""
    monkeypatch.setenv("DATABASE_URL", "postgres://someone@db/precious")
    monkeypatch.setattr(demo, "check_port", lambda *_port: None)
    with pytest.raises(EmbeddedError, match="DATABASE_URL names another"):
        demo.check(8000, reset=True)


def test_the_last_json_line_has_what_a_script_needs(kept):
    """Issue: `{url, tenants, users:[{email,password,role,tenant}], api_key}`."""
    tenants = [Tenant(slug=sample.slug, name=sample.name) for sample in demonstration.TENANTS]
    told = json.loads(json.dumps(demonstration.summary("http://localhost:8000", kept, tenants)))
    assert {"url", "tenants", "users", "api_key"} <= told.keys()
    assert told["api_key"] == "key-a"
    assert [(user["email"], user["role"], user["tenant"]) for user in told["users"]] == [
        ("alice@acme.example", "admin", "acme"),
        ("bob@acme.example", "viewer", "acme"),
        ("carol@birch.example", "admin", "birch"),
        ("sam@minga.example", "support", None),
    ]


def test_the_invitation_has_links_log_ins_files_and_a_ready_curl(kept, tmp_path):
    """First ten minutes: links, users, files to upload, and a curl that works as it stands."""
    files = write_files(tmp_path / "demo-files", today=date(2026, 11, 21))
    said = demonstration.invitation("http://localhost:8123", kept, files)
    assert {line.strip() for line in said.splitlines()} >= {str(file) for file in files}
    assert [file.stat().st_size > 1_000 for file in files] == [True, True]
    assert "http://localhost:8123/admin/" in said
    assert "password of Bob" in said
    assert "curl -H 'Authorization: Bearer key-a' 'http://localhost:8123/api/v1/contacts/" in said


class Server(BaseHTTPRequestHandler):
    """A web server that gives a token and answers everything else as it was told."""

    answers: ClassVar[dict[str, tuple[int, Any]]] = {}
    heard: ClassVar[list[tuple[str, str, str, bytes]]] = []

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.heard.append((self.command, self.path, self.headers.get("Authorization", ""), body))
        status, told = self.answers.get(self.path, (200, {"access": "token-1"}))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_GET = do_POST = do_PUT = answer  # noqa: N815  the names http.server asks for

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    Server.answers.clear()
    Server.heard.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_file_goes_in_as_a_form_with_the_persons_token(web):
    """F7: the round goes through the doors that every program uses."""
    Door(web, "a@acme.example", "secret").upload(
        "/in/", content=b"\xff\x00", filename="C.csv", profile="demo"
    )
    method, path, token, body = Server.heard[-1]
    assert (method, path, token) == ("POST", "/in/", "Bearer token-1")
    assert b'name="profile"\r\n\r\ndemo\r\n' in body
    assert b'name="file"; filename="C.csv"\r\n\r\n\xff\x00\r\n--' in body


def test_a_refusal_is_one_line_with_the_problems_words(web):
    """W11: what the API says is what the demo tells."""
    Server.answers["/in/"] = (409, {"title": "Conflict", "detail": "Another file is being imported."})
    with pytest.raises(SupervisorError, match=r"^POST /in/: 409 Another file is being imported\.$"):
        Door(web, "a@acme.example", "secret").send("POST", "/in/")


def test_a_job_that_fails_stops_the_demo_with_its_words(web):
    """W2: the terminal says what the page says."""
    job = {"id": "1", "kind": "personas.import_linkedin", "state": "failed", "done": 3, "total": 9,
           "phase": {"n": 1, "of": 1, "label": ""}, "error": "disk full"}  # fmt: skip
    Server.answers["/api/v1/jobs/1/"] = (200, job)
    step = Step("personas", "Contacts")
    with pytest.raises(SupervisorError, match=r"personas\.import_linkedin: .*disk full"):
        first_round.follow(step, Supervisor([]), Door(web, "a@acme.example", "secret"), "1")
    assert step.percent == 33


def test_a_count_that_is_not_the_samples_stops_the_demo():
    """L7: a demo that shows wrong figures must not go on."""
    sample = make_linkedin_export(rows=20)
    right = {"created": sample.truth.created, "persona_counts": sample.truth.rows_per_persona}
    first_round._compare(Step("personas", "Contacts"), right, sample)
    with pytest.raises(SupervisorError, match="created"):
        first_round._compare(Step("personas", "Contacts"), right | {"created": 0}, sample)
    with pytest.raises(SupervisorError, match="persona_counts"):
        first_round._compare(Step("personas", "Contacts"), right | {"persona_counts": {}}, sample)


def test_a_web_server_that_keeps_dying_is_not_waited_for():
    """F7: one line instead of a minute of silence."""
    out = Narrator(as_json=True, out=io.StringIO(), log=io.StringIO())
    crew = Supervisor([], out=out)
    crew._gave_up.set()
    with pytest.raises(SupervisorError, match="keeps ending"):
        demo.wait_for_web("http://127.0.0.1:1", crew)
