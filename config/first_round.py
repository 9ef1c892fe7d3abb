"""One real round of each domain for the demo (F7), through the doors that every program uses.

Nothing here touches a row: a person logs in, uploads, confirms and starts; the running worker does the job.
"""

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from config.bootstrap import _, spoken_language
from config.narration import Step
from config.supervisor import Supervisor, SupervisorError
from personas import queries
from personas.rules import ImportState
from personas.samples import LinkedInSample, make_linkedin_export
from tenants.display.formats import Formats
from tenants.display.progress import bar_of
from tenants.scope import tenant_scope

PROFILE = "demo"
FILENAME = "Connections.csv"
# Seconds: the web server may be busy with its first requests.
PATIENCE = 60


class Server:
    """One of our own programs that answers in JSON, to whoever has its key."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url
        self._headers = {
            "Accept": "application/json",
            "Accept-Language": spoken_language(),
            "User-Agent": "minga-demo/1",  # what Alice reads in the list of her sessions
        }
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str) -> dict[str, Any]:
        """Return a JSON answer; raises SupervisorError with the problem's words."""
        return self._ask(urllib.request.Request(self._url + path))  # noqa: S310  our own http address

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send JSON and return the answer."""
        content = json.dumps(body).encode() if body is not None else b""
        return self._post(method, path, content, "application/json")

    def upload(self, path: str, *, content: bytes, filename: str, **fields: str) -> dict[str, Any]:
        """Send a file and fields as a form does, and return the answer."""
        mark = secrets.token_hex(16)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
                 for name, text in fields.items()]  # fmt: skip
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
        form = ("".join(parts) + head).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._post("POST", path, form, f"multipart/form-data; boundary={mark}")

    def _post(self, method: str, path: str, content: bytes, content_type: str) -> dict[str, Any]:
        headers = {"Content-Type": content_type}
        # Our own http address.
        return self._ask(urllib.request.Request(self._url + path, content, headers, method=method))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> dict[str, Any]:
        for name, value in self._headers.items():
            request.add_header(name, value)
        try:
            # Our own http address.
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise SupervisorError(_refusal(request, error)) from error
        except OSError as error:
            raise SupervisorError(f"{request.get_method()} {request.selector}: {error}") from error


class Door(Server):
    """A program's way in: one person's token at our own web server."""

    def __init__(self, url: str, email: str, password: str) -> None:
        super().__init__(url)
        got = self.send("POST", "/api/v1/token", {"email": email, "password": password})
        self._headers["Authorization"] = f"Bearer {got['access']}"


def _refusal(request: urllib.request.Request, error: urllib.error.HTTPError) -> str:
    try:
        problem = json.load(error)
        words = problem.get("detail") or problem.get("title") or ""
    except ValueError:
        words = error.reason
    return f"{request.get_method()} {request.selector}: {error.code} {words}".strip()


def import_contacts(
    step: Step, crew: Supervisor, log_in: Callable[[], Door], *, schema: str, rows: int, seed: int
) -> None:
    """Bring a synthetic LinkedIn export in and have its contacts classified, once (L1-L7, P1-P6).

    Raises SupervisorError when a door refuses, the job fails or the counts are not the generator's.
    """
    if _is_imported(schema):
        step.facts["already_there"] = True
        return
    # Up to today, or the growth of the last months would read zero; the counts do not depend on it.
    sample = make_linkedin_export(rows=rows, seed=seed, until=timezone.localdate())
    door, path = log_in(), "/api/v1/linkedin-imports/"
    made = door.upload(path, content=sample.content, filename=FILENAME, profile=PROFILE)
    here = f"{path}{made['id']}/"
    if made["state"] in (ImportState.UPLOADED, ImportState.MAPPED):
        door.send("PUT", f"{here}mapping/", made["mapping"])
    if made["state"] not in (ImportState.QUEUED, ImportState.PROCESSING, ImportState.PENDING_RETRY):
        made["job"] = door.send("POST", f"{here}start/")["id"]
    follow(step, crew, door, made["job"])
    _compare(step, door.get(here)["result"], sample)


def keep_figures(step: Step, crew: Supervisor, log_in: Callable[[], Door], *, schema: str) -> None:
    """Preview a reclassification of everybody and keep the first figures, once (R1, R4, Metrics).

    Raises SupervisorError when a door refuses or the job fails.
    """
    with tenant_scope(schema):
        if queries.latest_metrics():
            return
    door, path = log_in(), "/api/v1/persona-classifier/"
    job = door.send("POST", f"{path}reclassify/all/", {"dry_run": True})["job"]["job_id"]
    follow(step, crew, door, job)
    preview = door.get(f"{path}jobs/{job}/")["job"]["result"]
    figures = door.send("POST", f"{path}metrics/compute/")["metrics"]
    step.facts |= {"would_change": preview["total_changes"], "coverage": figures["coverage"]}


def _is_imported(schema: str) -> bool:
    with tenant_scope(schema):
        return queries.linkedin_imports(profile=PROFILE, state=ImportState.COMPLETED).exists()


def follow(step: Step, crew: Supervisor, door: Door, job: str) -> None:
    """Show a job's bar until it ends, as a program polls it (W2, W13)."""
    formats = Formats(language=spoken_language(), country="CL", timezone="America/Santiago")
    while True:
        seen = door.get(f"/api/v1/jobs/{job}/")
        bar = bar_of(seen, formats=formats, now=timezone.now())
        step.show(bar.percent, ", ".join(filter(None, (bar.phase, bar.amount, bar.silence or bar.eta))))
        if not bar.is_live:
            break
        crew.check()
        time.sleep(0.3)
    step.words = bar.amount
    if bar.state != "completed":
        raise SupervisorError(f"{seen['kind']}: {bar.state_label}. {bar.error}".strip())


def _compare(step: Step, result: dict[str, Any], sample: LinkedInSample) -> None:
    """Hold the result against what the generator knows: a demo that shows wrong figures must not go on."""
    truth = asdict(sample.truth)
    step.facts |= {"result": result, "expected": truth}
    wrong = [name for name, count in result.items() if name in truth and truth[name] != count]
    if wrong or result["persona_counts"] != truth["rows_per_persona"]:
        raise SupervisorError(
            _("The import counted otherwise than the sample says: %(names)s")
            % {"names": ", ".join(wrong or ["persona_counts"])}
        )
