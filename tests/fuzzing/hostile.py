"""What could a client put in a field that no person means? Values, and the requests that carry them (S13)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.fuzzing.driving import known_id
from tests.fuzzing.furnishing import Furnished

# As JSON writes them: some are no value of Python's.
VALUES = (
    "null", "true", "[]", "{}", '""', '" "', '"\\u0000"', '"\\ud800"', '"a\\u202eb"', '"\\ufeff"',
    "-1", "0", "0.5", "1e308", "-0.0", "1e400", "NaN", "2147483648", "9223372036854775808", "1" + "0" * 40,
    '"-1"', '"1e5"', '"Infinity"', '"NaN"', '"1.000.000,00"', '"\\u0663"', '"\\uff11"', '"=1+1"', '"%00"',
    '"../../etc/passwd"', '"\' OR 1=1 --"', '"{{ 7 }}"', '"%(x)s %d"', '"<script>"', '"\\u001b[2J"',
    '"0001-01-01"', '"9999-12-31"', '"2026-02-30"', '"0001-01-01T00:00:00+14:00"', '"24:00"',
    '"9999-12-31T23:59:59-14:00"', '"00000000-0000-0000-0000-000000000000"', '"http://[::1"', '"a@b"',
    '"' + "a" * 70_000 + '"', "[null]", '[[[["x"]]]]', '{"": {"\\u0000": 1}}', '["x", "x"]',
    "[" * 200 + "]" * 200,
)  # fmt: skip
# In an address, already quoted.
PARTS = ("%00", "-1", "0", "1" + "0" * 40, "%ED%A0%80", "%FF", "..", "a" * 3000, "%D9%A3", "null", "1%0A")
LONGEST_QUERY = 3000
SHAPES = {
    "uuid": "01a1fe23-b461-7266-9483-9ceddcf9f83d", "date": "2026-11-21", "date-time": "2031-01-01T10:00:00Z",
    "time": "10:00", "uri": "https://hooks.example.com/", "email": "ana@example.com", "decimal": "10.00",
}  # fmt: skip
MARK = "\ue000here\ue000"
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `what` says which value stands where."""

    method: str
    address: str
    what: str
    body: bytes = b""


def requests_of(document: dict[str, Any], furnished: Furnished) -> Iterator[Asked]:
    """Yield every operation of a schema with every value at every place of address, query and body."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "responses" in operation:
                yield from _in_address(method, path)
                address = _address(path, furnished)
                yield from _in_query(method, address, operation)
                yield from _in_body(method, address, operation, document, furnished)


def _address(path: str, furnished: Furnished) -> str:
    known = known_id(path, furnished.ids) or "1"
    before, *parts = path.split("{")
    return before + "".join(known + part.partition("}")[2] for part in parts)


def _in_address(method: str, path: str) -> Iterator[Asked]:
    before, mark, rest = path.partition("{")
    behind = rest.partition("}")[2].replace("{", "").replace("}", "")
    for value in PARTS if mark else ():
        yield Asked(method, f"{before}{value}{behind}", f"{value[:40]} in the address")


def _in_query(method: str, address: str, operation: dict[str, Any]) -> Iterator[Asked]:
    names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    for name in names:
        for value in VALUES:
            text = _plain(value)[:LONGEST_QUERY].encode("utf-8", "surrogatepass")
            yield Asked(method, f"{address}?{name}={quote(text)}", f"{name}={value[:40]}")


def _plain(value: str) -> str:
    text = json.loads(value)
    return text if isinstance(text, str) else value


def _in_body(
    method: str, address: str, operation: dict[str, Any], document: dict[str, Any], furnished: Furnished
) -> Iterator[Asked]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if not content:
        return
    body = well_formed(content["schema"], document, furnished.named)
    for place in _places(body):
        text = json.dumps(_with(body, place))
        for value in VALUES:
            sent = text.replace(json.dumps(MARK), value).encode()
            yield Asked(method, address, f"{'/'.join(map(str, place))}={value[:40]}", sent)


def well_formed(schema: Any, document: dict[str, Any], named: dict[str, str], name: str = "") -> Any:
    """Return a value that a schema allows; where a field is `named`, that."""
    schema = _resolved(schema, document)
    if "properties" in schema:
        fields = schema["properties"].items()
        return {key: well_formed(of, document, named, key) for key, of in fields if not of.get("readOnly")}
    if schema.get("type") == "array":
        return [well_formed(schema["items"], document, named, name)]
    return named[name] if name in named else _simple(schema)


def _simple(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    least = schema.get("minimum", 1)
    plain = {"integer": least, "number": least, "boolean": True, "object": {"one": 1}}
    return plain.get(str(schema.get("type")), SHAPES.get(str(schema.get("format")), "palabra"))


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "properties" not in schema and (inner := schema.get("allOf") or schema.get("oneOf")):
        schema = inner[0]
    if "$ref" not in schema:
        return schema
    found: Any = document
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(found, document)


def _places(body: Any, above: Place = ()) -> Iterator[Place]:
    yield above
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inside:
        yield from _places(value, (*above, key))


def _with(body: Any, place: Place) -> Any:
    if not place:
        return MARK
    key, inner = place[0], place[1:]
    if isinstance(body, dict):
        return body | {key: _with(body[key], inner)}
    return [_with(one, inner) if at == key else one for at, one in enumerate(body)]
