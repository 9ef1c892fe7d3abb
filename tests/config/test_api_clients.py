"""A client that is made from the schema works against a running server (W9); `make client-check` types it."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.db import connections

from config.wsgi import application
from tenants.models import User
from tests.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = Path(sys.executable).with_name("openapi-python-client")


class Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def answered(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer, and leave no connection to the test's database in the server's thread."""
    try:
        return [b"".join(application(environ, start_response))]
    finally:
        connections.close_all()


@pytest.fixture
def url(real_roles: None) -> Iterator[str]:
    """A running server on a free port."""
    with make_server("127.0.0.1", 0, answered, handler_class=Silent) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Generate the client and let this process import it."""
    words = [
        "generate",
        "--path",
        "docs/openapi.yaml",
        "--config",
        "docs/openapi-client.yaml",
        "--meta",
        "none",
    ]
    into = ["--output-path", str(tmp_path / "minga_client"), "--fail-on-warning"]
    subprocess.run([GENERATOR, *words, *into], cwd=ROOT, check=True, capture_output=True, timeout=120)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "minga_client"]:
        del sys.modules[name]


def part(name: str) -> Any:
    """Return a module of the generated client; no checker knows them here."""
    return importlib.import_module(f"minga_client.{name}")


@pytest.mark.long
@pytest.mark.real_roles
def test_it_logs_in_lists_and_creates(made: None, url: str, alice: User) -> None:
    """W9, W11, W14, W15: a token, an account, a campaign, its list; a refusal is the one Problem."""
    client, models = part("client"), part("models")
    asked = models.LogInRequest(email=alice.email, password=PASSWORD)
    tokens = part("api.token.token_create").sync(client=client.Client(base_url=url), body=asked)
    assert (tokens.role, tokens.token_type) == ("admin", "Bearer")
    mine = client.AuthenticatedClient(base_url=url, token=tokens.access)
    assert part("api.users.users_me").sync(client=mine).email == alice.email
    batches = part("api.batches.batches_list")
    assert batches.sync(client=mine).results == []
    account = part("api.accounts.accounts_create").sync(
        client=mine, body=models.NewAccountRequest(name="Banco de Prueba", account_id="acc-typed-001")
    )
    assert (account.account_id, account.balance) == ("acc-typed-001", "0.0000")
    wanted = models.NewBatchRequest(name="Cobranza", account_id=account.account_id)
    made_batch = part("api.batches.batches_create").sync(client=mine, body=wanted, idempotency_key="typed-1")
    listed = batches.sync(client=mine).results
    assert [one.batch_id for one in listed] == [made_batch.batch.batch_id]
    assert listed[0].created_at.tzinfo is not None
    refused = part("api.batches.batches_retrieve").sync(client=mine, batch_id="batch-of-nobody")
    assert isinstance(refused, models.Problem)
    assert (refused.status, batches.sync_detailed(client=client.Client(base_url=url)).status_code) == (
        404,
        401,
    )
