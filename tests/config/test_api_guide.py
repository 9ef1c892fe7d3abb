"""Every line of docs/api-guide.md runs as it stands against the served product: a newcomer's path."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tenants import actions
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tests import cast, databases
from tests.browser.served import Served, free_port, import_sample, served
from tests.browser.served_campaigns import fill_campaigns
from tests.browser.served_identity import fill_identity
from tests.browser.served_insights import bring_brand
from tests.browser.served_scripts import fill_scripts
from tests.insights.analysing import analysed

pytestmark = [
    pytest.mark.long,
    pytest.mark.real_roles,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]

GUIDE = Path(__file__).parents[2] / "docs" / "api-guide.md"
# What takes twenty seconds, on a machine that does other things as well.
PATIENCE_SECONDS = 180
# Written before each section's lines, so that what they say can be told apart.
MARK = "\x1e"


def sections() -> list[tuple[str, str]]:
    """Return (heading, lines) of each block to paste, in the guide's order."""
    parts = re.split(r"^## (.+)$", GUIDE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    blocks = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return [
        (heading, lines)
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
        for lines in blocks.findall(text)
    ]


def furnish() -> dict[str, str]:
    """Give Acme a little of everything; return the key of a program that reads."""
    acme, alice = Tenant.objects.get(slug="acme"), cast.person("alice")
    with tenant_scope(acme.schema_name):
        import_sample(alice, "Ventas", rows=300, seed=1)
    assert work_once(platform=False)
    fill_identity(acme, alice)
    fill_scripts(acme, alice)
    fill_campaigns(acme)
    with tenant_scope(acme.schema_name):
        ficha, _book = bring_brand("aurora", alice, weeks=6)
        analysed(ficha)
    with owner_scope():
        _row, key = actions.make_api_key(tenant=acme, name="guide", role=Role.VIEWER)
    return {"key": key}


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """Serve Acme, which may tell receivers on this machine, as the guide asks for."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("MINGA_OUTGOING_PRIVATE", "1")
        with served(f"{databases.own_name()}_guide", furnish) as running:
            yield running


def run(site: Served, folder: Path, chosen: list[tuple[str, str]]) -> subprocess.CompletedProcess[str]:
    """Paste sections into one shell that stops at the first line that fails."""
    lines = "\n".join(f"printf '{MARK}%s\\n' '{heading}'\n{text}" for heading, text in chosen)
    told = {
        "MINGA": site.url,
        "EMAIL": cast.PEOPLE["alice"],
        "PASSWORD": cast.PASSWORD,
        "KEY": site.paths["key"],
        "PORT": str(free_port()),
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=folder,
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return what each section wrote."""
    found: dict[str, str] = {}
    for part in done.stdout.split(MARK)[1:]:
        heading, _, text = part.partition("\n")
        found[heading] = found.get(heading, "") + text
    return found


def documents(text: str) -> list[Any]:
    """Return the JSON documents of a text that was shown indented, whatever stands between them."""
    return [json.loads(found) for found in re.findall(r"^\{$.*?^\}$", text, re.DOTALL | re.MULTILINE)]


def test_the_lines_of_the_guide_work_as_they_stand(site: Served, tmp_path: Path) -> None:
    """Issue 7: from the printed key to every domain, copied out of the document into a shell."""
    with site.worker():
        done = run(site, tmp_path, sections())
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr)
    told = said(done)
    assert [(one["role"], one["via"]) for one in documents(told["Signing in"])] == [
        ("viewer", "api_key"),
        ("admin", "jwt"),
    ]
    (page,) = documents(told["Walking a list"])
    assert f"{page['count']} keywords" in told["Walking a list"]
    assert re.search(r"^one contact: \d+$", told["Writing once"], re.MULTILINE)
    _rules_moved_people_and_back(told["Personas"])
    _leads_say_why(told["Identity"])
    _the_brand_answers(told["Insights"], tmp_path)
    assert documents(told["People"])[0]["of"] == "contact"
    assert "/welcome/" in told["People"]
    assert 'verified {"type":"webhook.test"' in told["Webhooks"]
    assert documents(told["Webhooks"])[-1]["results"][0]["state"] == "delivered"


def _rules_moved_people_and_back(text: str) -> None:
    diagnosis, estimate = documents(text)
    assert diagnosis["diagnosis"]["result"]["is_default"]
    counts = [int(line) for line in text.splitlines() if line.isdigit()]
    assert counts == [estimate["would_change"]] * 2
    assert counts[0] > 0


def _leads_say_why(text: str) -> None:
    case, stats = documents(text)
    assert (case["reason"], case["candidates"]) == ("NO_CANDIDATES", [])
    assert stats["leads"] == stats["leads_linked"] + stats["leads_red"]
    # Disputes that were planted for the inbox may fail one; either way there is a verdict.
    assert {"true", "false"} & set(text.splitlines())


def _the_brand_answers(text: str, folder: Path) -> None:
    assert re.findall(r"^(Q\d+) (ok|requiere_modelo|sin_datos)$", text, re.MULTILINE)[-1][0] == "Q10"
    assert "completed" in text.splitlines()
    assert (folder / "aurora.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "aurora.xlsx").read_bytes().startswith(b"PK")


def test_a_wrong_path_fails_it(site: Served, tmp_path: Path) -> None:
    """Positive control: one address that is not there, and the shell ends as curl did, at that line."""
    before, sign_in, *_others = sections()
    wrong = (sign_in[0], sign_in[1].replace("users/me", "nowhere/", 1))
    done = run(site, tmp_path, [before, wrong])
    assert done.returncode == 22, done.stderr
    assert "404" in done.stderr
