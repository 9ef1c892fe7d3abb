"""Who must not be called, by the API: said in any spelling, by lists and files, lifted (Suppression)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Suppression
from tenants.records.models import AuditEntry
from tests.campaigns.money import an_account
from tests.personas.writing import UNFIT, answer, problem
from tests.workbooks import sheet_of, workbook

pytestmark = pytest.mark.usefixtures("unused_counters")
HERE = "/api/v1/suppressions"
NUMBER, RUT = "+56987654320", "9876543-3"


@pytest.fixture
def accounts(inside):
    with inside():
        return an_account(), an_account("acc-pe", country="PE")


def said(client: Any, status: int = 201, **body: Any) -> Any:
    return answer(client.post(HERE, body), status)


def sent(client: Any, name: str, content: bytes, **fields: str) -> Any:
    """Upload a file as a form."""
    file = SimpleUploadedFile(name, content)
    return client.client.post(f"{HERE}/upload", {"file": file, **fields})


@pytest.mark.parametrize(
    "written", ["+56 9 8765 4320", "987654320", "56987654320", "09 8765-4320", "987654320.0", " 9 8765 4320 "]
)
def test_it_suppresses_a_number_however_it_is_written(api, alice, written):
    """C5: it is stored as a claim asks for it."""
    told = said(api(alice), number=written, reason=" asked\nin writing ")
    assert (told["number"], told["document"], told["country"]) == (NUMBER, None, None)
    assert (told["kind"], told["source"], told["reason"]) == ("number", "api", "asked in writing")
    assert (told["account_id"], told["active"], told["created_by"]) == (None, True, str(alice.pk))
    again = said(api(alice), 200, number=NUMBER, reason="again")
    assert again.pop("said_again_at")
    assert again == {name: value for name, value in told.items() if name != "said_again_at"}


@pytest.mark.parametrize("written", ["9.876.543-3", "98765433", "9876543-3", "98765433.0"])
def test_it_suppresses_a_document_however_it_is_written(api, alice, inside, written):
    """C4: it is stored as in `person_key`."""
    told = said(api(alice), document=written)
    assert (told["kind"], told["document"], told["country"], told["number"]) == ("document", RUT, "CL", None)
    with inside():
        assert Suppression.objects.get().value == f"D:CL:{RUT}"
        entry = AuditEntry.objects.get(object_type="suppression")
        assert (entry.verb, entry.object_id, entry.change) == ("suppress", told["id"], {"source": "api"})


def test_it_reads_by_the_account_s_country_else_by_the_one_named(api, alice, accounts):
    """COUNTRY: the account's, else the tenant's, unless said."""
    client = api(alice)
    assert said(client, number="987654321", account_id="acc-pe")["number"] == "+51987654321"
    assert said(client, document="12345678", country="PE")["country"] == "PE"
    assert said(client, number="+51 987 654 322")["number"] == "+51987654322"


def test_it_reads_a_country_in_small_letters_as_that_country(api, alice, accounts, inside):
    """C4: kept as a claim asks for it, by every door."""
    client = api(alice)
    told = said(client, document=RUT, country="cl")
    assert (told["document"], told["country"]) == (RUT, "CL")
    answer(client.post(f"{HERE}/bulk", {"documents": ["12345678-5"], "country": "cl"}))
    answer(sent(client, "list.csv", b"document\n6-K\n", country="cl"))
    with inside():
        values = set(Suppression.objects.values_list("value", flat=True))
    assert values == {f"D:CL:{RUT}", "D:CL:12345678-5", "D:CL:6-K"}


@pytest.mark.parametrize("country", ["QQ", "C", "--"])
def test_it_refuses_a_country_that_is_none(api, alice, inside, country):
    """C4: a wish that no claim asks for is no wish; no door keeps one."""
    client = api(alice)
    asked = [
        client.post(HERE, {"document": RUT, "country": country}),
        client.post(f"{HERE}/bulk", {"documents": [RUT], "country": country}),
        sent(client, "list.csv", f"document\n{RUT}\n".encode(), country=country),
        client.post("/api/v1/suppression-lists", {"documents": [RUT], "country": country}),
    ]
    for response in asked:
        (fault,) = problem(response, 422)["errors"]
        assert (fault["code"], fault["pointer"]) == ("invalid_country", "#/country")
    with inside():
        assert not Suppression.objects.exists()


def test_it_keeps_an_account_s_wish_apart_from_the_tenant_s(api, alice, accounts):
    """Suppression: per tenant, optionally per account."""
    client = api(alice)
    one = said(client, number=NUMBER, account_id="acc-one")
    whole = said(client, number=NUMBER)
    assert one["id"] != whole["id"]
    found = answer(client.get(HERE, {"account_id": "acc-pe"}))["results"]
    assert [row["id"] for row in found] == [whole["id"]]
    assert len(answer(client.get(HERE, {"account_id": "acc-one"}))["results"]) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one_of_both"),
        ({"number": NUMBER, "document": RUT}, "one_of_both"),
        ({"number": "letters"}, "phone_unreadable"),
        ({"number": "12345"}, "phone_length"),
        ({"number": "999999999"}, "phone_placeholder"),
        ({"number": "600 123 4567"}, "phone_shared_line"),
        ({"number": f"{NUMBER} / 22 555 0101"}, "phone_unreadable"),
        ({"document": "9876543-4"}, "document_check_digit"),
        ({"document": "x"}, "document_unreadable"),
        ({"number": ""}, "blank"),
        ({"number": 987654320}, "invalid"),
        ({"nubmer": NUMBER}, "unknown_field"),
    ],
)
def test_it_says_why_a_wish_cannot_be_read(api, alice, inside, body, code):
    """422 with the stable code; nothing is written."""
    found = problem(api(alice).post(HERE, body), 422)
    assert code in {one["code"] for one in found["errors"]}
    with inside():
        assert not Suppression.objects.exists()


def test_it_names_both_readings_of_an_ambiguous_number(api, alice):
    """C5: two readings are shown, none is taken."""
    found = problem(api(alice).post(HERE, {"number": "75123456"}), 422, "suppression_invalid")
    assert found["reason"] == "phone_ambiguous"
    assert "+56752123456" in found["detail"]


def test_it_knows_no_account_that_is_not_there(api, alice):
    problem(api(alice).post(HERE, {"number": NUMBER, "account_id": "acc-none"}), 404, "account_unknown")
    problem(api(alice).get(HERE, {"account_id": "acc-none"}), 404, "account_unknown")


def test_it_lifts_once(api, alice, inside):
    """Twice keeps the first moment; then it can be said anew."""
    client = api(alice)
    first = said(client, number=NUMBER)
    told = [answer(client.post(f"{HERE}/{first['id']}/lift")) for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["active"], told[0]["lifted_by"]) == (False, str(alice.pk))
    assert said(client, number=NUMBER)["id"] != first["id"]
    problem(client.post(f"{HERE}/{10**15}/lift"), 404, "suppression_unknown")
    with inside():
        assert AuditEntry.objects.filter(verb="lift").count() == 1


def test_it_lifts_nothing_that_was_said_again_since_it_was_read(api, alice, inside):
    """W4: `said_again_at` as it was read; who does not say it asks for no comparison."""
    client = api(alice)
    first = said(client, number=NUMBER)
    assert first["said_again_at"] is None
    again = said(client, 200, number=NUMBER)
    lift = f"{HERE}/{first['id']}/lift"
    for seen in (None, "2026-04-15T16:00:00Z"):
        problem(client.post(lift, {"said_again_at": seen}), 409, "suppression_said_again")
    problem(client.post(lift, {"said_again_at": "yesterday"}), 422, "invalid")
    with inside():
        assert Suppression.objects.in_force().count() == 1
    told = answer(client.get(f"{HERE}/{first['id']}"))
    assert told["said_again_at"] == again["said_again_at"] is not None
    assert answer(client.post(lift, {"said_again_at": told["said_again_at"]}))["active"] is False
    assert answer(client.post(lift, {"said_again_at": None}))["active"] is False, "twice keeps the first"


def test_a_plain_lift_compares_nothing(api, alice):
    """W9: what clients send today goes on working."""
    client = api(alice)
    said(client, number=NUMBER)
    number = said(client, 200, number=NUMBER)["id"]
    assert answer(client.post(f"{HERE}/{number}/lift"))["active"] is False


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"kind": "document"}, 1),
        ({"source": "api"}, 3),
        ({"source": "registry"}, 0),
        ({"active": "true"}, 2),
        ({"active": "false"}, 1),
        ({"number": "9 8765 4320"}, 1),
        ({"number": "letters"}, 0),
        ({"document": "9.876.543-3"}, 1),
        ({"limit": "1"}, 1),
    ],
)
def test_it_lists_by_what_is_asked(api, alice, query, found):
    """Lifted ones stay listed; a number or document is found however it is spelt."""
    client = api(alice)
    made = [said(client, number=NUMBER), said(client, document=RUT), said(client, number="22 555 0101")]
    answer(client.post(f"{HERE}/{made[-1]['id']}/lift"))
    assert len(answer(client.get(HERE, query))["results"]) == found


@pytest.mark.parametrize(
    ("query", "status"), [({"kind": "person"}, 422), ({"active": "maybe"}, 422), ({"x": "1"}, 400)]
)
def test_it_refuses_what_the_list_does_not_know(api, bob, query, status):
    problem(api(bob).get(HERE, query), status)


def test_it_takes_many_at_once_and_counts_every_row(api, alice, inside, accounts):
    """W3: created + already + refused = total, with the row and a stable code."""
    client = api(alice)
    said(client, number=NUMBER)
    body = {
        "numbers": ["987654320", "22 555 0101", "letters", "225550101", ""],
        "documents": [RUT, "9876543-4"],
        "reason": "registry",
    }
    told = answer(client.post(f"{HERE}/bulk", body))
    assert {name: told[name] for name in ("total", "created", "already", "refused")} == {
        "total": 7,
        "created": 2,
        "already": 2,
        "refused": 3,
    }
    assert [(one["row"], one["code"]) for one in told["refusals"]] == [
        (3, "phone_unreadable"),
        (5, "phone_missing"),
        (7, "document_check_digit"),
    ]
    with inside():
        kept = Suppression.objects.exclude(reason="").values_list("reason", "source")
        assert set(kept) == {("registry", "api")}
        change = AuditEntry.objects.get(verb="suppress", object_id="").change
        assert change == {"source": "api", "created": 2, "list": int(told["list_id"])}


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_it_takes_a_file_of_numbers_and_documents(api, alice, inside, accounts, name):
    """A row may name both; reasons are kept; the row numbers are the file's."""
    rows = [
        ["Teléfono", "RUT", "Motivo", "Otra"],
        ["987654320", "9.876.543-3", "pidió no llamar", "x"],
        ["987654320", "", "", "x"],
        ["nobody", "", "", ""],
        ["", "", "", "x"],
        ["22 555 0101", "9876543-4", "", ""],
    ]
    csv = "\n".join(";".join(row) for row in rows).encode()
    content = csv if name.endswith("csv") else workbook(sheet_of(rows))
    told = answer(sent(api(alice), name, content, account_id="acc-one"))
    assert (told["total"], told["created"], told["already"], told["refused"]) == (5, 1, 1, 3)
    assert [one["row"] for one in told["refusals"]] == [4, 5, 6]
    with inside():
        found = Suppression.objects.values_list("value", "reason", "source", "account__code")
        assert set(found) == {
            (NUMBER, "pidió no llamar", "file", "acc-one"),
            (f"D:CL:{RUT}", "pidió no llamar", "file", "acc-one"),
        }


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("list.txt", b"number\n987654320\n", 422, "file_unreadable"),
        ("list.csv", b"", 422, "file_unreadable"),
        ("list.csv", b"number\n", 422, "file_unreadable"),
        ("list.xlsx", b"PK\x03\x04junk", 422, "file_unreadable"),
        ("list.csv", b"name;age\nAna;3\n", 422, "columns_missing"),
        ("list.csv", b"number\n" + b"9" * (5 * 1024 * 1024 + 1), 413, "file_too_large"),
        ("list.csv", b"number\n" + b"987654320\n" * 20_001, 422, "file_unreadable"),
    ],
    ids=["type", "empty", "no rows", "damaged", "columns", "large", "long"],
)
def test_it_refuses_a_file_it_cannot_read(api, alice, inside, name, content, status, code):
    """C11: bad files are 422; nothing is written."""
    problem(sent(api(alice), name, content), status, code)
    with inside():
        assert not Suppression.objects.exists()


@pytest.mark.parametrize("raw", UNFIT.values(), ids=UNFIT)
def test_it_refuses_what_no_text_may_hold(api, alice, raw):
    """S13"""
    for path, body in (
        ("", b'{"number": ' + raw + b"}"),
        ("", b'{"document": ' + raw + b"}"),
        ("/bulk", b'{"numbers": [' + raw + b"]}"),
    ):
        assert api(alice).send("post", f"{HERE}{path}", body).status_code in (400, 422)


def test_it_keeps_tenants_and_roles_apart(api, alice, bob, carol, accounts):
    """S1, S2: viewers read, others' are not there."""
    made = said(api(alice), number=NUMBER)
    assert answer(api(bob).get(f"{HERE}/{made['id']}")) == made
    problem(api(bob).post(HERE, {"number": NUMBER}), 403, "forbidden")
    problem(api(bob).post(f"{HERE}/{made['id']}/lift"), 403, "forbidden")
    problem(api(carol).get(f"{HERE}/{made['id']}"), 404)
    problem(api(carol).post(f"{HERE}/{made['id']}/lift"), 404, "suppression_unknown")
    assert answer(api(carol).get(HERE))["results"] == []


def test_it_lists_in_one_query(api, bob, inside, accounts, django_assert_num_queries):
    """However many; beside it one says who asks, and three are the request's transaction."""
    with inside():
        for number in range(5):
            Suppression.objects.create(
                kind="number", value=f"+5698765430{number}", account=accounts[number % 2], source="api"
            )
    client = api(bob)
    with django_assert_num_queries(5):
        assert len(answer(client.get(HERE))["results"]) == 5
