"""Every route × {nobody, viewer, admin, other tenant's admin, staff} against a written table (Tenancy).

The table is `route_table.txt`; a route missing there fails the build. After a change of routes run this file
with `MINGA_WRITE_ROUTE_TABLE=1` and `-n 0`, then review the difference line by line: the table is a promise,
not a record.
"""

import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import cast
from zlib import crc32

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client

from tenants import throttling
from tenants.models import LogIn, Tenant, User
from tenants.rules import Proof
from tenants.scope import public_scope, tenant_scope
from tenants.scope.routes import RouteScope, leaves, scope_of_view
from tests.architecture.objects import make_objects
from tests.doors import ApiClient, api_client, page_client

TABLE = Path(__file__).with_name("route_table.txt")
PEOPLE = ("nobody", "bob", "alice", "carol", "sam")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Row = tuple[int, ...]

# Walked one by one, by whichever process is free; a route belongs to one of them by its pattern alone.
PARTS = 6

# Named in addresses by their codes.
BY_CODE = {"personas/(?P<code>", "accounts/(?P<account_id>", "batches/(?P<batch_id>"}
# Posts that change nothing, so that viewers may send them.
ASKING = re.compile(
    r"persona-classifier/(classify|diagnose|normalize|reclassify/estimate)/|identity/match/|scripts/.*/render/|audiences/preview"
)
# The product's own pages, and DRF's "not acceptable here".
REFUSED = {302, 401, 403, 404, 405, 409, 415}


def routes() -> Iterator[tuple[str, RouteScope]]:
    """Yield every route of the product with its scope."""
    from config.urls import urlpatterns

    for path, leaf in leaves(urlpatterns):
        yield path, scope_of_view(leaf.callback)


def written() -> dict[tuple[str, str], Row]:
    """Read the table."""
    rows: dict[tuple[str, str], Row] = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            *statuses, method, path = line.split(maxsplit=6)
            rows[path if path != "(home)" else "", method] = tuple(map(int, statuses))
    return rows


def written_of(part: int) -> dict[tuple[str, str], Row]:
    """Read one part of the table."""
    return {key: row for key, row in written().items() if part_of(key[0]) == part}


class Walk:
    """Asks every route as every person; what a request changes is undone at once."""

    def __init__(self, people: dict[str, User | None], objects: dict[str, models.Model]) -> None:
        self.objects = objects
        self.paths: dict[str, str] = {}
        self.pages = {
            name: page_client(user) if user else Client(raise_request_exception=False)
            for name, user in people.items()
        }
        self.cookies = {name: deepcopy(client.cookies) for name, client in self.pages.items()}
        self.programs = {
            name: api_client(user, "birch" if name == "carol" else "acme") if user else ApiClient()
            for name, user in people.items()
        }

    def row(self, path: str, method: str) -> Row:
        """Return what each person is answered at a route of `paths`."""
        return tuple(self._ask(name, f"/{self.paths[path]}", method) for name in PEOPLE)

    def fill(self, path: str) -> str:
        """Put ids of Acme's objects into a route's pattern."""
        filled = path.replace("^", "").replace("/?$", "/").replace("$", "")
        for pattern, value in self._values(path):
            filled = re.sub(pattern, value, filled, count=1)
        assert not re.search(r"[<(?\\]", filled), f"{path}: say in objects.py what fills {filled}"
        return filled

    def _values(self, path: str) -> Iterator[tuple[str, str]]:
        model = re.search(r"(?:admin|platform)/(\w+)/(\w+)/", path)
        if model and (stored := self._stored(*model.groups())) is not None:
            yield r"<path:object_id>", str(stored)
        for word, value in self.objects.items():
            if word in path.replace("linkedinimport/", "linkedin-imports/"):
                yield (
                    r"<uuid:\w+>|<int:\w+>|\(\?P<(?:pk|code|\w+_id)>(?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*\)",
                    str(value.code if word in BY_CODE else value.pk),  # type: ignore[attr-defined]
                )
        yield r"<slug:of>/<str:row>", f"lead/{self.objects['identity/leads/'].pk}"
        yield r"<path:object_id>", "00000000-0000-0000-0000-000000000000"
        yield r"<slug:name>", "no-such-button"
        yield r"<int:number>|\(\?P<number>[^)]*\)", "1"
        yield r"<slug:kind>", "topup"
        yield r"<str:(?:person|token)>", "nobody"
        yield r"<str:token>", "spent"
        yield r"<str:endpoint>", "no-such-endpoint"
        yield r"\(\?P<app_label>(\w+)[|\w]*\)", r"\1"
        yield r"\(\?P<url>\.\*\)", "nowhere"

    def _stored(self, app: str, name: str) -> object | None:
        try:
            model = apps.get_model(app, name)
        except LookupError:
            return None
        keys = model._default_manager.values_list("pk", flat=True).order_by("pk")
        return cast(object, keys.first())

    def _ask(self, name: str, path: str, method: str) -> int:
        throttling._limiter().storage.reset()  # there are more routes than requests a minute
        with transaction.atomic():
            response = self._send(name, path, method)
            transaction.set_rollback(True)
        cache.clear()
        return response.status_code

    def _send(self, name: str, path: str, method: str) -> HttpResponse:
        if path.startswith("/api/"):
            return self.programs[name].send(method.lower(), path, {} if method != "GET" else b"")
        client = self.pages[name]
        # A log-out is undone in the database; the browser must not remember it either.
        client.cookies = deepcopy(self.cookies[name])
        call: Callable[..., HttpResponse] = getattr(client, method.lower())
        return call(path)


@pytest.fixture
def walk(acme: Tenant, alice: User, bob: User, carol: User, sam: User) -> Walk:
    """Give every person a way in; each of them is the member of one tenant here."""
    with tenant_scope(acme.schema_name):
        objects = make_objects(alice)
    LogIn.objects.create(user=alice, proof=Proof.PASSWORD, is_program=False)
    return Walk({"nobody": None, "bob": bob, "alice": alice, "carol": carol, "sam": sam}, objects)


def filled(walk: Walk, acme: Tenant, path: str, scope: RouteScope) -> str:
    """Fill a route's pattern, looking for objects where the route itself would."""
    with public_scope() if scope is RouteScope.PUBLIC else tenant_scope(acme.schema_name):
        return walk.fill(path)


def part_of(path: str) -> int:
    """Return in which part a route is walked, be it in the product or only in the table."""
    return crc32(path.encode()) % PARTS


@pytest.mark.long
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("part", range(PARTS))
def test_route_table(walk: Walk, acme: Tenant, part: int) -> None:
    """Every answer is the written one; a route that nobody wrote down fails."""
    found = [(path, scope) for path, scope in routes() if part_of(path) == part]
    walk.paths = {path: filled(walk, acme, path, scope) for path, scope in found}
    methods = {path: METHODS if path.startswith("api/") else METHODS[:2] for path in walk.paths}
    answers = {(path, method): walk.row(path, method) for path in walk.paths for method in methods[path]}
    if os.environ.get("MINGA_WRITE_ROUTE_TABLE"):
        write(part, answers)
    assert answers == written_of(part)


def test_route_table_keeps_its_promises() -> None:
    """Whatever the table says, these hold: strangers never get in, viewers never change anything."""
    scopes = dict(routes())
    broken = [
        (path, method, row)
        for (path, method), row in written().items()
        if scopes[path] is RouteScope.TENANT
        and not promises_hold(path, method, dict(zip(PEOPLE, row, strict=True)))
    ]
    assert broken == []


def promises_hold(path: str, method: str, row: dict[str, int]) -> bool:
    """Say whether a tenant route's row keeps strangers out and viewers from changing anything."""
    has_object = bool(re.search(r"<uuid:|<int:|<path:object_id>|\(\?P<(pk|\w+_id)>", path))
    never_500 = max(row.values()) < 500
    nobody_out = row["nobody"] in REFUSED
    carol_out = not has_object or row["carol"] in REFUSED
    viewer_reads = method == "GET" or row["bob"] in REFUSED or bool(ASKING.search(path))
    return never_500 and nobody_out and carol_out and viewer_reads


def test_route_table_turns_red_for_a_hole() -> None:
    """Positive control: a stranger let in, a viewer's write, a crash."""
    path = "api/v1/^contacts/(?P<pk>[1-9][0-9]{0,17})/$"
    good = {"nobody": 401, "bob": 200, "alice": 200, "carol": 404, "sam": 200}
    assert promises_hold(path, "GET", good)
    for name, status in (("nobody", 200), ("carol", 200), ("alice", 500)):
        assert not promises_hold(path, "GET", good | {name: status})
    assert not promises_hold(path, "DELETE", good)


def write(part: int, answers: dict[tuple[str, str], Row]) -> None:
    """Write a part of the table anew, in the order of the routes, to be reviewed; one process at a time."""
    others = {key: row for key, row in written().items() if part_of(key[0]) != part}
    places = {path: place for place, (path, _scope) in enumerate(routes())}
    rows = sorted((others | answers).items(), key=lambda row: places.get(row[0][0], -1))
    lines = [f"{' '.join(map(str, row))} {method:6} {path or '(home)'}" for (path, method), row in rows]
    TABLE.write_text("\n".join(["# " + " ".join(PEOPLE) + " method route", *lines]) + "\n")
