"""What the tests of backup and restore share: rows worth keeping, and another server."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.backup import manifest
from config.embedded import postgres
from tenants.models import Tenant
from tenants.records.models import AuditEntry, StoredFile
from tenants.scope import tenant_scope
from tenants.scope.pools import POOLS
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.identity.test_guardrails import sound

ELMA = "elma@elm.example"
# All that COPY's text form has to write otherwise, and what looks like it.
ODD = "tab\there\nline\r\\N \\. back\\\\slash ñandú 你 'quoted' \x0b\x0c end"

# What Django's own sessions leave in the history of a schema that was made when they were in use.
RETIRED = """
    INSERT INTO "{schema}".django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', now())
"""
OLD_SESSIONS = """
    CREATE TABLE public.django_session (
        session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL);
    INSERT INTO public.django_session VALUES ('of an old process', '', now())
"""


def fill(tenant: Tenant) -> None:
    """Write rows of all four domains' kinds: texts, bytes, JSON, money, links, a running campaign."""
    with tenant_scope(tenant.schema_name):
        AuditEntry.objects.create(verb="kept", object_type=tenant.slug, object_id="1", change={"said": ODD})
        StoredFile.objects.create(name=ODD[:20].strip(), content_type="x", digest="d", size=512,
                                  content=bytes(range(256)) * 2)  # fmt: skip
        sound()
        a_campaign(an_account(a_provider()), people=3)


def backed_up(to: Path, *words: str) -> Path:
    """Run `manage.py backup` and return its folder."""
    return Path(answered("backup", f"--to={to}", *words)["backup"])


def answered(command: str, *words: str) -> dict[str, Any]:
    """Run a command with --json and return the last object that it says."""
    said = StringIO()
    call_command(command, *words, "--json", stdout=said)
    found: dict[str, Any] = json.loads(said.getvalue().splitlines()[-1])
    return found


def sums(folder: Path, schema: str = "", *, key: str = "") -> dict[tuple[str, str], tuple[int, str]]:
    """Return rows and checksum of every table that a backup holds, of one schema if named."""
    return {
        (of.name, held.table.name): (held.parcel.rows, held.parcel.checksum)
        for of, held in manifest.read(folder, key=key).all()
        if schema in {"", of.name}
    }


def flip(path: Path, *, at: int = -20) -> None:
    """Change one bit of one byte."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@contextmanager
def new_server() -> Iterator[None]:
    """Work on a cluster that was made a moment ago, as a machine would that has only the backup."""
    home = Path(tempfile.mkdtemp(dir="/var/tmp"))
    home.chmod(0o755)
    server = postgres.start(home / "postgres", durable=False)
    url, database = urlsplit(server.url), settings.DATABASES["default"]
    before, address = dict(database), os.environ["DATABASE_URL"]
    leave()
    try:
        database |= {"NAME": url.path[1:], "USER": url.username, "PASSWORD": "", "PORT": "",
                     "HOST": parse_qs(url.query)["host"][0]}  # fmt: skip
        os.environ["DATABASE_URL"] = server.url
        yield
    finally:
        leave()
        database |= before
        os.environ["DATABASE_URL"] = address
        server.stop()
        shutil.rmtree(home)


def leave() -> None:
    """End this process's sessions, as stopped programs have none."""
    connections.close_all()
    POOLS.close()
