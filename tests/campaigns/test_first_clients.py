"""The first clients' calls, letter by letter, against the product as it is served: contracts."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from campaigns.samples.writing import as_workbook
from tests import cast, databases
from tests.browser.served import Served, served
from tests.campaigns.uploading import HEADINGS, debtor
from tests.reading import plain, words_of

pytestmark = [
    pytest.mark.real_roles,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]

# As they stand in the first clients' document; only the address and the batch are today's.
CREATE = r"""curl -X POST "http://localhost:8000/api/v1/batches" \
  -H "Content-Type: application/json" \
  -d '{
    "account_id": "acc-test-001",
    "name": "Campaña Cobranza Urgente",
    "description": "Horario extendido 09:00-20:00",
    "priority": 1,
    "call_settings": {
      "allowed_call_hours": {"start": "09:00", "end": "20:00"},
      "timezone": "America/Santiago",
      "retry_settings": {"max_attempts": 5, "retry_delay_hours": 12},
      "max_concurrent_calls": 15
    }
  }'"""
EXCEL = r"""curl -X POST "http://localhost:8000/api/v1/batches/excel/create" \
  -F "file=@chile_10_usuarios.xlsx" \
  -F "account_id=acc-test-001" \
  -F "batch_name=Campaña Marketing" \
  -F "processing_type=acquisition" \
  -F "dias_fecha_limite=30" \
  -F "call_settings_json={\"allowed_call_hours\":{\"start\":\"10:00\",\"end\":\"18:00\"},\"timezone\":\"America/Santiago\",\"max_concurrent_calls\":5}"
"""  # noqa: E501 - as the document has it
STATUS = 'curl -X GET "http://localhost:8000/api/v1/batches/batch-20251015-abc123/status"'
CANCEL = (
    'curl -X POST "http://localhost:8000/api/v1/batches/batch-20251015-abc123/cancel'
    '?reason=Cliente%20solicit%C3%B3%20detenci%C3%B3n"'
)
OVERVIEW = 'curl -X GET "http://localhost:8000/api/v1/dashboard/overview"'
GUIDE = Path(__file__).parents[2] / "docs" / "campaigns.md"
OVERVIEW_OF = 'curl -X GET "http://localhost:8000/api/v1/dashboard/overview?account_id=acc-chile-001"'


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """Serve the cast's tenants."""
    with django_db_blocker.unblock(), served(f"{databases.own_name()}_clients") as running:
        yield running


class Shell:
    """Runs the clients' commands with a token; nothing else of them changes."""

    def __init__(self, site: Served, folder: Path) -> None:
        self.site, self.folder = site, folder
        entry = json.dumps({"email": cast.PEOPLE["alice"], "password": cast.PASSWORD})
        body = "-H 'Content-Type: application/json' -d"
        told = self.run(f"curl -X POST {site.url}/api/v1/token {body} {shlex.quote(entry)}")
        self.token = told["access"]

    def run(self, command: str, batch: str = "") -> Any:
        """Return the JSON of a command's answer, whose status is below 400."""
        here = command.replace("http://localhost:8000", self.site.url)
        words = shlex.split(here.replace("batch-20251015-abc123", batch).replace("\\\n", " "))
        token = getattr(self, "token", "")
        headers = ["-H", f"Authorization: Bearer {token}"] if token else []
        asked = [*words, "--silent", "--show-error", "--fail-with-body", *headers]
        done = subprocess.run(asked, cwd=self.folder, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)


@pytest.fixture
def shell(site: Served, tmp_path: Path) -> Shell:
    return Shell(site, tmp_path)


def _cells(number: int) -> list[str | float | bool | date | None]:
    """Return a person's cells; without days of their own, those of the upload hold."""
    document, name, *_others = debtor(number).split(";")
    return [document, name, "", "98.500", "", "", f"9{61_000_000 + number}"]


def test_their_calls_are_answered_as_they_were(shell: Shell, tmp_path: Path) -> None:
    """API: bodies, parameters and shapes of the first clients, without a slash at the end."""
    for code in ("acc-test-001", "acc-chile-001"):
        facts = json.dumps({"account_id": code, "name": "Cliente Chile Principal"})
        body = "-H 'Content-Type: application/json' -d"
        shell.run(f"curl -X POST http://localhost:8000/api/v1/accounts {body} {shlex.quote(facts)}")
    made = shell.run(CREATE)
    assert (made["success"], made["batch"]["name"]) == (True, "Campaña Cobranza Urgente")
    settings = made["batch"]["call_settings"]
    assert (
        settings.items()
        >= {
            "allowed_call_hours": {"start": "09:00", "end": "20:00"},
            "timezone": "America/Santiago",
            "retry_settings": {"max_attempts": 5, "retry_delay_hours": 12},
            "max_concurrent_calls": 15,
        }.items()
    )
    _a_file_is_followed_and_cancelled(shell, tmp_path)
    _the_dashboard_answers(shell)


def _a_file_is_followed_and_cancelled(shell: Shell, tmp_path: Path) -> None:
    columns = HEADINGS.split(";")
    rows = [dict(zip(columns, _cells(number), strict=True)) for number in range(10)]
    (tmp_path / "chile_10_usuarios.xlsx").write_bytes(as_workbook(columns, rows))
    excel = shell.run(EXCEL)
    assert set(excel) == {"success", "batch_id", "batch_name", "processing_type", "stats"}
    assert (excel["batch_name"], excel["processing_type"]) == ("Campaña Marketing", "acquisition")
    assert (excel["stats"]["rows"], excel["stats"]["persons"]) == (10, 10)
    batch = excel["batch_id"]
    assert re.fullmatch(r"batch-\d{8}-[0-9a-f]{6,}", batch)
    assert shell.run(STATUS, batch) == {
        "batch_id": batch,
        "is_active": False,
        "total_jobs": 10,
        "pending_jobs": 10,
        "completed_jobs": 0,
        "failed_jobs": 0,
        "suspended_jobs": 0,
        "total_cost": 0.0,
        "total_minutes": 0.0,
        "progress_percentage": 0.0,
        "started_at": None,
        "completed_at": None,
    }
    assert shell.run(CANCEL, batch) == {
        "success": True,
        "message": "Batch cancelled successfully",
        "reason": "Cliente solicitó detención",
    }
    ended = shell.run(STATUS, batch)
    assert (ended["progress_percentage"], ended["pending_jobs"]) == (100.0, 0)
    assert datetime.fromisoformat(ended["completed_at"]).tzinfo


def _the_dashboard_answers(shell: Shell) -> None:
    whole = shell.run(OVERVIEW)
    assert whole["account"] is None
    assert whole["detailed_stats"]["jobs"]["today"] >= 10
    mine = shell.run(OVERVIEW_OF)
    assert mine["account"] == {
        "account_id": "acc-chile-001",
        "name": "Cliente Chile Principal",
        "status": "active",
        "balance": 0.0,
        "billing_type": "credits",
    }
    assert mine["metrics"] == {
        "jobs_today": 0,
        "success_rate_percentage": None,
        "active_batches": 0,
        "pending_jobs": 0,
    }


@pytest.mark.parametrize(
    "path", ["batches", "accounts", "entries", "jobs", "calls/history", "dashboard/overview", "use-cases"]
)
def test_lists_answer_with_and_without_a_slash(shell: Shell, path: str) -> None:
    """API: the first clients write none; the house writes one."""
    for end in ("", "/"):
        shell.run(f"curl -X GET http://localhost:8000/api/v1/{path}{end}")


def test_the_lines_of_the_guide_work_as_they_stand(site: Served, tmp_path: Path) -> None:
    """API: from a token to a report, copied out of the documents into a shell."""
    (lines,) = re.findall(r"^```sh\n(MINGA=.*?)^```$", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    told = {"MINGA": site.url, "EMAIL": cast.PEOPLE["alice"], "PASSWORD": cast.PASSWORD}
    shell = ["bash", "-euo", "pipefail", "-c", lines]
    done = subprocess.run(
        shell, cwd=tmp_path, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    heard = list(documents(done.stdout))
    assert [one["balance"] for one in heard if "transaction" in one] == ["50.0000"]
    previewed = next(one["stats"] for one in heard if "stats" in one)
    assert (previewed["rows"], previewed["persons"], previewed["refused"]) == (2, 2, 0)
    states = [one["batch"]["state"] for one in heard if "batch" in one]
    assert states == ["running", "paused", "running"]
    assert heard[-1]["reason"] == "Lo pidió el cliente"
    report = (tmp_path / "reporte.csv").read_text("utf-8-sig").splitlines()
    assert len(report) == 1 + previewed["persons"]
    assert plain("Cobranza de prueba") in words_of((tmp_path / "informe.pdf").read_bytes())[0]


def documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents of a text that stand one after the other."""
    left, decoder = text.strip(), json.JSONDecoder()
    while left:
        found, end = decoder.raw_decode(left)
        yield found
        left = left[end:].lstrip()
