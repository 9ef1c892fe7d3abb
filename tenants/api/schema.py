"""What the OpenAPI document says about every operation: its refusals, its keys, who may come in (W9, W11)."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from tenants.display.problems import CONTENT_TYPE
from tenants.records.rules import LONGEST_KEY

READS = frozenset({"GET", "HEAD", "OPTIONS"})

# One response component per status, all of the one Problem schema.
REFUSALS: dict[str, tuple[str, str]] = {
    "400": ("Unreadable", "The JSON, a query parameter, a cursor or a header cannot be read."),
    "401": ("NotSignedIn", "No token or key, or one that is not valid any more."),
    "403": ("Forbidden", "The role does not allow it, or address and token name different tenants."),
    "404": ("NotFound", "Not there, or not yours."),
    "409": ("Conflict", "The present state does not allow it; also a running twin of an Idempotency-Key."),
    "413": ("TooLarge", "The body is too large."),
    "415": ("WrongContent", "The body is of a type that is not accepted."),
    "422": ("Senseless", "A value makes no sense, or an Idempotency-Key came with another body."),
    "429": ("TooMany", "The rate is used up; Retry-After says for how long."),
    "503": ("Unavailable", "Not available for the moment; Retry-After says when to try again."),
}
TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. Some carry more members: `tenants` of `several_tenants`.",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": TEXT | {"description": "urn:minga:problem:<code>; the code is stable."},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT | {"description": "In the language of Accept-Language."},
        "instance": TEXT,
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemField"}},
    },
    "additionalProperties": True,
}
PROBLEM_FIELD: dict[str, Any] = {
    "type": "object",
    "required": ["code", "pointer", "detail"],
    "properties": {
        "code": TEXT,
        "pointer": TEXT | {"description": "JSON pointer into the body, or a query parameter's name."},
        "detail": TEXT,
    },
}
CSV, PDF = "text/csv", "application/pdf"
# How a method's part of a name ends; the doors of acts are named by the act alone.
USUAL_ACTIONS = frozenset({"list", "create", "retrieve", "update", "partial_update", "destroy"})
LOCATION = {"Location": {"description": "Where to ask how far it is (W13).", "schema": TEXT}}
RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}


def files(*types: str) -> dict[tuple[int, str], OpenApiTypes]:
    """Return the answers of a door to a file of one of these types of content."""
    return {(200, one): OpenApiTypes.BINARY for one in types}


class ProblemAutoSchema(AutoSchema):
    """Documents the refusals and the Idempotency-Key of each operation, so that no view has to."""

    def get_operation_id(self) -> str:
        """Name an act by itself: `links_unlink`, not `links_unlink_create` (W9)."""
        name = str(super().get_operation_id())
        if getattr(self.view, "action", None) in USUAL_ACTIONS:
            return name
        for ending in ("_create", "_retrieve", "_update"):
            name = name.removesuffix(ending)
        return name

    def get_override_parameters(self) -> list[Any]:
        """Add Idempotency-Key to the tenant's writes."""
        if self.method in READS or not self.view.get_authenticators():
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                OpenApiParameter.HEADER,
                description="Your name for this write: sent again within 24 hours it gets the first answer.",
            )
        ]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusals():
            bodies.setdefault(status, {"$ref": f"#/components/responses/{REFUSALS[status][0]}"})
        if "202" in bodies:
            bodies["202"]["headers"] = LOCATION
        return bodies

    def _refusals(self) -> list[str]:
        # A body may name what is not there, a query what makes no sense.
        writes = {"404", "409", "413", "415"} if self.method not in READS else set()
        named = "{" in self.path or any(one["name"].endswith("_id") for one in self._get_parameters())
        found = {"404"} if named else set()
        return sorted({"400", "401", "403", "422", "429", "503"} | writes | found)


class SettledAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's hook has no types
    """Both ways to come in, either suffices."""

    target_class = "tenants.api.authentication.SettledAuthentication"
    name = ["token", "apiKey"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Return the alternatives."""
        return [{"token": []}, {"apiKey": []}]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """Describe the headers."""
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "A person's token.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "A program's key: `Api-Key minga_…` (also taken as Bearer).",
            },
        ]


def add_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Put the Problem schema and its responses into the document's components."""
    components = result.setdefault("components", {})
    schemas = components.get("schemas", {}) | {"Problem": PROBLEM, "ProblemField": PROBLEM_FIELD}
    components["schemas"] = dict(sorted(schemas.items()))
    components["responses"] = {name: _response(status, words) for status, (name, words) in REFUSALS.items()}
    return result


def _response(status: str, words: str) -> dict[str, Any]:
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"headers": RETRY_AFTER} if status in ("429", "503") else {}
    return {"description": words, **headers, "content": content}
