"""Doors that take a form with a file, and what comes to them without one (S13, W9)."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tenants.models import User
from tests.doors import ApiClient

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
UPLOADS = [
    path
    for path, methods in yaml.load(DOCUMENT.read_text(), yaml.CSafeLoader)["paths"].items()
    if "multipart/form-data" in methods.get("post", {}).get("requestBody", {}).get("content", {})
]


def test_there_are_doors_for_files() -> None:
    """Positive control: else the next test would try nothing."""
    assert {"/api/v1/linkedin-imports/", "/api/v1/cabinet-leads/upload/"} <= set(UPLOADS)


@pytest.mark.parametrize("path", [path for path in UPLOADS if "{" not in path])
def test_a_request_without_a_body_lacks_the_file(
    api: Callable[[User], ApiClient], alice: User, path: str
) -> None:
    """S13: `curl -X POST` sends neither a body nor what it would be."""
    said = api(alice).client.generic("POST", path, content_type="")
    assert said.status_code == 422
    assert {"code": "required", "pointer": "#/file"}.items() <= said.json()["errors"][0].items()
