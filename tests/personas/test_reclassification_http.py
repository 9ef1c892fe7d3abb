"""A program with nothing but HTTP goes from a keyword to its contacts and back, on the real product (W4)."""

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests import cast, databases
from tests.browser.served import Served, served

# Programs of the product and a worker, on committed rows.
pytestmark = [pytest.mark.real_roles, pytest.mark.services]
PATIENCE_SECONDS = 60
RUNNING = ("queued", "processing", "pending_retry")


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """Serve the cast's tenants with sample data."""
    with django_db_blocker.unblock(), served(f"{databases.own_name()}_http") as running:
        yield running


class Program:
    """Speaks JSON over HTTP, with a person's token once it has one."""

    def __init__(self, url: str) -> None:
        self.url, self.headers = url, {"Content-Type": "application/json"}
        entry = {"email": cast.PEOPLE["alice"], "password": cast.PASSWORD}
        token = self.ask("POST", "/api/v1/token", entry)["access"]
        self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer's JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, self.headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def ended(self, accepted: dict[str, Any]) -> dict[str, Any]:
        """Ask again and again until a job has ended; its counters add up at every moment (R3)."""
        path = f"/api/persona-classifier/jobs/{accepted['job']['job_id']}"
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            job: dict[str, Any] = self.ask("GET", path)["job"]
            counted = job["progress"]
            parts = ("updated", "skipped_locked", "skipped_same", "errors")
            assert counted["processed"] == sum(counted[name] for name in parts)
            assert (job["result"] is None) == (job["status"] in {"pending", "processing"})
            if job["result"] is not None:
                assert job["status"] == "completed", job
                return job
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.2)

    def wait_for_imports(self) -> None:
        """Return when the sample's waiting import has ended: it brings contacts of its own."""
        end = time.monotonic() + PATIENCE_SECONDS
        while any(self.ask("GET", f"/api/v1/linkedin-imports/?state={at}")["results"] for at in RUNNING):
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.2)

    def contacts_of(self, persona: str) -> int:
        """Count the contacts of a persona."""
        found = self.ask("GET", f"/api/v1/contacts/?persona={persona}&limit=1&count=exact")
        return int(found["count"])


def test_a_plain_program_previews_applies_and_undoes(site: Served) -> None:
    """R1-R4, R8, R9: the estimate, the preview and the run agree; the undo leaves nothing behind."""
    with site.worker():
        program, start = Program(site.url), "/api/persona-classifier/reclassify/affected"
        program.wait_for_imports()
        before = {code: program.contacts_of(code) for code in ("mateo", "dc_generales")}
        texts = {
            "buyer_persona_id": "dc_generales",
            "text": "analista; asistente\ncoordinador",
            "match": "phrase",
        }
        written = program.ask("POST", "/api/v1/keywords/bulk/", texts)
        asked = {"keywords": written["affected"]}
        estimate = program.ask(
            "POST", "/api/persona-classifier/reclassify/estimate", {"job_type": "affected"} | asked
        )
        assert estimate["would_change"] > 0, "the sample has none of these"
        preview = program.ended(program.ask("POST", start, asked))
        assert preview["progress"]["updated"] == estimate["would_change"]
        assert program.contacts_of("dc_generales") == before["dc_generales"]
        real = {"dry_run": False, "preview_job_id": preview["job_id"]} | asked
        applied = program.ended(program.ask("POST", start, real))
        assert applied["result"]["transitions"] == preview["result"]["transitions"] == estimate["transitions"]
        gained = program.contacts_of("dc_generales") - before["dc_generales"]
        assert gained == applied["result"]["persona_breakdown"]["dc_generales"]
        undone = f"/api/persona-classifier/jobs/{applied['job_id']}/undo"
        program.ended(program.ask("POST", undone))
        assert {code: program.contacts_of(code) for code in before} == before
