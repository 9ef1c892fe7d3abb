"""Whatever stands in an address or a form of a page: words, never a crash (S13)."""

import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from html import unescape
from itertools import islice, product
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from django.db import DataError, connection, transaction
from django.test import Client

from tenants import throttling
from tenants.middleware.stray import COUNTED
from tenants.models import Tenant, User
from tests.architecture.test_route_table import Walk, filled, routes, walk

__all__ = ["walk"]
Pages = Callable[[User], Client]
STRAYED = {
    "data": "/planted/sink/?sql=SELECT+1/0",
    "integrity": "/planted/sink/?sql=INSERT+INTO+records_auditentry+DEFAULT+VALUES",
    "recursion": "/planted/sunk/",
}


@pytest.fixture
def _planted(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.tenants.planted"


@pytest.mark.usefixtures("_planted")
@pytest.mark.parametrize(
    ("who", "how"), [("bob", "data"), ("bob", "recursion"), *(("alice", how) for how in STRAYED)]
)
def test_a_page_says_400_in_words_and_the_watchers_hear_of_it(
    request: pytest.FixtureRequest, page: Pages, caplog: pytest.LogCaptureFixture, who: str, how: str
) -> None:
    """S13: a viewer's transaction and an administrator's; nothing of the text is logged (S19)."""
    client = page(request.getfixturevalue(who))
    with caplog.at_level(logging.ERROR):
        answer = client.get(STRAYED[how])
    assert (answer.status_code, "cannot be read or stored" in answer.content.decode()) == (400, True)
    assert [one.levelname for one in caplog.records if one.name == "tenants.middleware.stray"] == ["ERROR"]
    assert "SELECT" not in caplog.text
    assert throttling.tallied(COUNTED) == 1
    assert client.get("/jobs/").status_code == 200, "the next request starts clean"


def test_it_says_so_before_the_view_too(alice: User, page: Pages) -> None:
    """S13: settling who asks reads the database as well."""
    client = page(alice)

    def refused(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "tenants_membership" in sql:
            raise DataError("secret text")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refused):
        answer = client.get("/jobs/")
    assert answer.status_code == 400
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "form", "fields"),
    [
        ("alice", "/admin/jobs/schedule/add/", {"params": "[" * 3000 + "]" * 3000}),
        ("alice", "/admin/campaigns/account/add/", {"call_settings": "[" * 3000 + "]" * 3000}),
        ("sam", "/platform/tenants/apikey/add/", {"tenant": "NaN"}),
    ],
)
def test_what_the_packages_forms_let_through_is_400(
    request: pytest.FixtureRequest, page: Pages, who: str, form: str, fields: dict[str, str]
) -> None:
    """S13: JSON that no reader goes through, a choice that is no id; both were crashes."""
    assert page(request.getfixturevalue(who)).post(form, fields).status_code == 400


# As a form or an address carries them. The last one is deeper than any reader goes.
HOSTILE = (
    b"\0", b"a\0b", b"9" * 401, b"-1", b"1e400", b"NaN", b"\xed\xa0\x80", b"\xff", b"\xe2\x80\xae",
    b"a" * 5000, b"2147483648", b"9223372036854775808", b"0000-00-00", b"9999-12-31", b"%00", b"' OR 1=1 --",
    b"../..", b"[" * 3000 + b"]" * 3000,
)  # fmt: skip
# What lists read from an address, whether or not a page shows it.
PARAMETERS = ("q", "o", "p", "cursor", "page", "sort", "id", "since", "until", "next", "_changelist_filters")
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\sname=\"([^\"]+)\"")
QUERY = re.compile(r"href=\"\?([^\"#]+)")
FORM = re.compile(r"<form\b(?=[^>]*method=\"post\")([^>]*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r"\saction=\"([^\"]+)\"")
# The short form sends one of so many, each value at another place.
ONE_OF = 1 if os.environ.get("MINGA_FUZZ") else 131
Asked = tuple[str, str, bytes]
Form = tuple[str, tuple[str, ...]]


def asked_of(pages: list[tuple[str, str]]) -> Iterator[Asked]:
    """Yield (method, address, body): each hostile value in each parameter and each field that pages have."""
    seen = set[Form]()
    for path, page in pages:
        for name in parameters_of(page):
            yield from (("get", f"{path}?{quote(name)}={quote(value)}", b"") for value in HOSTILE)
        new = [form for form in forms_of(path, page) if form not in seen]
        seen.update(new)
        for action, fields in new:
            for name, value in product(fields, HOSTILE):
                yield "post", action, urlencode(dict.fromkeys(fields, b"1") | {name: value}).encode()


def parameters_of(page: str) -> list[str]:
    """Return what a page's links and search forms, and any list, name in an address."""
    linked = {name for words in QUERY.findall(page) for name, _value in parse_qsl(unescape(words))}
    return sorted(linked | set(FIELD.findall(FORM.sub("", page))) | set(PARAMETERS))


def forms_of(path: str, page: str) -> Iterator[Form]:
    """Yield where each form of a page goes, and its fields."""
    for head, inside in FORM.findall(page):
        action = ACTION.search(head)
        yield unescape(action[1]) if action else path, tuple(dict.fromkeys(FIELD.findall(inside)))


def ask(client: Client, method: str, address: str, body: bytes) -> Any:
    """Send a request, and take back what it did."""
    throttling._limiter().storage.reset()
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        if method == "get":
            answer = client.get(address)
        else:
            answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def pages_of(walk: Walk, acme: Tenant, who: str) -> Iterator[tuple[str, str]]:
    """Yield every page that a person is shown, with its address."""
    for path, scope in routes():
        if path.startswith("api/"):
            continue
        address = f"/{filled(walk, acme, path, scope)}"
        answer = ask(walk.pages[who], "get", address, b"")
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield address, answer.content.decode()


@pytest.mark.long
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("who", ["bob", "alice", "sam"])
def test_no_value_breaks_a_page(walk: Walk, acme: Tenant, who: str) -> None:
    """S13: viewers' pages, the administration, the platform; no 5xx from any input."""
    pages = list(pages_of(walk, acme, who))
    statuses, broken = Counter[int](), list[str]()
    for method, address, body in islice(asked_of(pages), 0, None, ONE_OF):
        status = ask(walk.pages[who], method, address, body).status_code
        statuses[status] += 1
        if status >= 500:
            broken.append(f"{method} {address[:150]} {body[:150]!r} → {status}")
    print(f"\n{len(pages)} pages, {statuses.total()} requests: {dict(statuses)}")
    assert broken == []
    # Not by refusing everything at the first door.
    assert statuses[200] + statuses[302] > statuses.total() / 4
