"""The committed OpenAPI document is what the code says, and the explorer needs nobody else (W9, W11)."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """Return the document as the command writes it, warnings being errors."""
    file = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--lang", "en", "--file", str(file))
    return file.read_text()


@pytest.fixture(scope="module")
def operations(document):
    """Return (method, path, operation) of everything described."""
    paths = yaml.safe_load(document)["paths"]
    return [(m, path, found[m]) for path, found in paths.items() for m in found if m in METHODS]


def test_it_is_committed(document):
    """W9: the schema's changes are seen in review."""
    assert (ROOT / "docs" / "openapi.yaml").read_text() == document, "run `make schema`"


def test_it_names_every_operation_once(operations):
    """W9: clients are generated from these names."""
    names = [operation["operationId"] for _method, _path, operation in operations]
    assert len(names) == len(set(names))
    assert {"token_create", "token_refresh", "token_logout", "users_me"} <= set(names)
    assert {"jobs_list", "jobs_retrieve", "jobs_status", "jobs_cancel"} <= set(names)


def test_it_names_every_enum(document):
    """W9: no name with a hash, none with a number."""
    enums = [name for name in yaml.safe_load(document)["components"]["schemas"] if name.endswith("Enum")]
    assert {"RoleEnum", "JobStateEnum"} <= set(enums)
    assert [name for name in enums if re.search(r"[0-9]|[0-9a-f]{3}Enum", name)] == []


def test_it_describes_refusals_by_one_component(operations, document):
    """W11: every refusal of every operation is the one Problem."""
    responses = yaml.safe_load(document)["components"]["responses"]
    for method, path, operation in operations:
        statuses = set(operation["responses"])
        expected = {"400", "401", "403", "429", "503"} | ({"404"} if "{" in path else set())
        expected |= {"409", "413", "415", "422"} if method != "get" else set()
        assert expected <= statuses, (method, path, expected - statuses)
        for status in expected:
            name = operation["responses"][status]["$ref"].rpartition("/")[2]
            schema = responses[name]["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_it_says_where_to_ask_about_long_work(operations):
    """W13: every 202 promises a Location."""
    accepted = [
        operation["responses"]["202"] for _m, _p, operation in operations if "202" in operation["responses"]
    ]
    assert len(accepted) > 10
    assert all("Location" in answer["headers"] for answer in accepted)


def test_it_speaks_json_only(operations):
    """W9: one format in, except files; one out."""
    for _method, path, operation in operations:
        sent = set(operation.get("requestBody", {}).get("content", {}))
        assert sent in (set(), {"application/json"}, {"multipart/form-data"}), path


def test_it_offers_a_key_on_every_write_of_a_tenant(operations):
    """W12, W14: an Idempotency-Key and both ways to come in, on all but the token's doors."""
    for method, path, operation in operations:
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        is_public = path.startswith("/api/v1/token")
        assert ("Idempotency-Key" in names) == (method != "get" and not is_public), (method, path)
        ways = [next(iter(way)) for way in operation.get("security", []) if way]
        assert ways == ([] if is_public else ["token", "apiKey"]), (method, path)


def test_it_serves_the_schema_to_everybody(db):
    """W9: public, so that a client can be generated before it has a token."""
    response = Client().get("/api/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["info"]["title"] == "Minga API"


def test_it_explains_itself_without_strangers(db):
    """W9: Swagger comes from us alone; styles are relaxed there and nowhere else, scripts never."""
    response = Client().get("/api/docs/")
    html = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r"""(?:src|href)="(?!/)[^"]*\"""", html) == []
    assert re.findall(r"<script>|<script(?![^>]*src=)", html) == []
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in Client().get("/api/schema/")["Content-Security-Policy"]
    [script] = re.findall(r'<script src="(/api/docs/\?[^"]*)"', html)
    assert Client().get(script.replace("&amp;", "&"))["Content-Type"].startswith("application/javascript")
