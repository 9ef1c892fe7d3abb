"""What programs ask of reclassification that makes no sense (R9, W10, W11, S13)."""

from collections.abc import Callable
from typing import Any

import pytest

from personas.rules import AFFECTED_KEYWORDS
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.writing import CLASSIFIER, ODD, STARTS, UNFIT, problem

Api = Callable[[User], ApiClient]
JOBS, ESTIMATE = f"{CLASSIFIER}/jobs/", f"{CLASSIFIER}/reclassify/estimate/"


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": "0"}, 422),
        ({"limit": "201"}, 422),
        ({"limit": "x"}, 422),
        ({"limit": ""}, 422),
        ({"limit": "1.0"}, 422),
        ({"limit": "٥"}, 422),
        ({"limit": "9" * 400}, 422),
        ({"skip": "-1"}, 422),
        ({"skip": "9" * 18}, 422),
        ({"status": "done"}, 422),
        ({"state": "pending"}, 400),
        ({"status": "a\0"}, 400),
    ],
)
def test_a_list_of_nonsense_is_refused(client: ApiClient, query: dict[str, str], status: int) -> None:
    """Values of wrong kind or range → 422; unknown parameters → 400 (W10)."""
    problem(client.get(JOBS, query), status)


BAD: list[tuple[str, Any, int]] = [
    ("by-keyword", {}, 400),
    ("by-keyword", {"keyword_id": ""}, 400),
    ("by-keyword", {"keyword_id": "999999999999999999"}, 404),
    ("by-keyword", {"keyword_id": "nonsense"}, 404),
    ("by-keyword", {"keyword_id": 7}, 404),
    ("by-keyword", {"keyword_id": "x" * 5000}, 404),
    ("by-keyword", {"keyword_id": None}, 422),
    ("by-keyword", {"keyword_id": ["7"]}, 422),
    ("by-keyword", {"keyword_id": True}, 422),
    ("by-persona", {}, 400),
    ("by-persona", {"buyer_persona_id": ""}, 400),
    ("by-persona", {"buyer_persona_id": "nobody"}, 404),
    ("by-persona", {"buyer_persona_id": 7}, 422),
    ("affected", {}, 400),
    ("affected", {"keywords": []}, 400),
    ("affected", {"keywords": ["", "  "]}, 400),
    ("affected", {"keywords": ["zootecnista", "😀"]}, 400),
    ("affected", {"keywords": "zootecnista"}, 422),
    ("affected", {"keywords": [7]}, 422),
    ("affected", {"keywords": ["x" * 201]}, 422),
    ("affected", {"keywords": ["x"] * (AFFECTED_KEYWORDS + 1)}, 422),
    ("affected", {"keywords": {"a": 1}}, 422),
    ("all", {"dry_run": "false"}, 422),
    ("all", {"dry_run": None}, 422),
    ("all", {"dry_run": 0}, 422),
    ("all", {"preview_job_id": 7}, 422),
    ("all", {"dryrun": False}, 422),
    ("all", [], 422),
    ("estimate", {}, 400),
    ("estimate", {"job_type": ""}, 400),
    ("estimate", {"job_type": "some"}, 400),
    ("estimate", {"job_type": "undo"}, 400),
    ("estimate", {"job_type": "by_keyword"}, 400),
    ("estimate", {"job_type": "by_persona", "buyer_persona_id": None}, 400),
    ("estimate", {"job_type": "affected", "keywords": []}, 400),
    ("estimate", {"job_type": "by_persona", "buyer_persona_id": "nobody"}, 404),
    ("estimate", {"job_type": "by_keyword", "keyword_id": "1"}, 404),
    ("estimate", {"job_type": 7}, 422),
    ("estimate", {"job_type": "affected", "keywords": "a,b"}, 422),
]


@pytest.mark.parametrize(("path", "body", "status"), BAD)
def test_it_refuses_what_selects_nobody(
    client: ApiClient, acme: Tenant, path: str, body: Any, status: int
) -> None:
    """Unknown → 404; empty, missing, unknown type → 400; wrong kind or range → 422; nothing is queued."""
    problem(client.post(f"{CLASSIFIER}/reclassify/{path}/", body), status)
    with tenant_scope(acme.schema_name):
        assert not Job.objects.filter(kind="personas.reclassify").exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("job_type=nonsense", 400),
        ("job_type=affected&keywords=", 400),
        ("job_type=affected&keywords=,,%20,", 400),
        ("job_type=all&job_type=all", 400),
        ("job_type=all&x=1", 400),
        ("job_type=all%00", 400),
        ("job_type=by_keyword&keyword_id=7", 404),
        ("job_type=by_persona&buyer_persona_id=nobody", 404),
        ("job_type=affected&keywords=" + "x" * 201, 422),
    ],
)
def test_a_query_of_nonsense_is_refused(client: ApiClient, query: str, status: int) -> None:
    """R9: the same in the query."""
    problem(client.client.generic("POST", f"{ESTIMATE}?{query}"), status)


def test_a_parameter_stands_in_query_or_body(client: ApiClient) -> None:
    """R9: of two, none is the one that was meant."""
    problem(client.post(f"{ESTIMATE}?job_type=all", {"job_type": "all"}), 400, "bad_parameters")


@pytest.mark.parametrize("field", ["keyword_id", "buyer_persona_id", "keywords", "dry_run", "job_type"])
def test_no_value_is_a_crash(client: ApiClient, field: str) -> None:
    """S13"""
    for path in (*STARTS, "estimate"):
        for name, value in ODD.items():
            status = client.post(f"{CLASSIFIER}/reclassify/{path}/", {field: value}).status_code
            assert status in {202, 400, 404, 422}, (path, name, status)
    for name, raw in UNFIT.items():
        body = b'{"' + field.encode() + b'": ' + raw + b"}"
        assert client.post(ESTIMATE, body).status_code == 400, name
