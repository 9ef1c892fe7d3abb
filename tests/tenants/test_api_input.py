"""What comes in is strict JSON of fit values, or it is 4xx with a problem document; never 5xx (S13)."""

import json

import pytest

from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.tenants.probe import NOTES

pytestmark = pytest.mark.urls("tests.tenants.probe")

NOTE = {"verb": "made", "object_type": "a", "object_id": "1", "change": {}}


def note(**changes) -> bytes:
    return json.dumps(NOTE | changes).encode()


def nested(depth: int) -> bytes:
    return b'{"change":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def problem(response):
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance", "errors"} <= set(body)
    assert body["status"] == response.status_code
    return body


def test_it_takes_a_fit_note(api, alice):
    """Positive control: the probe writes, ids are text (W15)."""
    response = api(alice).post(NOTES, NOTE | {"verb": "héchó 😀", "change": {"n": 10**17, "x": 1.5}})
    assert response.status_code == 201
    assert response.json()["verb"] == "héchó 😀"
    assert isinstance(response.json()["id"], str)


UNREADABLE = {
    "blank": (b" ", "malformed_json", []),
    "cut": (b'{"verb":', "malformed_json", []),
    "words after": (b"{} {}", "malformed_json", []),
    "python": (b"{'verb': 1}", "malformed_json", []),
    "raw control": (b'{"verb":"a\x01b"}', "malformed_json", []),
    "latin-1": ('{"verb":"ñ"}'.encode("latin-1"), "malformed_json", []),
    "utf-16": ('{"verb":"a"}'.encode("utf-16"), "malformed_json", []),
    "BOM": (b"\xef\xbb\xbf{}", "malformed_json", []),
    "NUL in a value": (note(verb="a\0b"), "malformed_json", [("null_character", "#/verb")]),
    "NUL in a key": (note(change={"a\0": 1}), "malformed_json", [("null_character", "#/change/a\\x00")]),
    "NUL deep": (
        note(change={"a": [{"b/c": "\0"}]}),
        "malformed_json",
        [("null_character", "#/change/a/0/b~1c")],
    ),
    "surrogate": (b'{"verb":"\\ud800"}', "malformed_json", [("lone_surrogate", "#/verb")]),
    "surrogate in JSON": (b'{"change":["\\udfff"]}', "malformed_json", [("lone_surrogate", "#/change/0")]),
    "escape": (note(verb="a\x1bb"), "malformed_json", [("control_character", "#/verb")]),
    "C1": (note(verb="a\x85b"), "malformed_json", [("control_character", "#/verb")]),
    "twice": (b'{"verb":"a","verb":"b"}', "malformed_json", [("duplicate_key", "#/verb")]),
    "twice, escaped": (b'{"verb":"a","v\\u0065rb":"b"}', "malformed_json", [("duplicate_key", "#/verb")]),
    "19 digits": (
        b'{"change":{"n":1234567890123456789}}',
        "malformed_json",
        [("number_too_long", "#/change/n")],
    ),
    "5000 digits": (b'{"change":' + b"9" * 5000 + b"}", "malformed_json", [("number_too_long", "#/change")]),
    "1e999": (b'{"change":-1e999}', "malformed_json", [("number_not_finite", "#/change")]),
    "NaN": (b'{"change":NaN}', "malformed_json", [("number_not_finite", "#/change")]),
    "Infinity": (b'{"change":[-Infinity]}', "malformed_json", [("number_not_finite", "#/change/0")]),
    "depth 33": (nested(33), "json_too_deep", []),
    "depth 100,000": (nested(100_000), "json_too_deep", []),
    "open 100,000": (b"[" * 100_000, "json_too_deep", []),
    "objects 1,000": (b'{"a":' * 1000, "json_too_deep", []),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_it_refuses_what_cannot_be_read(api, alice, name):
    """S13: 400, with a pointer to each fault."""
    raw, code, faults = UNREADABLE[name]
    response = api(alice).post(NOTES, raw)
    body = problem(response)
    assert (response.status_code, body["type"]) == (400, f"urn:minga:problem:{code}")
    assert [(error["code"], error["pointer"]) for error in body["errors"]] == faults


def test_it_reads_depth_32(api, alice):
    """S13: the limit itself is allowed; brackets inside texts do not count."""
    assert problem(api(alice).post(NOTES, nested(32)))["status"] == 422
    assert api(alice).post(NOTES, note(change="[" * 100)).status_code == 201


SENSELESS = {
    "missing": ({}, {("required", "#/verb"), ("required", "#/object_type"), ("required", "#/object_id")}),
    "unknown": (NOTE | {"verv": 1, "x/y": 2}, {("unknown_field", "#/verv"), ("unknown_field", "#/x~1y")}),
    "number for text": (NOTE | {"verb": 7}, {("invalid", "#/verb")}),
    "truth for text": (NOTE | {"verb": True}, {("invalid", "#/verb")}),
    "list for text": (NOTE | {"verb": ["a"]}, {("invalid", "#/verb")}),
    "null for text": (NOTE | {"verb": None}, {("null", "#/verb")}),
    "null for JSON": (NOTE | {"change": None}, {("null", "#/change")}),
    "blank": (NOTE | {"verb": "  "}, {("blank", "#/verb")}),
    "long": (NOTE | {"verb": "a" * 61}, {("max_length", "#/verb")}),
    "list": ([], {("invalid", "#")}),
    "text": ("note", {("invalid", "#")}),
    "number": (10**17, {("invalid", "#")}),
}


@pytest.mark.parametrize("name", SENSELESS)
def test_it_refuses_what_makes_no_sense(api, alice, name):
    """W11: 422, one entry a fault, with a pointer and a stable code."""
    sent, expected = SENSELESS[name]
    response = api(alice).post(NOTES, json.dumps(sent).encode())
    body = problem(response)
    assert (response.status_code, body["type"]) == (422, "urn:minga:problem:invalid")
    assert {(error["code"], error["pointer"]) for error in body["errors"]} == expected


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/*",
        "*/*",
        "application/json; charset=latin-1",
        "application/jsonx",
        "nonsense",
        "a/b/c",
        "é/ñ",
        "application/merge-patch+json",
    ],
)
def test_it_refuses_other_content(api, alice, content_type):
    """S13: 415, whatever is in the body."""
    response = api(alice).client.post(NOTES, note(), content_type=content_type)
    assert problem(response)["type"] == "urn:minga:problem:unsupported_media_type"
    assert response.status_code == 415


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON; charset=UTF-8",
        'application/json;charset="utf-8"',
    ],
)
def test_it_takes_json_however_it_is_named(api, alice, content_type):
    """Positive control of the test above."""
    assert api(alice).client.post(NOTES, note(), content_type=content_type).status_code == 201


def test_it_refuses_a_large_body(api, alice):
    """S13: bounded while reading, whatever Content-Length says; with an idempotency key too."""
    large = note(change="a" * (2 * 1024 * 1024))
    assert problem(api(alice).post(NOTES, large))["status"] == 413
    assert problem(api(alice).post(NOTES, large, Idempotency_Key="k"))["status"] == 413
    huge = b" " * (26 * 1024 * 1024)
    assert problem(api(alice).post(NOTES, huge, Idempotency_Key="k2"))["status"] == 413


@pytest.mark.parametrize(
    "written",
    [
        "١",
        "1",
        "01",
        "00000000-0000-0000-0000-00000000000A",
        "{id}",
        "urn:uuid:{id}",
        "{hex}",
        "{upper}",
        "%00",
        "..%2f",
        "99999999999999999999",
    ],
)
def test_it_knows_one_form_of_an_id(api, alice, acme, written):
    """S13: whatever else is 404."""
    with tenant_scope(acme.schema_name):
        entry = AuditEntry.objects.create(verb="x", object_type="a", object_id="1")
    forms = {"id": f" {entry.id}", "hex": entry.id.hex, "upper": str(entry.id).upper()}
    assert api(alice).get(f"{NOTES}{entry.id}/").status_code == 200
    response = api(alice).get(f"{NOTES}{written.format(**forms)}/")
    assert response.status_code == 404
    assert problem(response)["type"] == "urn:minga:problem:not_found"


def test_it_keeps_another_tenants_row_to_itself(api, carol, acme):
    """404, the same as for a row that is not there."""
    with tenant_scope(acme.schema_name):
        entry = AuditEntry.objects.create(verb="x", object_type="a", object_id="1")
    found, nothing = (
        api(carol).get(f"{NOTES}{id}/") for id in (entry.id, "00000000-0000-0000-0000-000000000000")
    )
    assert (found.status_code, nothing.status_code) == (404, 404)
    assert problem(found) | {"instance": ""} == problem(nothing) | {"instance": ""}


@pytest.mark.parametrize("how", ["data", "integrity", "recursion"])
def test_it_answers_stray_input_with_400_and_an_alert(api, alice, caplog, how):
    """S13: what a validator should have stopped is 400 and an error in the log, without the text (S19)."""
    response = api(alice).post(f"{NOTES}crash/", {"how": how})
    assert (response.status_code, problem(response)["type"]) == (400, "urn:minga:problem:value_not_accepted")
    assert [r.levelname for r in caplog.records if r.name == "tenants.middleware.stray"] == ["ERROR"]
    assert "secret" not in caplog.text + response.content.decode()


def test_it_says_when_the_database_is_away(api, alice):
    """S12: 503 with Retry-After."""
    response = api(alice).post(f"{NOTES}crash/", {"how": "away"})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert problem(response)["type"] == "urn:minga:problem:database_unavailable"


def test_it_hides_a_defect(api, alice):
    """A defect of ours is 500 and tells nothing."""
    response = api(alice).post(f"{NOTES}crash/", {"how": "defect"})
    assert response.status_code == 500
    assert problem(response)["type"] == "urn:minga:problem:internal_error"
    assert "secret" not in response.content.decode()
