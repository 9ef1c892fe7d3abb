"""Lists walk forward by a unique key; what a list does not know is 400 (W10)."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tenants.api.pagination import KeysetPagination
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.tenants.probe import NOTES, NOTES_KINDS

pytestmark = pytest.mark.urls("tests.tenants.probe")


@pytest.fixture
def notes(acme):
    """Seven notes, three of them "made", newest first."""
    with tenant_scope(acme.schema_name):
        for number in range(7):
            verb = "made" if number % 3 == 0 else "changed"
            kind = "ab"[number % 2]
            AuditEntry.objects.create(verb=verb, object_type=kind, object_id=str(number))
        made = AuditEntry.objects.filter(object_type__in=NOTES_KINDS).order_by("-id")
        return [str(id) for id in made.values_list("id", flat=True)]


def walked(client, **query):
    """Return every page's ids by following the cursor."""
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        body = client.get(NOTES, query | cursor).json()
        pages.append([row["id"] for row in body["results"]])
        if body["next_cursor"] is None:
            return pages
        cursor = {"cursor": body["next_cursor"]}


def refused(response, *faults):
    body = json.loads(response.content)
    assert (response.status_code, body["type"]) == (400, "urn:minga:problem:bad_parameters"), body
    assert [(error["code"], error["pointer"]) for error in body["errors"]] == list(faults)


def test_it_walks_without_losing_or_doubling_a_row(api, bob, notes):
    """W10: whatever the page size, the rows and their order are the same."""
    for limit in (1, 2, 3, 7, 50):
        pages = walked(api(bob), limit=limit)
        assert [id for page in pages for id in page] == notes
        assert all(len(page) == limit for page in pages[:-1])
    assert api(bob).get(NOTES).json()["next_cursor"] is None


def test_it_walks_while_rows_come_and_go(api, alice, notes, acme):
    """W10: a row made or gone meanwhile shifts nothing."""
    first = api(alice).get(NOTES, {"limit": 3}).json()
    with tenant_scope(acme.schema_name):
        AuditEntry.objects.create(verb="new", object_type="a", object_id="8")
        AuditEntry.objects.filter(pk=notes[2]).delete()
    second = api(alice).get(NOTES, {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [row["id"] for row in second["results"]] == notes[3:6]


def test_it_counts_on_request(api, alice, notes, django_assert_num_queries):
    """W10: one query for who asks, one a page, one more to count."""
    assert "count" not in api(alice).get(NOTES).json()
    client = api(alice)
    with django_assert_num_queries(3):
        assert client.get(NOTES, {"count": "exact", "limit": 2}).json()["count"] == 7
    with django_assert_num_queries(2):
        client.get(NOTES, {"limit": 2})


def test_it_filters_and_keeps_filtering_on_the_next_page(api, bob, notes):
    """W10: the cursor is a place in any filtered list."""
    pages = walked(api(bob), verb="made", limit=1)
    assert [len(page) for page in pages] == [1, 1, 1]
    assert api(bob).get(NOTES, {"verb": "made", "count": "exact", "limit": 1}).json()["count"] == 3
    assert len(api(bob).get(f"{NOTES}?kind=a&kind=b").json()["results"]) == 7
    assert len(api(bob).get(NOTES, {"kind": "a"}).json()["results"]) == 4
    assert api(bob).get(NOTES, {"at_before": "2001-01-01T00:00:00Z"}).json()["results"] == []
    today = datetime.now(UTC).date().isoformat()
    assert len(api(bob).get(NOTES, {"at_after": today}).json()["results"]) == 7


@pytest.mark.parametrize(
    "limit", ["0", "-1", "201", "1.0", "1e2", "٥", "05", "+5", "", " 5", "a", "9" * 30, "null"]
)
def test_it_refuses_a_limit(api, bob, limit):
    """W10: 1 to 200 in plain digits."""
    refused(api(bob).get(NOTES, {"limit": limit}), ("invalid", "limit"))


def cursors():
    good = "00000000-0000-0000-0000-000000000000"
    texts = [
        f"id:{good}",
        f"-verb:{good}",
        "-id:",
        "-id:x",
        "-id:1 OR 1=1",
        f"-id:{good}0",
        f"-id: {good}",
        f"-id:{good.upper()}x",
        "-id:01",
        # An id, but of another kind than this list's.
        "-id:7",
        "-id:\0",
        "",
        "-id:99999999999999999999",
    ]
    garbled = ["a", "====", "%00", "é", "-1", "0", good, "a" * 5000, "bm90aGluZw"]
    return [base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in texts] + garbled


@pytest.mark.parametrize("cursor", cursors())
def test_it_refuses_a_cursor(api, bob, cursor):
    """W10: only what the page before gave is a cursor."""
    refused(api(bob).get(NOTES, {"cursor": cursor}), ("invalid", "cursor"))


def test_it_refuses_a_padded_cursor(api, bob, notes):
    """A cursor has one written form."""
    cursor = api(bob).get(NOTES, {"limit": 1}).json()["next_cursor"]
    assert api(bob).get(NOTES, {"cursor": cursor}).status_code == 200
    refused(api(bob).get(NOTES, {"cursor": f"{cursor}="}), ("invalid", "cursor"))


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("page=-1", [("unknown_parameter", "page")]),
        ("offset=-5&skip=1", [("unknown_parameter", "offset"), ("unknown_parameter", "skip")]),
        ("verv=made", [("unknown_parameter", "verv")]),
        ("format=xml", [("unknown_parameter", "format")]),
        ("%00=1", [("unknown_parameter", "\\x00")]),
        ("limit=1&limit=2", [("repeated_parameter", "limit")]),
        ("verb=a&verb=b", [("repeated_parameter", "verb")]),
        ("verb=%00", [("null_character", "verb")]),
        ("verb=%1b", [("control_character", "verb")]),
        ("count=yes", [("invalid", "count")]),
        ("kind=c", [("invalid_choice", "kind")]),
        ("at_after=yesterday", [("invalid", "at")]),
        ("at=2026-01-01", [("unknown_parameter", "at")]),
    ],
)
def test_it_refuses_parameters(api, bob, query, faults):
    """W10: unknown, repeated, unfit or senseless parameters are 400."""
    refused(api(bob).get(f"{NOTES}?{query}"), *faults)


def test_it_takes_no_parameter_where_none_is_read(api, bob, notes):
    """W10: neither one object nor "who am I" has filters."""
    refused(api(bob).get(f"{NOTES}{notes[0]}/?verb=made"), ("unknown_parameter", "verb"))
    refused(api(bob).get("/api/v1/users/me?x=1"), ("unknown_parameter", "x"))


def test_it_does_not_walk_by_a_key_that_repeats(db):
    """W10: a keyset on a column that is not unique is a defect of the view, found at its first request."""
    view = type("View", (), {"keyset": "verb"})()
    request = Request(APIRequestFactory().get("/"))
    with pytest.raises(ImproperlyConfigured, match="not unique"):
        KeysetPagination().paginate_queryset(AuditEntry.objects.all(), request, view)
