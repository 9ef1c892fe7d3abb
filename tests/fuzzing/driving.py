"""Send the API what its schema allows and what it does not; hold every answer against it (S13, W9).

Requests enter the WSGI application in this process. The door in front of it sees each answer, so that a
stranger's rows are found whatever the schema says of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zlib import crc32

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import ServerError
from schemathesis.engine import events, from_schema

from tenants import throttling

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Of a hundred requests so many name things that are there. What was deleted can be asked no more.
KNOWN_IN_100 = 80
DELETED_IN_100 = 5
# The first clients' name for entries, which have numbers, where the schema has jobs by their UUIDs: a walk
# that takes a number for one comes to that door.
UNDESCRIBED = re.compile(r"/api/v1/jobs/[1-9][0-9]*(/retry|/cancel)?/?")
SEED = 7


@dataclass(slots=True)
class Door:
    """A WSGI application before another one; keeps what answers came, and which hold a mark."""

    inside: WSGIApplication
    marks: tuple[str, ...]
    statuses: Counter[int] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer as the application inside does; more is sent here than one may send a minute."""
        throttling._limiter().storage.reset()
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told[:] = [status, headers]
            return start_response(status, headers, *more)

        answer = self.inside(environ, start)
        body = b"".join(answer)
        getattr(answer, "close", bool)()
        self.statuses[int(told[0][:3])] += 1
        seen = body.decode("utf-8", "replace") + repr(told[1])
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        self.leaks += [f"{asked} tells {mark}" for mark in self.marks if mark in seen]
        return [body]


@dataclass(frozen=True, slots=True)
class Errand:
    """As whom, about what, how much.

    `ids` fill addresses: by a part of a path, what its id is. `named` fill queries and bodies: by a
    parameter's or a field's name, what it is.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    phases: tuple[str, ...] = ("fuzzing",)
    # Of one operation; of stateful walks in all.
    examples: int = 1
    # A pattern of operation ids.
    only: str = ""
    most_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What an errand came to: each fault, once an operation, and how many answers had which status."""

    faults: dict[str, str]
    statuses: Counter[int]
    leaks: list[str]


def run(errand: Errand, *, document: dict[str, Any], inside: WSGIApplication) -> Found:
    """Run an errand against an application; with the same seed and rows the same is sent."""
    door = Door(inside, errand.marks)
    schema: Any = schemathesis.openapi.from_dict(document, config=_config(errand))
    schema.app = door
    if errand.only:
        schema = schema.include(operation_id_regex=errand.only)
    schema.hook(_knowing(errand))
    faults: dict[str, str] = {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            faults |= _faults(event)
        elif isinstance(event, events.NonFatalError):
            faults[f"{event.label} cannot be asked"] = str(event.info)
        elif isinstance(event, events.FatalError):
            raise event.exception
    return Found(faults, door.statuses, door.leaks)


def known_id(path: str, ids: Mapping[str, str]) -> str | None:
    """Return the id of the thing that an address names, by the longest part of it that is known."""
    place = path.partition("{")[0]
    fitting = [word for word in ids if place.endswith(f"/{word}")]
    return ids[max(fitting, key=len)] if fitting else None


def _config(errand: Errand) -> SchemathesisConfig:
    options: dict[str, Any] = {
        "seed": SEED,
        "workers": 1,
        "continue-on-failure": True,
        "headers": dict(errand.headers),
        "warnings": False,
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "phases": {name: {"enabled": name in errand.phases} for name in PHASES},
        "generation": {
            "max-examples": errand.examples,
            "deterministic": True,
            "database": "none",
            "no-shrink": True,
            # Else half of what a person asks would come without the person.
            "with-security-parameters": False,
        },
    }
    if errand.most_seconds:
        options["max-time"] = errand.most_seconds
    return SchemathesisConfig.from_dict(options)


def _knowing(errand: Errand) -> Callable[[Any, Any], Any]:
    """Return the hook that puts in what is there, as what was drawn decides: a seed repeats."""

    def map_case(context: Any, case: Any) -> Any:
        # A walk takes what it names from the answers before.
        if case.meta is None or case.meta.phase.name != "stateful":
            _name_known(case, errand)
        return case

    return map_case


def _name_known(case: Any, errand: Errand) -> None:
    """Fill the first id of an address, and what a query and a body name, each or not."""
    drawn = f"{case.operation.label} {case.path_parameters!r} {case.query!r} {case.body!r}"
    known = known_id(case.operation.path, errand.ids)
    most = DELETED_IN_100 if case.method == "DELETE" else KNOWN_IN_100
    if known is not None and case.path_parameters and _is_drawn(drawn, "address", most):
        case.path_parameters = case.path_parameters | {next(iter(case.path_parameters)): known}
    named = {name: it for name, it in errand.named.items() if _is_drawn(drawn, name, KNOWN_IN_100)}
    case.path_parameters = filled(case.path_parameters, named)
    case.query = filled(case.query, named)
    if isinstance(case.body, dict | list):
        case.body = filled(case.body, named)


def _is_drawn(drawn: str, place: str, most: int) -> bool:
    return crc32(f"{place} {drawn}".encode("utf-8", "surrogatepass")) % 100 < most


def filled(value: Any, named: Mapping[str, str]) -> Any:
    """Return a value in which each named field, however deep, is what it is said to be."""
    if isinstance(value, list):
        return [filled(one, named) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _as_it_was(it, named[name]) if name in named else filled(it, named)
        for name, it in value.items()
    }


def _as_it_was(value: Any, known: str) -> Any:
    return [known] if isinstance(value, list) else known


def _faults(event: events.ScenarioFinished) -> dict[str, str]:
    found = {}
    for case, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                sent = event.recorder.interactions[case].request
                if isinstance(failure, ServerError) or not _is_undescribed(sent.uri):
                    # A walk is of many operations.
                    asked = event.recorder.cases[case].value.operation.label
                    shown = f"{sent.method} {sent.uri} {(sent.body or b'')[:400]!r}"
                    found[f"{asked} {failure.title}"] = f"{failure.message}\n{shown}"
    return found


def _is_undescribed(address: str) -> bool:
    return UNDESCRIBED.fullmatch(urlsplit(address).path) is not None


def place_of(word: str) -> str:
    """Return a part of a route's pattern as a part of the schema's paths: without marks of patterns."""
    return re.sub(r"[(<].*", "", word.removeprefix("v1/^"))
